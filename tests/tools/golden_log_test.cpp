// A log that each release wrote, and what it must give for ever: the same tree head, a sound
// history, the same issues, the same figures. What a later version adds to them is no difference.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/intake/admit.hpp"
#include "adapters/intake/office.hpp"
#include "adapters/json/json.hpp"
#include "replay/verify.hpp"
#include "tests/support/golden_log.hpp"
#include "tests/support/import_bench.hpp"
#include "tests/support/places.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/demo_fill.hpp"
#include "workflows/issue/figures.hpp"
#include "workflows/issue/timeline.hpp"

namespace {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

constexpr std::size_t golden_issues = 24;
constexpr std::size_t document_bytes_max = 4 << 20;

std::filesystem::path golden_logs() {
  return support::source_folder() / "tests" / "golden" / "logs";
}

std::string hex(const engine::Sha256& digest) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : digest) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

// Each issue as its page shows it, without the words that lie outside of the records.
List issues_of(const engine::log::LogReader& log) {
  std::set<std::uint64_t> numbers;
  const auto note = [&](engine::Position, std::string_view bytes) {
    const auto stream = engine::log::RecordView(bytes).stream();
    if (stream.workflow == workflows::issue::workflow_id) numbers.insert(stream.number);
    return true;
  };
  log.read(engine::Position{0}, log.last(), note).value();
  const workflows::issue::Words erased = [](const auto&, auto) { return std::nullopt; };
  List out;
  for (const std::uint64_t number : numbers) {
    const auto timeline = workflows::issue::read_timeline(log, number, erased).value();
    out.emplace_back(workflows::issue::show_state(timeline.state, engine::offset_minutes_default));
  }
  return out;
}

Value shown(const workflows::issue::Figures& figures) {
  Object out;
  for (const auto& each : workflows::issue::all_figures()) {
    if (each.count != nullptr) out.emplace_back(std::string(each.name), figures.*each.count);
  }
  Object times;
  for (const auto& [name, time] : figures.times) {
    times.emplace_back(name, Object{{"n", static_cast<std::int64_t>(time.n)},
                                    {"median_s", time.median_s},
                                    {"p90_s", time.p90_s},
                                    {"max_s", time.max_s}});
  }
  out.emplace_back("times", std::move(times));
  return out;
}

// Every grouping's rows and the total, as of a moment when some of the issues are late.
Object statistics_of(const engine::log::LogReader& log) {
  using workflows::issue::By;
  const auto statistics = workflows::issue::make_statistics();
  const auto take = [&](engine::Position, std::string_view record) {
    statistics->apply(engine::log::RecordView(record));
    return true;
  };
  log.read(engine::Position{0}, log.last(), take).value();
  const auto tree = workflows::directory::read_tree(log).value();
  const tools::DirectoryNaming naming(tree);
  Object out;
  for (const auto& [name, by] :
       {std::pair{"area", By::area}, std::pair{"town", By::town},
        std::pair{"category", By::category}, std::pair{"channel", By::channel},
        std::pair{"department", By::department}, std::pair{"month", By::month},
        std::pair{"total", By::total}}) {
    workflows::issue::StatisticsQuery query;
    query.by = by;
    query.at = *engine::parse_rfc3339("2026-03-02T09:00:00+08:00");
    Object rows;
    const auto table = statistics->table(query, naming);
    for (const auto& row : table.rows) {
      rows.emplace_back(row.key + " " + row.name, shown(row.figures));
    }
    rows.emplace_back("(total)", shown(table.total));
    out.emplace_back(name, std::move(rows));
  }
  return out;
}

Value given_by(const engine::log::LogReader& log) {
  const auto head = log.tree_head();
  return Object{{"records", static_cast<std::int64_t>(head.size)},
                {"root", hex(head.root)},
                {"statistics", statistics_of(log)},
                {"issues", issues_of(log)}};
}

// What the stored value has and the present one has not, a line each.
void differences(const std::string& at, const Value& stored, const Value& now,
                 std::vector<std::string>& out) {
  if (const auto* members = stored.object()) {
    for (const auto& [name, value] : *members) {
      const Value* found = now.find(name);
      if (found == nullptr) {
        out.push_back(at + "/" + name + " is gone");
      } else {
        differences(at + "/" + name, value, *found, out);
      }
    }
    return;
  }
  const auto* list = std::get_if<List>(&stored.it);
  const auto* other = std::get_if<List>(&now.it);
  if (list != nullptr && other != nullptr && list->size() == other->size()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      differences(at + "/" + std::to_string(i), (*list)[i], (*other)[i], out);
    }
    return;
  }
  const std::string was = adapters::json::write(stored);
  const std::string is = adapters::json::write(now);
  if (was != is) out.push_back(at + " was " + was + ", is " + is);
}

// Asks for commands on issues of its own, each of which must be recorded.
class Asking {
 public:
  explicit Asking(support::ImportBench& bench, std::string source = "golden")
      : bench_(bench), source_(std::move(source)) {}

  // Gives the issue's number. `issue`: 0 for a new one.
  std::uint64_t ask(std::uint64_t issue, std::string_view verb, Object body) {
    const auto* table = workflows::issue::schema().by_verb(verb);
    auto made = workflows::issue::schema().compose(*table, Value(std::move(body)));
    if (!made.composed) {
      throw std::runtime_error(std::string(verb) + made.flaws.front().pointer + " " +
                               made.flaws.front().detail);
    }
    engine::writer::Step step;
    step.workflow = workflows::issue::workflow_id;
    step.verb = table->type;
    step.stream = {workflows::issue::workflow_id, issue};
    step.body = std::move(made.composed->body);
    step.personal = std::move(made.composed->personal);
    step.codes = std::move(made.composed->codes);
    step.occurred_at = at_ += std::chrono::minutes{1};
    engine::writer::Submission submission{source_, std::to_string(++asked_), {"clerk", ""}, {}};
    submission.steps.push_back(std::move(step));
    const auto answer = bench_.writer().ask(std::move(submission));
    if (const auto* refusal = std::get_if<engine::writer::Refusal>(&answer)) {
      throw std::runtime_error(std::string(verb) + ": " + refusal->detail);
    }
    return std::get<engine::writer::Recorded>(answer).stream.number;
  }

 private:
  support::ImportBench& bench_;
  std::string source_;
  engine::Instant at_ = *engine::parse_rfc3339("2026-02-26T08:00:00+08:00");
  int asked_ = 0;
};

// The facts that the demo's first issues have none of.
void tell_what_else_happens(support::ImportBench& bench) {
  Asking asking(bench);
  const Object report{{"text", "路灯不亮。"}, {"channel", "hotline"}};
  const auto declined = asking.ask(0, "report", report);
  asking.ask(declined, "decline", {{"reason", "不属受理范围"}, {"ground", "信访工作条例"}});

  const auto parted = asking.ask(0, "report", report);
  const auto host = asking.ask(0, "report", report);
  const auto host_text = workflows::issue::format_number(host);
  asking.ask(parted, "merge", {{"into", host_text}});
  asking.ask(parted, "unmerge", {{"from", host_text}});
  asking.ask(parted, "withdraw", {});

  asking.ask(host, "accept", {});
  asking.ask(host, "set_deadline", {{"kind", "solve"}, {"due", "2026-02-27T17:30:00+08:00"}});
  const Object later{{"until", "2026-03-06T17:30:00+08:00"}, {"reason", "等材料"}};
  asking.ask(host, "request_extension", later);
  asking.ask(host, "grant_extension", {{"until", "2026-03-06T17:30:00+08:00"}});
  asking.ask(host, "pause", {{"reason", "等天晴"}});
  asking.ask(host, "resume", {});
  for (int time = 0; time < 3; ++time) {  // the third escalates
    asking.ask(host, "resolve", {{"outcome", "solved"}, {"reply", "已修好。"}});
    asking.ask(host, "rework", {{"reason", "又坏了"}});
  }
  asking.ask(host, "request_extension",
             {{"until", "2026-03-10T17:30:00+08:00"}, {"reason", "等材料"}});
  asking.ask(host, "refuse_extension", {{"reason", "已延过一次"}});
  asking.ask(host, "urge", {{"text", "什么时候修？"}});
  const auto tree = bench.directory().tree();
  const std::string first = tree->all("department").front()->code;
  const std::string second = tree->all("department").back()->code;
  asking.ask(host, "hand_over", {{"department", first}});
  asking.ask(host, "add_co_unit", {{"department", second}});
  asking.ask(host, "reassign", {{"department", second}, {"reason", "职责"}});
  asking.ask(host, "return", {{"reason", "不属职责"}, {"ground", "三定方案"}});
  asking.ask(host, "resolve", {{"outcome", "explained"}});
  asking.ask(host, "close", {});
  asking.ask(host, "reopen", {{"reason", "居民不认可"}});
  asking.ask(host, "supervise", {{"text", "三日内答复"}});
  asking.ask(host, "correct",
             {{"version", 1}, {"field", "channel"}, {"is", "wechat"}, {"code", "wechat"}});
}

engine::StreamId recorded(support::ImportBench& bench, engine::writer::Submission submission) {
  const auto answer = bench.writer().ask(std::move(submission));
  if (const auto* refusal = std::get_if<engine::writer::Refusal>(&answer)) {
    throw std::runtime_error(refusal->detail);
  }
  return std::get<engine::writer::Recorded>(answer).stream;
}

// What came by the channels: a report in a group, a letter that becomes an issue, one that does
// not.
void tell_what_channels_bring(support::ImportBench& bench) {
  Asking asking(bench, "group");
  asking.ask(
      0, "report",
      {{"text", "井盖松动。"}, {"channel", "qq"}, {"account", "20001"}, {"group", "123456"}});
  adapters::intake::Letter unplaced;
  unplaced.channel = "qq";
  unplaced.reason = adapters::intake::Reason::unplaced;
  unplaced.detail = "the group 999 is bound to no area";
  unplaced.path = "/onebot";
  unplaced.headers = {{"X-Self-ID", "10001"}};
  unplaced.body = "{}";
  unplaced.said = "路边树倒了";
  unplaced.group = "999";
  unplaced.account = "20001";
  unplaced.id = "1";
  const auto kept = recorded(bench, adapters::intake::submission_of(unplaced));
  auto admitted = adapters::intake::admission(
      kept.number, {"qq", unplaced.said, unplaced.account, unplaced.group}, {{"note", "已核实"}});
  recorded(bench, {"golden", "admit", {"clerk", ""}, std::move(admitted.steps)});
  adapters::intake::Letter unreadable;
  unreadable.channel = "onebot";
  unreadable.detail = "no JSON";
  unreadable.body = std::string("\xff\x00", 2);
  const auto other = recorded(bench, adapters::intake::submission_of(unreadable));
  auto dropped = adapters::intake::dismissal(other.number, {{"reason", "无内容"}});
  recorded(bench, {"golden", "drop", {"clerk", ""}, std::move(dropped.steps)});
}

void write_golden() {
  support::ImportBench bench;
  tools::demo::fill(bench.writer(), bench.directory(), {golden_issues, 71},
                    [](std::size_t, std::size_t) { return true; })
      .value();
  tell_what_else_happens(bench);
  tell_what_channels_bring(bench);
  const auto folder = golden_logs() / support::version();
  support::write_records(folder / "records", support::stored_records(bench.log()));
  std::ofstream(folder / "gives.json") << adapters::json::write(given_by(bench.log())) << "\n";
}

std::vector<std::filesystem::path> releases() {
  if (support::writing_golden()) write_golden();
  std::vector<std::filesystem::path> out;
  for (const auto& each : std::filesystem::directory_iterator(golden_logs())) {
    out.push_back(each.path());
  }
  return out;
}

TEST(GoldenLog, OfEachReleaseIsSoundAndFollowsItsTable) {
  for (const auto& release : releases()) {
    SCOPED_TRACE(release.string());
    const auto log = support::log_of(support::read_records(release / "records"));
    const auto report = replay::verify_log({*log, nullptr, replay::all_rules()}, {}).value();
    EXPECT_TRUE(report.sound());
    for (const auto& check : report.checks) {
      for (const auto& each : check.first) ADD_FAILURE() << each.about << ": " << each.what;
      // A table that this program does not know would be told here, and hold nothing.
      for (const auto& note : check.notes) {
        EXPECT_EQ(note.find("does not know"), std::string::npos) << note;
      }
    }
  }
}

TEST(GoldenLog, OfEachReleaseStillGivesWhatItGave) {
  std::size_t held = 0;
  for (const auto& release : releases()) {
    SCOPED_TRACE(release.string());
    const auto log = support::log_of(support::read_records(release / "records"));
    const auto stored = adapters::json::parse(support::contents(release / "gives.json"),
                                              {.bytes_max = document_bytes_max})
                            .value();
    std::vector<std::string> found;
    differences("", stored, given_by(*log), found);
    EXPECT_EQ(found, std::vector<std::string>{});
    ++held;
  }
  EXPECT_GT(held, 0U);
}

TEST(GoldenLog, DifferencesAreFound) {
  const Value stored = Object{{"a", 1}, {"list", List{Object{{"b", "x"}}}}};
  std::vector<std::string> found;
  differences("", stored, Object{{"a", 1}, {"list", List{Object{{"b", "x"}, {"new", 2}}}}}, found);
  EXPECT_EQ(found, std::vector<std::string>{});
  differences("", stored, Object{{"a", 2}, {"list", List{Object{{"b", "x"}}}}}, found);
  differences("", stored, Object{{"a", 1}, {"list", List{Object{{"c", "x"}}}}}, found);
  differences("", stored, Object{{"a", 1}, {"list", List{}}}, found);
  differences("", stored, Object{{"list", List{Object{{"b", "x"}}}}}, found);
  EXPECT_EQ(found, (std::vector<std::string>{"/a was 1, is 2", "/list/0/b is gone",
                                             R"(/list was [{"b":"x"}], is [])", "/a is gone"}));
}

}  // namespace
