// Who may do what, as a table (roles.cpp). Areas come on top: a token with an area sees and changes
// only what lies in it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace adapters::http {

enum class Role : std::uint8_t { adapter, liaison, clerk, supervisor, auditor, operator_ };

constexpr std::array roles{Role::adapter,    Role::liaison, Role::clerk,
                           Role::supervisor, Role::auditor, Role::operator_};

std::string_view role_name(Role role);  // "operator"
std::optional<Role> parse_role(std::string_view name);

enum class Grant : std::uint8_t {
  no,
  own,  // only issues that the token itself handed in
  yes,
};

// What may be granted beside the commands.
enum class Right : std::uint8_t {
  list,
  issue,
  history,
  words,  // the personal words in what is read
  statistics,
  events,
  directory,
  metrics,
  document,  // /openapi.json
  intake,    // letters: what channels could not deal with
  outbox,    // what goes out: to look at, to send again, to drop
  policy,    // to apply another one
};

constexpr std::size_t rights = 12;

Grant may_read(Role role, Right right);
// A command on issues, or (directory) on areas, departments and categories. An unknown verb is
// granted to nobody.
Grant may_command(Role role, std::string_view verb);
Grant may_change_directory(Role role, std::string_view verb);
// A command on a meeting; what it asks of the issues on its agenda must be granted, too.
Grant may_command_meeting(Role role, std::string_view verb);

// "accept_letter", "drop_letter", "resubmit_letter"; to accept one, the report that it becomes must
// be granted, too.
Grant may_command_letter(Role role, std::string_view verb);

// The table itself, for documents and tests.
struct Permission {
  std::string_view what;  // a verb, or the name of a right
  std::array<Grant, roles.size()> grants;
};
std::span<const Permission> issue_permissions();
std::span<const Permission> meeting_permissions();
std::span<const Permission> letter_permissions();
std::span<const Permission> directory_permissions();
std::span<const Permission> read_permissions();

}  // namespace adapters::http
