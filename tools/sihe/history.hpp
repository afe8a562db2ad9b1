// What `sihe issue show` and `sihe replay` share: to find the issue, the moment that is asked for,
// and names for codes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/core/rfc3339.hpp"
#include "tools/sihe/data_folder.hpp"
#include "workflows/issue/timeline.hpp"

namespace tools {

constexpr int shown_offset_minutes = engine::offset_minutes_default;

// "12" is a version; "2025-03-04T09:12:00+08:00", "2025-03-04 09:12", "2025-03-04" are times (the
// last two Asia/Shanghai, a day counts to its end).
struct Moment {
  std::optional<engine::Version> version;
  std::optional<engine::Instant> time;

  // Whether a record lies at or before it, by its own time.
  bool takes(const engine::log::RecordView& record) const;
};
// invalid: neither a version nor a time.
engine::Result<Moment> parse_moment(const std::string& text);

// invalid: no issue number; the detail says what is wrong with it.
engine::Result<std::uint64_t> parse_issue_number(const std::string& text);

// The issue's history until a moment; all of it without one.
engine::Result<workflows::issue::Timeline> history(const Reading& reading, std::uint64_t number,
                                                   const std::optional<Moment>& until);

// Opens the data folder for reading. invalid: there is none (a mistake on the command line).
engine::Result<std::unique_ptr<Reading>> open_folder(const std::string& folder);

// Exit code for what went wrong while reading.
int exit_code_of(const engine::Error& error);

// "330304010001 潘北社区"; the code alone if nobody knows its name; "" for none.
std::string with_name(const workflows::directory::Tree& tree, std::string_view kind,
                      std::string_view code);

// "办理中 handling"
std::string stage_words(std::uint8_t stage);

// The issue as lines "label  value", for people.
std::string page(const workflows::issue::IssueState& state, const workflows::directory::Tree& tree,
                 std::size_t columns, bool colour);

}  // namespace tools
