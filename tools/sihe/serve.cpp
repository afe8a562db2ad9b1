// sihe serve: the engine with its API on a port, until it is told to stop.
#include <csignal>
#include <ctime>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "engine/core/rfc3339.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/service.hpp"
#include "tools/sihe/settings.hpp"

namespace tools {
namespace {

// So often it is looked whether the log or a view has stopped.
constexpr timespec look_every{5, 0};

void log_line(LogLevel threshold, LogLevel level, const std::string& text) {
  constexpr std::array names{"", "debug", "info", "warning", "error"};
  if (level < threshold) return;
  std::fprintf(stderr, "%s %s %s\n",
               engine::format_rfc3339(wall_clock()(), engine::offset_minutes_default).c_str(),
               names[static_cast<std::size_t>(level)], text.c_str());
}

// Signals that ask for the end, taken by whoever waits for them instead of by a handler. To be
// blocked before any thread starts, since threads inherit what is blocked.
sigset_t block_ends() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return ends;
}

// Tells once of each trouble, until a signal comes.
void wait_for_end(const sigset_t& ends, Service& service, const Service::Log& log) {
  bool told_read_only = false;
  std::string told_trouble;
  std::string told_clerk;
  while (sigtimedwait(&ends, nullptr, &look_every) < 0) {
    if (service.engine().writer().read_only() && !told_read_only) {
      told_read_only = true;
      log(LogLevel::error, "a storage fault: the log only reads now; restart after mending it");
    }
    if (auto trouble = service.engine().projector().trouble(); trouble != told_trouble) {
      if (!trouble.empty()) log(LogLevel::error, trouble);
      told_trouble = std::move(trouble);
    }
    if (auto trouble = service.clerk().state().trouble; trouble != told_clerk) {
      if (!trouble.empty()) log(LogLevel::error, "deadlines cannot be recorded: " + trouble);
      told_clerk = std::move(trouble);
    }
  }
}

void run(const Flags& flags) {
  const auto settings = read_settings(flags);
  if (!settings) return fail(Exit::usage, "serve: " + settings.error().detail);
  if (settings->data.empty()) {
    return fail(Exit::usage, "serve: name the data folder with --data or SIHE_DATA");
  }
  if (const auto rules = load_rules(settings->policy, settings->calendar); !rules) {
    return fail(Exit::usage, "serve: " + rules.error().detail);
  }
  const sigset_t ends = block_ends();
  const Service::Log log = [threshold = settings->log_level](LogLevel level,
                                                             const std::string& text) {
    log_line(threshold, level, text);
  };
  const auto begin = std::chrono::steady_clock::now();
  auto service = Service::start(*settings, log, [flags] { return read_settings(flags); });
  if (!service) return fail(Exit::fault, "serve: " + service.error().detail);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  for (const std::string& finding : (*service)->engine().log().findings()) {
    log(LogLevel::warning, finding);
  }
  for (const std::string& warning : (*service)->warnings()) log(LogLevel::warning, warning);
  char ready[32];
  std::snprintf(ready, sizeof ready, "%.2f", took.count());
  log(LogLevel::info, "serving " + settings->data.string() + " on http://" + settings->listen +
                          ":" + std::to_string((*service)->port()) + ", ready in " + ready +
                          " s, " + std::to_string((*service)->engine().log().last().value) +
                          " events");
  wait_for_end(ends, **service, log);
  log(LogLevel::info, "stopping");
  service->reset();
  log(LogLevel::info, "stopped");
}

void add_serve(CLI::App& app) {
  auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand(
      "serve",
      "Open the data folder and serve the HTTP API until Ctrl-C or SIGTERM; what is asked for\n"
      "with the last requests is finished first. `sihe config` shows the settings in force.");
  add_settings(*command, *flags);
  command->callback([flags] { run(*flags); });
}

const Command serve_command{10, add_serve};

}  // namespace
}  // namespace tools
