// sihe rebuild: throws the views away and makes them again from the log.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"

namespace tools {
namespace {

constexpr std::uint64_t board_records_step = 100'000;

// A line on a terminal that is written over; nothing elsewhere.
bool show_progress(engine::Position done, engine::Position of) {
  if (isatty(STDERR_FILENO) == 1) {
    std::fprintf(stderr, "\r\033[K%llu of %llu events", static_cast<unsigned long long>(done.value),
                 static_cast<unsigned long long>(of.value));
  }
  return true;
}

engine::Result<void> remove(const std::filesystem::path& file) {
  std::error_code failed;
  std::filesystem::remove(file, failed);
  if (!failed) return {};
  return engine::Error{engine::Fault::storage,
                       "cannot remove " + file.string() + ": " + failed.message()};
}

// A board beside the one there is, which answers as before until this one is complete.
engine::Result<void> fill_board(Engine& engine, const std::filesystem::path& fresh) {
  for (const char* suffix : {"", "-wal", "-shm"}) {  // of one that was begun and not finished
    if (auto removed = remove(fresh.string() + suffix); !removed) return removed;
  }
  auto board = engine::board::open_board_writer(fresh, describe_card,
                                                unsealed_words(engine.log(), engine.vault()));
  if (!board) return board.error();
  const engine::Position last = engine.log().last();
  for (engine::Position at = (*board)->position(); at < last; at = (*board)->position()) {
    const engine::Position to{std::min(last.value, at.value + board_records_step)};
    if (auto followed = (*board)->follow(engine.log(), to); !followed) return followed;
    show_progress(to, last);
  }
  return {};
}

// Requires: nobody has either of them open.
engine::Result<void> exchange_boards(const std::filesystem::path& fresh,
                                     const std::filesystem::path& board) {
  for (const char* suffix : {"-wal", "-shm"}) {
    if (auto removed = remove(board.string() + suffix); !removed) return removed;
  }
  std::error_code failed;
  std::filesystem::rename(fresh, board, failed);
  if (!failed) return {};
  return engine::Error{engine::Fault::storage,
                       "the board cannot be exchanged: " + failed.message()};
}

void run(const std::string& data) {
  const Paths paths{data};
  std::error_code failed;
  if (!std::filesystem::exists(paths.log(), failed)) {
    return fail(Exit::usage, "rebuild: " + data + " holds no log: it is no data folder");
  }
  auto engine = Engine::open(data);
  if (!engine) return fail(Exit::fault, "rebuild: " + engine.error().detail);
  for (const char* view : {"statistics", "timers", "meetings"}) {
    const auto rebuilt = (*engine)->projector().rebuild(view, show_progress);
    if (!rebuilt) return fail(Exit::fault, "rebuild: " + rebuilt.error().detail);
  }
  const std::filesystem::path fresh = paths.board().string() + ".new";
  auto filled = fill_board(**engine, fresh);
  engine->reset();
  if (filled) filled = exchange_boards(fresh, paths.board());
  if (!filled) return fail(Exit::fault, "rebuild: " + filled.error().detail);
  engine = Engine::open(data);
  if (!engine) return fail(Exit::fault, "rebuild: " + engine.error().detail);
  if (auto settled = (*engine)->settle(); !settled) {
    return fail(Exit::fault, "rebuild: " + settled.error().detail);
  }
  if (isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r\033[K");
  std::printf("Statistics, timers, meetings and board made again from %llu events.\n",
              static_cast<unsigned long long>((*engine)->log().last().value));
}

void add_rebuild(CLI::App& app) {
  auto data = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "rebuild",
      "Throw statistics, timers, meetings and board away and make them again from the log. The "
      "service\n"
      "must not run on the folder; it rebuilds by itself what a new version needs. If it is\n"
      "stopped, the old ones still answer, and the next one begins anew.");
  command->add_option("--data", *data, "The data folder")->required();
  command->callback([data] { run(*data); });
}

const Command rebuild_command{75, add_rebuild};

}  // namespace
}  // namespace tools
