// What the tests of the issue workflow begin with: an issue brought somewhere in its life.
#pragma once

#include <gtest/gtest.h>

#include "tests/support/case_desk.hpp"

namespace workflows::issue {

using support::CaseDesk;

class IssueDesk : public testing::Test {
 protected:
  const std::uint64_t lamp_ = CaseDesk::number(1);
  const std::uint64_t dark_street_ = CaseDesk::number(2);

  void reported(std::uint64_t issue) {
    desk_.given(issue, "report",
                {{"text", "环村路路灯不亮"}, {"channel", "hotline"}, {"area", "330304010001"}});
  }
  void accepted(std::uint64_t issue) {
    reported(issue);
    desk_.given(issue, "accept", {{"category", "lamp"}});
  }
  void handed_over(std::uint64_t issue) {
    accepted(issue);
    desk_.given(issue, "hand_over", {{"department", "enforcement"}});
  }
  void handling(std::uint64_t issue) {
    handed_over(issue);
    desk_.given(issue, "sign", {{"by", "项秀英"}});
  }
  void resolved(std::uint64_t issue) {
    handling(issue);
    desk_.given(issue, "resolve", {{"outcome", "solved"}, {"reply", "已更换灯头"}});
  }
  void closed(std::uint64_t issue) {
    resolved(issue);
    desk_.given(issue, "close");
  }
  void due(std::uint64_t issue, const char* kind, const char* minute) {
    desk_.given(issue, "set_deadline", {{"kind", kind}, {"due", rfc3339(minute)}});
  }
  static std::string rfc3339(const char* minute) {
    return engine::format_rfc3339(CaseDesk::shanghai(minute), engine::offset_minutes_default);
  }

  CaseDesk desk_;
};

}  // namespace workflows::issue
