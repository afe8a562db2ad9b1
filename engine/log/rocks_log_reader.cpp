// A reader beside the writing process: a RocksDB secondary instance, shown as far as the commit
// anchor goes.
#include <system_error>
#include <utility>

#include "engine/core/scratch_folder.hpp"
#include "engine/log/folder_lock.hpp"
#include "engine/log/log_frames.hpp"
#include "engine/log/rocks_anchor.hpp"
#include "engine/log/rocks_hold.hpp"
#include "engine/log/rocks_open.hpp"
#include "engine/log/rocks_readable.hpp"

namespace engine::log {

namespace {

// The writer may delete a WAL, or move on by many batches, between two of our looks; the next look
// then finds the records elsewhere. So many looks in a row are not bad luck.
constexpr int looks_max = 100;
constexpr int looks_alike_max = 3;  // … while the anchor stood still

Result<std::shared_ptr<rocksdb::DB>> open_beside(const Disk& disk,
                                                 const std::filesystem::path& folder,
                                                 const ScratchFolder& scratch) {
  rocksdb::DB* raw = nullptr;
  const auto status =
      rocksdb::DB::OpenAsSecondary(log_options(disk), folder.string(), scratch.path(), &raw);
  std::shared_ptr<rocksdb::DB> db(raw);
  if (!status.ok()) return reads::fault_of(status, "opening the log in " + folder.string());
  return db;
}

class RocksLogReader final : public RocksReadable<LogReader> {
 public:
  RocksLogReader(Disk disk, std::filesystem::path folder, ScratchFolder scratch)
      : disk_(disk), folder_(std::move(folder)), scratch_(std::move(scratch)) {}

  ~RocksLogReader() override { set_db(nullptr); }  // before its scratch folder goes

  Result<void> catch_up() override {
    const std::lock_guard lock(catching_up_);
    Result<void> seen;
    std::uint64_t generation = 0;
    // What the writer's progress caused goes away; damage stays while the anchor stands still.
    for (int look = 0, alike = 0; look < looks_max && alike < looks_alike_max; ++look, ++alike) {
      const auto found = read_anchor(disk_, folder_);
      if (!found) return found.error();
      if (!*found) return Error{Fault::corrupt, "the commit anchor of the log is missing"};
      if ((*found)->newest.generation != generation) alike = 0;
      generation = (*found)->newest.generation;
      seen = take_in(**found);
      if (seen) break;
    }
    return seen;
  }

  // A file that the writer has let go since we looked is no damage: look with fresh eyes.
  Result<void> deep_check() const override {
    Result<void> checked = RocksReadable::deep_check();
    for (int look = 0; look < looks_max; ++look) {
      if (checked || checked.error().fault != Fault::storage) break;
      const auto fresh = open_log_reader_on(disk_, folder_);
      if (!fresh) return fresh.error();
      checked = static_cast<const RocksLogReader&>(**fresh).RocksReadable::deep_check();
    }
    return checked;
  }

 private:
  // The anchor was read first: what it names was synced before, so the files must have it.
  Result<void> take_in(const AnchorFound& found) {
    if (const auto fresh = refresh_without_gap(); !fresh) return fresh;
    const auto frontier = hold_at_anchor(*db(), found.newest);
    if (!frontier) {
      is_stale_ = true;
      return frontier.error();
    }
    if (!found.bad_slot) {
      show(found.newest.head);
      return {};
    }
    if (findings().empty()) {
      add_finding(bad_slot_finding(*found.bad_slot, found.newest.head.size));
    }
    return show_without_the_newest_slot(found.newest);
  }

  // The bad slot may have named one batch more. A writer is about to write it anew; if there is
  // none, what the log holds is settled, and is shown as a writer would find it.
  Result<void> show_without_the_newest_slot(const Anchor& older) {
    if (FolderLock::is_taken(folder_)) {
      show(older.head);
      return {};
    }
    const auto held = hold_to_end(*db(), older);
    if (!held) return held.error();
    show({held->frontier.size(), held->frontier.root()});
    return {};
  }

  // A secondary instance reads the manifest, then the WALs. If the writer flushes a WAL and deletes
  // it in between, its records are in neither, while those of the next WAL are there: a gap. Before
  // a WAL is deleted the manifest grows; so if it has not, nothing was missed.
  Result<void> refresh_without_gap() {
    for (int look = 0; look < looks_max; ++look) {
      const std::string before = manifest_mark();
      if (const auto fresh = refresh(); !fresh) return fresh;
      if (manifest_mark() == before) return {};
    }
    return Error{Fault::busy,
                 "the log is being reorganised faster than it can be read; again later"};
  }

  // Which manifest is in force, and how long it is.
  std::string manifest_mark() const {
    std::string name;
    const auto read = rocksdb::ReadFileToString(disk_.env, (folder_ / "CURRENT").string(), &name);
    while (!name.empty() && name.back() == '\n') name.pop_back();
    std::uint64_t size = 0;
    const auto sized = disk_.env->GetFileSize((folder_ / name).string(), &size);
    // What cannot be read now is told by the refresh, which must read it too.
    if (!read.ok() || !sized.ok()) return "";
    return name + " " + std::to_string(size);
  }

  Result<void> refresh() {
    if (const auto framed = log_frames_.look(disk_, folder_); !framed) return framed;
    const std::shared_ptr<rocksdb::DB> held = db();
    if (held && !is_stale_ && held->TryCatchUpWithPrimary().ok()) return {};
    auto opened = open_beside(disk_, folder_, scratch_);
    if (!opened) return opened.error();
    set_db(std::move(*opened));
    is_stale_ = false;
    return {};
  }

  std::mutex catching_up_;
  LogFrames log_frames_;
  bool is_stale_ = false;  // what is open did not hold: open it anew
  Disk disk_;
  std::filesystem::path folder_;
  ScratchFolder scratch_;
};

}  // namespace

Result<std::unique_ptr<LogReader>> open_log_reader_on(const Disk& disk,
                                                      const std::filesystem::path& given) {
  const auto folder = std::filesystem::absolute(given).lexically_normal();
  std::error_code none;
  if (!std::filesystem::exists(folder, none) &&
      !std::filesystem::exists(anchor_path(folder), none)) {
    return Error{Fault::not_found, "there is no log in " + folder.string()};
  }
  auto scratch = ScratchFolder::make();
  if (!scratch) return scratch.error();
  auto reader = std::make_unique<RocksLogReader>(disk, folder, std::move(*scratch));
  if (const auto seen = reader->catch_up(); !seen) return seen.error();
  return std::unique_ptr<LogReader>(std::move(reader));
}

Result<std::unique_ptr<LogReader>> open_log_reader(const std::filesystem::path& folder) {
  return open_log_reader_on({}, folder);
}

}  // namespace engine::log
