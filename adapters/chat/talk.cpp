#include "adapters/chat/talk.hpp"

#include <atomic>
#include <utility>

#include "adapters/chat/command.hpp"
#include "adapters/chat/grammar.hpp"
#include "adapters/chat/kept.hpp"
#include "adapters/chat/look.hpp"
#include "adapters/chat/memory.hpp"
#include "adapters/chat/pool.hpp"
#include "adapters/chat/words.hpp"

namespace adapters::chat {

using engine::writer::Failed;
using engine::writer::Failure;
using engine::writer::Recorded;
using engine::writer::Refusal;
using engine::writer::Submission;

namespace {

// One message on its way to its answer.
struct Asked {
  Message message;
  Intent intent;
  std::string key;                   // in the memory; "": it is not kept there
  std::function<void(Answer)> done;  // where it is not
  std::string by;                    // the member who acts
  bool again = false;                // it was kept for a person, and is read again
  engine::Instant now{};             // when it came
};
using AskedPtr = std::shared_ptr<Asked>;

// What a letter is told that is read again and becomes nothing.
constexpr const char* not_called = "it does not call the service";
constexpr const char* only_asks = "it asks how things stand: there is nothing to record of it";

bool about_time(const Refusal& refusal) {
  return refusal.code == "too_early" || refusal.code == "in_the_future";
}

Answer of_failure(const Failed& failed) {
  switch (failed.why) {
    case Failure::unknown:
      return {Heard::later, words::unknown_fate()};
    case Failure::stopping:
      return {Heard::later, words::stopping()};
    case Failure::overloaded:
    case Failure::not_written:
    case Failure::read_only:
    case Failure::reused_id:
      break;
  }
  return {Heard::later, words::later()};
}

}  // namespace

struct Talk::Impl : std::enable_shared_from_this<Talk::Impl> {
  Impl(TalkParts given, TalkConfig wanted)
      : parts(std::move(given)),
        prefixes(std::move(wanted.prefixes)),
        people(std::move(wanted.groups), std::move(wanted.members)),
        look{parts.log, parts.vault, parts.directory, people, wanted.offset_minutes} {
    if (wanted.answered.empty()) return;
    if (auto kept = AnsweredBook::open(wanted.answered, parts.clock())) {
      memory.keep_in(*std::move(kept));
    } else {
      trouble = kept.error().detail;
    }
  }

  bool read(Message& message) const;
  void take(Message message, std::function<void(Answer)> done);
  void take_again(Message message, engine::Instant came_at, std::function<void(Answer)> done);
  const Group* group_of(const Message& said) const;
  bool placed(const Message& said, const Group* group) const;
  void place(const AskedPtr& asked, const Group* group);
  void take_report(const AskedPtr& asked, const Group* group);
  void take_other(const AskedPtr& asked);
  void submit(const AskedPtr& asked, Submission submission);
  void answered(const AskedPtr& asked, engine::writer::Answer given,
                std::optional<Submission> again);
  void look_up_first(const AskedPtr& asked);
  void hold(const AskedPtr& asked, intake::Reason reason, std::string detail);
  void post(const AskedPtr& asked, std::function<void()> job);
  void finish(const AskedPtr& asked, Answer answer);
  std::string recorded_text(const Asked& asked, std::uint64_t number) const;

  TalkParts parts;
  std::vector<std::string> prefixes;
  People people;
  Look look;
  Memory memory;
  Pool pool;
  std::string trouble;
  std::atomic<bool> stopping{false};
};

// Whether the service is called; takes what calls it out of the text.
bool Talk::Impl::read(Message& message) const {
  for (const std::string& prefix : prefixes) {
    const Prefix found = behind_prefix(message.text, prefix);
    if (!found.found) continue;
    message.text.erase(0, message.text.size() - found.rest.size());
    return true;
  }
  return message.called;
}

void Talk::Impl::take(Message message, std::function<void(Answer)> done) {
  if (!read(message)) return done({Heard::not_for_us, ""});
  if (stopping.load()) return done({Heard::later, words::stopping()});
  const auto asked = std::make_shared<Asked>();
  const bool attached = !message.pictures.empty() || message.place.has_value();
  asked->intent = parse(message.text, attached);
  asked->message = std::move(message);
  asked->now = parts.clock();
  const Message& said = asked->message;
  const Group* group = group_of(said);
  const bool report = std::holds_alternative<Report>(asked->intent);
  // A report that has its place is remembered by the engine, and goes there without a look.
  if ((report && placed(said, group)) || said.id.empty()) {
    asked->done = std::move(done);
  } else {
    asked->key = said.channel + "\n" + said.id;
    if (!memory.begin(asked->key, asked->now, std::move(done))) return;
  }
  if (!report) return take_other(asked);
  place(asked, group);
}

void Talk::Impl::take_again(Message message, engine::Instant came_at,
                            std::function<void(Answer)> done) {
  if (stopping.load()) return done({Heard::later, words::stopping()});
  const auto asked = std::make_shared<Asked>();
  const bool attached = !message.pictures.empty() || message.place.has_value();
  asked->intent = parse(message.text, attached);
  asked->message = std::move(message);
  asked->done = std::move(done);
  asked->again = true;
  asked->now = came_at;
  if (std::holds_alternative<Report>(asked->intent)) {
    return place(asked, group_of(asked->message));
  }
  const Verb verb = verb_of(asked->intent);
  if (verb == Verb::help || verb == Verb::progress) {
    return finish(asked, {Heard::answered, only_asks});
  }
  take_other(asked);
}

const Group* Talk::Impl::group_of(const Message& said) const {
  return said.group.empty() ? nullptr : people.group(said.channel, said.group);
}

bool Talk::Impl::placed(const Message& said, const Group* group) const {
  if (said.group.empty()) return true;
  return group != nullptr && (group->area.empty() || parts.directory.known("area", group->area));
}

// A report to where it belongs, or to a person.
void Talk::Impl::place(const AskedPtr& asked, const Group* group) {
  const Message& said = asked->message;
  if (placed(said, group)) return take_report(asked, group);
  hold(asked, intake::Reason::unplaced,
       group == nullptr ? "the group " + said.group + " is bound to no area"
                        : "the area " + group->area + " of the group " + said.group +
                              " is not in the directory");
}

void Talk::Impl::take_report(const AskedPtr& asked, const Group* group) {
  Surroundings around;
  if (group != nullptr) {
    around.area = group->area;
    around.liaison = people.liaison_of(*group);
  }
  // What is read again happened when it came, if it does not say better.
  auto when = said_at(asked->message, asked->now);
  if (!when && asked->again) when = asked->now;
  auto made = submission_of(asked->message, asked->intent, around, when);
  if (const auto* flaw = std::get_if<std::string>(&made)) {
    return hold(asked, intake::Reason::refused, *flaw);
  }
  submit(asked, std::get<Submission>(std::move(made)));
}

void Talk::Impl::take_other(const AskedPtr& asked) {
  const Message& said = asked->message;
  const auto& members = people.members(said.channel, said.account);
  if (const auto* unclear = std::get_if<Unclear>(&asked->intent)) {
    return finish(asked, {Heard::answered, words::question(*unclear)});
  }
  if (std::holds_alternative<Help>(asked->intent)) {
    return finish(asked, {Heard::answered, words::help(reader_of(members))});
  }
  const Verb verb = verb_of(asked->intent);
  if (for_members_only(verb) && !any_may(members, verb)) {
    return finish(asked, {Heard::answered, words::members_only(verb)});
  }
  post(asked, [this, asked, verb] {
    if (verb == Verb::progress) {
      return finish(asked, look.progress(asked->message, number_of(asked->intent)));
    }
    if (look.came_before(asked->message)) {
      const std::uint64_t number = number_of(asked->intent);
      return finish(asked, {Heard::repeat, recorded_text(*asked, number), number});
    }
    auto ready = look.prepare(asked->message, asked->intent, asked->now);
    if (auto* no = std::get_if<Answer>(&ready)) return finish(asked, std::move(*no));
    auto& step = std::get<Prepared>(ready);
    asked->by = step.by;
    submit(asked, std::move(step.submission));
  });
}

void Talk::Impl::submit(const AskedPtr& asked, Submission submission) {
  // Only the time that was said may be at fault: it is kept to be asked again without.
  std::optional<Submission> again;
  if (submission.steps.front().occurred_at) {
    again = submission;
    again->steps.front().occurred_at.reset();
  }
  parts.writer.submit(std::move(submission),
                      [self = shared_from_this(), asked,
                       again = std::move(again)](engine::writer::Answer given) mutable {
                        self->answered(asked, std::move(given), std::move(again));
                      });
}

void Talk::Impl::answered(const AskedPtr& asked, engine::writer::Answer given,
                          std::optional<Submission> again) {
  if (const auto* recorded = std::get_if<Recorded>(&given)) {
    return finish(asked, {recorded->repeated ? Heard::repeat : Heard::answered,
                          recorded_text(*asked, recorded->stream.number), recorded->stream.number});
  }
  if (const auto* refusal = std::get_if<Refusal>(&given)) {
    if (again && about_time(*refusal)) return submit(asked, *std::move(again));
    if (std::holds_alternative<Report>(asked->intent)) {
      return hold(asked, intake::Reason::refused, refusal->detail);
    }
    return finish(asked, {Heard::answered, words::refused(*refusal, verb_of(asked->intent))});
  }
  const auto* failed = std::get_if<Failed>(&given);
  if (failed == nullptr) return finish(asked, {Heard::later, words::later()});
  if (failed->why == Failure::reused_id) return look_up_first(asked);
  finish(asked, of_failure(*failed));
}

// The message came before and made something else of itself then: its group was bound to another
// area, say. It stays what it was.
void Talk::Impl::look_up_first(const AskedPtr& asked) {
  post(asked, [this, asked] {
    const auto number = look.first_answer(asked->message);
    if (!number) return finish(asked, {Heard::later, words::later()});
    finish(asked, {Heard::repeat, recorded_text(*asked, *number), *number});
  });
}

std::string Talk::Impl::recorded_text(const Asked& asked, std::uint64_t number) const {
  if (std::holds_alternative<Report>(asked.intent)) return words::received(number);
  std::string by = asked.by;
  if (by.empty()) {
    const auto& members = people.members(asked.message.channel, asked.message.account);
    if (!members.empty()) by = members.front().name;
  }
  return words::done(asked.intent, by);
}

void Talk::Impl::hold(const AskedPtr& asked, intake::Reason reason, std::string detail) {
  if (asked->again) return finish(asked, {Heard::held, std::move(detail)});  // it is kept already
  const Message& said = asked->message;
  intake::Letter letter;
  letter.channel = said.channel;
  letter.reason = reason;
  letter.detail = std::move(detail);
  letter.body = to_kept(said);
  if (letter.body.size() > intake::letter_bytes_max) letter.body.clear();
  letter.said = said.text;
  letter.group = said.group;
  letter.account = said.account;
  letter.id = said.id;
  parts.hold(std::move(letter), [self = shared_from_this(), asked](intake::Held held) {
    self->finish(asked, held == intake::Held::kept ? Answer{Heard::held, words::held()}
                                                   : Answer{Heard::later, words::later()});
  });
}

void Talk::Impl::post(const AskedPtr& asked, std::function<void()> job) {
  const bool taken = pool.post([this, asked, job = std::move(job)](bool run) {
    if (run) return job();
    finish(asked, {Heard::later, words::stopping()});
  });
  if (!taken) finish(asked, {Heard::later, words::later()});
}

void Talk::Impl::finish(const AskedPtr& asked, Answer answer) {
  if (asked->key.empty()) return asked->done(std::move(answer));
  memory.finish(asked->key, parts.clock(), answer);
}

Talk::Talk(TalkParts parts, TalkConfig config)
    : impl_(std::make_shared<Impl>(std::move(parts), std::move(config))) {}

Talk::~Talk() { stop(); }

void Talk::take(Message message, std::function<void(Answer)> answer) {
  impl_->take(std::move(message), std::move(answer));
}

void Talk::take_again(Message message, engine::Instant came_at,
                      std::function<void(Answer)> answer) {
  if (!impl_->read(message)) return answer({Heard::not_for_us, not_called});
  impl_->take_again(std::move(message), came_at, std::move(answer));
}

void Talk::take_again(const intake::Letter& letter, engine::Instant came_at,
                      std::function<void(Answer)> answer) {
  auto message = kept_message(letter);
  if (!message) return answer({Heard::held, message.error().detail});
  if (message->id.empty()) message->id = letter.id;
  impl_->take_again(*std::move(message), came_at, std::move(answer));
}

std::string Talk::trouble() const {
  return impl_->trouble.empty() ? impl_->memory.trouble() : impl_->trouble;
}

void Talk::stop() {
  impl_->stopping.store(true);
  impl_->pool.stop();
}

}  // namespace adapters::chat
