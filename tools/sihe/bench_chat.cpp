// Chat messages end to end: over the network into the log, and the answer back.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "adapters/chat/words.hpp"
#include "adapters/http/server.hpp"
#include "adapters/onebot/gateway.hpp"
#include "tools/sihe/bench.hpp"
#include "tools/sihe/bench_chat_traffic.hpp"
#include "tools/sihe/bench_load.hpp"
#include "tools/sihe/bench_slow.hpp"
#include "tools/sihe/demo_directory.hpp"
#include "tools/sihe/service.hpp"
#include "workflows/issue/number.hpp"

namespace tools::bench {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::log::RecordView;
using engine::schema::List;
using engine::schema::Object;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr const char* secret = "bench-secret";
constexpr const char* access_token = "bench-token";
constexpr std::uint64_t group_first = 700'000'001;
constexpr std::size_t connections_beside = 64;
// Messages of the second measurement have other ids than those of the first.
constexpr std::uint64_t second_first = 1'000'000'000;
constexpr std::chrono::seconds grace{10};

// Answers every message at once; nothing is kept, nothing decided.
class Nobody : public adapters::chat::Desk {
 public:
  void take(adapters::chat::Message message,
            std::function<void(adapters::chat::Answer)> answer) override {
    const auto sequence = static_cast<std::uint32_t>(++answers_ % sequences + 1);
    const std::uint64_t number = workflows::issue::make_number({26, 1, sequence});
    answer({message.called ? adapters::chat::Heard::answered : adapters::chat::Heard::not_for_us,
            adapters::chat::words::received(number)});
  }

 private:
  static constexpr std::uint64_t sequences = 9'000'000;
  std::atomic<std::uint64_t> answers_{0};
};

struct Figures {
  double offered_per_s = 0;
  double answered_per_s = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
  double post_p99_ms = 0;
  double websocket_p99_ms = 0;
  double cores_used = 0;
  double cores_of_traffic = 0;
  std::uint64_t not_accepted = 0;
};

double processor_seconds() {
  struct rusage used {};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& it) {
    return static_cast<double>(it.tv_sec) + static_cast<double>(it.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double p99(const std::vector<double>& values) {
  return values.empty() ? 0 : nearest_rank(values, 0.99);
}

TrafficWanted traffic_of(const Wanted& wanted, std::uint16_t port, std::uint64_t first) {
  TrafficWanted out;
  out.port = port;
  out.rate = static_cast<double>(wanted.rate);
  out.seconds = wanted.seconds;
  out.way = wanted.way == "post"        ? Way::posts
            : wanted.way == "websocket" ? Way::sockets
                                        : Way::both;
  out.connections = wanted.connections;
  out.first = first;
  out.secret = secret;
  out.access_token = access_token;
  for (std::size_t i = 0; i < demo::communities().size(); ++i) {
    out.groups.push_back(std::to_string(group_first + i));
  }
  return out;
}

// Sends the traffic once; the numbers of the issues that it was told go into `numbers`.
Result<Figures> measure(const TrafficWanted& wanted, std::vector<std::uint64_t>* numbers) {
  const double before = processor_seconds();
  const auto begin = SteadyClock::now();
  auto done = run_traffic(wanted);
  if (!done) return done.error();
  const std::chrono::duration<double> took = SteadyClock::now() - begin;
  Figures out;
  out.cores_used = (processor_seconds() - before) / took.count();
  out.cores_of_traffic = done->client_seconds / took.count();
  out.offered_per_s = static_cast<double>(done->sent) / wanted.seconds;
  std::vector<double> all = done->posts_ms;
  all.insert(all.end(), done->sockets_ms.begin(), done->sockets_ms.end());
  if (all.empty()) return Error{Fault::storage, "not one message was answered"};
  out.answered_per_s = static_cast<double>(all.size()) / done->seconds;
  out.p50_ms = nearest_rank(all, 0.5);
  out.p99_ms = nearest_rank(all, 0.99);
  out.max_ms = *std::max_element(all.begin(), all.end());
  out.post_p99_ms = p99(done->posts_ms);
  out.websocket_p99_ms = p99(done->sockets_ms);
  out.not_accepted = done->unlike + done->unanswered;
  if (numbers != nullptr) {
    numbers->insert(numbers->end(), done->numbers.begin(), done->numbers.end());
  }
  return out;
}

// As `sihe serve` would have them by itself, with the channel and a group for each community.
Result<Settings> settings_of(const Wanted& wanted, const std::filesystem::path& data) {
  Flags flags;
  flags.values["data"] = data.string();
  flags.values["port"] = "0";
  flags.values["log_level"] = "error";
  flags.values["connections_max"] =
      std::to_string(wanted.connections + wanted.slow + websockets + connections_beside);
  auto settings = read_settings(flags, [](const std::string&) { return std::nullopt; });
  if (!settings) return settings;
  settings->channels.onebot.secret = secret;
  settings->channels.onebot.access_token = access_token;
  std::uint64_t group = group_first;
  for (const auto& each : demo::communities()) {
    settings->channels.groups.push_back({"qq", std::to_string(group++), each.code, ""});
  }
  return settings;
}

struct Kept {
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
};

// Holds what was told against what the log has.
Result<Kept> compare(const engine::log::LogReader& log, std::vector<std::uint64_t> told) {
  std::set<std::string, std::less<>> messages;
  std::unordered_set<std::uint64_t> issues;
  Kept out;
  const auto read =
      log.read(engine::Position{0}, log.last(), [&](engine::Position, std::string_view bytes) {
        const RecordView record(bytes);
        const bool begins = record.stream().workflow == workflows::issue::workflow_id &&
                            record.version().value == 1;
        if (!begins) return true;
        issues.insert(record.stream().number);
        if (!messages.emplace(record.command_id()).second) ++out.doubled;
        return true;
      });
  if (!read) return read.error();
  std::sort(told.begin(), told.end());
  for (std::size_t i = 0; i < told.size(); ++i) {
    const bool again = i > 0 && told[i] == told[i - 1];
    if (again || !issues.contains(told[i])) ++out.lost;
  }
  return out;
}

struct Run {
  Figures usual;
  Figures slow;
  Figures bare;
  Kept kept;
  double views_behind_s = 0;
  std::uint64_t cut_off = 0;
};

// The traffic alone and beside slow clients; which of both comes first changes from run to run, as
// the log grows meanwhile.
Result<void> measure_both(const Wanted& wanted, bool slow_first, std::uint16_t port, Run& run,
                          std::vector<std::uint64_t>& numbers) {
  for (const bool slow : {slow_first, !slow_first}) {
    if (slow && wanted.slow == 0) continue;
    std::unique_ptr<SlowClients> clients;
    if (slow) {
      auto started = SlowClients::start(port, wanted.slow);
      if (!started) return started.error();
      clients = *std::move(started);
    }
    auto figures = measure(traffic_of(wanted, port, slow ? second_first : 1), &numbers);
    if (!figures) return figures.error();
    (slow ? run.slow : run.usual) = *figures;
    if (clients) run.cut_off = clients->cut_off();
  }
  return {};
}

Result<void> measure_service(const Wanted& wanted, bool slow_first, Run& run) {
  const RunFolder folder(wanted.folder);
  const auto settings = settings_of(wanted, folder.path() / "data");
  if (!settings) return settings.error();
  auto service = Service::start(*settings, {});
  if (!service) return service.error();
  Engine& engine = (*service)->engine();
  if (auto added = add_directory(engine.writer()); !added) return added;
  if (auto settled = engine.settle(); !settled) return settled;
  std::vector<std::uint64_t> numbers;
  if (auto done = measure_both(wanted, slow_first, (*service)->port(), run, numbers); !done) {
    return done;
  }
  const auto last_answer = SteadyClock::now();
  if (auto settled = engine.settle(); !settled) return settled;
  run.views_behind_s = std::chrono::duration<double>(SteadyClock::now() - last_answer).count();
  auto kept = compare(engine.log(), std::move(numbers));
  if (!kept) return kept.error();
  run.kept = *kept;
  return {};
}

Result<void> measure_bare(const Wanted& wanted, Run& run) {
  Nobody nobody;
  adapters::onebot::Gateway gateway(
      {secret, access_token, true, ""}, nobody,
      [](const auto&, const auto& done) { done(adapters::intake::Held::later); });
  const auto settings = settings_of(wanted, "bare");
  if (!settings) return settings.error();
  adapters::http::ServerOptions options;
  options.threads = settings->threads;
  options.limits.connections_max = settings->connections_max;
  auto server = adapters::http::Server::start(
      options, [&](adapters::http::Request request, adapters::http::Reply reply) {
        gateway.handle(std::move(request), std::move(reply));
      });
  if (!server) return server.error();
  auto bare = measure(traffic_of(wanted, (*server)->port(), 1), nullptr);
  (*server)->stop(grace);
  if (!bare) return bare.error();
  run.bare = *bare;
  return {};
}

void put(Object& out, const std::string& before, const Figures& it) {
  out.emplace_back(before + "offered_per_s", it.offered_per_s);
  out.emplace_back(before + "answered_per_s", it.answered_per_s);
  out.emplace_back(before + "p50_ms", it.p50_ms);
  out.emplace_back(before + "p99_ms", it.p99_ms);
  out.emplace_back(before + "max_ms", it.max_ms);
  out.emplace_back(before + "post_p99_ms", it.post_p99_ms);
  out.emplace_back(before + "websocket_p99_ms", it.websocket_p99_ms);
  out.emplace_back(before + "cores_used", it.cores_used);
  out.emplace_back(before + "cores_of_traffic", it.cores_of_traffic);
  out.emplace_back(before + "not_accepted", static_cast<double>(it.not_accepted));
}

Object figures_of(const Wanted& wanted, const Run& run) {
  Object out;
  put(out, "", run.usual);
  if (wanted.slow > 0) {
    put(out, "slow_", run.slow);
    out.emplace_back("slow_cut_off", static_cast<double>(run.cut_off));
  }
  out.emplace_back("lost", static_cast<double>(run.kept.lost));
  out.emplace_back("doubled", static_cast<double>(run.kept.doubled));
  out.emplace_back("views_behind_s", run.views_behind_s);
  out.emplace_back("bare_p50_ms", run.bare.p50_ms);
  out.emplace_back("bare_p99_ms", run.bare.p99_ms);
  out.emplace_back("bare_cores_used", run.bare.cores_used);
  return out;
}

}  // namespace

Result<Object> chat(const Wanted& wanted) {
  std::vector<Object> all;
  for (std::size_t i = 0; i < wanted.runs; ++i) {
    Run run;
    if (auto measured = measure_service(wanted, i % 2 == 1, run); !measured)
      return measured.error();
    if (auto measured = measure_bare(wanted, run); !measured) return measured.error();
    all.push_back(figures_of(wanted, run));
  }
  Object out{{"rate", wanted.rate},
             {"seconds", std::int64_t{wanted.seconds}},
             {"way", wanted.way},
             {"connections", std::uint64_t{wanted.connections}},
             {"slow", std::uint64_t{wanted.slow}}};
  for (std::size_t figure = 0; figure < all.front().size(); ++figure) {
    std::vector<double> values;
    for (const Object& each : all) values.push_back(std::get<double>(each[figure].second.it));
    out.emplace_back(all.front()[figure].first, median(std::move(values)));
  }
  List runs;
  for (Object& each : all) runs.emplace_back(std::move(each));
  out.emplace_back("runs", std::move(runs));
  return out;
}

}  // namespace tools::bench
