// sihe intake accept | drop, on a data folder at rest.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "adapters/intake/admit.hpp"
#include "adapters/intake/held_letter.hpp"
#include "adapters/json/json.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/intake.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/intake/intake.hpp"

namespace tools {
namespace {

namespace letters = workflows::intake;
using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Recorded;
using engine::writer::Refusal;

struct Options {
  bool accepts = false;
  std::string data, number, actor, on_behalf_of, key;
  std::string policy = default_policy, calendar = default_calendar;
  bool json = false;
  Object members;
};

const char* word_of(const Options& options) { return options.accepts ? "accept" : "drop"; }

Result<adapters::intake::Asked> steps_of(Engine& engine, const Options& options,
                                         std::uint64_t letter) {
  if (!options.accepts) return adapters::intake::dismissal(letter, options.members);
  const auto offered = adapters::intake::offered_by(engine.log(), engine.vault(), letter);
  if (!offered) return offered.error();
  return adapters::intake::admission(letter, *offered, options.members);
}

void tell_recorded(const std::string& number, const std::string& stage, const std::string& stage_zh,
                   std::uint64_t letter, const Recorded& recorded, bool json) {
  if (!json) {
    std::printf("%s  %s %s%s\n", number.c_str(), stage_zh.c_str(), stage.c_str(),
                recorded.repeated ? "  (as it was recorded before)" : "");
    return;
  }
  const Object out{{"number", number},
                   {"version", std::int64_t{recorded.version.value}},
                   {"stage", stage},
                   {"stage_zh", stage_zh},
                   {"position", recorded.last.value},
                   {"letter", letters::format_number(letter)},
                   {"repeated", recorded.repeated}};
  std::printf("%s\n", adapters::json::write(Value(out)).c_str());
}

Result<void> run(const Options& options) {
  const auto number = parse_letter_number(options.number);
  if (!number) return number.error();
  if (auto there = open_folder(options.data); !there) return there.error();
  auto rules = load_rules(options.policy, options.calendar);
  if (!rules) return rules.error();
  auto engine = Engine::open(options.data, wall_clock(), *std::move(rules));
  if (!engine) return held_by_server(word_of(options), *number, engine.error());
  auto asked = steps_of(**engine, options, *number);
  if (!asked) return asked.error();
  if (!asked->flaws.empty()) {
    std::string text = "it does not fit the command:";
    for (const auto& flaw : asked->flaws) {
      text += "\n  " + printable(flaw.pointer) + " " + printable(flaw.detail);
    }
    return Error{Fault::invalid, text};
  }
  engine::writer::Submission submission{
      "sihe intake", options.key, {options.actor, options.on_behalf_of}, std::move(asked->steps)};
  const Answer answer = (*engine)->writer().ask(std::move(submission));
  if (const auto* recorded = std::get_if<Recorded>(&answer)) {
    if (auto settled = (*engine)->settle(); !settled) return settled;
    if (options.accepts) {
      tell_issue(*number, recorded->stream.number, recorded->version, recorded->stage,
                 recorded->last, recorded->repeated, options.json);
    } else {
      tell_recorded(letters::format_number(*number), letters::stage_name(recorded->stage),
                    letters::stage_name_zh(recorded->stage), *number, *recorded, options.json);
    }
  } else if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    tell_refusal(*refusal, options.json);
  } else if (const auto* failed = std::get_if<engine::writer::Failed>(&answer)) {
    const bool reused = failed->why == engine::writer::Failure::reused_id;
    return Error{reused ? Fault::conflict : Fault::storage, failed->detail};
  }
  return {};
}

void add_text(CLI::App& command, const char* flag, Object& into, const char* name,
              const char* doc) {
  command.add_option_function<std::string>(
      flag, [&into, name](const std::string& text) { into.emplace_back(name, text); }, doc);
}

std::shared_ptr<Options> add_common(CLI::App& command, bool accepts) {
  auto options = std::make_shared<Options>();
  options->accepts = accepts;
  command.add_option("NUMBER", options->number, "The letter's number")->required();
  command.add_option("--data", options->data, "The data folder; no server may have it")->required();
  command.add_option("--actor", options->actor, "Who does it: stands in the record")->required();
  command.add_option("--on-behalf-of", options->on_behalf_of, "For whom");
  command.add_option("--key", options->key, "Asked again with the same key, nothing is added");
  command.add_flag("--json", options->json, "Print the answer as JSON");
  command.callback([options] {
    if (const auto done = run(*options); !done) {
      fail(exit_code_of(done.error()), "intake: " + done.error().detail);
    }
  });
  return options;
}

}  // namespace

Error held_by_server(const char* word, std::uint64_t number, const Error& error) {
  if (error.fault != Fault::busy) return error;
  return Error{Fault::busy, error.detail + "; a running server takes it as POST /v1/intake/" +
                                letters::format_number(number) + "/" + word};
}

void tell_refusal(const Refusal& refusal, bool json) {
  if (json) {
    const Object out{{"code", refusal.code},
                     {"detail", refusal.detail},
                     {"pointer", refusal.pointer},
                     {"allowed", List(refusal.allowed.begin(), refusal.allowed.end())}};
    std::printf("%s\n", adapters::json::write(Value(out)).c_str());
  }
  fail(Exit::found, "intake: refused, nothing was written\n  " +
                        (refusal.pointer.empty() ? "" : refusal.pointer + ": ") +
                        printable(refusal.detail));
}

void tell_issue(std::uint64_t letter, std::uint64_t issue, engine::Version version,
                std::uint8_t stage, engine::Position position, bool repeated, bool json) {
  Recorded recorded;
  recorded.version = version;
  recorded.last = position;
  recorded.repeated = repeated;
  tell_recorded(workflows::issue::format_number(issue), workflows::issue::stage_name(stage),
                workflows::issue::stage_name_zh(stage), letter, recorded, json);
}

void add_intake_commands(CLI::App& app) {
  CLI::App& accept = *app.add_subcommand(
      "accept", "Make an issue of a letter; what is not said here comes from the letter.");
  const auto accepting = add_common(accept, true);
  Object& report = accepting->members;
  add_text(accept, "--text", report, "text", "What the resident says");
  add_text(accept, "--title", report, "title", "One line for lists");
  add_text(accept, "--area", report, "area", "Where it belongs");
  add_text(accept, "--category", report, "category", "What it is about");
  add_text(accept, "--channel", report, "channel", "By what it came");
  add_text(accept, "--name", report, "name", "Who reports");
  add_text(accept, "--phone", report, "phone", "His telephone");
  add_text(accept, "--place", report, "place", "Where the problem is");
  add_text(accept, "--liaison", report, "liaison", "Who looks after it there");
  add_text(accept, "--note", report, "note", "What is to be said of the letter");
  accept
      .add_option("--policy", accepting->policy,
                  "What the issue's deadlines are set by, as the service is told; or none")
      ->capture_default_str();
  accept.add_option("--calendar", accepting->calendar, "The calendar that goes with it")
      ->capture_default_str();

  CLI::App& drop = *app.add_subcommand("drop", "Drop a letter: nothing comes of it.");
  const auto dropping = add_common(drop, false);
  add_text(drop, "--reason", dropping->members, "reason", "Why");
}

}  // namespace tools
