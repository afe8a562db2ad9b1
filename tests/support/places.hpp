// Where a test finds what it did not make itself.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace support {

// The tree of sources that this test was built from.
std::filesystem::path source_folder();

// What the build made of the schemas, by room and workflow.
std::filesystem::path generated_folder();

// The built program.
std::filesystem::path program();

// A folder of data that nobody here made, beside the source tree or where SIHE_SHARED says.
// Nothing if this machine has none; with CI set it must be there: throws std::runtime_error.
std::optional<std::filesystem::path> real_data(const std::string& name);

}  // namespace support
