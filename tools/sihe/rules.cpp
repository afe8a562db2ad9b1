#include "tools/sihe/rules.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/files/calendar.hpp"
#include "adapters/files/policy.hpp"
#include "adapters/files/shipped.hpp"

namespace tools {

using engine::Error;
using engine::Fault;
using engine::Result;
using workflows::issue::Calendar;
using workflows::issue::DeadlineRules;
using workflows::issue::Holidays;
using workflows::issue::Policy;

namespace {

// Most deadlines end within so much time.
constexpr std::chrono::days ahead{45};

Result<std::string> text_of(const std::string& kind, const std::string& name,
                            std::optional<std::string_view> shipped,
                            const std::vector<std::string_view>& all) {
  if (shipped) return std::string(*shipped);
  std::error_code ignored;
  std::ifstream file(name, std::ios::binary);
  std::stringstream text;
  if (file && !std::filesystem::is_directory(name, ignored)) text << file.rdbuf();
  if (!file || text.str().empty()) {
    std::string known;
    for (const std::string_view each : all)
      known += (known.empty() ? "" : ", ") + std::string(each);
    return Error{Fault::not_found,
                 "no " + kind + " " + name + ": neither a file that can be read " +
                     "nor one of those that come with the program (" + known + ")"};
  }
  return text.str();
}

}  // namespace

Result<std::string> policy_toml(const std::string& name) {
  return text_of("policy", name, adapters::files::shipped_policy(name),
                 adapters::files::shipped_policies());
}

Result<Policy> load_policy(const std::string& name) {
  const auto text = policy_toml(name);
  if (!text) return text.error();
  return adapters::files::read_policy(*text, name);
}

Result<Holidays> load_calendar(const std::string& name) {
  const auto text = text_of("calendar", name, adapters::files::shipped_calendar(name),
                            adapters::files::shipped_calendars());
  if (!text) return text.error();
  return adapters::files::read_calendar(*text, name);
}

Result<std::shared_ptr<const DeadlineRules>> load_rules(const std::string& policy,
                                                        const std::string& calendar) {
  if (policy.empty() || policy == no_policy) return std::shared_ptr<const DeadlineRules>();
  auto limits = load_policy(policy);
  if (!limits) return limits.error();
  auto days = load_calendar(calendar);
  if (!days) return days.error();
  return std::make_shared<const DeadlineRules>(*std::move(limits), *std::move(days));
}

std::string calendar_warning(const Calendar& calendar, engine::Instant now) {
  const int year = calendar.assumed_year(now, now + ahead);
  if (year == 0) return {};
  return "the calendar " + calendar.version() + " does not know the year " + std::to_string(year) +
         ": deadlines that reach into it count plain Mondays to Fridays, without holidays; name a "
         "newer calendar (setting calendar), then run sihe policy apply";
}

}  // namespace tools
