#include "tests/support/fresh_process.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace support {

namespace {

constexpr const char* fresh_mark = "SIHE_TEST_FRESH_PROCESS";

int wait_for(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw std::runtime_error("no child to wait for");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

bool in_fresh_process() {
  if (std::getenv(fresh_mark) != nullptr) return true;
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string only =
      std::string("--gtest_filter=") + test->test_suite_name() + "." + test->name();
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv(fresh_mark, "1", 1);
    ::execl("/proc/self/exe", "test", only.c_str(), nullptr);
    ::_exit(127);
  }
  EXPECT_EQ(wait_for(child), 0) << "the test failed in its own process; see above";
  return false;
}

void Told::say(const std::string& words) {
  const std::size_t size = std::min(words.size(), sizeof text - 1);
  std::copy_n(words.begin(), size, text);
  text[size] = '\0';
}

int in_child(const std::function<int()>& body) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  return wait_for(child);
}

Told& shared_told() {
  static Told* const told = [] {
    void* memory =
        ::mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
    return new (memory) Told;
  }();
  return *told;
}

}  // namespace support
