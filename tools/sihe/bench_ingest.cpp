// Durable ingest in process, against RocksDB alone with the same bytes.
#include <chrono>
#include <cstring>
#include <utility>

#include "engine/log/bare.hpp"
#include "tools/sihe/bench.hpp"
#include "tools/sihe/bench_load.hpp"
#include "tools/sihe/data_folder.hpp"

namespace tools::bench {

using engine::Error;
using engine::Fault;
using engine::Position;
using engine::Result;
using engine::log::Batch;
using engine::log::RecordView;
using engine::schema::List;
using engine::schema::Object;

namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

struct Run {
  double events_per_s = 0;
  double views_behind_s = 0;  // from the last answer until statistics and board have caught up
  double mean_batch = 0;
  double bare_per_s = 0;
};

// The records behind `after` as the log keeps them, cut into batches of one size.
Result<std::vector<Batch>> batches_of(const engine::log::LogReader& log, Position after,
                                      std::size_t batch_records) {
  std::vector<Batch> out;
  Result<void> inner;
  const auto take = [&](const RecordView& record, std::string_view bytes) -> Result<void> {
    if (out.empty() || out.back().entries.size() == batch_records) out.emplace_back();
    Batch& batch = out.back();
    batch.entries.push_back(
        {record.position(), record.stream(), record.version(), std::string(bytes)});
    const auto key = engine::log::dedup_key(record.source(), record.command_id());
    if (!key) return key.error();
    auto value = log.find(*key);
    if (!value) return value.error();
    if (*value) batch.dedups.push_back({*key, **std::move(value)});
    if (record.raw()->personal() == nullptr) return {};
    for (const auto* each : *record.raw()->personal()) {
      engine::PersonId person;
      std::memcpy(person.data(), each->person(), person.size());
      const std::string field = each->field()->str();
      auto words = log.sealed(person, record.position(), field);
      if (!words) return words.error();
      if (*words) batch.sealed.push_back({person, record.position(), field, **std::move(words)});
    }
    return {};
  };
  const auto read = log.read(after, log.last(), [&](Position, std::string_view bytes) {
    inner = take(RecordView(bytes), bytes);
    return inner.has_value();
  });
  if (!read) return read.error();
  if (!inner) return inner.error();
  return out;
}

Result<Run> one_run(const Wanted& wanted) {
  const RunFolder folder(wanted.folder);
  Run run;
  std::vector<Batch> batches;
  {
    auto engine = Engine::open(folder.path() / "data");
    if (!engine) return engine.error();
    auto& writer = (*engine)->writer();
    if (auto added = add_directory(writer); !added) return added.error();
    if (auto settled = (*engine)->settle(); !settled) return settled.error();
    const Position before = (*engine)->log().last();
    const std::uint64_t batches_before = writer.counters().batches;
    auto done = run_load(writer, {wanted.submitters, wanted.in_flight, wanted.events});
    if (!done) return done.error();
    const auto last_answer = SteadyClock::now();
    if (auto settled = (*engine)->settle(); !settled) return settled.error();
    run.views_behind_s = seconds_since(last_answer);
    const double events = static_cast<double>(done->recorded);
    run.events_per_s = events / done->seconds;
    run.mean_batch = events / static_cast<double>(writer.counters().batches - batches_before);
    auto same = batches_of((*engine)->log(), before, static_cast<std::size_t>(run.mean_batch));
    if (!same) return same.error();
    batches = *std::move(same);
  }
  const auto bare = engine::log::write_bare(folder.path() / "bare", batches);
  if (!bare) return bare.error();
  std::size_t records = 0;
  for (const Batch& batch : batches) records += batch.entries.size();
  run.bare_per_s = static_cast<double>(records) / std::chrono::duration<double>(*bare).count();
  return run;
}

}  // namespace

Result<Object> ingest(const Wanted& wanted) {
  std::vector<double> events, behind, bare, share;
  List runs;
  for (std::size_t i = 0; i < wanted.runs; ++i) {
    auto run = one_run(wanted);
    if (!run) return run.error();
    events.push_back(run->events_per_s);
    behind.push_back(run->views_behind_s);
    bare.push_back(run->bare_per_s);
    share.push_back(run->events_per_s / run->bare_per_s);
    runs.emplace_back(Object{{"events_per_s", run->events_per_s},
                             {"views_behind_s", run->views_behind_s},
                             {"mean_batch", run->mean_batch},
                             {"bare_rocksdb_per_s", run->bare_per_s},
                             {"share_of_bare", share.back()}});
  }
  return Object{{"events", wanted.events},
                {"submitters", static_cast<std::int64_t>(wanted.submitters)},
                {"in_flight_each", static_cast<std::int64_t>(wanted.in_flight)},
                {"events_per_s", median(events)},
                {"views_behind_s", median(behind)},
                {"bare_rocksdb_per_s", median(bare)},
                {"share_of_bare", median(share)},
                {"runs", std::move(runs)}};
}

Result<void> fill(const std::filesystem::path& folder, std::uint64_t events) {
  auto engine = Engine::open(folder);
  if (!engine) return engine.error();
  if (auto added = add_directory((*engine)->writer()); !added) return added;
  constexpr std::size_t in_flight = 64;
  auto done = run_load((*engine)->writer(), {64, in_flight, events});
  if (!done) return done.error();
  return (*engine)->settle();
}

}  // namespace tools::bench
