#include "adapters/hotline/sheet.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/schema/text.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::hotline {

using engine::Instant;
using engine::schema::Flaw;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Step;

namespace {

constexpr std::size_t call_id_bytes_max = 128;
constexpr std::size_t operator_bytes_max = 128;
constexpr std::size_t digits_max = 20;  // of a telephone number, exchange and extension included
constexpr std::size_t caller_digits_least = 3;

// Members that go into the report as they are.
constexpr std::array same{"text",       "title",   "name",     "place",     "area",     "category",
                          "department", "liaison", "latitude", "longitude", "emergency"};

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The digits of a telephone number, with its + in front; nothing if it is written otherwise.
std::optional<std::string> digits_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      out += c;
    } else if (c == '+' && out.empty()) {
      out += c;
    } else if (std::string_view(" -()").find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  if (out.empty() || out == "+" || out.size() > digits_max) return std::nullopt;
  return out;
}

class SheetReader {
 public:
  explicit SheetReader(const Object& members) : members_(members) {}

  Reading run(const std::string& area) {
    Sheet sheet;
    sheet.call_id = text("call_id", call_id_bytes_max, true);
    sheet.operator_name = text("operator", operator_bytes_max, false);
    read_numbers(sheet);
    read_times(sheet);
    take_the_rest(sheet, area);
    name_strangers();
    if (!sheet.says_something && sheet.caller.empty() && flaws_.empty()) {
      wrong("text", "is empty, and so is the caller: nobody could be called back");
    }
    if (!flaws_.empty()) return {std::nullopt, std::move(flaws_)};
    return {std::move(sheet), {}};
  }

 private:
  void wrong(std::string_view name, std::string what) {
    flaws_.push_back({engine::schema::pointer_to(name), std::move(what)});
  }

  const Value* member(std::string_view name) const {
    for (const auto& [key, value] : members_) {
      if (key == name) return value == Value() ? nullptr : &value;
    }
    return nullptr;
  }

  std::string text(std::string_view name, std::size_t bytes_max, bool needed) {
    const Value* value = member(name);
    const std::string* given = value == nullptr ? nullptr : value->string();
    if (value != nullptr && given == nullptr) {
      wrong(name, "must be text");
    } else if (given == nullptr || blank(*given)) {
      if (needed) wrong(name, "is needed");
    } else if (given->size() > bytes_max) {
      wrong(name, "is longer than " + std::to_string(bytes_max) + " bytes");
    } else if (const auto flaw = engine::schema::text_flaw(*given); !flaw.empty()) {
      wrong(name, "must be " + std::string(flaw));
    } else {
      return *given;
    }
    return {};
  }

  void read_numbers(Sheet& sheet) {
    constexpr std::size_t number_bytes_max = 64;
    if (const std::string called = text("called", number_bytes_max, true); !called.empty()) {
      const auto digits = digits_of(called);
      if (!digits) {
        wrong("called", "must be a telephone number: digits, spaces, dashes");
      } else if (!digits->ends_with(line_ending)) {
        wrong("called", "is no number of this service: they all end in " +
                            std::string(line_ending) + " 非本热线号码");
      } else {
        sheet.called = *digits;
      }
    }
    if (const std::string caller = text("caller", number_bytes_max, false); !caller.empty()) {
      const auto digits = digits_of(caller);
      if (!digits || digits->size() < caller_digits_least) {
        wrong("caller", "must be a telephone number, or empty where it is withheld");
      } else {
        sheet.caller = *digits;
      }
    }
  }

  std::optional<Instant> time(std::string_view name, bool needed) {
    const Value* value = member(name);
    if (value == nullptr) {
      if (needed) wrong(name, "is needed");
      return std::nullopt;
    }
    const std::string* given = value->string();
    const auto at = given == nullptr ? std::nullopt : engine::parse_rfc3339(*given);
    if (at && *at != Instant{}) return at;
    wrong(name, "must be a time with its offset, like 2026-03-02T09:15:00+08:00");
    return std::nullopt;
  }

  void read_times(Sheet& sheet) {
    const auto started = time("started_at", true);
    const auto answered = time("answered_at", false);
    const auto ended = time("ended_at", false);
    if (started && answered && *answered < *started) {
      wrong("answered_at", "is before started_at");
    }
    const auto begun = answered ? answered : started;
    if (begun && ended && *ended < *begun) {
      wrong("ended_at", answered ? "is before answered_at" : "is before started_at");
    }
    if (begun) sheet.said_at = *begun;
  }

  void take_the_rest(Sheet& sheet, const std::string& area) {
    for (const char* name : same) {
      const Value* value = member(name);
      const bool empty = value != nullptr && value->string() != nullptr && blank(*value->string());
      if (value != nullptr && !empty) sheet.report.emplace_back(name, *value);
    }
    const auto there = [&](std::string_view name) {
      return std::any_of(sheet.report.begin(), sheet.report.end(),
                         [&](const auto& each) { return each.first == name; });
    };
    sheet.says_something = there("text");
    if (!area.empty() && !there("area")) sheet.report.emplace_back("area", area);
    sheet.report.emplace_back("channel", "hotline");
    sheet.report.emplace_back("external_id", sheet.call_id);
    if (!sheet.caller.empty()) sheet.report.emplace_back("phone", sheet.caller);
  }

  void name_strangers() {
    constexpr std::array own{"call_id",    "called",      "caller",  "operator",
                             "started_at", "answered_at", "ended_at"};
    std::vector<std::string_view> known(own.begin(), own.end());
    known.insert(known.end(), same.begin(), same.end());
    for (const auto& [name, value] : members_) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const auto nearest = engine::schema::nearest_name(name, known);
      wrong(name, "is no member of a call sheet" +
                      (nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?"));
    }
  }

  const Object& members_;
  std::vector<Flaw> flaws_;
};

std::string text_in(const Object& members, std::string_view name) {
  for (const auto& [key, value] : members) {
    if (key == name && value.string() != nullptr) return *value.string();
  }
  return {};
}

}  // namespace

Reading read_sheet(const Value& body, const std::string& area) {
  if (body.object() == nullptr) return {std::nullopt, {{"", "must be an object: a call sheet"}}};
  return SheetReader(*body.object()).run(area);
}

std::string in_sheet(std::string_view pointer) {
  if (pointer == "/phone") return "/caller";
  if (pointer == "/external_id") return "/call_id";
  return std::string(pointer);
}

Asked report_of(const Sheet& sheet, const Caller& caller) {
  ENSURE(sheet.says_something);
  const auto& schema = workflows::issue::schema();
  const auto& table = *schema.by_verb("report");
  auto made = schema.compose(table, Value(sheet.report));
  for (Flaw& flaw : made.flaws) flaw.pointer = in_sheet(flaw.pointer);
  if (!made.composed) return {std::nullopt, std::move(made.flaws)};
  // No token is called so: a slash is no part of a name.
  engine::writer::Submission out{
      "hotline/calls", sheet.id(), {caller.token_name, sheet.operator_name}, {}};
  Step& step = out.steps.emplace_back();
  step.workflow = workflows::issue::workflow_id;
  step.stream = {step.workflow, 0};
  step.verb = table.type;
  step.occurred_at = sheet.said_at;
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  step.codes = std::move(made.composed->codes);
  step.person = sheet.caller;
  return {std::move(out), {}};
}

intake::Letter call_back_of(const Sheet& sheet, std::string path, std::string body) {
  ENSURE(!sheet.says_something && !sheet.caller.empty());
  intake::Letter out;
  out.channel = "hotline";
  out.reason = intake::Reason::call_back;
  out.detail = "call back to make: the call at " +
               engine::format_rfc3339(sheet.said_at, engine::offset_minutes_default) +
               " left no words";
  out.path = std::move(path);
  out.headers = {{"Content-Type", "application/json"}};
  out.body = std::move(body);
  out.group = sheet.called;
  out.account = sheet.caller;
  out.area = text_in(sheet.report, "area");
  out.id = sheet.id();
  return out;
}

}  // namespace adapters::hotline
