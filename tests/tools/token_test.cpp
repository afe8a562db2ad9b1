// sihe token: made, listed, revoked.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "adapters/http/tokens.hpp"
#include "adapters/json/json.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using support::run_sihe;

struct TokenCommand : testing::Test {
  support::TemporaryFolder folder;
  std::string data = folder.path();

  std::filesystem::path file() const { return folder.path() / "tokens.toml"; }
};

TEST_F(TokenCommand, a_token_is_printed_once_and_good_from_then_on) {
  const auto ran = run_sihe({"token", "add", "--data", data, "热线", "--role", "adapter"}, {});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const std::string token = ran.out.substr(0, ran.out.size() - 1);
  const auto found = adapters::http::TokenBook(file()).find(token);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "热线");
  const auto listed = run_sihe({"token", "list", "--data", data}, {});
  EXPECT_NE(listed.out.find("热线"), std::string::npos);
  EXPECT_EQ(listed.out.find(token.substr(5)), std::string::npos);
}

TEST_F(TokenCommand, the_same_name_again_is_refused_until_it_is_revoked) {
  const auto add = [&] {
    return run_sihe({"token", "add", "--data", data, "a", "--role", "clerk", "--json"}, {});
  };
  const auto first = add();
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(*adapters::json::parse(first.out)->find("role")->string(), "clerk");
  const auto second = add();
  EXPECT_EQ(second.code, 1);
  EXPECT_EQ(second.out, "");
  EXPECT_EQ(run_sihe({"token", "revoke", "--data", data, "a"}, {}).code, 0);
  EXPECT_EQ(run_sihe({"token", "revoke", "--data", data, "a"}, {}).code, 1);
  EXPECT_EQ(add().code, 0);
}

TEST_F(TokenCommand, a_role_a_name_or_an_area_that_is_none_is_a_wrong_command_line) {
  const auto code = [&](const std::string& name, const std::string& role, const std::string& area) {
    return run_sihe({"token", "add", "--data", data, name, "--role", role, "--area", area}, {})
        .code;
  };
  EXPECT_EQ(code("a", "king", ""), 2);
  EXPECT_EQ(code("a b", "clerk", ""), 2);
  EXPECT_EQ(code("a", "clerk", "330304"), 2) << "there is no log yet, so no area";
  EXPECT_FALSE(std::filesystem::exists(file()));
}

}  // namespace
