// sihe rebuild: throws the views away and makes them again from the log.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"

namespace tools {
namespace {

// A line on a terminal that is written over; nothing elsewhere.
bool show_progress(engine::Position done, engine::Position of) {
  if (isatty(STDERR_FILENO) == 1) {
    std::fprintf(stderr, "\r\033[K%llu of %llu events", static_cast<unsigned long long>(done.value),
                 static_cast<unsigned long long>(of.value));
  }
  return true;
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
  engine->reset();
  // Nobody has the board open now; the next start fills a new one.
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(paths.board().string() + suffix, failed);
    if (failed)
      return fail(Exit::fault, "rebuild: the board cannot be removed: " + failed.message());
  }
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
      "must not run on the folder; it rebuilds by itself what a new version needs.");
  command->add_option("--data", *data, "The data folder")->required();
  command->callback([data] { run(*data); });
}

const Command rebuild_command{75, add_rebuild};

}  // namespace
}  // namespace tools
