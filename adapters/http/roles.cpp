#include "adapters/http/roles.hpp"

namespace adapters::http {
namespace {

constexpr Grant no = Grant::no;
constexpr Grant own = Grant::own;
constexpr Grant yes = Grant::yes;

// clang-format off
constexpr std::array issue_table{
//                               adapter liaison clerk supervisor auditor operator
    Permission{"report",             {yes, yes, yes, yes, no, no}},
    Permission{"supplement",         {own, yes, yes, yes, no, no}},
    Permission{"withdraw",           {own, yes, yes, yes, no, no}},
    Permission{"accept",             {no,  yes, yes, yes, no, no}},
    Permission{"decline",            {no,  yes, yes, yes, no, no}},
    Permission{"claim",              {no,  yes, no,  yes, no, no}},
    Permission{"release",            {no,  yes, no,  yes, no, no}},
    Permission{"call_consultation",  {no,  yes, yes, yes, no, no}},
    Permission{"hold_consultation",  {no,  yes, yes, yes, no, no}},
    Permission{"call_off_meeting",   {no,  yes, yes, yes, no, no}},
    Permission{"hand_over",          {no,  no,  yes, yes, no, no}},
    Permission{"sign",               {no,  no,  yes, yes, no, no}},
    Permission{"return",             {no,  no,  yes, yes, no, no}},
    Permission{"reassign",           {no,  no,  yes, yes, no, no}},
    Permission{"add_co_unit",        {no,  no,  yes, yes, no, no}},
    Permission{"call_negotiation",   {no,  yes, yes, yes, no, no}},
    Permission{"hold_negotiation",   {no,  yes, yes, yes, no, no}},
    Permission{"note_progress",      {no,  yes, yes, yes, no, no}},
    Permission{"request_extension",  {no,  yes, yes, yes, no, no}},
    Permission{"grant_extension",    {no,  no,  no,  yes, no, no}},
    Permission{"refuse_extension",   {no,  no,  no,  yes, no, no}},
    Permission{"pause",              {no,  no,  yes, yes, no, no}},
    Permission{"resume",             {no,  no,  yes, yes, no, no}},
    Permission{"resolve",            {no,  yes, yes, yes, no, no}},
    // The unit that did the work does not ask whether it was good.
    Permission{"follow_up",          {no,  yes, no,  yes, no, no}},
    Permission{"rework",             {no,  yes, no,  yes, no, no}},
    Permission{"close",              {no,  yes, no,  yes, no, no}},
    Permission{"reopen",             {no,  no,  no,  yes, no, no}},
    Permission{"urge",               {no,  yes, no,  yes, no, no}},
    Permission{"supervise",          {no,  no,  no,  yes, no, no}},
    Permission{"escalate",           {no,  no,  no,  yes, no, no}},
    Permission{"set_deadline",       {no,  no,  no,  yes, no, no}},
    Permission{"merge",              {no,  no,  no,  yes, no, no}},
    Permission{"unmerge",            {no,  no,  no,  yes, no, no}},
    Permission{"correct",            {no,  no,  no,  yes, no, no}},
};

// On top of it stands what the meeting asks of its issues: hand_over for a handover meeting,
// set_deadline for a conclusion with a due date.
constexpr std::array meeting_table{
//                               adapter liaison clerk supervisor auditor operator
    Permission{"call",               {no,  yes, yes, yes, no, no}},
    Permission{"hold",               {no,  yes, yes, yes, no, no}},
    Permission{"cancel",             {no,  yes, yes, yes, no, no}},
};

// The report that a letter becomes must be granted, too.
constexpr std::array letter_table{
//                               adapter liaison clerk supervisor auditor operator
    Permission{"accept_letter",      {no,  no,  yes, yes, no, no}},
    Permission{"drop_letter",        {no,  no,  yes, yes, no, no}},
    // Nothing is said anew: what was wrong in the settings is right now, or it is not.
    Permission{"resubmit_letter",    {no,  no,  yes, yes, no, yes}},
};

constexpr std::array directory_table{
//                               adapter liaison clerk supervisor auditor operator
    Permission{"add",                {no,  no,  no,  no,  no, yes}},
    Permission{"rename",             {no,  no,  no,  no,  no, yes}},
    Permission{"move",               {no,  no,  no,  no,  no, yes}},
    Permission{"retire",             {no,  no,  no,  no,  no, yes}},
};

// In the order of Right.
constexpr std::array read_table{
//                               adapter liaison clerk supervisor auditor operator
    Permission{"list",               {no,  yes, yes, yes, yes, no}},
    Permission{"issue",              {own, yes, yes, yes, yes, no}},
    Permission{"history",            {own, yes, yes, yes, yes, no}},
    Permission{"words",              {own, yes, yes, yes, no,  no}},
    Permission{"statistics",         {no,  yes, yes, yes, yes, no}},
    // An adapter follows one issue at a time.
    Permission{"events",             {own, yes, yes, yes, yes, no}},
    Permission{"directory",          {yes, yes, yes, yes, yes, yes}},
    Permission{"metrics",            {no,  no,  no,  no,  no,  yes}},
    Permission{"document",           {yes, yes, yes, yes, yes, yes}},
    Permission{"intake",             {no,  no,  yes, yes, yes, yes}},
    Permission{"outbox",             {no,  no,  no,  no,  no,  yes}},
    Permission{"policy",             {no,  no,  no,  no,  no,  yes}},
};
// clang-format on
static_assert(read_table.size() == rights);

Grant grant_in(std::span<const Permission> table, std::string_view what, Role role) {
  for (const Permission& row : table) {
    if (row.what == what) return row.grants[static_cast<std::size_t>(role)];
  }
  return no;
}

}  // namespace

std::string_view role_name(Role role) {
  switch (role) {
    case Role::adapter:
      return "adapter";
    case Role::liaison:
      return "liaison";
    case Role::clerk:
      return "clerk";
    case Role::supervisor:
      return "supervisor";
    case Role::auditor:
      return "auditor";
    case Role::operator_:
      return "operator";
  }
  return "";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : roles) {
    if (role_name(role) == name) return role;
  }
  return std::nullopt;
}

Grant may_read(Role role, Right right) {
  return read_table[static_cast<std::size_t>(right)].grants[static_cast<std::size_t>(role)];
}

Grant may_command(Role role, std::string_view verb) { return grant_in(issue_table, verb, role); }

Grant may_command_meeting(Role role, std::string_view verb) {
  return grant_in(meeting_table, verb, role);
}

Grant may_command_letter(Role role, std::string_view verb) {
  return grant_in(letter_table, verb, role);
}

Grant may_change_directory(Role role, std::string_view verb) {
  return grant_in(directory_table, verb, role);
}

std::span<const Permission> issue_permissions() { return issue_table; }
std::span<const Permission> meeting_permissions() { return meeting_table; }
std::span<const Permission> letter_permissions() { return letter_table; }
std::span<const Permission> directory_permissions() { return directory_table; }
std::span<const Permission> read_permissions() { return read_table; }

}  // namespace adapters::http
