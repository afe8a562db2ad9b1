// Issues that are decided and recorded by the real writer, with the timers and their clerk, in a
// time that the test makes. Log and keys stay when the office closes, as a disk would.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/log/open.hpp"
#include "engine/react/clerk.hpp"
#include "engine/writer/writer.hpp"
#include "tests/support/temporary_folder.hpp"
#include "workflows/issue/clerk.hpp"
#include "workflows/issue/issue.hpp"

namespace support {

struct AnyCode : engine::writer::CodeBook {
  bool known(std::string_view, std::string_view) const override { return true; }
  std::vector<std::string> nearest(std::string_view, std::string_view, std::size_t) const override {
    return {};
  }
};

class ClerkOffice {
 public:
  using Answer = engine::writer::Answer;
  using Instant = engine::Instant;
  using Object = engine::schema::Object;

  explicit ClerkOffice(Instant now, workflows::issue::Pressing pressing = {})
      : now_(now), pressing_(std::move(pressing)) {
    open();
  }
  ~ClerkOffice() { close(); }

  void open() {
    open_ = std::make_unique<Open>(*this);
    log_->on_appended([this](engine::Position last) { open_->projector->appended(last); });
  }
  // The engine ends; what it saved of its views stays.
  void close() {
    if (!open_) return;
    open_->writer.stop();
    log_->on_appended({});
    open_.reset();
  }
  // Nothing of the views was saved, or it was lost.
  void lose_views() { std::filesystem::remove_all(views()); }

  Instant now() const { return now_.load(); }
  void at(Instant now) { now_ = now; }

  static engine::writer::Submission submission(std::uint64_t issue, std::string_view verb,
                                               Object body = {}) {
    const auto& schema = workflows::issue::schema();
    const auto* table = schema.by_verb(verb);
    ENSURE(table != nullptr);
    auto made = schema.compose(*table, engine::schema::Value(std::move(body)));
    for (const auto& flaw : made.flaws) {
      std::fprintf(stderr, "%s %s\n", flaw.pointer.c_str(), flaw.detail.c_str());
    }
    ENSURE(made.composed.has_value());
    engine::writer::Step step;
    step.workflow = workflows::issue::workflow_id;
    step.verb = table->type;
    step.stream = {workflows::issue::workflow_id, issue};
    step.body = std::move(made.composed->body);
    step.personal = std::move(made.composed->personal);
    engine::writer::Submission out;
    out.source = "test";
    out.actor.name = "clerk";
    out.steps.push_back(std::move(step));
    return out;
  }

  Answer ask(std::uint64_t issue, std::string_view verb, Object body = {}) {
    return open_->writer.ask(submission(issue, verb, std::move(body)));
  }
  // What must be recorded; gives the issue's number.
  std::uint64_t given(std::uint64_t issue, std::string_view verb, Object body = {}) {
    const Answer answer = ask(issue, verb, std::move(body));
    if (const auto* no = std::get_if<engine::writer::Refusal>(&answer)) {
      std::fprintf(stderr, "%s\n", no->detail.c_str());
    }
    ENSURE(std::holds_alternative<engine::writer::Recorded>(answer));
    return std::get<engine::writer::Recorded>(answer).stream.number;
  }
  // All at once, decided in this order.
  std::vector<Answer> ask(std::vector<engine::writer::Submission> all) {
    std::vector<Answer> answers(all.size());
    std::mutex mutex;
    std::condition_variable complete;
    std::size_t missing = all.size();
    for (std::size_t i = 0; i < all.size(); ++i) {
      open_->writer.submit(std::move(all[i]), [&, i](Answer answer) {
        const std::lock_guard lock(mutex);
        answers[i] = std::move(answer);
        if (--missing == 0) complete.notify_one();
      });
    }
    std::unique_lock lock(mutex);
    complete.wait(lock, [&] { return missing == 0; });
    return answers;
  }

  // The clerk does what is due by now; gives when it wants to be called next.
  std::optional<Instant> work() { return open_->clerk.work(now()); }

  engine::log::EventLog& log() { return *log_; }
  engine::react::Clerk& clerk() { return open_->clerk; }
  engine::view::Projector& projector() { return *open_->projector; }
  std::filesystem::path views() const { return folder_.path() / "view"; }

  // "missed solve 2025-03-11T17:30:00+08:00 (at …)" for each fact that the clerk recorded of it.
  std::vector<std::string> recorded_by_clerk(std::uint64_t issue) {
    std::vector<std::string> out;
    log_->read_stream({workflows::issue::workflow_id, issue}, engine::Version{0},
                      [&](engine::Position, std::string_view bytes) {
                        const engine::log::RecordView record(bytes);
                        if (record.source() == workflows::issue::clerk_name) {
                          out.push_back(told(record));
                        }
                        return true;
                      })
        .value();
    return out;
  }

 private:
  struct Open {
    explicit Open(ClerkOffice& office)
        : issues(workflows::issue::make_issue_workflow()),
          writer(*office.log_, *office.vault_, {issues.get()}, office.codes_,
                 [&office] { return office.now(); }),
          projector(start(office)),
          clerk(*office.log_, writer, *projector, workflows::issue::make_agenda(office.pressing_)) {
      writer.start().value();
    }
    static std::unique_ptr<engine::view::Projector> start(ClerkOffice& office) {
      std::vector<std::unique_ptr<engine::view::Projection>> projections;
      projections.push_back(workflows::issue::make_timers());
      return engine::view::Projector::start(*office.log_, office.views(), std::move(projections),
                                            nullptr)
          .value();
    }

    std::unique_ptr<engine::writer::Workflow> issues;
    engine::writer::Writer writer;
    std::unique_ptr<engine::view::Projector> projector;
    engine::react::Clerk clerk;
  };

  static std::string told(const engine::log::RecordView& record) {
    namespace fb = workflows::issue::fb;
    const auto time = [](std::int64_t ms) {
      return engine::format_rfc3339(engine::from_ms(ms), 480).substr(0, 16);
    };
    const std::string at = " at " + time(engine::to_ms(record.occurred_at()));
    const auto clock = [&](const char* what, const auto* fact) {
      return std::string(what) + " " + fb::EnumNameDeadlineKind(fact->kind()) + " " +
             time(fact->due()) + at;
    };
    switch (static_cast<fb::Fact>(record.type().value)) {
      case fb::Fact::Warned:
        return clock("warned", flatbuffers::GetRoot<fb::Warned>(record.fact().data()));
      case fb::Fact::DeadlineMissed:
        return clock("missed", flatbuffers::GetRoot<fb::DeadlineMissed>(record.fact().data()));
      case fb::Fact::Escalated: {
        const auto* fact = flatbuffers::GetRoot<fb::Escalated>(record.fact().data());
        return std::string("escalated ") + fb::EnumNameLevel(fact->to()) + " by " +
               fact->rule()->str() + at;
      }
      default:
        return "something else" + at;
    }
  }

  TemporaryFolder folder_;
  std::atomic<Instant> now_;
  workflows::issue::Pressing pressing_;
  AnyCode codes_;
  std::unique_ptr<engine::log::EventLog> log_ = engine::log::memory_log();
  std::unique_ptr<engine::keys::Vault> vault_ = engine::keys::memory_vault();
  std::unique_ptr<Open> open_;
};

}  // namespace support
