// A service in which many deadlines wait: how long it takes to start, what it costs while nothing
// is due, and how long it takes to find what is due next.
#include <sys/resource.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>

#include "engine/core/ensure.hpp"
#include "tools/sihe/bench.hpp"
#include "tools/sihe/bench_load.hpp"
#include "tools/sihe/service.hpp"
#include "workflows/issue/clerk.hpp"

namespace tools::bench {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::Result;
using engine::schema::Composed;
using engine::schema::List;
using engine::schema::Object;
using engine::writer::Answer;
using engine::writer::Recorded;
using engine::writer::Step;
using engine::writer::Submission;

namespace {

using SteadyClock = std::chrono::steady_clock;

// The first deadline is that far away, so that none is due while it is measured.
constexpr std::chrono::hours nearest{24};
constexpr std::chrono::seconds apart{3};
constexpr std::size_t in_flight = 4'096;
constexpr std::size_t looks = 1'000;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// Of this process, all its threads.
double cpu_seconds() {
  rusage used{};
  ENSURE(::getrusage(RUSAGE_SELF, &used) == 0);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

Step step_of(const char* verb, Object body) {
  const auto& schema = workflows::issue::schema();
  const auto* table = schema.by_verb(verb);
  ENSURE(table != nullptr);
  auto made = schema.compose(*table, engine::schema::Value(std::move(body)));
  ENSURE(made.composed.has_value());
  Step step;
  step.workflow = workflows::issue::workflow_id;
  step.verb = table->type;
  step.stream = {step.workflow, 0};
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  return step;
}

std::string deadline(Instant due) {
  namespace fb = workflows::issue::fb;
  flatbuffers::FlatBufferBuilder builder(128);
  builder.ForceDefaults(true);
  builder.Finish(fb::CreateDeadlineSet(builder, fb::DeadlineKind::accept, engine::to_ms(due)));
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

// Reports so many issues, each with a deadline of its own, and waits for the views.
Result<void> fill_with_deadlines(const std::filesystem::path& folder, std::uint64_t count) {
  auto engine = Engine::open(folder);
  if (!engine) return engine.error();
  std::fprintf(stderr, "reporting %llu issues with a deadline each\n",
               static_cast<unsigned long long>(count));
  Step report = step_of("report", {{"text", "路灯不亮"}});
  Step set = step_of("set_deadline", {{"kind", "accept"}, {"due", "2100-01-01T00:00:00+08:00"}});
  const Instant first = wall_clock()() + nearest;
  std::mutex mutex;
  std::condition_variable answered;
  std::size_t under_way = 0;
  bool failed = false;
  for (std::uint64_t i = 0; i < count && !failed; ++i) {
    Submission submission;
    submission.source = submission.actor.name = "bench";
    submission.steps = {report, set};
    submission.steps.back().body = deadline(first + apart * i);
    {
      std::unique_lock lock(mutex);
      answered.wait(lock, [&] { return under_way < in_flight; });
      ++under_way;
    }
    (*engine)->writer().submit(std::move(submission), [&](Answer answer) {
      const std::lock_guard lock(mutex);
      failed = failed || !std::holds_alternative<Recorded>(answer);
      --under_way;
      answered.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return under_way == 0; });
  if (failed) return Error{Fault::invalid, "an issue could not be reported"};
  return (*engine)->settle();
}

Settings settings_for(const std::filesystem::path& folder) {
  Settings settings;
  settings.data = folder;
  settings.listen = "127.0.0.1";
  settings.threads = 1;
  settings.body_bytes_max = 256 * 1024;
  settings.connections_max = 16;
  settings.idle_max = std::chrono::seconds(60);
  settings.log_level = LogLevel::error;
  return settings;
}

struct Run {
  double start_s = 0;
  double next_ms = 0;
  double idle_cpu = 0;  // of one core
  std::size_t pending = 0;
};

Result<Run> one_run(const std::filesystem::path& folder, unsigned seconds) {
  Run run;
  const auto begin = SteadyClock::now();
  auto service = Service::start(settings_for(folder), {});
  if (!service) return service.error();
  // Until the clerk has seen what there is to do.
  while ((*service)->clerk().state().pending == 0) {
    if (seconds_since(begin) > 60) return Error{Fault::invalid, "no deadline waits there"};
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  run.start_s = seconds_since(begin);
  run.pending = (*service)->clerk().state().pending;

  std::vector<double> took;
  const auto agenda = workflows::issue::make_agenda();
  for (std::size_t i = 0; i < looks; ++i) {
    const auto look = SteadyClock::now();
    (*service)->engine().projector().use(
        agenda->view(), [&](const engine::view::Projection& view, engine::Position) {
          ENSURE(agenda->next(view, wall_clock()()).has_value());
        });
    took.push_back(seconds_since(look) * 1e3);
  }
  run.next_ms = nearest_rank(std::move(took), 0.99);

  const auto idle = SteadyClock::now();
  const double used = cpu_seconds();
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  run.idle_cpu = (cpu_seconds() - used) / seconds_since(idle);
  return run;
}

}  // namespace

Result<Object> timers(const Wanted& wanted) {
  const auto made = wanted.existing ? nullptr : std::make_unique<RunFolder>(wanted.folder);
  const auto folder = made ? made->path() / "data" : wanted.folder;
  if (!std::filesystem::exists(Paths{folder}.log())) {
    if (auto filled = fill_with_deadlines(folder, wanted.events); !filled) return filled.error();
  }
  std::vector<double> start, next, idle;
  List runs;
  std::size_t pending = 0;
  for (std::size_t i = 0; i < wanted.runs; ++i) {
    const auto run = one_run(folder, wanted.seconds);
    if (!run) return run.error();
    start.push_back(run->start_s);
    next.push_back(run->next_ms);
    idle.push_back(run->idle_cpu * 100);
    pending = run->pending;
    runs.emplace_back(Object{{"start_s", start.back()},
                             {"next_due_p99_ms", next.back()},
                             {"idle_cpu_percent", idle.back()}});
  }
  return Object{{"pending", static_cast<std::uint64_t>(pending)},
                {"idle_seconds", std::int64_t{wanted.seconds}},
                {"start_s", median(start)},
                {"next_due_p99_ms", median(next)},
                {"idle_cpu_percent", median(idle)},
                {"resident_mib", resident_bytes() >> 20},
                {"runs", std::move(runs)}};
}

}  // namespace tools::bench
