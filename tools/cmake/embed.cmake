# Makes a header of a file's bytes:
# cmake -DIN=… -DOUT=… -DNAME=… -DSPACE=a::b -DAS=text|bytes -P embed.cmake
cmake_minimum_required(VERSION 3.25)

file(READ "${IN}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
set(text "// Made from a file by tools/cmake/embed.cmake.\n#pragma once\n\n")
string(APPEND text "#include <span>\n#include <string_view>\n\n")
string(APPEND text "namespace ${SPACE} {\n\n")
string(APPEND text "alignas(16) inline constexpr unsigned char ${NAME}_bytes[] = {\n"
                   "${bytes}0};\n\n")
if(AS STREQUAL "text")
  string(APPEND text "inline std::string_view ${NAME}() {\n"
                     "  return {reinterpret_cast<const char*>(${NAME}_bytes),\n"
                     "          sizeof ${NAME}_bytes - 1};\n}\n")
else()
  string(APPEND text "inline std::span<const unsigned char> ${NAME}() {\n"
                     "  return {${NAME}_bytes, sizeof ${NAME}_bytes - 1};\n}\n")
endif()
string(APPEND text "\n}  // namespace ${SPACE}\n")
file(WRITE "${OUT}" "${text}")
