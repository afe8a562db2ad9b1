// A process that is killed while it records what became due, and a service that finds it at its
// start: each deadline is recorded once.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <map>
#include <string>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "engine/react/clerk.hpp"
#include "tests/support/fresh_process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/service.hpp"
#include "workflows/issue/clerk.hpp"

namespace {

using engine::Instant;
using tools::Engine;
namespace fb = workflows::issue::fb;

constexpr std::size_t issues = 2'000;
const Instant reported_at = engine::parse_rfc3339("2026-03-02T09:00:00+08:00").value();
const Instant later = reported_at + std::chrono::hours(30);

engine::Clock stands_at(Instant now) {
  return [now] { return now; };
}

engine::writer::Step step(const char* verb, engine::schema::Object body) {
  const auto& schema = workflows::issue::schema();
  const auto* table = schema.by_verb(verb);
  auto made = schema.compose(*table, engine::schema::Value(std::move(body)));
  engine::writer::Step out;
  out.workflow = workflows::issue::workflow_id;
  out.verb = table->type;
  out.stream = {out.workflow, 0};
  out.body = std::move(made.composed->body);
  out.personal = std::move(made.composed->personal);
  return out;
}

// Issues with a deadline each, minutes apart, all of them past a day later.
bool report_some(const std::filesystem::path& folder, std::size_t count) {
  auto engine = Engine::open(folder, stands_at(reported_at)).value();
  for (std::size_t i = 0; i < count; ++i) {
    const Instant due = reported_at + std::chrono::hours(2) + std::chrono::seconds(30 * i);
    const auto time = [](Instant t) { return engine::format_rfc3339(t, 480); };
    engine::writer::Submission submission;
    submission.source = submission.actor.name = "test";
    submission.steps = {step("report", {{"text", "路灯不亮"}}),
                        step("set_deadline", {{"kind", "accept"},
                                              {"due", time(due)},
                                              {"warn_at", time(due - std::chrono::hours(1))}})};
    engine->writer().submit(std::move(submission), [](engine::writer::Answer) {});
  }
  engine->writer().stop();
  return engine->log().last().value == 2 * count;
}

// Lets the clerk work; killed after so many appends (0: never).
void work(Engine& engine, std::size_t killed_after) {
  engine::react::Clerk clerk(engine.log(), engine.writer(), engine.projector(),
                             workflows::issue::make_agenda());
  std::size_t appends = 0;
  engine.log().on_appended([&](engine::Position last) {
    engine.projector().appended(last);
    if (++appends == killed_after) ::kill(::getpid(), SIGKILL);
  });
  clerk.work(later);
  engine.log().on_appended([&](engine::Position last) { engine.projector().appended(last); });
}

// What is wrong with what was recorded; empty if nothing is.
std::string flaw_of(const engine::log::LogReader& log, std::size_t count) {
  std::map<std::uint64_t, std::pair<int, int>> seen;  // warned, missed
  std::string flaw;
  log.read(engine::Position{0}, log.last(),
           [&](engine::Position at, std::string_view bytes) {
             const engine::log::RecordView record(bytes);
             const auto fact = static_cast<fb::Fact>(record.type().value);
             auto& [warned, missed] = seen[record.stream().number];
             if (fact == fb::Fact::Warned) ++warned;
             if (fact != fb::Fact::DeadlineMissed) return true;
             ++missed;
             const auto* it = flatbuffers::GetRoot<fb::DeadlineMissed>(record.fact().data());
             if (it->due() != engine::to_ms(record.occurred_at())) {
               flaw = "record " + std::to_string(at.value) + " happened at another time than due";
             }
             return true;
           })
      .value();
  if (seen.size() != count) flaw = "there are " + std::to_string(seen.size()) + " issues";
  for (const auto& [number, times] : seen) {
    if (times == std::pair(1, 1)) continue;
    flaw = std::to_string(number) + " was warned of " + std::to_string(times.first) +
           " and missed " + std::to_string(times.second) + " times";
  }
  return flaw;
}

TEST(KilledClerk, HasEachRecordedOnceAfterTheNextStart) {
  if (!support::in_fresh_process()) return;
  for (const std::size_t killed_after : {1, 2, 3, 5}) {
    const support::TemporaryFolder folder;
    const auto data = folder.path() / "data";
    ASSERT_EQ(support::in_child([&] { return report_some(data, issues) ? 0 : 1; }), 0);
    ASSERT_EQ(support::in_child([&] {
                work(*Engine::open(data, stands_at(later)).value(), killed_after);
                return 1;  // it was to be killed
              }),
              128 + SIGKILL);
    const int looked = support::in_child([&] {
      auto engine = Engine::open(data, stands_at(later)).value();
      work(*engine, 0);
      const std::string flaw = flaw_of(engine->log(), issues);
      support::shared_told().say(flaw);
      return flaw.empty() ? 0 : 1;
    });
    EXPECT_EQ(looked, 0) << "killed after " << killed_after
                         << " appends: " << support::shared_told().text;
  }
}

TEST(TheService, RecordsAtItsStartWhatWasDueWhileItWasDown) {
  const support::TemporaryFolder folder;
  const auto data = folder.path() / "data";
  constexpr std::size_t count = 3;
  ASSERT_TRUE(report_some(data, count));
  tools::Settings settings;
  settings.data = data;
  settings.listen = "127.0.0.1";
  settings.threads = 1;
  settings.body_bytes_max = 64 * 1024;
  settings.connections_max = 4;
  settings.idle_max = std::chrono::seconds(60);
  settings.log_level = tools::LogLevel::error;
  const auto service = tools::Service::start(settings, {}).value();
  auto& engine = service->engine();
  const engine::Position all{4 * count};
  ASSERT_TRUE(engine.projector()
                  .wait(all, std::chrono::steady_clock::now() + std::chrono::minutes(2))
                  .has_value());
  EXPECT_EQ(flaw_of(engine.log(), count), "");
}

}  // namespace
