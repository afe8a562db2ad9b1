#include "tools/sihe/history.hpp"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "tools/sihe/command.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::Result;
using engine::Version;
using engine::log::RecordView;
using workflows::directory::Tree;
using workflows::issue::IssueState;

bool Moment::takes(const RecordView& record) const {
  if (version) return record.version() <= *version;
  return record.occurred_at() <= *time;
}

Result<Moment> parse_moment(const std::string& text) {
  constexpr std::size_t version_digits_max = 9;
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
  Moment out;
  if (digits && text.size() <= version_digits_max) {
    out.version = Version{static_cast<std::uint32_t>(std::stoul(text))};
    return out;
  }
  constexpr std::string_view day = "2025-03-04";
  constexpr std::string_view minute = "2025-03-04 09:12";
  std::string whole = text;
  if (text.size() == day.size()) {
    whole += "T23:59:59.999+08:00";
  } else if (text.size() == minute.size()) {
    whole[day.size()] = 'T';
    whole += ":59.999+08:00";
  }
  out.time = engine::parse_rfc3339(whole);
  if (out.time) return out;
  return Error{Fault::invalid, "\"" + printable(text) +
                                   "\" is neither a version (12) nor a time "
                                   "(2025-03-04, \"2025-03-04 09:12\" or "
                                   "2025-03-04T09:12:00+08:00)"};
}

Result<std::uint64_t> parse_issue_number(const std::string& text) {
  if (const auto number = workflows::issue::parse_number(text)) return *number;
  const auto digits =
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  constexpr auto digits_of_number = 13;
  if (digits == digits_of_number) {
    return Error{Fault::invalid, "the check digits of " + printable(text) +
                                     " do not hold: a digit is wrong, or two are swapped"};
  }
  return Error{Fault::invalid, "an issue number has 13 digits; \"" + printable(text) + "\" has " +
                                   std::to_string(digits)};
}

Result<workflows::issue::Timeline> history(const Reading& reading, std::uint64_t number,
                                           const std::optional<Moment>& until) {
  std::function<bool(const RecordView&)> prefix;
  if (until) prefix = [&](const RecordView& record) { return until->takes(record); };
  return workflows::issue::read_timeline(*reading.log, number, reading.words(), prefix,
                                         shown_offset_minutes);
}

Result<std::unique_ptr<Reading>> open_folder(const std::string& folder) {
  auto reading = Reading::open(folder);
  if (!reading && reading.error().fault == Fault::not_found) {
    return Error{Fault::invalid, reading.error().detail};
  }
  return reading;
}

int exit_code_of(const Error& error) {
  switch (error.fault) {
    case Fault::invalid:
    case Fault::too_large:
      return Exit::usage;
    case Fault::not_found:
    case Fault::cancelled:
      return Exit::found;
    case Fault::conflict:
    case Fault::corrupt:
    case Fault::storage:
    case Fault::read_only:
    case Fault::busy:
      return Exit::fault;
  }
  return Exit::fault;
}

std::string with_name(const Tree& tree, std::string_view kind, std::string_view code) {
  const auto* entry = tree.find(kind, code);
  std::string out(code);
  return entry == nullptr ? out : out + " " + entry->name;
}

std::string stage_words(std::uint8_t stage) {
  if (stage == 0) return "—";
  return workflows::issue::stage_name_zh(stage) + " " + workflows::issue::stage_name(stage);
}

namespace {

std::string when(std::int64_t ms) {
  return ms == 0 ? "" : local_minute(engine::from_ms(ms), shown_offset_minutes);
}

std::string when_due(const workflows::issue::fb::Marks& marks) {
  if (marks.due_at() == 0) return {};
  const std::string due = when(marks.due_at());
  if (marks.resolved_at() == 0) return due;
  const auto left = std::chrono::milliseconds{marks.due_at() - marks.resolved_at()};
  return due + (left.count() >= 0 ? " (resolved with " + span(left) + " left)"
                                  : " (resolved " + span(left) + " late)");
}

std::string counts(const workflows::issue::fb::Marks& marks) {
  std::string out;
  const auto put = [&](const char* name, unsigned count) {
    if (count > 0)
      out += (out.empty() ? "" : ", ") + std::string(name) + " " + std::to_string(count);
  };
  put("退单 returned", marks.returns());
  put("重办 reworked", marks.reworks());
  put("重启 reopened", marks.reopens());
  put("催办 urged", marks.urges());
  put("督办 supervised", marks.supervisions());
  put("提级 escalated", marks.escalations());
  put("会诊 consultations", marks.consultations());
  put("面商 negotiations", marks.negotiations());
  return out;
}

std::string followed_up(const workflows::issue::fb::Marks& marks) {
  if (marks.followed_up_at() == 0) return {};
  namespace fb = workflows::issue::fb;
  std::string out = when(marks.followed_up_at());
  if (marks.reached() != fb::Answer::yes) return out + ", not reached";
  out += std::string(", solved: ") + fb::EnumNameAnswer(marks.solved());
  if (marks.satisfaction() > 0) {
    out += ", satisfaction " + std::to_string(marks.satisfaction()) + " of 5";
  }
  return out;
}

using Lines = std::vector<std::pair<std::string, std::string>>;

std::string reporter(const IssueState& state) {
  std::string out;
  for (const auto& [name, value] : state.reporter) {
    if (name == "place") continue;
    const auto* text = value.string();
    out += (out.empty() ? "" : ", ") +
           (text != nullptr ? *text : std::string(workflows::issue::erased_text));
  }
  return out;
}

std::string place(const IssueState& state) {
  for (const auto& [name, value] : state.reporter) {
    if (name != "place") continue;
    const auto* text = value.string();
    return text != nullptr ? *text : std::string(workflows::issue::erased_text);
  }
  return {};
}

Lines lines_of(const IssueState& state, const Tree& tree) {
  const auto& marks = state.marks;
  namespace fb = workflows::issue::fb;
  std::string units;
  for (const auto& each : state.co_units) {
    units += (units.empty() ? "" : ", ") + with_name(tree, "department", each);
  }
  std::string absorbed;
  for (const std::uint64_t each : state.absorbed) {
    absorbed += (absorbed.empty() ? "" : ", ") + workflows::issue::format_number(each);
  }
  Lines lines{
      {"阶段 stage", stage_words(static_cast<std::uint8_t>(marks.stage())) + ", since " +
                         when(marks.stage_since())},
      {"区域 area", with_name(tree, "area", state.dims.area)},
      {"地点 place", place(state)},
      {"类别 category", with_name(tree, "category", state.dims.category)},
      {"渠道 channel", state.dims.channel},
      {"部门 department", with_name(tree, "department", state.dims.department)},
      {"协办 co-units", units},
      {"联系人 liaison", state.liaison},
      {"反映人 reporter", reporter(state)},
      {"内容 text", state.text},
      {"上报 reported", when(marks.opened_at())},
      {"受理 accepted", when(marks.accepted_at())},
      {"时限 due", when_due(marks)},
      {"督办 supervision", marks.supervision() == fb::Supervision::on_time
                               ? ""
                               : fb::EnumNameSupervision(marks.supervision())},
      {"层级 level", marks.level() == fb::Level::village ? "" : fb::EnumNameLevel(marks.level())},
      {"办结 resolved", when(marks.resolved_at())},
      {"结果 outcome",
       marks.outcome() == fb::Outcome::none ? "" : fb::EnumNameOutcome(marks.outcome())},
      {"答复 reply", state.reply},
      {"回访 follow-up", followed_up(marks)},
      {"次数 counts", counts(marks)},
      {"并入 merged into",
       marks.merged_into() == 0 ? "" : workflows::issue::format_number(marks.merged_into())},
      {"并案 absorbed", absorbed},
      {"版本 version", std::to_string(state.version.value) + " at position " +
                           std::to_string(state.position.value)}};
  if (marks.extension_pending()) lines.emplace_back("延期 extension", "requested, not answered");
  for (const auto& each : state.corrections) {
    const auto part = [&](const char* name) {
      const auto* value = each.find(name);
      const auto* text = value == nullptr ? nullptr : value->string();
      return text != nullptr ? *text : std::string(workflows::issue::erased_text);
    };
    lines.emplace_back("更正 corrected", part("field") + ": " + part("was") + " → " + part("is"));
  }
  return lines;
}

}  // namespace

std::string page(const IssueState& state, const Tree& tree, std::size_t columns, bool colour) {
  constexpr std::size_t label_columns = 20;
  const Paint paint(colour);
  std::string out =
      paint.bold(workflows::issue::format_number(state.number) + "  " + printable(state.title)) +
      (state.emergency ? paint.red("  紧急 emergency") : "") + "\n\n";
  for (const auto& [label, value] : lines_of(state, tree)) {
    if (value.empty()) continue;
    std::string head = paint.dim(padded(label, label_columns));
    for (const std::string& line : wrapped(printable(value), columns - label_columns)) {
      out += head + line + "\n";
      head = std::string(label_columns, ' ');
    }
  }
  return out;
}

}  // namespace tools
