// A new policy for a service that goes on: by the API, under load, and killed in the middle.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "adapters/files/shipped.hpp"
#include "adapters/json/json.hpp"
#include "tests/support/fresh_process.hpp"
#include "tests/support/import_bench.hpp"
#include "tests/support/places.hpp"
#include "tests/support/process.hpp"
#include "tests/support/serving.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/sihe/policy_keeper.hpp"
#include "tools/sihe/rules.hpp"
#include "workflows/issue/clerk.hpp"

namespace {

using adapters::http::PolicyApplied;
using engine::Instant;
using engine::Result;
using engine::log::RecordView;
using engine::schema::Value;
using support::run_sihe;
using tools::Engine;
using tools::PolicyKeeper;
namespace fb = workflows::issue::fb;

// The program's own policy with another limit to accept.
std::string policy(const std::string& accept) {
  std::string out(*adapters::files::shipped_policy("default"));
  const std::string before = "accept = \"1 working day\"";
  const std::size_t at = out.find(before);
  if (at == std::string::npos) throw std::logic_error("the shipped policy is another one");
  return out.replace(at, before.size(), "accept = \"" + accept + "\"");
}

Value json(const std::string& text) { return adapters::json::parse(text).value(); }

// --- by the API ----------------------------------------------------------------------------------

struct PolicyApi : testing::Test {
  support::TemporaryFolder folder;
  const std::string data = (folder.path() / "data").string();
  const std::string file = (folder.path() / "policy.toml").string();
  std::string operates, reports;
  std::optional<support::Serving> service;

  void SetUp() override {
    std::filesystem::create_directories(data);
    write(policy("1 working day"));
    operates = token("op", "operator");
    reports = token("chief", "supervisor");
    service.emplace(std::vector<std::string>{"--data", data, "--policy", file});
  }

  void write(const std::string& text) { support::write_file(folder.path(), "policy.toml", text); }
  std::string token(const std::string& name, const std::string& role) {
    const auto told = run_sihe({"token", "add", name, "--role", role, "--data", data, "--json"});
    EXPECT_EQ(told.code, 0) << told.err;
    return *json(told.out).find("token")->string();
  }
  std::string report() {
    const auto answer = service->ask("POST", "/v1/issues", R"({"text":"路灯不亮"})", reports);
    EXPECT_EQ(answer.status, 201U) << answer.body;
    return *json(answer.body).find("number")->string();
  }
  support::HttpAnswer apply() { return service->ask("POST", "/v1/policy/apply", "", operates); }
  // The digests of the policies that set the issue's deadlines, one after the other.
  std::vector<std::string> digests(const std::string& number) {
    const auto answer = service->ask("GET", "/v1/issues/" + number + "/history", "", reports);
    std::vector<std::string> out;
    const Value history = json(answer.body);
    for (const Value& step : *history.find("steps")->list()) {
      if (*step.find("fact")->string() != "deadline_set") continue;
      out.push_back(*step.find("details")->find("policy")->string());
    }
    return out;
  }
  std::string digest() {
    return tools::load_rules(file, tools::default_calendar).value()->policy_digest();
  }
};

TEST_F(PolicyApi, MovesWhatIsOpenAndSetsWhatComesByTheNewOne) {
  const std::string before = digest();
  const std::string open = report();
  write(policy("3 working days"));
  ASSERT_NE(digest(), before);
  EXPECT_EQ(digests(report()), std::vector{before});  // a file that changes is not yet in force

  const auto applied = apply();
  ASSERT_EQ(applied.status, 200U) << applied.body;
  const Value told = json(applied.body);
  EXPECT_EQ(*told.find("policy")->find("digest")->string(), digest());
  EXPECT_EQ(told.find("issues")->it, Value(2).it);
  EXPECT_EQ(told.find("set")->it, Value(2).it);
  EXPECT_EQ(digests(open), (std::vector{before, digest()}));
  EXPECT_EQ(digests(report()), std::vector{digest()});
  EXPECT_EQ(json(apply().body).find("set")->it, Value(0).it);

  // Also a service that is started anew goes by the file, and has nothing left to do.
  service->stop();
  service->start();
  EXPECT_EQ(digests(report()), std::vector{digest()});
  service->stop();
  const auto verified = run_sihe({"verify", "--data", data, "--policy", file});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

TEST_F(PolicyApi, LeavesAllAsItIsIfTheFileIsWrongAndSaysWhere) {
  const std::string before = digest();
  const std::string open = report();
  write("version = \"x\"\n[office]\nhours = [\"08:30-12:00\"]\n[count]\nstart = \"today\"\n");
  const auto refused = apply();
  EXPECT_EQ(refused.status, 422U) << refused.body;
  const Value told = json(refused.body);
  EXPECT_EQ(*told.find("code")->string(), "wrong_policy");
  EXPECT_NE(told.find("detail")->string()->find("line 5: start must be"), std::string::npos)
      << refused.body;
  EXPECT_EQ(digests(open), std::vector{before});
  EXPECT_EQ(digests(report()), std::vector{before});
  const auto other = service->ask("POST", "/v1/policy/apply", "", reports);
  EXPECT_EQ(other.status, 403U) << other.body;
}

TEST_F(PolicyApi, IsWhereTheCommandSendsAnOperatorWhileTheServiceHasTheFolder) {
  const auto ran = run_sihe({"policy", "apply", "--data", data, "--policy", file});
  EXPECT_NE(ran.code, 0);
  EXPECT_NE(ran.err.find("POST /v1/policy/apply"), std::string::npos) << ran.err;
}

// --- the keeper ----------------------------------------------------------------------------------

PolicyKeeper::Rules rules_of(const std::string& accept) {
  const support::TemporaryFolder folder;
  const auto file = support::write_file(folder.path(), "policy.toml", policy(accept));
  return tools::load_rules(file, tools::default_calendar).value();
}

engine::writer::Submission a_report() {
  const auto& schema = workflows::issue::schema();
  const auto* table = schema.by_verb("report");
  auto made = schema.compose(*table, Value(engine::schema::Object{{"text", "路灯不亮"}}));
  engine::writer::Submission out;
  out.source = out.actor.name = "test";
  auto& step = out.steps.emplace_back();
  step.workflow = workflows::issue::workflow_id;
  step.verb = table->type;
  step.stream = {step.workflow, 0};
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  return out;
}

bool report_some(Engine& engine, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::holds_alternative<engine::writer::Recorded>(engine.writer().ask(a_report()))) {
      return false;
    }
  }
  return true;
}

PolicyKeeper keeper_of(Engine& engine, const PolicyKeeper::Rules& rules) {
  return {engine, [rules] { return Result<PolicyKeeper::Rules>(rules); }, [] {},
          [](bool, const std::string&) {}};
}

Result<PolicyApplied> apply_and_wait(PolicyKeeper& keeper) {
  std::mutex mutex;
  std::condition_variable done;
  std::optional<Result<PolicyApplied>> out;
  keeper.apply("operator", [&](Result<PolicyApplied> applied) {
    const std::lock_guard lock(mutex);
    out.emplace(std::move(applied));
    done.notify_one();
  });
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return out.has_value(); });
  return *out;
}

// By issue: the digests of the policies that set its deadlines.
std::map<std::uint64_t, std::vector<std::string>> set_by(const engine::log::LogReader& log) {
  std::map<std::uint64_t, std::vector<std::string>> out;
  log.read(engine::Position{0}, log.last(),
           [&](engine::Position, std::string_view bytes) {
             const RecordView record(bytes);
             if (record.stream().workflow != workflows::issue::workflow_id) return true;
             auto& digests = out[record.stream().number];
             if (record.type().value != static_cast<std::uint16_t>(fb::Fact::DeadlineSet)) {
               return true;
             }
             const auto* fact = flatbuffers::GetRoot<fb::DeadlineSet>(record.fact().data());
             digests.push_back(fact->policy()->str());
             return true;
           })
      .value();
  return out;
}

TEST(PolicyKeeper, LeavesNoIssueBehindThatCameMeanwhile) {
  const support::TemporaryFolder folder;
  const auto first = rules_of("1 working day");
  const auto second = rules_of("3 working days");
  auto engine = Engine::open(folder.path() / "data", tools::wall_clock(), first).value();
  ASSERT_TRUE(report_some(*engine, 200));
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> reported{0};
  std::thread load([&] {
    while (!stop && report_some(*engine, 1)) ++reported;
  });
  while (reported < 20) std::this_thread::yield();
  auto keeper = keeper_of(*engine, second);
  const auto applied = apply_and_wait(keeper);
  const std::size_t then = reported;
  while (reported < then + 20) std::this_thread::yield();
  stop = true;
  load.join();
  ASSERT_TRUE(applied.has_value()) << applied.error().detail;
  EXPECT_GE(applied->set, 220U);
  std::size_t moved = 0;
  const auto all = set_by(engine->log());
  EXPECT_EQ(all.size(), 200 + reported);
  for (const auto& [number, digests] : all) {
    ASSERT_FALSE(digests.empty());
    EXPECT_EQ(digests.back(), second->policy_digest());
    EXPECT_LE(digests.size(), 2U);
    moved += digests.size() - 1;
  }
  EXPECT_EQ(moved, applied->set);
  EXPECT_EQ(apply_and_wait(keeper).value().set, 0U);
}

TEST(PolicyKeeper, IsFinishedAtTheNextStartIfItWasKilled) {
  if (!support::in_fresh_process()) return;
  constexpr std::size_t issues = 600;
  for (const std::size_t killed_after : {1, 2}) {
    const support::TemporaryFolder folder;
    const auto data = folder.path() / "data";
    ASSERT_EQ(support::in_child([&] {
                auto engine =
                    Engine::open(data, tools::wall_clock(), rules_of("1 working day")).value();
                if (!report_some(*engine, issues)) return 1;
                std::size_t appends = 0;
                engine->log().on_appended([&](engine::Position) {
                  if (++appends == killed_after) ::kill(::getpid(), SIGKILL);
                });
                auto keeper = keeper_of(*engine, rules_of("3 working days"));
                (void)apply_and_wait(keeper);
                return 2;  // it was to be killed
              }),
              128 + SIGKILL);
    const int looked = support::in_child([&] {
      const auto second = rules_of("3 working days");
      auto engine = Engine::open(data, tools::wall_clock(), second).value();
      std::size_t moved_before = 0;
      for (const auto& [number, digests] : set_by(engine->log()))
        moved_before += digests.size() - 1;
      std::mutex mutex;
      std::condition_variable told;
      std::string said;
      PolicyKeeper keeper(
          *engine, [second] { return Result<PolicyKeeper::Rules>(second); }, [] {},
          [&](bool, const std::string& text) {
            const std::lock_guard lock(mutex);
            said = text;
            told.notify_one();
          });
      keeper.finish();
      std::unique_lock lock(mutex);
      told.wait(lock, [&] { return !said.empty(); });
      std::string flaw;
      if (said.find("finished") == std::string::npos) flaw = said;
      if (moved_before == 0 || moved_before == issues) flaw = "it was not killed in the middle";
      for (const auto& [number, digests] : set_by(engine->log())) {
        if (digests.size() != 2 || digests.back() != second->policy_digest()) {
          flaw = std::to_string(number) + " was set " + std::to_string(digests.size()) + " times";
        }
      }
      if (std::filesystem::exists(data / "policy-being-applied")) flaw = "it is still under way";
      support::shared_told().say(flaw);
      return flaw.empty() ? 0 : 1;
    });
    EXPECT_EQ(looked, 0) << "killed after " << killed_after
                         << " appends: " << support::shared_told().text;
  }
}

}  // namespace
