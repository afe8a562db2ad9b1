// A rebuild that is stopped on its way: what was there answers as before, and the next one
// completes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/places.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using support::run_sihe;

struct Rebuild : testing::Test {
  support::TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();
  const std::filesystem::path fresh = folder.path() / "data" / "board.sqlite.new";

  void SetUp() override {
    ASSERT_EQ(run_sihe({"demo", "--data", data, "--issues", "400"}).code, 0);
  }

  // What the views and the board say.
  std::string told() const {
    std::string out;
    for (const std::vector<std::string>& line : {std::vector<std::string>{"stats", "--by", "area"},
                                                 {"issue", "list", "--limit", "50"},
                                                 {"meeting", "list"}}) {
      auto asked = line;
      asked.insert(asked.end(), {"--data", data, "--at", "2026-03-01", "--json"});
      if (line.front() != "stats") asked.erase(asked.end() - 3, asked.end() - 1);
      const auto ran = run_sihe(asked);
      EXPECT_EQ(ran.code, 0) << ran.err;
      out += ran.out;
    }
    return out;
  }

  // Begins a rebuild and ends it by the signal once it fills its board. False: it was too fast.
  bool stop_by(int signal) const {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    const pid_t process =
        support::spawn_sihe({support::program().string(), "rebuild", "--data", data}, nowhere);
    ::close(nowhere);
    int status = 0;
    while (!std::filesystem::exists(fresh)) {
      if (::waitpid(process, &status, WNOHANG) == process) return false;
      std::this_thread::yield();
    }
    ::kill(process, signal);
    ::waitpid(process, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == signal;
  }
};

TEST_F(Rebuild, ThatIsStoppedLeavesWhatWasThereAndTheNextCompletes) {
  const std::string before = told();
  for (const int signal : {SIGINT, SIGKILL}) {
    ASSERT_TRUE(stop_by(signal));
    EXPECT_TRUE(std::filesystem::exists(fresh));
    EXPECT_EQ(told(), before);
  }
  const auto rebuilt = run_sihe({"rebuild", "--data", data});
  EXPECT_EQ(rebuilt.code, 0) << rebuilt.err;
  EXPECT_FALSE(std::filesystem::exists(fresh));
  EXPECT_EQ(told(), before);
  const auto verified = run_sihe({"verify", "--data", data});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

}  // namespace
