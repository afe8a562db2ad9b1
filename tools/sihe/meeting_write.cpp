// sihe meeting call | hold | cancel: one command for the meeting and all issues on its agenda.
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/files/toml_reader.hpp"
#include "adapters/http/meeting_document.hpp"
#include "adapters/json/json.hpp"
#include "engine/log/record.hpp"
#include "engine/react/clerk.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/meeting.hpp"
#include "tools/sihe/policy_keeper.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/meeting/asks.hpp"
#include "workflows/meeting/meeting.hpp"

namespace tools {
namespace {

namespace meeting = workflows::meeting;
using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Recorded;
using engine::writer::Refusal;

constexpr int attempts_max = 5;

struct Options {
  std::string verb;  // "call_meeting"
  std::string data, number, file, actor, on_behalf_of, key, occurred_at;
  std::string policy = default_policy, calendar = default_calendar;
  bool json = false;
  Object members;    // what flags say of the meeting
  Object concluded;  // and of one issue
};

// --- the body: a file, and what flags say beside it ---------------------------------------------

// "2026-03-04 14:00" is a minute in Asia/Shanghai; the rest as it is.
std::string full_time(std::string text) {
  constexpr std::size_t minute = 16, day = 10;
  if (text.size() == minute && text[day] == ' ') {
    text[day] = 'T';
    text += ":00+08:00";
  }
  return text;
}

Value value_of(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    Object out;
    for (const auto& [key, each] : *table) out.emplace_back(std::string(key.str()), value_of(each));
    return out;
  }
  if (const auto* array = node.as_array()) {
    List out;
    for (const auto& each : *array) out.push_back(value_of(each));
    return out;
  }
  if (const auto text = node.value<std::string>()) return *text;
  if (const auto flag = node.as_boolean()) return flag->get();
  if (const auto whole = node.as_integer()) return whole->get();
  if (const auto real = node.as_floating_point()) return real->get();
  std::ostringstream time;
  if (const auto* moment = node.as_date_time()) time << moment->get();
  return full_time(time.str());
}

Result<Object> body_in(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in || text.str().empty()) return Error{Fault::invalid, "cannot read " + file};
  if (file.ends_with(".toml")) {
    if (const unsigned line = adapters::files::line_of_stray_character(text.str()); line != 0) {
      return Error{Fault::invalid, file + " line " + std::to_string(line) +
                                       ": a character that has no place outside of quotes"};
    }
    const toml::parse_result parsed = toml::parse(text.str());
    if (!parsed) {
      return Error{Fault::invalid, file + " line " +
                                       std::to_string(parsed.error().source().begin.line) + ": " +
                                       std::string(parsed.error().description())};
    }
    return *value_of(parsed.table()).object();
  }
  auto value = adapters::json::parse(text.str());
  if (!value) return Error{Fault::invalid, file + " " + value.error().detail};
  if (value->object() == nullptr) return Error{Fault::invalid, file + " must be a JSON object"};
  return *value->object();
}

Result<Object> body_of(const Options& options) {
  Object body;
  if (!options.file.empty()) {
    auto read = body_in(options.file);
    if (!read) return read;
    body = *std::move(read);
  }
  for (const auto& member : options.members) body.push_back(member);
  if (!options.concluded.empty()) {
    body.emplace_back("conclusions", List{Value(options.concluded)});
  }
  return body;
}

// --- asking -------------------------------------------------------------------------------------

std::string named(const engine::StreamId& stream) {
  if (stream.workflow == meeting::workflow_id) {
    return stream.number == 0 ? "" : meeting::format_number(stream.number);
  }
  return workflows::issue::format_number(stream.number);
}

Value refused(const Refusal& refusal) {
  return Object{{refusal.stream.workflow == meeting::workflow_id ? "meeting" : "issue",
                 named(refusal.stream)},
                {"code", refusal.code},
                {"detail", refusal.detail},
                {"pointer", refusal.pointer},
                {"allowed", List(refusal.allowed.begin(), refusal.allowed.end())}};
}

void tell(const Refusal& refusal, bool json) {
  std::vector<const Refusal*> all{&refusal};
  for (const Refusal& each : refusal.also) all.push_back(&each);
  if (json) {
    List list;
    for (const Refusal* each : all) list.push_back(refused(*each));
    std::printf("%s\n", adapters::json::write(Object{{"refused", std::move(list)}}).c_str());
  }
  std::string text = "meeting: refused, nothing was written";
  for (const Refusal* each : all) {
    text += "\n  " + named(each->stream) + (each->pointer.empty() ? "" : " " + each->pointer) +
            ": " + printable(each->detail);
  }
  fail(Exit::found, text);
}

void tell(const Recorded& recorded, const meeting::Plan& plan, bool json) {
  const std::string number = meeting::format_number(recorded.stream.number);
  if (json) {
    List left;
    for (const auto each : plan.left_alone)
      left.emplace_back(workflows::issue::format_number(each));
    const Object out{{"number", number},
                     {"version", std::int64_t{recorded.version.value}},
                     {"stage", meeting::stage_name(recorded.stage)},
                     {"stage_zh", meeting::stage_name_zh(recorded.stage)},
                     {"position", recorded.last.value},
                     {"repeated", recorded.repeated},
                     {"left_alone", std::move(left)}};
    std::printf("%s\n", adapters::json::write(out).c_str());
    return;
  }
  std::printf("%s  %s %s%s\n", number.c_str(), meeting::stage_name_zh(recorded.stage).c_str(),
              meeting::stage_name(recorded.stage).c_str(),
              recorded.repeated ? "  (as it was recorded before)" : "");
  for (const auto each : plan.left_alone) {
    std::printf("  left alone: %s\n", workflows::issue::format_number(each).c_str());
  }
}

Result<meeting::fb::Marks> marks_of(engine::log::EventLog& log, const engine::StreamId& stream) {
  if (stream.number == 0) return meeting::fb::Marks{};
  const auto last = log.last_of(stream);
  if (!last) return last.error();
  if (!*last) {
    return Error{Fault::not_found, "there is no meeting " + meeting::format_number(stream.number)};
  }
  return engine::log::summary<meeting::fb::Marks>(engine::log::RecordView(**last).after());
}

// Looks at the issues, asks, and looks again where they changed in between.
Result<void> ask(Engine& engine, const Options& options, const engine::writer::Step& own) {
  engine::writer::Submission submission{
      "sihe meeting", options.key, {options.actor, options.on_behalf_of}, {}};
  bool repeat = false;
  if (!options.key.empty()) {
    const auto key = engine::log::dedup_key(submission.source, submission.id);
    if (!key) return key.error();
    const auto kept = engine.log().find(*key);
    if (!kept) return kept.error();
    repeat = kept->has_value();
  }
  for (int attempt = 1; attempt <= attempts_max; ++attempt) {
    const auto marks = marks_of(engine.log(), own.stream);
    if (!marks) return marks.error();
    auto planned = meeting::plan(
        own, *marks, adapters::http::issues_of_meetings(),
        repeat ? adapters::http::look_at_nothing() : adapters::http::look_at_issues(engine.log()));
    if (!planned) return planned.error();
    if (const auto* refusal = std::get_if<Refusal>(&*planned)) {
      tell(*refusal, options.json);
      return {};
    }
    auto& plan = std::get<meeting::Plan>(*planned);
    submission.steps = plan.steps;
    Answer answer = engine.writer().ask(submission);
    if (const auto* recorded = std::get_if<Recorded>(&answer)) {
      if (auto settled = engine.settle(); !settled) return settled;
      tell(*recorded, plan, options.json);
      return {};
    }
    if (auto* refusal = std::get_if<Refusal>(&answer)) {
      tell(meeting::in_terms_of(plan, std::move(*refusal)), options.json);
      return {};
    }
    if (const auto* failed = std::get_if<engine::writer::Failed>(&answer)) {
      const bool reused = failed->why == engine::writer::Failure::reused_id;
      return Error{reused ? Fault::conflict : Fault::storage, failed->detail};
    }
  }
  return Error{Fault::busy, "the issues change all the time; try again"};
}

// A deadline that passed before the meeting was missed, whatever the meeting says of its issue; a
// service would have recorded it at its moment.
Result<void> record_what_is_due(Engine& engine) {
  engine::react::Clerk clerk(engine.log(), engine.writer(), engine.projector(),
                             agenda_by(engine.rules()));
  clerk.work(wall_clock()());
  const std::string trouble = clerk.state().trouble;
  if (trouble.empty()) return {};
  return Error{Fault::storage, "what is due could not be recorded: " + trouble};
}

Result<void> run(const Options& options) {
  const auto& table = *meeting::schema().by_verb(options.verb);
  auto body = body_of(options);
  if (!body) return body.error();
  engine::writer::Step own;
  own.workflow = meeting::workflow_id;
  own.stream.workflow = own.workflow;
  own.verb = table.type;
  if (options.verb != "call_meeting") {
    const auto number = parse_meeting_number(options.number);
    if (!number) return number.error();
    own.stream.number = *number;
  }
  if (!options.occurred_at.empty()) {
    own.occurred_at = engine::parse_rfc3339(full_time(options.occurred_at));
    if (!own.occurred_at) {
      return Error{Fault::invalid, "--when " + printable(options.occurred_at) +
                                       " is no time; write \"2026-03-04 14:00\""};
    }
  }
  auto made = meeting::schema().compose(table, Value(*std::move(body)));
  if (!made.composed) {
    std::string text = "it does not fit the command:";
    for (const auto& flaw : made.flaws) {
      text += "\n  " + printable(flaw.pointer) + " " + printable(flaw.detail);
    }
    return Error{Fault::invalid, text};
  }
  own.body = std::move(made.composed->body);
  own.personal = std::move(made.composed->personal);
  own.codes = std::move(made.composed->codes);
  if (auto there = open_folder(options.data); !there) return there.error();
  auto rules = load_rules(options.policy, options.calendar);
  if (!rules) return rules.error();
  auto engine = Engine::open(options.data, wall_clock(), *std::move(rules));
  if (!engine) return engine.error();
  if (auto recorded = record_what_is_due(**engine); !recorded) return recorded;
  return ask(**engine, options, own);
}

// --- the command lines --------------------------------------------------------------------------

void add_flag_of(CLI::App& command, const std::string& flag, Object& into, const std::string& name,
                 const std::string& doc, bool time = false) {
  command.add_option_function<std::string>(
      flag,
      [&into, name, time](const std::string& text) {
        into.emplace_back(name, time ? full_time(text) : text);
      },
      doc);
}

void add_list_of(CLI::App& command, const std::string& flag, Object& into, const std::string& name,
                 const std::string& doc) {
  auto* option = command.add_option_function<std::vector<std::string>>(
      flag,
      [&into, name](const std::vector<std::string>& texts) {
        into.emplace_back(name, List(texts.begin(), texts.end()));
      },
      doc);
  option->allow_extra_args(false);  // what follows it may be the meeting's number
}

std::shared_ptr<Options> add_common(CLI::App& command, const char* verb) {
  auto options = std::make_shared<Options>();
  options->verb = verb;
  if (options->verb != "call_meeting") {
    command.add_option("NUMBER", options->number, "The meeting's number")->required();
  }
  command.add_option("--data", options->data, "The data folder")->required();
  command.add_option("--actor", options->actor, "Who does it: stands in the record")->required();
  command.add_option("--on-behalf-of", options->on_behalf_of, "For whom");
  command.add_option("--when", options->occurred_at, "When it happened; now without it");
  command.add_option("--key", options->key, "Asked again with the same key, nothing is added");
  command.add_option("--file", options->file, "The command's members, as JSON or TOML (.toml)");
  command
      .add_option("--policy", options->policy,
                  "What the issues' deadlines are set by, as the service is told; or none")
      ->capture_default_str();
  command.add_option("--calendar", options->calendar, "The calendar that goes with it")
      ->capture_default_str();
  command.add_flag("--json", options->json, "Print the answer as JSON");
  command.callback([options] {
    if (const auto done = run(*options); !done) {
      fail(exit_code_of(done.error()), "meeting: " + done.error().detail);
    }
  });
  return options;
}

}  // namespace

void add_meeting_commands(CLI::App& app) {
  CLI::App& call = *app.add_subcommand(
      "call", "Call a meeting. Consultations and negotiations are written into each issue.");
  const auto calling = add_common(call, "call_meeting");
  Object& called = calling->members;
  add_flag_of(call, "--kind", called, "kind", "consultation, handover or negotiation");
  add_flag_of(call, "--area", called, "area", "Where it belongs");
  add_flag_of(call, "--at", called, "at", "When it is to begin: \"2026-03-04 14:00\"", true);
  add_flag_of(call, "--place", called, "place", "Where it is held");
  add_flag_of(call, "--chair", called, "chair", "Who leads it");
  add_list_of(call, "--unit", called, "units", "Departments that are to come");
  add_list_of(call, "--attendee", called, "attendees", "Who is to come, of staff");
  add_flag_of(call, "--residents", called, "residents", "Residents who are to come");
  add_flag_of(call, "--note", called, "note", "What else is to be said");
  add_list_of(call, "--issue", called, "agenda", "The issues' numbers, 1 to 50");

  CLI::App& hold = *app.add_subcommand(
      "hold",
      "Hold a meeting: what it concluded goes into it and into every issue, or nothing does.\n"
      "With more than one issue the conclusions come from --file.");
  const auto holding = add_common(hold, "hold_meeting");
  Object& one = holding->concluded;
  add_flag_of(hold, "--issue", one, "issue", "The one issue of the agenda");
  add_flag_of(hold, "--conclusion", one, "conclusion",
              "accept, hand_over, negotiate, local, resolve, go_on or not_discussed");
  add_flag_of(hold, "--department", one, "department", "Who gets it, with hand_over");
  add_list_of(hold, "--co-unit", one, "co_units", "Who helps");
  add_flag_of(hold, "--outcome", one, "outcome", "With resolve: solved, explained …");
  add_flag_of(hold, "--by", one, "by", "Who takes it on, with local");
  add_flag_of(hold, "--due", one, "due", "By when: \"2026-03-10 17:30\"", true);
  add_flag_of(hold, "--next-step", one, "next_step", "What is to be done next");
  Object& held = holding->members;
  add_list_of(hold, "--attendee", held, "attendees", "Who came, of staff");
  add_flag_of(hold, "--residents", held, "residents", "Residents who came");
  add_flag_of(hold, "--minutes", held, "minutes", "The minutes");

  CLI::App& cancel = *app.add_subcommand(
      "cancel", "Cancel a meeting; its issues go back to where they were called from.");
  const auto cancelling = add_common(cancel, "cancel_meeting");
  add_flag_of(cancel, "--reason", cancelling->members, "reason", "Why");
}

}  // namespace tools
