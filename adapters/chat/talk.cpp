#include "adapters/chat/talk.hpp"

#include <atomic>
#include <utility>

#include "adapters/chat/command.hpp"
#include "adapters/chat/grammar.hpp"
#include "adapters/chat/look.hpp"
#include "adapters/chat/memory.hpp"
#include "adapters/chat/pool.hpp"
#include "adapters/chat/words.hpp"
#include "adapters/json/json.hpp"

namespace adapters::chat {

using engine::schema::List;
using engine::schema::Object;
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
};
using AskedPtr = std::shared_ptr<Asked>;

// Everything that was said, so that whoever places it later has all of it.
std::string whole(const Message& message) {
  Object out{{"channel", message.channel}, {"id", message.id},     {"group", message.group},
             {"account", message.account}, {"name", message.name}, {"text", message.text}};
  if (!message.pictures.empty()) {
    out.emplace_back("pictures", List(message.pictures.begin(), message.pictures.end()));
  }
  if (message.place) {
    out.emplace_back("place", Object{{"latitude", message.place->latitude},
                                     {"longitude", message.place->longitude},
                                     {"label", message.place->label}});
  }
  if (message.said_at) out.emplace_back("said_at_ms", engine::to_ms(*message.said_at));
  return json::write(out);
}

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
        look{parts.log, parts.vault, parts.directory, people, wanted.offset_minutes} {}

  bool read(Message& message) const;
  void take(Message message, std::function<void(Answer)> done);
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
  const Message& said = asked->message;
  const Group* group = said.group.empty() ? nullptr : people.group(said.channel, said.group);
  const bool report = std::holds_alternative<Report>(asked->intent);
  const bool placed =
      said.group.empty() ||
      (group != nullptr && (group->area.empty() || parts.directory.known("area", group->area)));
  // A report that has its place is remembered by the engine, and goes there without a look.
  if ((report && placed) || said.id.empty()) {
    asked->done = std::move(done);
  } else {
    asked->key = said.channel + "\n" + said.id;
    if (!memory.begin(asked->key, parts.clock(), std::move(done))) return;
  }
  if (!report) return take_other(asked);
  if (placed) return take_report(asked, group);
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
  auto made =
      submission_of(asked->message, asked->intent, around, said_at(asked->message, parts.clock()));
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
      return finish(asked, {Heard::repeat, recorded_text(*asked, number_of(asked->intent))});
    }
    auto ready = look.prepare(asked->message, asked->intent, parts.clock());
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
                          recorded_text(*asked, recorded->stream.number)});
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
    finish(asked, {Heard::repeat, recorded_text(*asked, *number)});
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
  const Message& said = asked->message;
  intake::Letter letter;
  letter.channel = said.channel;
  letter.reason = reason;
  letter.detail = std::move(detail);
  letter.body = whole(said);
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

void Talk::stop() {
  impl_->stopping.store(true);
  impl_->pool.stop();
}

}  // namespace adapters::chat
