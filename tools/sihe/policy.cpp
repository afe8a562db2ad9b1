// sihe policy: by which limits and days deadlines are set, and whether a policy file is right.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/policy_apply.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/settings.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using workflows::issue::DeadlineRules;
using workflows::issue::Limits;
using workflows::issue::Policy;
namespace fb = workflows::issue::fb;

struct Options {
  Flags flags;
  std::string file;
  bool json = false;
  bool toml = false;
};

// The policy and the calendar named, "none" if deadlines are not set by any.
struct Named {
  std::string policy;
  std::string calendar;
};

Result<Named> named(const Options& options) {
  const auto settings = read_settings(options.flags);
  if (!settings) return settings.error();
  return Named{options.file.empty() ? settings->policy : options.file, settings->calendar};
}

int exit_of(const Error& error) {
  return error.fault == Fault::not_found ? Exit::usage : Exit::found;
}

Object json_of(const Limits& limits) {
  Object out;
  for (const fb::DeadlineKind kind : fb::EnumValuesDeadlineKind()) {
    if (limits[kind]) out.emplace_back(fb::EnumNameDeadlineKind(kind), limit_text(*limits[kind]));
  }
  return out;
}

List years_of(const DeadlineRules& rules) {
  List out;
  for (const int year : rules.calendar().years()) out.emplace_back(year);
  return out;
}

void print_json(const DeadlineRules& rules, const std::string& warning) {
  const Policy& policy = rules.policy();
  Object categories;
  for (const auto& [code, limits] : policy.categories) {
    categories.emplace_back(code, json_of(limits));
  }
  List warnings;
  if (!warning.empty()) warnings.emplace_back(warning);
  const Object out{
      {"policy", Object{{"version", policy.version}, {"digest", rules.policy_digest()}}},
      {"calendar", Object{{"version", rules.calendar().version()},
                          {"digest", rules.calendar_digest()},
                          {"years", years_of(rules)}}},
      {"limits", json_of(policy.limits)},
      {"emergency", json_of(policy.emergency)},
      {"categories", std::move(categories)},
      {"warning", limit_text(policy.warning)},
      {"text", policy_text(policy)},
      {"warnings", std::move(warnings)}};
  std::printf("%s\n", adapters::json::write_pretty(out).c_str());
}

std::string years_text(const DeadlineRules& rules) {
  const auto& years = rules.calendar().years();
  std::string out;
  for (std::size_t i = 0; i < years.size(); ++i) {
    const bool within = i > 0 && i + 1 < years.size() && years[i - 1] + 1 == years[i] &&
                        years[i] + 1 == years[i + 1];
    if (within) continue;
    const bool ends = i > 0 && years[i - 1] + 1 == years[i];
    out += (out.empty() ? "" : ends ? "–" : ", ") + std::to_string(years[i]);
  }
  return out;
}

void print(const DeadlineRules& rules, const std::string& warning) {
  const Policy& policy = rules.policy();
  std::vector<std::string> columns{"for"};
  for (const fb::DeadlineKind kind : fb::EnumValuesDeadlineKind()) {
    columns.emplace_back(fb::EnumNameDeadlineKind(kind));
  }
  TextTable table(columns);
  const auto row = [&](const std::string& of, const Limits& limits) {
    std::vector<std::string> cells{of};
    for (const fb::DeadlineKind kind : fb::EnumValuesDeadlineKind()) {
      cells.push_back(limits[kind] ? limit_text(*limits[kind]) : "");
    }
    table.add(std::move(cells));
  };
  row("all", policy.limits);
  row("emergency", policy.emergency);
  for (const auto& [code, limits] : policy.categories) row(printable(code), limits);
  std::fputs(table.text(columns_of(stdout, 160), 0, Paint(shows_colour(stdout))).c_str(), stdout);
  std::printf("\npolicy    %s  %s\n", printable(policy.version).c_str(),
              rules.policy_digest().c_str());
  std::printf("calendar  %s  %s  years %s\n", printable(rules.calendar().version()).c_str(),
              rules.calendar_digest().c_str(), years_text(rules).c_str());
  if (!warning.empty()) std::fprintf(stderr, "sihe: warning: %s\n", warning.c_str());
}

void show(const Options& options) {
  const auto of = named(options);
  if (!of) return fail(Exit::usage, "policy: " + of.error().detail);
  if (of->policy == no_policy) {
    return fail(Exit::found, "policy: none is in force: deadlines are set by hand only");
  }
  if (options.toml) {
    const auto text = policy_toml(of->policy);
    if (!text) return fail(exit_of(text.error()), "policy: " + text.error().detail);
    std::fputs(text->c_str(), stdout);
    return;
  }
  const auto rules = load_rules(of->policy, of->calendar);
  if (!rules) return fail(exit_of(rules.error()), "policy: " + rules.error().detail);
  const std::string warning = calendar_warning((*rules)->calendar(), wall_clock()());
  if (options.json) {
    print_json(**rules, warning);
  } else {
    print(**rules, warning);
  }
}

void apply(const Options& options) {
  const auto settings = read_settings(options.flags);
  if (!settings) return fail(Exit::usage, "policy: " + settings.error().detail);
  if (settings->data.empty()) {
    return fail(Exit::usage, "policy apply: name the data folder with --data or SIHE_DATA");
  }
  const auto rules = load_rules(settings->policy, settings->calendar);
  if (!rules) return fail(exit_of(rules.error()), "policy: " + rules.error().detail);
  if (!*rules)
    return fail(Exit::usage, "policy apply: the policy is none: there is nothing to apply");
  auto engine = Engine::open(settings->data, wall_clock(), *rules);
  if (!engine) {
    const bool held = engine.error().fault == Fault::busy;
    return fail(exit_code_of(engine.error()),
                "policy: " + engine.error().detail +
                    (held ? "; a running server takes it as POST /v1/policy/apply" : ""));
  }
  const auto applied = apply_policy((*engine)->log(), (*engine)->writer(),
                                    parents_by((*engine)->directory()), **rules);
  if (!applied) return fail(exit_code_of(applied.error()), "policy: " + applied.error().detail);
  if (const auto settled = (*engine)->settle(); !settled) {
    return fail(exit_code_of(settled.error()), "policy: " + settled.error().detail);
  }
  if (options.json) {
    const Object out{{"issues", applied->issues},
                     {"set", applied->set},
                     {"kept", applied->kept},
                     {"by_hand", applied->by_hand}};
    std::printf("%s\n", adapters::json::write(out).c_str());
  } else {
    std::printf(
        "%llu open issues: %llu deadlines set anew, %llu as they were, %llu of them by hand\n",
        static_cast<unsigned long long>(applied->issues),
        static_cast<unsigned long long>(applied->set),
        static_cast<unsigned long long>(applied->kept),
        static_cast<unsigned long long>(applied->by_hand));
  }
}

CLI::App* add(CLI::App& policy, const char* name, const char* about,
              const std::shared_ptr<Options>& options) {
  CLI::App* command = policy.add_subcommand(name, about);
  add_settings(*command, options->flags);
  command->add_flag("--json", options->json, "Print as JSON");
  return command;
}

void add_policy(CLI::App& app) {
  CLI::App* policy = app.add_subcommand(
      "policy", "By which limits and working days deadlines are set; check a policy, apply it.");
  policy->require_subcommand(1);
  const auto shown = std::make_shared<Options>();
  CLI::App* command =
      add(*policy, "show", "Print limits, digests and the years that the calendar knows.", shown);
  command->add_option("FILE", shown->file, "A policy's name or file; the one in force otherwise");
  command->add_flag("--toml", shown->toml, "Print the file itself");
  command->callback([shown] { show(*shown); });

  const auto checked = std::make_shared<Options>();
  command =
      add(*policy, "check",
          "Say what is wrong with a policy (or the --calendar) file, with line and reason, or\n"
          "print it. Ends with 1 if anything is.",
          checked);
  command->add_option("FILE", checked->file, "A policy's name or file; the one in force otherwise");
  command->callback([checked] { show(*checked); });

  const auto applied = std::make_shared<Options>();
  command =
      add(*policy, "apply",
          "Set the running deadlines of all open issues as this policy would have set them.\n"
          "What was set by hand, by a meeting or by an extension stays. Doing it again sets\n"
          "nothing more. No server may have the folder: one that runs takes its settings and\n"
          "the files that they name anew with POST /v1/policy/apply (role operator).",
          applied);
  command->callback([applied] { apply(*applied); });
}

const Command policy_command{75, add_policy};

}  // namespace
}  // namespace tools
