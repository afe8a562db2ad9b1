#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <thread>

#include "adapters/http/accept.hpp"
#include "adapters/http/routes.hpp"
#include "adapters/http/tokens.hpp"
#include "engine/core/rfc3339.hpp"
#include "tests/support/temporary_folder.hpp"
#include "workflows/issue/issue.hpp"

namespace {

using namespace adapters::http;
using engine::Fault;

const engine::Instant noon = *engine::parse_rfc3339("2026-03-03T12:00:00+08:00");

struct TokenFile : testing::Test {
  support::TemporaryFolder folder;
  std::filesystem::path file = folder.path() / "tokens.toml";

  std::string text() const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& content) const { std::ofstream(file) << content; }
};

TEST_F(TokenFile, no_file_means_no_tokens) {
  EXPECT_TRUE(read_tokens(file)->empty());
  EXPECT_EQ(TokenBook(file).find("sihe_x"), nullptr);
}

TEST_F(TokenFile, a_token_is_found_by_itself_and_the_file_holds_only_its_hash) {
  const auto token = add_token(file, "热线-7171", Role::adapter, "330304", noon).value();
  EXPECT_EQ(token.size(), 5U + 43U);
  EXPECT_TRUE(token.starts_with("sihe_"));
  EXPECT_EQ(text().find(token.substr(5)), std::string::npos);
  const TokenBook book(file);
  const auto found = book.find(token);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "热线-7171");
  EXPECT_EQ(found->role, Role::adapter);
  EXPECT_EQ(found->area, "330304");
  EXPECT_EQ(found->created, noon);
  EXPECT_EQ(book.find(token + "x"), nullptr);
  EXPECT_EQ(book.find(""), nullptr);
}

TEST_F(TokenFile, nobody_else_may_read_the_file) {
  add_token(file, "a", Role::clerk, "", noon).value();
  revoke_token(file, "a", noon).value();
  struct stat now {};
  ASSERT_EQ(::stat(file.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777, 0600U);
}

TEST_F(TokenFile, a_revoked_token_is_good_no_more_and_a_running_book_sees_it) {
  const auto token = add_token(file, "a", Role::clerk, "", noon).value();
  const TokenBook book(file, std::chrono::milliseconds(0));
  const auto found = book.find(token);
  ASSERT_NE(found, nullptr);
  revoke_token(file, "a", noon).value();
  EXPECT_EQ(book.find(token), nullptr);
  EXPECT_FALSE(book.holds(*found));
  EXPECT_EQ(read_tokens(file)->front().revoked, noon);
  EXPECT_EQ(revoke_token(file, "a", noon).error().fault, Fault::not_found);
}

TEST_F(TokenFile, a_name_is_good_once_until_it_is_revoked) {
  add_token(file, "a", Role::clerk, "", noon).value();
  EXPECT_EQ(add_token(file, "a", Role::clerk, "", noon).error().fault, Fault::conflict);
  revoke_token(file, "a", noon).value();
  EXPECT_TRUE(add_token(file, "a", Role::auditor, "", noon).has_value());
  EXPECT_EQ(read_tokens(file)->size(), 2U);
}

TEST_F(TokenFile, names_and_areas_that_are_none_are_refused) {
  const std::string too_long(token_name_bytes_max + 1, 'a');
  for (const char* name : {"", "a b", "a\"b", "a\nb", "a\\b", "\xff", too_long.c_str()}) {
    EXPECT_EQ(add_token(file, name, Role::clerk, "", noon).error().fault, Fault::invalid) << name;
  }
  EXPECT_EQ(add_token(file, "a", Role::clerk, "x\"y", noon).error().fault, Fault::invalid);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(TokenFile, a_line_that_is_not_understood_is_told_and_the_book_before_stays) {
  const auto token = add_token(file, "a", Role::clerk, "", noon).value();
  const TokenBook book(file, std::chrono::milliseconds(0));
  const std::string good = text();
  for (const std::string& bad :
       {good + "role = \"king\"\n", good + "[[token]]\nname = \"b\"\n", good + "name = b\n",
        good + "x\n", "name = \"b\"\n" + good, good + "[[token]]\nname = \"\n",
        good + "[[token]]\nname = \"b\"\nname = \"b\"\n"}) {
    write(bad);
    const auto read = read_tokens(file);
    ASSERT_FALSE(read.has_value()) << bad;
    EXPECT_NE(read.error().detail.find("line"), std::string::npos);
    EXPECT_NE(book.find(token), nullptr);
    EXPECT_NE(book.trouble(), "");
  }
  write(good);
  EXPECT_EQ(book.trouble(), "");
}

TEST_F(TokenFile, two_who_change_it_at_once_lose_nothing) {
  const auto add_some = [&](const std::string& stem) {
    for (int i = 0; i < 20; ++i) {
      add_token(file, stem + std::to_string(i), Role::clerk, "", noon).value();
    }
  };
  std::thread other([&] { add_some("a"); });
  add_some("b");
  other.join();
  EXPECT_EQ(read_tokens(file)->size(), 40U);
}

TEST(Roles, every_command_of_a_person_has_a_row_and_every_row_a_command) {
  std::set<std::string> verbs;
  for (const auto& table : workflows::issue::schema().tables()) {
    if (!table.by_system) verbs.insert(table.verb);
  }
  std::set<std::string> rows;
  for (const auto& row : issue_permissions()) {
    EXPECT_TRUE(rows.insert(std::string(row.what)).second) << row.what;
  }
  EXPECT_EQ(rows, verbs);
  std::set<std::string> words{"add"};
  for (const Route& route : routes()) {
    if (route.endpoint != Endpoint::entry_command) continue;
    for (const auto* each : commands_of(route)) words.emplace(command_word(route, *each));
  }
  std::set<std::string> directory_rows;
  for (const auto& row : directory_permissions()) directory_rows.emplace(row.what);
  EXPECT_EQ(directory_rows, words);
}

TEST(Roles, a_supervisor_may_give_every_command_an_auditor_none) {
  for (const auto& row : issue_permissions()) {
    EXPECT_EQ(may_command(Role::supervisor, row.what), Grant::yes) << row.what;
    EXPECT_EQ(may_command(Role::auditor, row.what), Grant::no) << row.what;
    EXPECT_EQ(may_command(Role::operator_, row.what), Grant::no) << row.what;
  }
  EXPECT_EQ(may_command(Role::supervisor, "miss_deadline"), Grant::no);
  EXPECT_EQ(may_read(Role::auditor, Right::words), Grant::no);
  EXPECT_EQ(may_read(Role::operator_, Right::words), Grant::no);
}

TEST(Roles, names_read_back) {
  for (const Role role : roles) EXPECT_EQ(parse_role(role_name(role)), role);
  EXPECT_EQ(parse_role("operator_"), std::nullopt);
}

TEST(Accept, the_closest_range_counts) {
  EXPECT_TRUE(accepts(std::nullopt, "application/json"));
  EXPECT_TRUE(accepts("", "application/json"));
  EXPECT_TRUE(accepts("*/*", "application/json"));
  EXPECT_TRUE(accepts("text/html, application/*;q=0.8", "application/json"));
  EXPECT_TRUE(accepts("APPLICATION/JSON", "application/json"));
  EXPECT_TRUE(accepts("*/*;q=0, application/json", "application/json"));
  EXPECT_TRUE(accepts("text/plain", "text/plain; version=0.0.4"));
  EXPECT_FALSE(accepts("text/html", "application/json"));
  EXPECT_FALSE(accepts("*/*, application/json;q=0.0", "application/json"));
  EXPECT_FALSE(accepts("application/*;q=0, */*", "application/json"));
  EXPECT_FALSE(accepts(";;,,", "application/json"));
}

TEST(Accept, a_bearer_token_is_cut_out) {
  EXPECT_EQ(bearer_token("Bearer sihe_x"), "sihe_x");
  EXPECT_EQ(bearer_token("bearer  sihe_x "), "sihe_x");
  EXPECT_EQ(bearer_token("Basic sihe_x"), "");
  EXPECT_EQ(bearer_token("Bearer"), "");
  EXPECT_EQ(bearer_token("Bearer   "), "");
}

}  // namespace
