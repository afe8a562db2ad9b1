// One flipped bit, a cut or a missing file: found when the log is opened or checked, or without any
// effect on what it holds. Never a log that is silently shorter or different.
//
// Without effect, and therefore allowed: RocksDB's OPTIONS, IDENTITY, LOCK and LOG files, which it
// does not read to recover, and bytes of a MANIFEST or WAL that stand for nothing in force.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "engine/log/open.hpp"
#include "engine/log/rocks_open.hpp"
#include "tests/support/fault_files.hpp"
#include "tests/support/fresh_process.hpp"
#include "tests/support/sample_log.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using namespace engine;
using namespace engine::log;
using support::SampleLog;

constexpr std::size_t batches = 6;
constexpr std::size_t records_a_batch = 3;

// How many places are tried of each file where not all are. A sanitizer makes each opening many
// times as slow; the release build looks at ten times as many.
#ifdef SIHE_SANITIZED
constexpr std::size_t sampled_bits = 6;
constexpr std::size_t sampled_cuts = 3;
#else
constexpr std::size_t sampled_bits = 60;
constexpr std::size_t sampled_cuts = 30;
#endif

enum Verdict { without_effect, refused_to_open, found_by_check, mentioned, silent };
constexpr std::array verdict_names{"without effect", "refused to open", "found by the check",
                                   "mentioned", "SILENT"};

SampleLog sample_of_the_log() {
  SampleLog sample;
  for (std::size_t i = 0; i < batches; ++i) sample.batch(records_a_batch);
  return sample;
}

// A log with records in SST files and in a live WAL, as a killed process leaves it.
void make_log(const fs::path& to) {
  const support::TemporaryFolder folder;
  SampleLog sample;
  const auto write = [&sample](EventLog& log, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const Position before = sample.last();
      log.append(before, sample.batch(records_a_batch)).value();
    }
  };
  for (std::size_t session = 0; session < 2; ++session) {
    write(*open_log(folder.path() / "log").value(), batches / 3);
  }
  const auto log = open_log(folder.path() / "log").value();
  write(*log, batches - 2 * (batches / 3));
  fs::copy(folder.path(), to, fs::copy_options::recursive);  // while it is open
}

// Whether everything is there and as it was written.
bool is_whole(const LogReader& log) {
  const SampleLog sample = sample_of_the_log();
  if (log.last() != sample.last()) return false;
  std::vector<std::string> records;
  const auto read = log.read(Position{0}, log.last(), [&](Position, std::string_view bytes) {
    records.emplace_back(bytes);
    return true;
  });
  if (!read || records != sample.records()) return false;
  SampleLog again;
  for (std::size_t i = 0; i < batches; ++i) {
    const Batch batch = again.batch(records_a_batch);
    for (const Dedup& dedup : batch.dedups) {
      const auto found = log.find(dedup.key);
      if (!found || *found != dedup.value) return false;
    }
    for (const Sealed& s : batch.sealed) {
      const auto found = log.sealed(s.person, s.position, s.field);
      if (!found || *found != s.bytes) return false;
    }
  }
  return true;
}

template <class Log>
Verdict judge(const Result<std::unique_ptr<Log>>& opened) {
  if (!opened) return opened.error().detail.empty() ? silent : refused_to_open;
  const LogReader& log = **opened;
  if (!log.deep_check()) return found_by_check;
  if (!is_whole(log)) return silent;
  return log.findings().empty() ? without_effect : mentioned;
}

// Opens a copy of the damaged data both ways, each in a process of its own: RocksDB may abort on
// what its own assertions find, which is no silence either.
class Damage {
 public:
  explicit Damage(fs::path data) : data_(std::move(data)) {}

  void look(const std::string& kind, const std::string& what) {
    count(kind, what, support::in_child([&] {
            return static_cast<int>(judge(open_log_reader(data_ / "log")));
          }));
    const support::TemporaryFolder copy;
    fs::copy(data_, copy.path(), fs::copy_options::recursive);
    count(kind, what, support::in_child([&] {
            const auto opened = open_log(copy.path() / "log");
            const Verdict verdict = judge(opened);
            return static_cast<int>(verdict);
          }));
  }

  const std::map<std::string, std::array<std::size_t, 6>>& seen() const { return seen_; }
  const std::vector<std::string>& silences() const { return silences_; }

 private:
  void count(const std::string& kind, const std::string& what, int verdict) {
    const bool hung = verdict == 128 + SIGALRM;
    const std::size_t slot = std::min<std::size_t>(static_cast<std::size_t>(verdict), 5);
    ++seen_[kind][slot];
    if (verdict == silent) silences_.push_back(what + " went unnoticed");
    if (hung) silences_.push_back(what + " makes it hang");
  }

  fs::path data_;
  std::map<std::string, std::array<std::size_t, 6>> seen_;
  std::vector<std::string> silences_;
};

// "000012.sst" → "sst", "MANIFEST-000005" → "MANIFEST", "log.anchor" → "anchor".
std::string kind_of(const fs::path& file) {
  const std::string name = file.filename();
  if (const auto dot = name.rfind('.'); dot != std::string::npos) return name.substr(dot + 1);
  return name.substr(0, name.find('-'));
}

std::vector<fs::path> files_in(const fs::path& data) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void put(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

class DamagedLog : public testing::Test {
 protected:
  void make() {
    ASSERT_EQ(support::in_child([this] {
                make_log(data());
                return 0;
              }),
              0);
  }
  fs::path data() const { return folder_.path() / "data"; }

  void report(const Damage& damage) {
    for (const auto& [kind, counts] : damage.seen()) {
      std::printf("%-9s", kind.c_str());
      for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) continue;
        std::printf("  %zu %s", counts[i], i < verdict_names.size() ? verdict_names[i] : "aborted");
      }
      std::printf("\n");
    }
    for (const std::string& what : damage.silences()) ADD_FAILURE() << what;
  }

  support::TemporaryFolder folder_;
};

TEST_F(DamagedLog, NoFlippedBitGoesUnnoticed) {
  if (!support::in_fresh_process()) return;
  make();
  const bool all = std::getenv("SIHE_EXHAUSTIVE") != nullptr;
  std::mt19937_64 chance(20'260'302);
  Damage damage(data());
  for (const fs::path& file : files_in(data())) {
    const std::string good = support::content_of(file);
    const std::size_t bits = good.size() * 8;
    const bool each = all && kind_of(file) != "OPTIONS";  // large, and not read to recover
    for (std::size_t i = 0; i < (each ? bits : std::min(bits, sampled_bits)); ++i) {
      const std::size_t bit = each ? i : chance() % bits;
      std::string hurt = good;
      hurt[bit / 8] = static_cast<char>(hurt[bit / 8] ^ (1 << bit % 8));
      put(file, hurt);
      damage.look(kind_of(file), "bit " + std::to_string(bit) + " of " + file.filename().string());
    }
    put(file, good);
  }
  report(damage);
  const auto& seen = damage.seen();
  EXPECT_EQ(seen.at("sst")[without_effect], 0U);
  EXPECT_EQ(seen.at("log")[without_effect], 0U);
  EXPECT_EQ(seen.at("anchor")[without_effect], 0U);
}

// RocksDB 7.8.3 alone reads for ever when the first fragment claims to be one of a reused log.
TEST_F(DamagedLog, NoTypeOfFragmentMakesAReaderHang) {
  if (!support::in_fresh_process()) return;
  make();
  constexpr std::size_t type_at = 6;
  constexpr std::array<char, 11> types{2, 3, 4, 5, 6, 7, 8, 9, 10, 64, 127};
  Damage damage(data());
  for (const fs::path& file : files_in(data())) {
    const std::string good = support::content_of(file);
    const std::string kind = kind_of(file);
    if ((kind != "log" && kind != "MANIFEST") || good.empty()) continue;
    for (const char type : types) {
      std::string hurt = good;
      hurt[type_at] = type;
      put(file, hurt);
      damage.look(kind, file.filename().string() + " with type " + std::to_string(type));
    }
    put(file, good);
  }
  report(damage);
  EXPECT_EQ(damage.seen().at("log")[refused_to_open], 2 * types.size());
  EXPECT_EQ(damage.seen().at("MANIFEST")[refused_to_open], 2 * types.size());
}

TEST_F(DamagedLog, NoCutFileGoesUnnoticed) {
  if (!support::in_fresh_process()) return;
  make();
  const bool all = std::getenv("SIHE_EXHAUSTIVE") != nullptr;
  std::mt19937_64 chance(20'260'303);
  Damage damage(data());
  for (const fs::path& file : files_in(data())) {
    const std::string good = support::content_of(file);
    for (std::size_t i = 0; i < (all ? good.size() : std::min(good.size(), sampled_cuts)); ++i) {
      const std::size_t size = all ? i : chance() % good.size();
      put(file, good.substr(0, size));
      damage.look(kind_of(file), file.filename().string() + " cut to " + std::to_string(size));
    }
    put(file, good);
  }
  report(damage);
  const auto& seen = damage.seen();
  EXPECT_EQ(seen.at("sst")[without_effect], 0U);
  EXPECT_EQ(seen.at("log")[without_effect], 0U);
  EXPECT_EQ(seen.at("anchor")[without_effect], 0U);
}

TEST_F(DamagedLog, NoMissingFileGoesUnnoticed) {
  if (!support::in_fresh_process()) return;
  make();
  Damage damage(data());
  for (const fs::path& file : files_in(data())) {
    const std::string good = support::content_of(file);
    fs::remove(file);
    damage.look(good.empty() ? "(empty)" : kind_of(file), file.filename().string() + " missing");
    put(file, good);
  }
  report(damage);
  const auto& seen = damage.seen();
  for (const char* needed : {"sst", "log", "anchor", "MANIFEST", "CURRENT"}) {
    EXPECT_EQ(seen.at(needed)[without_effect], 0U) << needed;
  }
}

}  // namespace
