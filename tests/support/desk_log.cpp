#include "tests/support/desk_log.hpp"

#include <utility>

#include "engine/log/record.hpp"

namespace support {

using namespace engine;

namespace {

std::string bytes_of(const DeskFact& fact, Position position, Version version) {
  namespace fb = engine::log::fb;
  fb::RecordT record;
  record.head = std::make_unique<fb::Head>(
      position.value, fact.stream, fact.occurred_at, fact.occurred_at, fact.opened_at, fact.due_at,
      0, version.value, 1, 1, fact.workflow.value, 0, fact.stage, 0, 0);
  record.actor = "clerk";
  record.area = fact.dims.area;
  record.category = fact.dims.category;
  record.channel = fact.dims.channel;
  record.department = fact.dims.department;
  record.after = {1};
  // Title and text as they are, each behind a letter that says that it is there.
  const std::string words =
      (fact.title ? "T" + *fact.title : std::string()) + '\n' + (fact.text ? "X" + *fact.text : "");
  record.fact.assign(words.begin(), words.end());
  flatbuffers::FlatBufferBuilder builder;
  fb::FinishRecordBuffer(builder, fb::CreateRecord(builder, &record));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

}  // namespace

Desk::Desk(log::EventLog& log) : log_(log) {
  log.read(Position{0}, log.last(),
           [this](Position, std::string_view bytes) {
             const log::RecordView record(bytes);
             versions_[record.stream()] = record.version();
             return true;
           })
      .value();
}

void Desk::append(const std::vector<DeskFact>& facts) {
  Position position = log_.last();
  log::Batch batch;
  const auto write = [&] {
    if (batch.entries.empty()) return;
    log_.append(log_.last(), batch).value();
    batch = {};
  };
  for (const DeskFact& fact : facts) {
    position = next(position);
    const StreamId stream{fact.workflow, fact.stream};
    Version& version = versions_[stream];
    version = next(version);
    batch.entries.push_back({position, stream, version, bytes_of(fact, position, version)});
    if (batch.entries.size() == log::batch_records_max) write();
  }
  write();
}

void Desk::append_some(std::size_t count, std::uint64_t seed) {
  // Knuth's MMIX generator: the same everywhere.
  const auto chance = [&seed](std::uint64_t below) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (seed >> 33) % below;
  };
  static const std::string words[] = {"道路", "积水", "噪音", "夜间施工", "路灯", "Dog", "bins"};
  std::vector<DeskFact> facts;
  for (std::size_t i = 0; i < count; ++i) {
    DeskFact fact;
    fact.stream = 1 + chance(count / 4 + 1);
    fact.stage = static_cast<std::uint8_t>(1 + chance(12));
    fact.dims = {"area" + std::to_string(chance(20)), "category" + std::to_string(chance(5)),
                 "hotline", "department" + std::to_string(chance(7))};
    fact.opened_at = static_cast<std::int64_t>(1'000 + fact.stream);
    fact.occurred_at = static_cast<std::int64_t>(5'000 + i);
    if (chance(3) > 0) fact.due_at = static_cast<std::int64_t>(10'000 + chance(1'000));
    if (chance(3) == 0) fact.title = words[chance(7)] + words[chance(7)];
    if (chance(4) == 0) fact.text = words[chance(7)] + " " + words[chance(7)];
    facts.push_back(std::move(fact));
  }
  append(facts);
}

std::optional<board::Card> describe_desk(const log::RecordView& record, const board::Words&) {
  board::Card card;
  card.number = "no" + std::to_string(record.stream().number);
  card.stage = "stage" + std::to_string(record.stage_after());
  card.supervision = record.stage_after() % 2 == 0 ? "warned" : "on_time";
  card.level = record.stage_after() % 3 == 0 ? "town" : "village";
  card.open = record.stage_after() <= 8;
  if (card.open) card.next_due = from_ms(record.raw()->head()->due_at());
  card.returned = record.stage_after() == 2;
  const std::string_view fact = record.fact();
  const std::size_t border = fact.find('\n');
  if (fact.substr(0, 1) == "T") card.title = fact.substr(1, border - 1);
  if (border + 1 < fact.size()) card.text = fact.substr(border + 2);
  return card;
}

board::Words no_words() {
  return [](const log::RecordView&, std::string_view) { return std::optional<std::string>(); };
}

void Tally::apply(const log::RecordView& record) {
  for (const std::string& key :
       {"area " + std::string(record.area()), "stream " + std::to_string(record.stream().number)}) {
    Seen& seen = rows_[key];
    seen = {record.position().value, seen.facts + 1, true};
  }
}

void Tally::merge(Projection& other) {
  for (const auto& [key, later] : static_cast<Tally&>(other).rows_) {
    Seen& seen = rows_[key];
    seen = {later.last, seen.facts + later.facts, true};
  }
}

void Tally::save(const view::PutRow& put, bool all) {
  for (auto& [key, seen] : rows_) {
    if (!all && !seen.is_changed) continue;
    put(key, std::to_string(seen.last) + " " + std::to_string(seen.facts));
    seen.is_changed = false;
  }
}

Result<void> Tally::load(std::string_view key, std::string_view value) {
  Seen seen;
  const std::string text(value);
  if (std::sscanf(text.c_str(), "%lu %lu", &seen.last, &seen.facts) != 2) {
    return Error{Fault::corrupt, "a row of the tally is no two numbers"};
  }
  rows_.insert_or_assign(std::string(key), seen);
  return {};
}

std::uint64_t Tally::facts() const {
  std::uint64_t sum = 0;
  for (const auto& [key, seen] : rows_) sum += key.starts_with("stream") ? seen.facts : 0;
  return sum;
}

std::map<std::string, std::string> rows_of(view::Projection& projection) {
  std::map<std::string, std::string> rows;
  projection.save([&](std::string_view key, std::string_view value) { rows.emplace(key, value); },
                  true);
  return rows;
}

}  // namespace support
