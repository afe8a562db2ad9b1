// Two threads: one folds and saves the projections in turn, one drives the board. Both sleep until
// the log has more.
#include "engine/view/projector.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "engine/core/background.hpp"
#include "engine/core/ensure.hpp"
#include "engine/view/followed.hpp"
#include "engine/view/saved_rows.hpp"

namespace engine::view {

namespace {

using SteadyClock = std::chrono::steady_clock;

// A crash costs what was folded since the last save: seconds, or as much as is folded again at
// once.
constexpr std::chrono::seconds save_wait_max{5};
constexpr std::uint64_t unsaved_records_max = 1'000'000;
// Between two looks at a board that somebody else keeps locked.
constexpr std::chrono::milliseconds board_busy_wait{500};
// The board tells how far it is, and can be stopped, after so many records.
constexpr std::uint64_t board_records_max = 32'768;
// From one transaction of the board to the next, unless somebody waits for it: many records in one
// cost little more than one, and nobody sees the difference.
constexpr std::chrono::milliseconds board_interval{100};
constexpr std::string_view board_name = "board";

}  // namespace

struct Projector::Impl {
  explicit Impl(const log::EventLog& followed) : log(followed) {}

  const log::EventLog& log;
  std::vector<std::string> findings;  // complete before the threads start
  std::vector<std::string> board_findings;
  std::optional<SavedRows> rows;
  std::vector<std::unique_ptr<Followed>> views;
  std::unique_ptr<board::BoardWriter> board;
  std::atomic<std::uint64_t> board_at{0};

  // Wakes who waits: for the log to grow, for the views to move, for the end.
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<bool> stop{false};
  // Wakes the board before its time.
  std::condition_variable hurried;
  std::size_t waiting = 0;  // for the board to reach a position
  struct Trouble {
    std::optional<Error> stopped;  // it follows no longer
    std::string unsaved;           // it follows, but cannot be saved
  };
  std::vector<Trouble> troubles;  // of each view, and of the board, the last one

  std::thread folding;
  std::thread boarding;

  Followed* find(std::string_view name) const {
    for (const auto& view : views) {
      if (view->name() == name) return view.get();
    }
    return nullptr;
  }

  void tell() {
    { const std::lock_guard lock(mutex); }  // who looked just before this does wait now
    changed.notify_all();
  }

  void stopped(std::size_t which, std::string_view name, const Error& error) {
    if (error.fault == Fault::cancelled) return;  // we are asked to end
    const std::lock_guard lock(mutex);
    troubles[which].stopped = Error{error.fault, std::string(name) + ": " + error.detail};
    changed.notify_all();
  }
  bool is_stopped(std::size_t which) {
    const std::lock_guard lock(mutex);
    return troubles[which].stopped.has_value();
  }

  // What stopped the view was left behind with its old fold.
  void begun_again(const Followed& view) {
    const std::lock_guard lock(mutex);
    for (std::size_t i = 0; i < views.size(); ++i) {
      if (views[i].get() == &view) troubles[i] = {};
    }
    changed.notify_all();
  }

  void fold();
  bool advance_views();
  Result<void> save_views();
  std::uint64_t unsaved() const;  // records, of the view that has most
  void follow_with_board();
  bool has_more() const;
  std::optional<Result<void>> reached(Position position, std::size_t from, std::size_t to) const;
  Result<void> wait(Position position, std::size_t from, std::size_t to, Deadline by);
};

// --- the projections ----------------------------------------------------------------------------

void Projector::Impl::fold() {
  name_thread("sihe-views");
  run_in_background();
  auto saved = SteadyClock::now();
  while (!stop) {
    const bool moved = advance_views();
    const bool is_time = SteadyClock::now() - saved >= save_wait_max && unsaved() > 0;
    if (is_time || unsaved() >= unsaved_records_max) {
      const auto done = save_views();
      if (!done) tell();  // trouble() has it; the next one tries again
      saved = SteadyClock::now();
    }
    if (moved) continue;
    std::unique_lock lock(mutex);
    const auto awake = [this] { return stop || has_more(); };
    if (unsaved() > 0) {
      changed.wait_until(lock, saved + save_wait_max, awake);
    } else {
      changed.wait(lock, awake);
    }
  }
}

// Whether a view that follows is behind the log. Requires: mutex is held.
bool Projector::Impl::has_more() const {
  const Position last = log.last();
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (!troubles[i].stopped && views[i]->position() < last) return true;
  }
  return false;
}

bool Projector::Impl::advance_views() {
  bool moved = false;
  for (std::size_t i = 0; i < views.size() && !stop; ++i) {
    if (is_stopped(i)) continue;
    const auto advanced = views[i]->advance([this] { return !stop; });
    if (!advanced) {
      stopped(i, views[i]->name(), advanced.error());
    } else {
      moved = moved || *advanced;
    }
  }
  if (moved) tell();
  return moved;
}

std::uint64_t Projector::Impl::unsaved() const {
  std::uint64_t most = 0;
  for (const auto& view : views) {
    most = std::max(most, view->position().value - view->saved_position().value);
  }
  return most;
}

Result<void> Projector::Impl::save_views() {
  Result<void> all;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const auto saved = views[i]->save();
    if (!saved) all = saved;
    const std::lock_guard lock(mutex);
    troubles[i].unsaved = saved ? "" : saved.error().detail;
  }
  return all;
}

// --- the board ----------------------------------------------------------------------------------

void Projector::Impl::follow_with_board() {
  name_thread("sihe-board");
  run_in_background();
  while (!stop) {
    const auto begin = SteadyClock::now();
    const Position at = board->position();
    const Position to = std::min(log.last(), Position{at.value + board_records_max});
    const auto followed = board->follow(log, to);
    board_at = board->position().value;
    if (!followed && followed.error().fault != Fault::busy) {
      stopped(views.size(), board_name, followed.error());
      return;
    }
    tell();
    std::unique_lock lock(mutex);
    board_findings = board->findings();
    troubles.back().unsaved = followed ? "" : "board: " + followed.error().detail;
    if (!followed) {
      changed.wait_for(lock, board_busy_wait, [this] { return stop.load(); });
    } else {
      const auto awake = [this] { return stop || log.last().value > board_at; };
      changed.wait(lock, awake);
      const bool is_far_behind = log.last().value - board_at > board_records_max;
      hurried.wait_until(lock, begin + board_interval,
                         [&] { return stop || waiting > 0 || is_far_behind; });
    }
  }
}

// --- what others see ----------------------------------------------------------------------------

// Whether those of them with from <= i < to have. Nothing: not yet. Requires: mutex is held.
std::optional<Result<void>> Projector::Impl::reached(Position position, std::size_t from,
                                                     std::size_t to) const {
  bool all = true;
  for (std::size_t i = from; i < to; ++i) {
    const std::uint64_t at = i < views.size() ? views[i]->position().value : board_at.load();
    if (at >= position.value) continue;
    if (troubles[i].stopped) return Result<void>(*troubles[i].stopped);
    all = false;
  }
  if (all) return Result<void>();
  return std::nullopt;
}

Projector::Projector() = default;

Result<std::unique_ptr<Projector>> Projector::start(
    const log::EventLog& log, const std::filesystem::path& folder,
    std::vector<std::unique_ptr<Projection>> projections,
    std::unique_ptr<board::BoardWriter> board) {
  std::unique_ptr<Projector> projector(new Projector);
  projector->impl_ = std::make_unique<Impl>(log);
  Impl& impl = *projector->impl_;
  auto rows = SavedRows::open(folder, impl.findings);
  if (!rows) return rows.error();
  impl.rows.emplace(std::move(*rows));
  for (auto& projection : projections) {
    ENSURE(impl.find(projection->name()) == nullptr && projection->name() != board_name);
    impl.views.push_back(std::make_unique<Followed>(log, *impl.rows, std::move(projection)));
    impl.views.back()->load(impl.findings);
  }
  impl.troubles.resize(impl.views.size() + (board ? 1 : 0));
  if (board) {
    impl.board = std::move(board);
    impl.board_at = impl.board->position().value;
    impl.board_findings = impl.board->findings();
    impl.boarding = std::thread([&impl] { impl.follow_with_board(); });
  }
  impl.folding = std::thread([&impl] { impl.fold(); });
  return projector;
}

Projector::~Projector() {
  if (!impl_) return;
  impl_->stop = true;
  impl_->tell();
  impl_->hurried.notify_all();
  if (impl_->boarding.joinable()) impl_->boarding.join();
  if (!impl_->folding.joinable()) return;
  impl_->folding.join();
  // What cannot be saved now is folded again from the log at the next start.
  static_cast<void>(impl_->save_views());
}

void Projector::appended(Position) { impl_->tell(); }

void Projector::use(std::string_view name,
                    const std::function<void(const Projection&, Position)>& with) const {
  const Followed* view = impl_->find(name);
  ENSURE(view != nullptr);
  view->use(with);
}

Result<void> Projector::Impl::wait(Position position, std::size_t from, std::size_t to,
                                   Deadline by) {
  std::unique_lock lock(mutex);
  std::optional<Result<void>> result;
  const bool for_the_board = to > views.size();
  if (for_the_board) ++waiting;
  hurried.notify_all();
  changed.wait_until(lock, by, [&] {
    result = reached(position, from, to);
    return result.has_value();
  });
  if (for_the_board) --waiting;
  if (result) return *result;
  return Error{Fault::cancelled, "not every view had reached position " +
                                     std::to_string(position.value) + " in time"};
}

Result<void> Projector::wait(Position position, Deadline by) {
  return impl_->wait(position, 0, impl_->troubles.size(), by);
}

Result<void> Projector::wait(std::string_view name, Position position, Deadline by) {
  const auto view = std::find_if(impl_->views.begin(), impl_->views.end(),
                                 [&](const auto& each) { return each->name() == name; });
  ENSURE(view != impl_->views.end());
  const auto at = static_cast<std::size_t>(view - impl_->views.begin());
  return impl_->wait(position, at, at + 1, by);
}

Result<void> Projector::rebuild(std::string_view name, const Progress& progress) {
  Followed* view = impl_->find(name);
  if (view == nullptr) {
    return Error{Fault::not_found, "there is no view " + std::string(name)};
  }
  const auto rebuilt = view->rebuild(progress);
  if (rebuilt) impl_->begun_again(*view);
  return rebuilt;
}

Result<void> Projector::save() { return impl_->save_views(); }

Position Projector::position(std::string_view name) const {
  if (name == board_name && impl_->board) return Position{impl_->board_at.load()};
  const Followed* view = impl_->find(name);
  ENSURE(view != nullptr);
  return view->position();
}

std::string Projector::trouble() const {
  const std::lock_guard lock(impl_->mutex);
  std::string all;
  for (const Impl::Trouble& trouble : impl_->troubles) {
    const std::string& one = trouble.stopped ? trouble.stopped->detail : trouble.unsaved;
    if (!all.empty() && !one.empty()) all += "; ";
    all += one;
  }
  return all;
}

std::vector<std::string> Projector::findings() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::string> all = impl_->findings;
  all.insert(all.end(), impl_->board_findings.begin(), impl_->board_findings.end());
  return all;
}

// --- what was saved -----------------------------------------------------------------------------

Result<void> read_saved(
    const std::filesystem::path& folder, std::string_view name, std::uint32_t& version,
    Position& position,
    const std::function<bool(std::string_view key, std::string_view value)>& visit) {
  const auto rows = SavedRows::open_beside(folder);
  if (!rows) return rows.error();
  const auto at = rows->at(name);
  if (!at) return at.error();
  if (!*at) {
    return Error{Fault::not_found,
                 "no view " + std::string(name) + " was saved in " + folder.string()};
  }
  version = (*at)->version;
  position = (*at)->position;
  return rows->read(name, visit);
}

}  // namespace engine::view
