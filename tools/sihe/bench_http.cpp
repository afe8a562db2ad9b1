// Durable commands over HTTP, by wrk (Debian's package of that name) on the same machine.
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "adapters/http/echo.hpp"
#include "tools/sihe/bench.hpp"
#include "tools/sihe/bench_load.hpp"
#include "tools/sihe/service.hpp"

namespace tools::bench {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;

namespace {

struct Wrk {
  double requests_per_s = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  std::uint64_t bad = 0;  // answers other than 2xx
};

// Every request reports an issue under an id of its own.
constexpr const char* script = R"(
local thread_number = 0
function setup(thread)
  thread:set("number", thread_number)
  thread_number = thread_number + 1
end
local sent = 0
function request()
  sent = sent + 1
  local headers = {}
  headers["Content-Type"] = "application/json"
  headers["Authorization"] = "Bearer TOKEN"
  headers["Idempotency-Key"] = number .. "-" .. sent
  return wrk.format("POST", "/v1/issues", headers,
    '{"text":"村口的路灯坏了三天，晚上老人出门看不见路","area":"330304001001","channel":"hotline"}')
end
function done(summary, latency)
  io.write(string.format("RESULT %f %f %f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.errors.status + summary.errors.timeout + summary.errors.read + summary.errors.write))
end
)";

Result<std::filesystem::path> write_script(const std::filesystem::path& folder,
                                           const std::string& token) {
  std::string text = script;
  const std::string mark = "TOKEN";
  text.replace(text.find(mark), mark.size(), token);
  const std::filesystem::path file = folder / "report.lua";
  std::ofstream out(file);
  out << text;
  if (!out.flush()) return Error{Fault::storage, "cannot write " + file.string()};
  return file;
}

Result<Wrk> run_wrk(const std::filesystem::path& lua, std::uint16_t port, const Wanted& wanted) {
  const std::string command = "wrk -t2 -c" + std::to_string(wanted.submitters) + " -d" +
                              std::to_string(wanted.seconds) + "s -s '" + lua.string() +
                              "' http://127.0.0.1:" + std::to_string(port) + " 2>&1";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                             ::pclose);
  if (!pipe) return Error{Fault::storage, "wrk cannot be started"};
  std::string said;
  std::optional<Wrk> out;
  char line[512];
  while (std::fgets(line, sizeof line, pipe.get()) != nullptr) {
    said += line;
    Wrk found;
    unsigned long long bad = 0;
    if (std::sscanf(line, "RESULT %lf %lf %lf %llu", &found.requests_per_s, &found.p50_ms,
                    &found.p99_ms, &bad) == 4) {
      found.bad = bad;
      out = found;
    }
  }
  if (!out) {
    return Error{Fault::not_found, "wrk gave no result (install Debian's package wrk): " + said};
  }
  return *out;
}

struct Run {
  Wrk service;
  Wrk echo;
};

Result<Run> one_run(const Wanted& wanted) {
  const RunFolder folder(wanted.folder);
  Run run;
  Settings settings;
  settings.data = folder.path() / "data";
  settings.listen = "127.0.0.1";
  settings.threads = 1;
  settings.body_bytes_max = 256 * 1024;
  settings.connections_max = wanted.submitters + 16;
  settings.idle_max = std::chrono::seconds(60);
  settings.log_level = LogLevel::error;
  // Before the start: a server looks for new tokens only once a second.
  std::filesystem::create_directories(settings.data);
  auto token = adapters::http::add_token(Paths{settings.data}.tokens(), "bench",
                                         adapters::http::Role::adapter, "", wall_clock()());
  if (!token) return token.error();
  {
    auto service = Service::start(settings, {});
    if (!service) return service.error();
    if (auto added = add_directory((*service)->engine().writer()); !added) return added.error();
    auto lua = write_script(folder.path(), *token);
    if (!lua) return lua.error();
    auto done = run_wrk(*lua, (*service)->port(), wanted);
    if (!done) return done.error();
    run.service = *done;
  }
  auto echo = adapters::http::Echo::start(0, settings.threads);
  if (!echo) return echo.error();
  auto done = run_wrk(folder.path() / "report.lua", (*echo)->port(), wanted);
  if (!done) return done.error();
  run.echo = *done;
  if (run.service.bad > 0) {
    return Error{Fault::invalid,
                 std::to_string(run.service.bad) + " requests were not answered 2xx"};
  }
  return run;
}

}  // namespace

Result<Object> http(const Wanted& wanted) {
  std::vector<double> rates, p50, p99, bare, share;
  List runs;
  for (std::size_t i = 0; i < wanted.runs; ++i) {
    auto run = one_run(wanted);
    if (!run) return run.error();
    rates.push_back(run->service.requests_per_s);
    p50.push_back(run->service.p50_ms);
    p99.push_back(run->service.p99_ms);
    bare.push_back(run->echo.requests_per_s);
    share.push_back(rates.back() / bare.back());
    runs.emplace_back(Object{{"commands_per_s", rates.back()},
                             {"p50_ms", p50.back()},
                             {"p99_ms", p99.back()},
                             {"bare_echo_per_s", bare.back()},
                             {"share_of_bare", share.back()}});
  }
  return Object{{"connections", static_cast<std::int64_t>(wanted.submitters)},
                {"seconds", std::int64_t{wanted.seconds}},
                {"commands_per_s", median(rates)},
                {"p50_ms", median(p50)},
                {"p99_ms", median(p99)},
                {"bare_echo_per_s", median(bare)},
                {"share_of_bare", median(share)},
                {"runs", std::move(runs)}};
}

}  // namespace tools::bench
