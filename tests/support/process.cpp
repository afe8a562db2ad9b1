#include "tests/support/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

#include "tests/support/places.hpp"
#include "tests/support/temporary_folder.hpp"

namespace support {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> inherited() {
  std::vector<std::string> out;
  for (char** each = environ; *each != nullptr; ++each) {
    if (!std::string_view(*each).starts_with("SIHE_")) out.emplace_back(*each);
  }
  return out;
}

}  // namespace

pid_t spawn_sihe(std::vector<std::string> line, int errors) {
  std::vector<std::string> variables = inherited();
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
  pid_t child = 0;
  const int failed = posix_spawn(&child, line.front().c_str(), &files, nullptr,
                                 pointers(line).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw std::runtime_error("cannot run " + line.front());
  return child;
}

Ran run_sihe(const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment) {
  const TemporaryFolder folder;
  const std::string out = folder.path() / "out";
  const std::string err = folder.path() / "err";
  std::vector<std::string> line = {program().string()};
  line.insert(line.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = inherited();
  variables.insert(variables.end(), environment.begin(), environment.end());

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int made = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out.c_str(), made, 0600);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), made, 0600);
  pid_t child = 0;
  const int failed = posix_spawn(&child, line.front().c_str(), &files, nullptr,
                                 pointers(line).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw std::runtime_error("cannot run " + line.front());
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("lost " + line.front());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(out),
          contents(err)};
}

}  // namespace support
