#include "tools/sihe/policy_keeper.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "adapters/json/json.hpp"
#include "engine/core/background.hpp"
#include "workflows/issue/clerk.hpp"
#include "workflows/issue/pressing.hpp"

namespace tools {

using adapters::http::PolicyApplied;
using engine::Error;
using engine::Fault;
using engine::Result;
using workflows::issue::DeadlineRules;
using workflows::issue::RulesInForce;

namespace {

Error storage_error(const std::filesystem::path& file) {
  return {Fault::storage, "cannot write " + file.string() + ": " + std::strerror(errno)};
}

// Durable when it returns, and so is that it is there.
Result<void> sync(const std::filesystem::path& what, int flags) {
  const int opened = ::open(what.c_str(), flags | O_CLOEXEC);
  if (opened < 0) return storage_error(what);
  const bool done = ::fsync(opened) == 0;
  const Error failed = done ? Error{} : storage_error(what);
  ::close(opened);
  if (!done) return failed;
  return {};
}

Result<void> write_durably(const std::filesystem::path& file, const std::string& text) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (opened < 0) return storage_error(file);
  const bool written =
      ::write(opened, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(opened) == 0;
  const Error failed = written ? Error{} : storage_error(file);
  ::close(opened);
  if (!written) return failed;
  return sync(file.parent_path(), O_RDONLY | O_DIRECTORY);
}

std::unique_ptr<engine::react::Agenda> agenda_of(const RulesInForce::Rules& rules) {
  if (!rules) return workflows::issue::make_agenda();
  const std::shared_ptr<const workflows::issue::Calendar> calendar(rules, &rules->calendar());
  return workflows::issue::make_agenda(
      workflows::issue::pressing_of(rules->policy().press, calendar));
}

// Made anew when the rules are others; the clerk alone asks it, from one thread.
class AgendaInForce final : public engine::react::Agenda {
 public:
  explicit AgendaInForce(const RulesInForce& rules) : in_force_(rules) {}

  std::string_view view() const override { return now().view(); }
  std::vector<engine::react::Task> due(const engine::view::Projection& view, engine::Instant at,
                                       std::size_t at_most, const Refused& refused) const override {
    return now().due(view, at, at_most, refused);
  }
  std::optional<engine::Instant> next(const engine::view::Projection& view,
                                      engine::Instant at) const override {
    return now().next(view, at);
  }
  std::size_t pending(const engine::view::Projection& view) const override {
    return now().pending(view);
  }

 private:
  const engine::react::Agenda& now() const {
    auto rules = in_force_.now();
    if (!agenda_ || rules != rules_) {
      rules_ = std::move(rules);
      agenda_ = agenda_of(rules_);
    }
    return *agenda_;
  }

  const RulesInForce& in_force_;
  mutable RulesInForce::Rules rules_;
  mutable std::unique_ptr<engine::react::Agenda> agenda_;
};

std::string told(const PolicyApplied& applied) {
  return "the policy " + applied.policy + " is in force: of " + std::to_string(applied.issues) +
         " open issues " + std::to_string(applied.set) + " deadlines were moved, " +
         std::to_string(applied.kept) + " stay";
}

}  // namespace

std::unique_ptr<engine::react::Agenda> agenda_by(const RulesInForce& rules) {
  return std::make_unique<AgendaInForce>(rules);
}

PolicyKeeper::PolicyKeeper(Engine& engine, Reread reread, std::function<void()> changed, Tell tell)
    : engine_(engine),
      reread_(std::move(reread)),
      changed_(std::move(changed)),
      tell_(std::move(tell)),
      begun_(engine.paths().root / "policy-being-applied") {}

PolicyKeeper::~PolicyKeeper() { stop(); }

void PolicyKeeper::stop() {
  stop_ = true;
  const std::lock_guard lock(mutex_);
  if (thread_.joinable()) thread_.join();
}

// False: something is under way, or the end has been asked for.
bool PolicyKeeper::begin(std::function<void()> work) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || stop_ || at_work_.exchange(true)) return false;
  if (thread_.joinable()) thread_.join();
  thread_ = std::thread([this, work = std::move(work)] {
    engine::name_thread("sihe-policy");
    work();
  });
  return true;
}

void PolicyKeeper::finish() {
  std::error_code failed;
  if (!std::filesystem::exists(begun_, failed)) return;
  begin([this] {
    const Rules rules = engine_.rules().now();
    const auto applied =
        rules ? move_deadlines(rules, "sihe policy apply")
              : Result<PolicyApplied>(Error{Fault::invalid, "the policy in force now is none"});
    at_work_ = false;
    if (applied) return tell_(false, "finished what was begun before the start: " + told(*applied));
    tell_(applied.error().fault != Fault::cancelled,
          "a policy was being applied before the start, and that is not finished: " +
              applied.error().detail);
  });
}

void PolicyKeeper::apply(const std::string& actor, Done done) {
  const auto shared = std::make_shared<Done>(std::move(done));
  const bool begun = begin([this, actor, shared] {
    auto applied = put_in_force(actor);
    at_work_ = false;
    if (applied) {
      tell_(false, told(*applied) + ", by " + actor);
    } else {
      tell_(true, "the policy could not be applied: " + applied.error().detail);
    }
    (*shared)(std::move(applied));
  });
  if (begun) return;
  (*shared)(stop_ ? Error{Fault::cancelled, "the service is shutting down"}
                  : Error{Fault::busy, "a policy is being applied already; ask again when it is"});
}

Result<PolicyApplied> PolicyKeeper::put_in_force(const std::string& actor) {
  auto rules = reread_();
  if (!rules) return rules.error();
  if (!*rules) {
    return Error{Fault::invalid,
                 "the policy that the settings name is none: there is nothing to apply"};
  }
  const engine::schema::Object begun{{"policy", (*rules)->policy_digest()},
                                     {"calendar", (*rules)->calendar_digest()},
                                     {"by", actor}};
  if (auto written = write_durably(begun_, adapters::json::write(begun) + "\n"); !written) {
    return written.error();
  }
  engine_.rules().put(*rules);
  changed_();
  return move_deadlines(*rules, actor);
}

Result<PolicyApplied> PolicyKeeper::move_deadlines(const Rules& rules, const std::string& actor) {
  const auto applied = apply_policy(engine_.log(), engine_.writer(),
                                    parents_by(engine_.directory()), *rules, {actor, &stop_});
  if (!applied) {
    return Error{applied.error().fault, applied.error().detail +
                                            "; the policy is in force for what comes, and what is "
                                            "open is moved when it is applied again or at the next "
                                            "start"};
  }
  if (::unlink(begun_.c_str()) != 0 && errno != ENOENT) return storage_error(begun_);
  if (auto synced = sync(begun_.parent_path(), O_RDONLY | O_DIRECTORY); !synced) {
    return synced.error();
  }
  return PolicyApplied{rules->policy().version,
                       rules->policy_digest(),
                       rules->calendar().version(),
                       rules->calendar_digest(),
                       applied->issues,
                       applied->set,
                       applied->kept,
                       applied->by_hand};
}

}  // namespace tools
