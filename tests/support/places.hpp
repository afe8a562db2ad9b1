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

// The version that this tree is to become, "0.1.0".
std::string version();

// The built program.
std::filesystem::path program();

// A folder of data that nobody here made, beside the source tree or where SIHE_SHARED says.
// Nothing if this machine has none; with CI set it must be there: throws std::runtime_error.
std::optional<std::filesystem::path> real_data(const std::string& name);

// All bytes of a file; "" if there is none.
std::string contents(const std::filesystem::path& file);

// True if the tests are to write down what this version gives (SIHE_GOLDEN=write), for all later
// ones to be held against: once per release, before it.
bool writing_golden();

}  // namespace support
