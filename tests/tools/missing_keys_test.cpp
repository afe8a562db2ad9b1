// A data folder whose key store is gone: nothing is written with new keys, nothing is said to be
// erased without a warning, and all is as before when the keys are back.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using support::run_sihe;

struct MissingKeys : testing::Test {
  support::TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();
  const std::filesystem::path keys = folder.path() / "data" / "keys";
  const std::filesystem::path elsewhere = folder.path() / "keys";

  void SetUp() override {
    ASSERT_EQ(run_sihe({"demo", "--data", data, "--issues", "3"}).code, 0);
    std::filesystem::rename(keys, elsewhere);
  }
};

TEST_F(MissingKeys, NothingIsWrittenWithNewOnes) {
  for (const char* command : {"demo", "rebuild"}) {
    const auto refused = run_sihe({command, "--data", data});
    EXPECT_NE(refused.code, 0) << command;
    EXPECT_NE(refused.err.find(keys.string() + " is missing"), std::string::npos) << refused.err;
    EXPECT_FALSE(std::filesystem::exists(keys)) << command;
  }
}

TEST_F(MissingKeys, WhatIsNotReadIsNotCalledErasedOrSoundWithoutAWord) {
  const auto list = run_sihe({"issue", "list", "--data", data});
  EXPECT_EQ(list.code, 0);
  EXPECT_NE(list.err.find("there is no key store"), std::string::npos) << list.err;
  const auto verified = run_sihe({"verify", "--data", data});
  EXPECT_EQ(verified.out.find("Everything holds"), std::string::npos) << verified.out;
  EXPECT_NE(verified.out.find("no key store"), std::string::npos) << verified.out;
}

TEST_F(MissingKeys, AllIsAsBeforeWhenTheyAreBack) {
  run_sihe({"rebuild", "--data", data});
  std::filesystem::rename(elsewhere, keys);
  EXPECT_EQ(run_sihe({"rebuild", "--data", data}).code, 0);
  const auto verified = run_sihe({"verify", "--data", data});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_NE(verified.out.find("Everything holds"), std::string::npos) << verified.out;
}

}  // namespace
