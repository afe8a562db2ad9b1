// Statistics built again from the whole log, against a bare scan; and what opening costs.
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>
#include <utility>

#include "engine/log/bare.hpp"
#include "tools/sihe/bench.hpp"
#include "tools/sihe/data_folder.hpp"
#include "workflows/issue/statistics.hpp"

namespace tools::bench {

using engine::Position;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;

namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// The folder to measure on: the one named, or a new one that is filled first.
Result<std::filesystem::path> folder_of(const Wanted& wanted, const RunFolder* made) {
  if (made == nullptr) return wanted.folder;
  std::fprintf(stderr, "filling a folder with %llu events\n",
               static_cast<unsigned long long>(wanted.events));
  const std::filesystem::path folder = made->path() / "data";
  if (auto filled = fill(folder, wanted.events); !filled) return filled.error();
  ::malloc_trim(0);  // what filling needed is no part of what is measured
  return folder;
}

std::unique_ptr<RunFolder> run_folder(const Wanted& wanted) {
  return wanted.existing ? nullptr : std::make_unique<RunFolder>(wanted.folder);
}

// Forgets every file that the system keeps in memory; false where only root may.
bool drop_page_cache() {
  ::sync();
  const int file = ::open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = ::write(file, "3", 1) == 1;
  ::close(file);
  return done;
}

}  // namespace

Result<Object> rebuild(const Wanted& wanted) {
  const auto made = run_folder(wanted);
  const auto folder = folder_of(wanted, made.get());
  if (!folder) return folder.error();
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  const auto kind = workflows::issue::make_statistics();
  std::vector<double> rates, bare, share;
  List runs;
  std::uint64_t events = 0;
  for (std::size_t i = 0; i < wanted.runs; ++i) {
    const auto scanned = engine::log::scan_bare(Paths{*folder}.log(), cores);
    if (!scanned) return scanned.error();
    auto log = engine::log::open_log_reader(Paths{*folder}.log());
    if (!log) return log.error();
    events = (*log)->last().value;
    const auto begin = SteadyClock::now();
    auto folded = engine::view::fold_parallel(**log, *kind, (*log)->last(), cores, {});
    if (!folded) return folded.error();
    const double took = seconds_since(begin);
    rates.push_back(static_cast<double>(events) / took);
    bare.push_back(static_cast<double>(scanned->records) /
                   std::chrono::duration<double>(scanned->took).count());
    share.push_back(rates.back() / bare.back());
    runs.emplace_back(Object{{"events_per_s", rates.back()},
                             {"bare_scan_per_s", bare.back()},
                             {"share_of_bare", share.back()}});
  }
  return Object{{"events", events},
                {"threads", std::int64_t{cores}},
                {"events_per_s", median(rates)},
                {"bare_scan_per_s", median(bare)},
                {"share_of_bare", median(share)},
                {"resident_mib", resident_bytes() >> 20},
                {"runs", std::move(runs)}};
}

namespace {

// Histories of issues picked at random, each read once, in ms.
Result<std::vector<double>> cold_histories(const std::filesystem::path& folder,
                                           std::uint64_t seed) {
  constexpr std::size_t picked = 500;
  auto reading = Reading::open(folder);
  if (!reading) return reading.error();
  const auto& log = *(*reading)->log;
  std::mt19937_64 chance(seed);
  std::uniform_int_distribution<std::uint64_t> position(1, log.last().value);
  std::vector<std::uint64_t> issues;
  while (issues.size() < picked) {
    const auto record = log.at(Position{position(chance)});
    if (!record) return record.error();
    const auto stream = engine::log::RecordView(*record).stream();
    if (stream.workflow == workflows::issue::workflow_id) issues.push_back(stream.number);
  }
  // What was looked at to pick them is forgotten: another reader, an empty page cache.
  drop_page_cache();
  auto fresh = Reading::open(folder);
  if (!fresh) return fresh.error();
  std::vector<double> took;
  for (const std::uint64_t issue : issues) {
    const auto begin = SteadyClock::now();
    const auto timeline = workflows::issue::read_timeline(*(*fresh)->log, issue, (*fresh)->words());
    if (!timeline) return timeline.error();
    took.push_back(seconds_since(begin) * 1e3);
  }
  return took;
}

}  // namespace

Result<Object> open(const Wanted& wanted) {
  const auto made = run_folder(wanted);
  const auto folder = folder_of(wanted, made.get());
  if (!folder) return folder.error();
  std::vector<double> ready, p50, p99;
  std::uint64_t events = 0;
  std::uint64_t resident = 0;
  List runs;
  const bool cold = drop_page_cache();
  for (std::size_t i = 0; i < wanted.runs; ++i) {
    drop_page_cache();
    const auto begin = SteadyClock::now();
    {
      auto engine = Engine::open(*folder);
      if (!engine) return engine.error();
      events = (*engine)->log().last().value;
      if (auto settled = (*engine)->settle(); !settled) return settled.error();
      ready.push_back(seconds_since(begin));
      resident = std::max(resident, resident_bytes());
    }
    auto histories = cold_histories(*folder, i + 1);
    if (!histories) return histories.error();
    p50.push_back(median(*histories));
    p99.push_back(nearest_rank(*histories, 0.99));
    runs.emplace_back(Object{
        {"ready_s", ready.back()}, {"history_p50_ms", p50.back()}, {"history_p99_ms", p99.back()}});
  }
  return Object{{"events", events},
                {"page_cache", cold ? "dropped before each" : "kept: only root may drop it"},
                {"ready_s", median(ready)},
                {"history_p50_ms", median(p50)},
                {"history_p99_ms", median(p99)},
                {"resident_mib", resident >> 20},
                {"runs", std::move(runs)}};
}

}  // namespace tools::bench
