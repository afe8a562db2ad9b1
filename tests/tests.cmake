# One program of tests per room, one ctest test per file of tests.
find_package(GTest REQUIRED)

file(GLOB support_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/support/*.cpp")
add_library(sihe_test_support STATIC ${support_sources})
target_link_libraries(sihe_test_support PUBLIC sihe_workflows GTest::gtest rapidcheck)
target_compile_definitions(sihe_test_support PRIVATE SIHE_SOURCE_FOLDER="${CMAKE_SOURCE_DIR}"
                                                     SIHE_VERSION="${PROJECT_VERSION}"
                                                     SIHE_GENERATED="${made}"
                                                     SIHE_PROGRAM="$<TARGET_FILE:sihe>")
precompile(sihe_test_support)

set(test_macros "TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP")
string(APPEND test_macros "|INSTANTIATE_TEST_SUITE_P")

# What a test kills is a process, not the machine: a folder in memory is as good as one on a disk,
# and a slow fsync costs nothing there.
set(test_environment "")
if(EXISTS /dev/shm)
  set(test_environment "TMPDIR=/dev/shm")
endif()

# What starts threads, by itself or through what it includes; ThreadSanitizer looks at these.
add_custom_target(threaded_tests)
set(starts_threads "<(thread|future)>|api_service\\.hpp|http_desk\\.hpp|chat_service\\.hpp")
string(APPEND starts_threads "|wecom_callbacks\\.hpp|onebot_stand_in\\.hpp|projector\\.hpp|writer\\.hpp")

function(add_room_tests room)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/${room}/*_test.cpp")
  if(NOT sources)
    return()
  endif()
  add_executable(${room}_tests ${sources})
  target_link_libraries(${room}_tests PRIVATE ${ARGN} sihe_test_support GTest::gtest
                                              GTest::gtest_main)
  precompile(${room}_tests <gtest/gtest.h> <rapidcheck/gtest.h>)
  foreach(source ${sources})
    file(STRINGS "${source}" has_test REGEX "^(${test_macros})\\(")
    set(suites)
    foreach(line ${has_test})
      string(REGEX REPLACE "^[A-Z_]+\\(([A-Za-z0-9_]+).*" "\\1" suite "${line}")
      list(APPEND suites "${suite}.*" "*/${suite}.*" "${suite}/*.*")
    endforeach()
    list(REMOVE_DUPLICATES suites)
    list(JOIN suites ":" filter)
    get_filename_component(name "${source}" NAME_WE)
    string(REGEX REPLACE "_test$" "" name "${name}")
    add_test(NAME ${room}.${name} COMMAND ${room}_tests --gtest_filter=${filter})
    set_tests_properties(${room}.${name} PROPERTIES TIMEOUT 900 ENVIRONMENT "${test_environment}")
    file(STRINGS "${source}" threads REGEX "^#include .*(${starts_threads})" LIMIT_COUNT 1)
    if(threads)
      set_tests_properties(${room}.${name} PROPERTIES LABELS threads)
      add_dependencies(threaded_tests ${room}_tests)
    endif()
  endforeach()
endfunction()

add_room_tests(engine sihe_engine)
add_room_tests(workflows sihe_workflows)
add_room_tests(adapters sihe_adapters)
add_room_tests(replay sihe_replay)
add_room_tests(tools sihe_tools)
add_dependencies(tools_tests sihe)  # some tests run the program itself

find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(rule includes files)
  add_test(NAME house.${rule} COMMAND Python3::Interpreter -B
                                      "${CMAKE_SOURCE_DIR}/tests/house/${rule}_test.py")
endforeach()

if(SIHE_FUZZ)
  add_custom_target(fuzz_targets)
  file(GLOB fuzz_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/fuzz/*_fuzz.cpp")
  foreach(source ${fuzz_sources})
    get_filename_component(name "${source}" NAME_WE)
    add_executable(${name} ${source})
    target_link_libraries(${name} PRIVATE sihe_adapters sihe_test_support)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz_targets ${name})
  endforeach()
  # Of the program itself only what reads settings: all of it would take CI too long.
  foreach(part settings channel_settings terminal)
    target_sources(settings_fuzz PRIVATE "${CMAKE_SOURCE_DIR}/tools/sihe/${part}.cpp")
  endforeach()
  target_link_libraries(settings_fuzz PRIVATE CLI11::CLI11)
endif()
