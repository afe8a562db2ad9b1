// An issue's history as lines for people. Internal to `sihe replay`.
#pragma once

#include <cstddef>
#include <string>

#include "tools/sihe/terminal.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/timeline.hpp"

namespace tools {

class ReplayPrinter {
 public:
  ReplayPrinter(const workflows::directory::Tree& tree, std::size_t columns, bool colour)
      : tree_(tree), columns_(columns), paint_(colour) {}

  // Number, title, where it belongs, how it stands.
  std::string heading(const workflows::issue::IssueState& state) const;

  // One step: when and how long after the one before, what, by whom, stage before → after, what
  // was said, the deadline and what is left of it.
  std::string step(const workflows::issue::TimelineStep& step) const;

  // What differs between two states, a line each: "stage  a → b". Empty: nothing.
  std::string changes(const workflows::issue::IssueState& from,
                      const workflows::issue::IssueState& to) const;

 private:
  std::string who(const workflows::issue::TimelineStep& step) const;
  std::string details(const workflows::issue::TimelineStep& step) const;
  std::string deadline(const workflows::issue::TimelineStep& step) const;
  std::string paragraph(const std::string& label, const std::string& text) const;

  const workflows::directory::Tree& tree_;
  std::size_t columns_;
  Paint paint_;
};

// The members of the issue's document that differ: {member, from, to}.
engine::schema::List differences(const workflows::issue::IssueState& from,
                                 const workflows::issue::IssueState& to);

}  // namespace tools
