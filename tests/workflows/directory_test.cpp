// The directory: what is taken, what is refused and with which words, and the tree that comes of
// it.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/core/rfc3339.hpp"
#include "engine/log/open.hpp"
#include "workflows/directory/decide.hpp"
#include "workflows/directory/directory.hpp"

namespace {

using namespace workflows::directory;
using engine::FactType;
using engine::Instant;
using engine::Position;
using engine::StreamId;
using engine::Version;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Decision;
using engine::writer::Desk;
using engine::writer::Draft;
using engine::writer::Refusal;
using engine::writer::Step;
using engine::writer::StreamState;
namespace log = engine::log;

const Instant morning = *engine::parse_rfc3339("2026-03-02T09:00:00+08:00");

// Decides and records as the writer does, one step at a time, in memory.
class Office {
 public:
  Office() : log_(log::memory_log()), directory_(make_directory_workflow()) {}

  // "" if it was recorded.
  Refusal ask(Step step) {
    if (step.stream.number == 0) step.stream = directory_->fresh(step, now_);
    std::map<StreamId, StreamState> loaded;
    loaded[step.stream] = states_[step.stream];
    for (const StreamId& other : directory_->addresses(step)) loaded[other] = states_[other];
    Desk desk;
    desk.state = [&](const StreamId& id) -> const StreamState& { return loaded.at(id); };
    desk.now = now_;
    const Decision decision = directory_->decide(desk, step);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) return *refusal;
    for (const Draft& draft : std::get<std::vector<Draft>>(decision)) record(draft);
    return {};
  }
  Refusal add(const EntryInfo& entry) { return ask(add_entry(entry, now_)); }
  Refusal ask(const char* verb, Object body) {
    const auto* table = schema().by_verb(verb);
    const auto made = schema().compose(*table, Value(std::move(body)));
    EXPECT_TRUE(made.composed.has_value()) << made.flaws.front().detail;
    Step step;
    step.workflow = workflow_id;
    step.verb = table->type;
    step.body = made.composed->body;
    return ask(std::move(step));
  }

  DirectoryWorkflow& directory() { return *directory_; }
  log::EventLog& log() { return *log_; }
  void at(Instant now) { now_ = now; }

 private:
  void record(const Draft& draft) {
    StreamState& state = states_[draft.stream];
    log::fb::RecordT record;
    const Position position = engine::next(log_->last());
    record.head = std::make_unique<log::fb::Head>(
        position.value, draft.stream.number, engine::to_ms(now_), engine::to_ms(draft.occurred_at),
        engine::to_ms(draft.opened_at), engine::to_ms(draft.due_at), directory_->machine(),
        engine::next(state.version).value, draft.type.value, std::uint16_t{1}, std::uint8_t{2},
        state.stage, draft.stage_after, std::uint8_t{0}, 0U);
    record.actor = "clerk";
    record.after.assign(draft.summary.begin(), draft.summary.end());
    record.before.assign(state.summary.begin(), state.summary.end());
    record.fact.assign(draft.fact.begin(), draft.fact.end());
    flatbuffers::FlatBufferBuilder b;
    log::fb::FinishRecordBuffer(b, log::fb::Record::Pack(b, &record));
    const std::string bytes(reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize());
    log::verify_record(bytes).value();
    state.version = engine::next(state.version);
    state.occurred_at = draft.occurred_at;
    state.opened_at = draft.opened_at;
    state.stage = draft.stage_after;
    state.summary = draft.summary;
    log::Batch batch;
    batch.entries.push_back({position, draft.stream, state.version, bytes});
    log_->append(log_->last(), batch).value();
    directory_->recorded(log::RecordView(bytes));
  }

  std::unique_ptr<log::EventLog> log_;
  std::unique_ptr<DirectoryWorkflow> directory_;
  std::map<StreamId, StreamState> states_;
  Instant now_ = morning;
};

EntryInfo area(std::string code, std::string name, std::string parent, std::string level) {
  return {"area", std::move(code), std::move(name), std::move(parent), std::move(level)};
}

class Directory : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const EntryInfo& entry :
         {area("330304", "瓯海区", "", "district"), area("330304010", "潘桥街道", "330304", "town"),
          area("330304001", "景山街道", "330304", "town"),
          area("330304010001", "潘北社区", "330304010", "village"),
          area("330304010002", "陈庄社区", "330304010", "village"),
          EntryInfo{"department", "water", "水利局", "", ""},
          EntryInfo{"category", "city", "城乡环境", "", ""},
          EntryInfo{"category", "lamp", "路灯照明", "city", ""}}) {
      ASSERT_EQ(office.add(entry).code, "") << entry.code;
    }
  }
  std::shared_ptr<const Tree> tree() { return office.directory().tree(); }
  bool known(const char* kind, const char* code) { return office.directory().known(kind, code); }

  Office office;
};

TEST_F(Directory, KnowsWhatWasAdded) {
  EXPECT_TRUE(known("area", "330304010001"));
  EXPECT_FALSE(known("area", "330304010009"));
  EXPECT_FALSE(known("area", "water")) << "a code is known as what it is";
  EXPECT_FALSE(known("planet", "earth"));
  EXPECT_EQ(tree()->find("area", "330304010001")->name, "潘北社区");
  EXPECT_EQ(tree()->find("category", "lamp")->parent, "city");
}

TEST_F(Directory, AnAreaLiesInATown) {
  EXPECT_EQ(tree()->town_of("330304010001"), "330304010");
  EXPECT_EQ(tree()->town_of("330304010"), "330304010");
  EXPECT_EQ(tree()->town_of("330304"), "");
  EXPECT_EQ(tree()->town_of("nowhere"), "");
}

TEST_F(Directory, ASubtreeIsTheEntryAndAllBelowIt) {
  auto codes = tree()->subtree("area", "330304");
  EXPECT_EQ(codes.front(), "330304");
  EXPECT_EQ(codes.size(), 5U);
  EXPECT_EQ(tree()->subtree("area", "330304010002"), std::vector<std::string>{"330304010002"});
}

TEST_F(Directory, ACodeIsAddedOnce) {
  const Refusal no = office.add(area("330304010", "另一街道", "330304", "town"));
  EXPECT_EQ(no.code, "exists");
  EXPECT_EQ(no.pointer, "/code");
  EXPECT_EQ(no.allowed, (std::vector<std::string>{"rename_entry", "move_entry", "retire_entry"}));
  EXPECT_EQ(tree()->find("area", "330304010")->name, "潘桥街道");
}

TEST_F(Directory, AnUnknownParentIsToldWithTheNearest) {
  const Refusal no = office.add(area("330304010003", "焦下村", "33030410", "village"));
  EXPECT_EQ(no.code, "unknown_code");
  EXPECT_EQ(no.pointer, "/parent");
  ASSERT_FALSE(no.allowed.empty());
  EXPECT_EQ(no.allowed.front(), "330304010 潘桥街道");
}

TEST_F(Directory, AnAreaLiesInALargerOne) {
  EXPECT_EQ(office.add(area("x", "某街道", "330304010001", "town")).code, "wrong_level");
  EXPECT_EQ(office.add(area("x", "某街道", "330304010", "town")).code, "wrong_level");
  EXPECT_EQ(office.add(area("x", "某区", "330304", "district")).code, "wrong_level");
  EXPECT_EQ(office.add(area("x", "某处", "330304", "")).pointer, "/level");
  EXPECT_EQ(office.add({"category", "x", "某类", "city", "town"}).code, "wrong_level");
  EXPECT_EQ(office.add(area("x", "某村", "330304", "village")).code, "")
      << "a village may lie in the district itself";
}

TEST_F(Directory, OnlyAVillageIsAPilotVillage) {
  EntryInfo entry = area("x", "某村", "330304010", "village");
  entry.pilot = true;
  EXPECT_EQ(office.add(entry).code, "");
  EXPECT_TRUE(tree()->find("area", "x")->pilot);
  entry = area("y", "某街道", "330304", "town");
  entry.pilot = true;
  EXPECT_EQ(office.add(entry).pointer, "/pilot");
}

TEST_F(Directory, WhatIsNoCodeOrNameIsRefused) {
  EXPECT_EQ(office.add({"planet", "earth", "地球", "", ""}).code, "unknown_kind");
  EXPECT_EQ(office.add(area("", "无", "", "town")).code, "invalid");
  EXPECT_EQ(office.add(area("a\nb", "无", "", "town")).code, "invalid");
  EXPECT_EQ(office.add(area("a", "", "", "town")).pointer, "/name");
  EXPECT_EQ(office.add(area("a", "\xff", "", "town")).pointer, "/name");
  EXPECT_EQ(office.add(area(std::string(code_bytes_max + 1, 'a'), "长", "", "town")).code,
            "invalid");
  EXPECT_EQ(office.add(area(std::string(code_bytes_max, 'a'), "长", "", "town")).code, "");
  EXPECT_EQ(office.log().last().value, 9U) << "what is refused leaves nothing behind";
}

TEST_F(Directory, TheLimitsAreTheSchemas) {
  for (const auto& field : schema().by_fact("entry_added")->fields) {
    if (field.name == "code") {
      EXPECT_EQ(field.longest, code_bytes_max);
    }
    if (field.name == "name") {
      EXPECT_EQ(field.longest, name_bytes_max);
    }
  }
}

TEST_F(Directory, AnEntryIsRenamed) {
  EXPECT_EQ(
      office.ask("rename_entry", {{"kind", "area"}, {"code", "330304010"}, {"name", "潘桥镇"}})
          .code,
      "");
  EXPECT_EQ(tree()->find("area", "330304010")->name, "潘桥镇");
  EXPECT_EQ(
      office.ask("rename_entry", {{"kind", "area"}, {"code", "330304010"}, {"name", "潘桥镇"}})
          .code,
      "unchanged");
  EXPECT_EQ(
      office.ask("rename_entry", {{"kind", "area"}, {"code", "33030401"}, {"name", "潘桥镇"}}).code,
      "not_found");
}

TEST_F(Directory, AVillageMovesToAnotherTown) {
  const auto move = [&](const char* code, const char* to) {
    return office.ask("move_entry", {{"kind", "area"}, {"code", code}, {"parent", to}}).code;
  };
  EXPECT_EQ(move("330304010001", "330304001"), "");
  EXPECT_EQ(tree()->town_of("330304010001"), "330304001");
  EXPECT_EQ(move("330304010001", "330304001"), "unchanged");
  EXPECT_EQ(move("330304010001", "330304010002"), "wrong_level");
  EXPECT_EQ(move("330304010001", "33"), "unknown_code");
}

TEST_F(Directory, NothingComesToLieInItself) {
  ASSERT_EQ(office.add({"category", "street-lamp", "街灯", "lamp", ""}).code, "");
  const auto move = [&](const char* to) {
    return office.ask("move_entry", {{"kind", "category"}, {"code", "city"}, {"parent", to}}).code;
  };
  EXPECT_EQ(move("city"), "cycle");
  EXPECT_EQ(move("street-lamp"), "cycle");
  EXPECT_EQ(office.add({"category", "self", "自", "self", ""}).code, "cycle");
}

TEST_F(Directory, ARetiredCodeStaysButIsGivenToNothingNew) {
  const auto retire = [&](const char* code) {
    return office.ask("retire_entry", {{"kind", "area"}, {"code", code}});
  };
  const Refusal no = retire("330304010");
  EXPECT_EQ(no.code, "has_children");
  EXPECT_EQ(no.allowed,
            (std::vector<std::string>{"330304010001 潘北社区", "330304010002 陈庄社区"}));
  EXPECT_EQ(retire("330304010001").code, "");
  EXPECT_EQ(retire("330304010002").code, "");
  EXPECT_EQ(retire("330304010").code, "");
  EXPECT_FALSE(known("area", "330304010001"));
  EXPECT_TRUE(tree()->find("area", "330304010001")->retired);
  EXPECT_EQ(tree()->town_of("330304010001"), "330304010") << "its past stays where it was";
  EXPECT_EQ(retire("330304010001").code, "retired");
  EXPECT_EQ(office.add(area("330304010001", "潘北社区", "330304001", "village")).code, "retired");
  EXPECT_EQ(office.add(area("330304010005", "丁岙社区", "330304010", "village")).pointer,
            "/parent");
  for (const std::string& each : office.directory().nearest("area", "330304010001", 9)) {
    EXPECT_EQ(each.find("潘北"), std::string::npos) << "what is retired is no advice";
  }
}

TEST_F(Directory, AFactIsNotBeforeTheLastOne) {
  office.at(morning - std::chrono::hours(1));
  Step step = add_entry(area("z", "某村", "330304010", "village"), morning - std::chrono::hours(1));
  EXPECT_EQ(office.ask(step).code, "") << "an entry may be older than its parent's fact";
  step = Step{};
  step.occurred_at = morning - std::chrono::hours(2);
  const auto* table = schema().by_verb("retire_entry");
  step.workflow = workflow_id;
  step.verb = table->type;
  step.body =
      schema().compose(*table, Value(Object{{"kind", "area"}, {"code", "z"}})).composed->body;
  EXPECT_EQ(office.ask(step).code, "too_early");
}

TEST_F(Directory, AStepSaysItsOwnStreamOrNone) {
  Step step = add_entry(area("z", "某村", "330304010", "village"), morning);
  EXPECT_EQ(step.stream, entry_stream("area", "z"));
  step.stream = entry_stream("area", "y");
  EXPECT_EQ(office.ask(step).code, "wrong_stream");
  step.stream.number = 0;
  EXPECT_EQ(office.ask(step).code, "");
}

TEST_F(Directory, CodesThatFallOnOneNumberAreToldApart) {
  Desk desk;
  StreamState taken;
  taken.version = Version{1};
  taken.stage = static_cast<std::uint8_t>(fb::Stage::live);
  const fb::Marks marks(1, check_of("area", "330304"), 0, fb::Kind::area, fb::Level::town,
                        fb::Stage::live, false);
  taken.summary.assign(reinterpret_cast<const char*>(&marks), sizeof marks);
  desk.state = [&](const StreamId&) -> const StreamState& { return taken; };
  desk.now = morning;
  const Decision decision =
      office.directory().decide(desk, add_entry(area("z", "某", "", "town"), morning));
  ASSERT_TRUE(std::holds_alternative<Refusal>(decision));
  EXPECT_EQ(std::get<Refusal>(decision).code, "invalid");
}

TEST_F(Directory, IsReadFromTheLogAsItWas) {
  const Tree all = read_tree(office.log()).value();
  EXPECT_EQ(all.all("area").size(), 5U);
  const Tree first = read_tree(office.log(), [](const log::RecordView& r) {
                       return r.position().value <= 2;
                     }).value();
  EXPECT_EQ(first.all("area").size(), 2U);
  EXPECT_TRUE(first.all("category").empty());

  const auto other = make_directory_workflow();
  other->restore(office.log()).value();
  EXPECT_TRUE(other->known("area", "330304010001"));
  EXPECT_EQ(other->tree()->all("category").size(), 2U);
}

TEST_F(Directory, ItsTableIsKnownByItsDigest) {
  EXPECT_EQ(machine_text(),
            "none add_entry live\nlive rename_entry live\nlive move_entry live\n"
            "live retire_entry retired\n");
  EXPECT_EQ(table_has(machine_digest(), 0, FactType{1}, 1), true);
  EXPECT_EQ(table_has(machine_digest(), 2, FactType{1}, 1), false);
  EXPECT_FALSE(table_has(1, 0, FactType{1}, 1).has_value());
}

TEST_F(Directory, TheNearestIsFoundByCodeOrByName) {
  const auto nearest = [&](const char* text) { return tree()->nearest("area", text, 2); };
  EXPECT_EQ(nearest("330304010011").front(), "330304010001 潘北社区");
  EXPECT_EQ(nearest("潘比社区").front(), "330304010001 潘北社区");
  EXPECT_EQ(nearest("景山").front(), "330304001 景山街道");
  EXPECT_EQ(tree()->nearest("category", "LAMPS", 1), std::vector<std::string>{"lamp 路灯照明"});
  EXPECT_EQ(tree()->nearest("area", "x", 100).size(), 5U);
  EXPECT_TRUE(tree()->nearest("planet", "x", 3).empty());
}

TEST(DirectorySize, TenThousandEntriesAreAllFound) {
  Office office;
  office.add(area("1", "区", "", "district"));
  for (int i = 0; i < 10'000; ++i) {
    office.add(
        area(std::to_string(330'304'000'000 + i), "第" + std::to_string(i) + "村", "1", "village"));
  }
  EXPECT_EQ(office.directory().tree()->nearest("area", "33030400123", 3).size(), 3U);
  std::size_t found = 0;
  for (int i = 0; i < 10'000; ++i) {
    found += office.directory().known("area", std::to_string(330'304'000'000 + i)) ? 1U : 0U;
  }
  EXPECT_EQ(found, 10'000U);
}

}  // namespace
