#include "adapters/chat/command.hpp"

#include <cmath>
#include <utility>

#include "adapters/signing/signing.hpp"
#include "engine/log/event_log.hpp"
#include "engine/schema/schema.hpp"
#include "engine/schema/text.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::chat {

using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Step;
using engine::writer::Submission;
namespace fb = workflows::issue::fb;

namespace {

// Of a longer id its digest stands for it; the source takes its share of the engine's key.
constexpr std::size_t id_bytes_max = 256;

const char* verb_name(Verb verb) {
  switch (verb) {
    case Verb::supplement:
      return "supplement";
    case Verb::withdraw:
      return "withdraw";
    case Verb::rate:
    case Verb::complain:
      return "follow_up";
    case Verb::accept:
      return "accept";
    case Verb::claim:
      return "claim";
    case Verb::resolve:
      return "resolve";
    case Verb::consult:
      return "call_consultation";
    case Verb::none:
    case Verb::progress:
    case Verb::help:
      break;
  }
  return "report";
}

void put(Object& body, const char* name, std::string value) {
  if (!value.empty()) body.emplace_back(name, std::move(value));
}

struct Verbs {
  Verb operator()(const Report&) const { return Verb::none; }
  Verb operator()(const Progress&) const { return Verb::progress; }
  Verb operator()(const Supplement&) const { return Verb::supplement; }
  Verb operator()(const Withdraw&) const { return Verb::withdraw; }
  Verb operator()(const Rate&) const { return Verb::rate; }
  Verb operator()(const Complain&) const { return Verb::complain; }
  Verb operator()(const Help&) const { return Verb::help; }
  Verb operator()(const Accept&) const { return Verb::accept; }
  Verb operator()(const Claim&) const { return Verb::claim; }
  Verb operator()(const Resolve&) const { return Verb::resolve; }
  Verb operator()(const Consult&) const { return Verb::consult; }
  Verb operator()(const Unclear& it) const { return it.verb; }
};

struct Numbers {
  std::uint64_t operator()(const Report&) const { return 0; }
  std::uint64_t operator()(const Help&) const { return 0; }
  std::uint64_t operator()(const auto& it) const { return it.number; }
};

// The command's own members.
struct Bodies {
  const Message& message;
  const Surroundings& around;

  Object operator()(const Report& it) const {
    Object out;
    put(out, "text", with_attachments(clean(it.text), message, false));
    put(out, "channel", message.channel);
    put(out, "area", around.area);
    put(out, "name", clean(message.name));
    put(out, "account", message.account);
    put(out, "liaison", around.liaison);
    put(out, "group", message.group);
    if (message.place) {
      put(out, "place", clean(message.place->label));
      if (std::isfinite(message.place->latitude) && std::isfinite(message.place->longitude)) {
        out.emplace_back("latitude", message.place->latitude);
        out.emplace_back("longitude", message.place->longitude);
      }
    }
    return out;
  }
  Object operator()(const Supplement& it) const {
    return {{"text", with_attachments(clean(it.text), message, true)}};
  }
  Object operator()(const Withdraw& it) const {
    Object out;
    put(out, "reason", with_attachments(clean(it.reason), message, true));
    return out;
  }
  // 1 and 2 are what 不满意 says, too: nobody says with them that it is solved.
  Object operator()(const Rate& it) const {
    return rated(it.grade >= content_from ? "yes" : "no", it.grade, it.text);
  }
  Object operator()(const Complain& it) const { return rated("no", it.grade, it.reason); }
  Object operator()(const Accept&) const {
    Object out;
    put(out, "area", around.area);
    put(out, "category", around.category);
    put(out, "liaison", around.liaison);
    return out;
  }
  Object operator()(const Claim& it) const {
    Object out{{"by", around.by}};
    put(out, "note", clean(it.note));
    return out;
  }
  Object operator()(const Resolve& it) const {
    Object out{{"outcome", fb::EnumNameOutcome(it.outcome)}};
    put(out, "reply", with_attachments(clean(it.reply), message, false));
    return out;
  }
  Object operator()(const Consult& it) const {
    Object out;
    put(out, "note", clean(it.note));
    return out;
  }
  // They ask; nothing is recorded of them.
  Object operator()(const Progress&) const { return {}; }
  Object operator()(const Help&) const { return {}; }
  Object operator()(const Unclear&) const { return {}; }

  // Who answers was reached.
  Object rated(const char* solved, unsigned grade, const std::string& words) const {
    Object out{
        {"reached", "yes"}, {"solved", solved}, {"satisfaction", static_cast<std::int64_t>(grade)}};
    put(out, "text", with_attachments(clean(words), message, false));
    return out;
  }
};

}  // namespace

Verb verb_of(const Intent& intent) { return std::visit(Verbs{}, intent); }

std::uint64_t number_of(const Intent& intent) { return std::visit(Numbers{}, intent); }

std::string source_of(const Message& message) { return "chat:" + message.channel; }

std::string command_id_of(const Message& message) {
  const bool fits = message.id.size() <= id_bytes_max && message.id.find('\0') == std::string::npos;
  return fits ? message.id : "sha1:" + signing::sha1_hex(message.id);
}

std::string handle_of(const Message& message) { return message.channel + ":" + message.account; }

std::optional<engine::Instant> said_at(const Message& message, engine::Instant now) {
  if (!message.said_at || *message.said_at > now || *message.said_at < now - said_ago_max) {
    return std::nullopt;
  }
  return message.said_at;
}

std::string clean(std::string text) {
  if (engine::schema::text_flaw(text).empty()) return text;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = engine::schema::character_bytes(text, at);
    const auto first = static_cast<unsigned char>(text[at]);
    const bool control =
        (first < 0x20 && first != '\t' && first != '\n' && first != '\r') || first == 0x7f;
    if (bytes == 0) {
      out += "\xef\xbf\xbd";
    } else if (!control && engine::schema::text_flaw(text.substr(at, bytes)).empty()) {
      out.append(text, at, bytes);
    } else {
      out += ' ';
    }
    at += bytes == 0 ? 1 : bytes;
  }
  return out;
}

std::string with_attachments(std::string text, const Message& message, bool with_place) {
  const auto add = [&](const std::string& line) {
    if (!text.empty()) text += '\n';
    text += line;
  };
  for (const std::string& each : message.pictures) add("图片：" + clean(each));
  if (with_place && message.place) {
    add("位置：" + clean(message.place->label) + "（" + std::to_string(message.place->latitude) +
        "，" + std::to_string(message.place->longitude) + "）");
  }
  return text;
}

std::variant<Submission, std::string> submission_of(const Message& message, const Intent& intent,
                                                    const Surroundings& surroundings,
                                                    std::optional<engine::Instant> occurred_at) {
  const auto& schema = workflows::issue::schema();
  const auto& table = *schema.by_verb(verb_name(verb_of(intent)));
  Object body = std::visit(Bodies{message, surroundings}, intent);
  const bool report = std::holds_alternative<Report>(intent);
  if (report && (body.empty() || body.front().first != "text")) {
    // A place alone: what it is called is what is said.
    body.emplace(body.begin(), "text", with_attachments("", message, true));
  }
  auto made = schema.compose(table, Value(std::move(body)));
  if (!made.composed) {
    return made.flaws.front().pointer + " " + made.flaws.front().detail;
  }
  Submission out;
  out.source = source_of(message);
  out.id = command_id_of(message);
  out.actor.name = surroundings.by.empty() ? out.source : surroundings.by;
  Step& step = out.steps.emplace_back();
  step.workflow = workflows::issue::workflow_id;
  step.verb = table.type;
  step.stream = {step.workflow, number_of(intent)};
  step.occurred_at = occurred_at;
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  step.codes = std::move(made.composed->codes);
  // What is said of an issue later is sealed for whom it is about.
  if (report && !message.account.empty()) step.person = handle_of(message);
  return out;
}

}  // namespace adapters::chat
