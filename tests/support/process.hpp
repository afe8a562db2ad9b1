// Runs the program as a user does: a process of its own, its words and its exit code.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace support {

struct Ran {
  int code = 0;  // 128 + the signal that ended it
  std::string out;
  std::string err;
};

// Runs `sihe` with these arguments and waits for its end. `environment`: further variables,
// "NAME=value". No variable of the caller whose name begins with SIHE_ reaches it.
Ran run_sihe(const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment = {});

// Starts it with this line, the program first, and does not wait. stdout goes to nowhere, stderr to
// the file descriptor.
pid_t spawn_sihe(std::vector<std::string> line, int errors);

}  // namespace support
