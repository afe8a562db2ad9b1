// sihe bench: how fast it is on this machine, each figure beside what the machine can do bare.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "adapters/json/json.hpp"
#include "tools/sihe/bench.hpp"
#include "tools/sihe/command.hpp"

namespace tools {
namespace {

using engine::schema::Object;
using engine::schema::Value;

using Measure = engine::Result<Object> (*)(const bench::Wanted&);

struct Options {
  bench::Wanted wanted;
  std::string data;
  std::string folder = ".";
  bool json = false;
};

std::string number_text(const Value& value) {
  if (const auto* real = std::get_if<double>(&value.it)) {
    char text[32];
    std::snprintf(text, sizeof text, *real >= 1000 ? "%.0f" : "%.3g", *real);
    return text;
  }
  return value.string() != nullptr ? *value.string() : adapters::json::write(value);
}

void print(const Object& figures) {
  for (const auto& [name, value] : figures) {
    if (value.list() != nullptr || value.object() != nullptr) continue;
    std::printf("%-22s %s\n", name.c_str(), number_text(value).c_str());
  }
}

void run(const Options& options, const char* what, Measure measure) {
  bench::Wanted wanted = options.wanted;
  wanted.existing = !options.data.empty();
  wanted.folder = wanted.existing ? options.data : options.folder;
  const bench::RunFolder probe(options.folder);
  Object machine = bench::machine(probe.path());
  auto figures = measure(wanted);
  if (!figures) return fail(Exit::fault, std::string("bench: ") + figures.error().detail);
  Object out{{"bench", what}};
  for (auto& each : *figures) out.push_back(std::move(each));
  if (options.json) {
    out.emplace_back("machine", std::move(machine));
    std::printf("%s\n", adapters::json::write(out).c_str());
    return;
  }
  print(out);
  print(machine);
}

// What the figures of `bench chat` mean; they have no other place.
constexpr const char* chat_figures =
    "Figures, medians of the runs; a message waits from when it is due, not from its sending:\n"
    "  offered_per_s          messages that were due, a second\n"
    "  answered_per_s         messages, by the time until the last one was answered\n"
    "  p50_ms p99_ms max_ms   from when a message was due to its answer: the quick reply of a\n"
    "                         POST, or the action send_group_msg over the WebSocket\n"
    "  post_p99_ms            of those sent by POST alone\n"
    "  websocket_p99_ms       of those sent over WebSockets alone\n"
    "  not_accepted           messages told to come again, or not answered half a minute later\n"
    "  lost                   answered with the number of an issue that is not in the log\n"
    "  doubled                issues whose message had made another one\n"
    "  views_behind_s         from the last answer until figures and lists know all of it\n"
    "  cores_used             processors used, the traffic's own share in it\n"
    "  cores_of_traffic       that share\n"
    "  bare_p50_ms bare_p99_ms bare_cores_used\n"
    "                         the same events read and answered, nothing kept\n"
    "  slow_…                 the same as above beside --slow clients that send a header or\n"
    "                         a body byte by byte; slow_cut_off: connections that were ended";

struct Kind {
  const char* name;
  const char* about;
  Measure measure;
  std::uint64_t events;
};

constexpr Kind kinds[] = {
    {"ingest",
     "Commands decided, sealed, hashed and synced in process, against RocksDB alone with the\n"
     "same bytes in batches of the same size",
     bench::ingest, 300'000},
    {"http",
     "Durable commands over HTTP by wrk with as many keep-alive connections as submitters,\n"
     "against a bare Beast server that answers without looking",
     bench::http, 0},
    {"chat",
     "Reports in a chat, each durable before it is answered: OneBot's events as signed POSTs\n"
     "and over reverse WebSockets, at a fixed rate, to a service with its views and deadlines;\n"
     "against the same events to the same gateway with nobody behind it",
     bench::chat, 0},
    {"rebuild", "All statistics folded again on all cores, against a bare checksummed scan",
     bench::rebuild, 5'000'000},
    {"open", "From a cold start to ready, and one issue's history from a cold disk", bench::open,
     5'000'000},
    {"timers",
     "A service in which deadlines wait: its start, its use of the processor while none is due,\n"
     "and finding the one that is due next",
     bench::timers, 1'000'000},
};

void add_chat_options(CLI::App& command, Options& options) {
  command.add_option("--rate", options.wanted.rate, "Messages that are due each second")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command
      .add_option("--way", options.wanted.way, "How they are told; both: every second one each way")
      ->check(CLI::IsMember({"post", "websocket", "both"}))
      ->capture_default_str();
  command
      .add_option("--connections", options.wanted.connections,
                  "Connections that POSTs are sent over, kept alive, one POST at a time on each")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command
      .add_option("--slow", options.wanted.slow,
                  "Measure a second time beside so many clients that send byte by byte")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  command.footer(chat_figures);
}

void add_kind(CLI::App& parent, const Kind& kind) {
  auto options = std::make_shared<Options>();
  options->wanted.events = kind.events;
  CLI::App* command = parent.add_subcommand(kind.name, kind.about);
  command->add_option("--folder", options->folder, "Where to make the folders that are measured")
      ->capture_default_str();
  const std::string name = kind.name;
  if (name == "rebuild" || name == "open" || name == "timers") {
    command
        ->add_option("--data", options->data,
                     name == "timers" ? "Measure on this data folder; an empty one is filled first"
                                      : "Measure on this data folder; none is made")
        ->check(CLI::ExistingDirectory);
  }
  if (kind.events > 0) {
    const bool waits = name == "timers";
    command
        ->add_option(waits ? "--pending" : "--events", options->wanted.events,
                     waits ? "Deadlines that wait in the folder that is made"
                           : "Events in the folder that is made")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
  }
  if (name == "ingest" || name == "http") {
    command->add_option("--submitters", options->wanted.submitters, "How many hand in at once")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
  }
  if (name == "ingest") {
    command
        ->add_option("--in-flight", options->wanted.in_flight,
                     "Commands that each of them has under way at a time")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
  }
  if (name == "chat") add_chat_options(*command, *options);
  if (name == "http" || name == "chat" || name == "timers") {
    command->add_option("--seconds", options->wanted.seconds, "Of each run")
        ->check(CLI::Range(1, 600))
        ->capture_default_str();
  }
  command->add_option("--runs", options->wanted.runs, "How many runs; the medians are given")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_flag("--json", options->json, "Print every run and the machine as JSON");
  command->callback([options, &kind] { run(*options, kind.name, kind.measure); });
}

void add_bench(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("bench", "Measure this program on this machine, on folders of its own");
  command->require_subcommand(1);
  for (const Kind& kind : kinds) add_kind(*command, kind);
}

const Command bench_command{90, add_bench};

}  // namespace
}  // namespace tools
