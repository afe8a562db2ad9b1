#include "engine/view/followed.hpp"

#include <algorithm>
#include <utility>

#include "engine/tree/tree.hpp"
#include "engine/view/fold.hpp"

namespace engine::view {

namespace {

// So many records are folded while nobody may look: a millisecond or two.
constexpr std::uint64_t step_records_max = 4'096;
// A gap larger than this is folded beside the serving fold, on all cores, and merged.
constexpr std::uint64_t gap_records_min = 65'536;
// A rebuilt fold is exchanged when it is so near that nobody notices the rest.
constexpr int approaches_max = 100;

}  // namespace

Followed::Followed(const log::LogReader& log, SavedRows& rows, std::unique_ptr<Projection> fold)
    : log_(log), rows_(rows), empty_(fold->empty()), name_(fold->name()), fold_(std::move(fold)) {}

void Followed::load(std::vector<std::string>& findings) {
  const auto rebuilt_because = [&](const std::string& why) {
    findings.push_back("the view " + name_ + " is rebuilt from the log: " + why);
  };
  const auto at = rows_.at(name_);
  if (!at) return rebuilt_because(at.error().detail);
  if (!*at) return;
  const SavedAt& saved = **at;
  if (saved.version != empty_->version()) {
    return rebuilt_because("it was saved by version " + std::to_string(saved.version) +
                           " of the program's view, this is version " +
                           std::to_string(empty_->version()));
  }
  if (const auto same = check_origin(saved); !same) return rebuilt_because(same.error().detail);
  auto loaded = load_rows();
  if (!loaded) return rebuilt_because(loaded.error().detail);
  exchange(std::move(*loaded), saved.position);
  save_all_ = false;
  saved_at_ = saved.position.value;
}

Result<std::unique_ptr<Projection>> Followed::load_rows() const {
  auto fold = empty_->empty();
  Result<void> loaded;
  const auto read = rows_.read(name_, [&](std::string_view key, std::string_view value) {
    loaded = fold->load(key, value);
    return loaded.has_value();
  });
  if (!read) return read.error();
  if (!loaded) return loaded.error();
  return fold;
}

// A log that was restored from a backup may have gone on otherwise than the one that was folded.
Result<void> Followed::check_origin(const SavedAt& saved) const {
  if (saved.position > log_.last()) {
    return Error{Fault::invalid, "it stands at position " + std::to_string(saved.position.value) +
                                     ", but the log ends at " + std::to_string(log_.last().value)};
  }
  const auto hash = record_hash(saved.position);
  if (!hash) return hash.error();
  if (*hash != saved.record) {
    return Error{Fault::invalid, "it was made from another log: record " +
                                     std::to_string(saved.position.value) + " differs"};
  }
  return {};
}

Result<Sha256> Followed::record_hash(Position at) const {
  if (at.value == 0) return Sha256{};
  const auto record = log_.at(at);
  if (!record) return record.error();
  return tree::leaf_hash(*record);
}

Result<bool> Followed::advance(const std::function<bool()>& go_on) {
  const Position from = position();
  const Position to = log_.last();
  if (from >= to) return false;
  if (to.value - from.value > gap_records_min) return jump(from, to, go_on);
  const std::unique_lock lock(guard_);
  const auto folded = fold_up_to(std::min(to, Position{at_.load() + step_records_max}));
  if (!folded) return folded.error();
  return true;
}

Result<bool> Followed::jump(Position from, Position to, const std::function<bool()>& go_on) {
  constexpr unsigned all_cores = 0;
  auto gap = fold_range(log_, *empty_, from, to, all_cores,
                        [&go_on](Position, Position) { return go_on(); });
  if (!gap) return gap.error();
  const std::unique_lock lock(guard_);
  if (position() != from) return true;  // it was rebuilt meanwhile: the gap is another one
  fold_->merge(**gap);
  at_ = to.value;
  return true;
}

// Requires: guard_ is held.
Result<void> Followed::fold_up_to(Position to) {
  Position done = position();
  const auto read = log_.read(done, to, [&](Position at, std::string_view record) {
    fold_->apply(log::RecordView(record));
    done = at;
    return true;
  });
  at_.store(done.value, std::memory_order_release);
  return read;
}

void Followed::use(const std::function<void(const Projection&, Position)>& with) const {
  const std::shared_lock lock(guard_);
  with(*fold_, position());
}

Result<void> Followed::rebuild(const Progress& progress) {
  constexpr unsigned all_cores = 0;
  Position at = log_.last();
  auto fresh = fold_parallel(log_, *empty_, at, all_cores, progress);
  if (!fresh) return fresh.error();
  for (int i = 0; i < approaches_max && log_.last().value - at.value > step_records_max; ++i) {
    const Position to = log_.last();
    auto gap = fold_range(log_, *empty_, at, to, all_cores, progress);
    if (!gap) return gap.error();
    (*fresh)->merge(**gap);
    at = to;
  }
  {
    const std::unique_lock lock(guard_);
    if (const auto folded = fold_into(log_, **fresh, at, position()); !folded) return folded;
    exchange(std::move(*fresh), std::max(at, position()));
  }
  return save();
}

// Requires: guard_ is held, or nobody else knows this yet.
void Followed::exchange(std::unique_ptr<Projection> fold, Position at) {
  fold_ = std::move(fold);
  save_all_ = true;
  at_.store(at.value, std::memory_order_release);
}

Result<void> Followed::save() {
  const std::lock_guard one_at_a_time(saving_);
  SavedAt saved;
  std::optional<Change> change;
  {
    const std::unique_lock lock(guard_);
    if (!save_all_ && position() == saved_position()) return {};
    saved.version = fold_->version();
    saved.position = position();
    change.emplace(name_, save_all_);
    fold_->save([&](std::string_view key, std::string_view value) { change->put(key, value); },
                save_all_);
    save_all_ = false;
  }
  Result<void> done;
  if (const auto hash = record_hash(saved.position)) {
    saved.record = *hash;
    change->stand_for(saved);
    done = rows_.save(*change);
  } else {
    done = hash.error();
  }
  if (done) {
    saved_at_ = saved.position.value;
  } else {
    const std::unique_lock lock(guard_);
    save_all_ = true;
  }
  return done;
}

}  // namespace engine::view
