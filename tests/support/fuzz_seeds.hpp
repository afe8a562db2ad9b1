// What a fuzz target begins with beside the corpora that it is given: inputs that come far.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "engine/core/ensure.hpp"
#include "tests/support/temporary_folder.hpp"

namespace support {

// For LLVMFuzzerInitialize: writes the seeds to a folder of their own and names it as the last
// corpus. What the run finds goes into the first corpus that it is given, or goes with the run.
// Requires: called once.
inline int begin_fuzzing_with(const std::vector<std::string>& seeds, int* count, char*** values) {
  static const TemporaryFolder folder;
  static std::string path = folder.path();
  static std::vector<char*> arguments(*values, *values + *count);
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    std::ofstream file(folder.path() / std::to_string(i), std::ios::binary);
    file << seeds[i];
    file.close();
    ENSURE(file.good());
  }
  arguments.push_back(path.data());
  *count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  *values = arguments.data();
  return 0;
}

}  // namespace support
