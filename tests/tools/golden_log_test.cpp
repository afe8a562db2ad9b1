// A log that each release wrote, and what it must give for ever: the same tree head, a sound
// history, the same issues, the same figures. What a later version adds to them is no difference.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "replay/verify.hpp"
#include "tests/support/golden_log.hpp"
#include "tests/support/import_bench.hpp"
#include "tests/support/places.hpp"
#include "tools/sihe/demo_fill.hpp"
#include "workflows/issue/timeline.hpp"

namespace {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

constexpr std::size_t golden_issues = 40;
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

Value given_by(const engine::log::LogReader& log) {
  const auto head = log.tree_head();
  return Object{{"records", static_cast<std::int64_t>(head.size)},
                {"root", hex(head.root)},
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

void write_golden() {
  support::ImportBench bench;
  tools::demo::fill(bench.writer(), bench.directory(), {golden_issues, 71},
                    [](std::size_t, std::size_t) { return true; })
      .value();
  const auto folder = golden_logs() / support::version();
  support::write_records(folder / "records", support::stored_records(bench.log()));
  std::ofstream(folder / "gives.json")
      << adapters::json::write_pretty(given_by(bench.log())) << "\n";
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
