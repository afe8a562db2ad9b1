// sihe intake resubmit, on a data folder at rest: the channels are put together as `sihe serve`
// does it, but nothing comes in by them and nothing goes out.
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "adapters/intake/resubmit.hpp"
#include "engine/log/record.hpp"
#include "tools/sihe/channels.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/intake.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/settings.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

using adapters::intake::Again;
using adapters::intake::Closed;
using adapters::intake::Resubmitted;
using engine::Error;
using engine::Fault;
using engine::Result;
using engine::writer::Recorded;
using engine::writer::Refusal;

struct Options {
  std::string data, number, config, actor, on_behalf_of, key;
  bool json = false;
};

Result<void> tell_closed(Engine& engine, std::uint64_t letter, const Closed& closed, bool json) {
  if (const auto* refusal = std::get_if<Refusal>(&closed.answer)) {
    tell_refusal(*refusal, json);
    return {};
  }
  const auto* recorded = std::get_if<Recorded>(&closed.answer);
  if (recorded == nullptr) {
    const auto* failed = std::get_if<engine::writer::Failed>(&closed.answer);
    const bool reused = failed != nullptr && failed->why == engine::writer::Failure::reused_id;
    return Error{reused ? Fault::conflict : Fault::storage,
                 failed == nullptr ? "the letter has changed meanwhile" : failed->detail};
  }
  if (auto settled = engine.settle(); !settled) return settled;
  const auto last = engine.log().last_of({workflows::issue::workflow_id, closed.issue});
  if (!last) return last.error();
  if (!*last) return Error{Fault::not_found, "the letter's issue is not in the log"};
  const engine::log::RecordView issue(**last);
  tell_issue(letter, closed.issue, issue.version(), issue.stage_after(), recorded->last,
             recorded->repeated, json);
  return {};
}

Result<void> tell(Engine& engine, std::uint64_t letter, const Resubmitted& came, bool json) {
  if (const auto* error = std::get_if<Error>(&came)) return *error;
  if (const auto* closed = std::get_if<Closed>(&came)) {
    return tell_closed(engine, letter, *closed, json);
  }
  const auto& again = std::get<Again>(came);
  Refusal refusal;
  refusal.code = again.ending == Again::Ending::later ? "overloaded" : "still_held";
  refusal.detail = "the letter is held as before: " + again.why;
  tell_refusal(refusal, json);
  return {};
}

Result<void> run(const Options& options) {
  const auto number = parse_letter_number(options.number);
  if (!number) return number.error();
  if (auto there = open_folder(options.data); !there) return there.error();
  Flags flags;
  flags.config = options.config;
  flags.values["data"] = options.data;
  const auto settings = read_settings(flags);
  if (!settings) return settings.error();
  auto rules = load_rules(settings->policy, settings->calendar);
  if (!rules) return rules.error();
  auto engine = Engine::open(options.data, wall_clock(), *std::move(rules));
  if (!engine) return held_by_server("resubmit", *number, engine.error());
  auto channels = Channels::start(
      *settings, **engine, [](const adapters::http::PersonalRead&) { return true; },
      Channels::Ways::in);
  if (!channels) return channels.error();
  const adapters::intake::HandIn hand_in = (*channels)->hand_in();
  std::promise<Resubmitted> promised;
  adapters::intake::resubmit(
      {(*engine)->log(), (*engine)->vault(), (*engine)->writer(), hand_in}, *number,
      {"sihe intake", options.key, {options.actor, options.on_behalf_of}, {}}, std::nullopt,
      [&](Resubmitted came) { promised.set_value(std::move(came)); });
  const Resubmitted came = promised.get_future().get();
  (*channels)->stop();
  auto told = tell(**engine, *number, came, options.json);
  (*engine)->writer().stop();  // before the channels end, which it may still answer
  return told;
}

}  // namespace

void add_intake_resubmit(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand(
      "resubmit",
      "Hand a letter to its channel again, as it came: its group is bound by now, a secret of the\n"
      "settings is right by now. What the channel takes becomes an issue, once; what it does not\n"
      "take stays held, and it says why. On a data folder at rest, where nobody is told of it; a\n"
      "running server takes it as POST /v1/intake/NUMBER/resubmit, and tells who reported.");
  command.add_option("NUMBER", options->number, "The letter's number")->required();
  command.add_option("--data", options->data, "The data folder; no server may have it")->required();
  command.add_option("--config", options->config,
                     "The settings of the channels, as for `sihe serve`");
  command.add_option("--actor", options->actor, "Who does it: stands in the record")->required();
  command.add_option("--on-behalf-of", options->on_behalf_of, "For whom");
  command.add_option("--key", options->key, "Asked again with the same key, nothing is added");
  command.add_flag("--json", options->json, "Print the answer as JSON");
  command.callback([options] {
    if (const auto done = run(*options); !done) {
      fail(exit_code_of(done.error()), "intake: " + done.error().detail);
    }
  });
}

}  // namespace tools
