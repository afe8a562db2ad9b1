// sihe outbox list | show | resend | drop: what was, is and is not sent to residents and webhooks.
// Also beside a running server, which notices within a second.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/json/json.hpp"
#include "adapters/json/outbox.hpp"
#include "engine/outbox/by_hand.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/terminal.hpp"
#include "workflows/issue/number.hpp"

namespace tools {
namespace {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::Result;
using engine::outbox::Page;
using engine::outbox::Query;
using engine::outbox::Row;
using engine::outbox::Selection;
using engine::outbox::State;

struct Options {
  std::string data;
  std::string state;
  std::string route;
  std::string issue;
  std::vector<std::int64_t> ids;
  std::int64_t before = 0;
  std::size_t limit = 50;
  bool counts = false;
  bool json = false;

  std::filesystem::path file() const {
    return std::filesystem::path(data) / engine::outbox::file_name;
  }
};

const std::vector<std::string> state_names{"waiting", "sending",  "sent",
                                           "failed",  "doubtful", "dropped"};

void print(const engine::schema::Value& value) {
  std::printf("%s\n", adapters::json::write(value).c_str());
}

std::string minute(Instant t) {
  return t == Instant{} ? std::string() : local_minute(t, shown_offset_minutes);
}

// When it goes on, or when it ended.
Instant moment_of(const Row& row) {
  return row.state == State::waiting ? row.next_at : row.ended_at;
}

void print_page(const Page& page) {
  TextTable table({"id", "state", "route", "issue", "kind", "tries", "made", "next / end", "why"});
  for (const Row& row : page.rows) {
    table.add({std::to_string(row.id), std::string(engine::outbox::to_string(row.state)), row.route,
               workflows::issue::format_number(row.subject), row.kind, std::to_string(row.attempts),
               minute(row.made_at), minute(moment_of(row)), printable(row.last_error)});
  }
  constexpr std::size_t why = 8;
  const Paint paint(shows_colour(stdout));
  std::fputs(table.text(columns_of(stdout, 160), why, paint).c_str(), stdout);
  if (page.next) {
    std::fprintf(stderr, "there are more: --before %lld\n", static_cast<long long>(*page.next));
  }
}

Result<void> print_counts(const Options& options) {
  const auto standing = engine::outbox::standing(options.file());
  if (!standing) return standing.error();
  if (options.json) {
    print(adapters::json::standing_value(*standing, shown_offset_minutes));
    return {};
  }
  TextTable table({"route", "state", "messages"});
  for (const auto& count : standing->counts) {
    table.add({count.route, std::string(engine::outbox::to_string(count.state)),
               std::to_string(count.rows)});
  }
  const Paint paint(shows_colour(stdout));
  std::fputs(table.text(columns_of(stdout, 160), 0, paint).c_str(), stdout);
  return {};
}

Result<void> list(const Options& options) {
  if (options.counts) return print_counts(options);
  Query query;
  if (!options.state.empty()) query.state = engine::outbox::parse_state(options.state);
  query.route = options.route;
  query.before = options.before;
  query.limit = options.limit;
  if (!options.issue.empty()) {
    const auto number = parse_issue_number(options.issue);
    if (!number) return number.error();
    query.subject = *number;
  }
  const auto page = engine::outbox::list(options.file(), query);
  if (!page) return page.error();
  if (options.json) {
    print(adapters::json::messages_value(*page, shown_offset_minutes));
  } else {
    print_page(*page);
  }
  return {};
}

Result<void> show(const Options& options) {
  const auto row = engine::outbox::find(options.file(), options.ids.front());
  if (!row) return row.error();
  const auto value = adapters::json::message_value(*row, shown_offset_minutes);
  if (options.json) {
    print(value);
    return {};
  }
  constexpr std::size_t label_columns = 12;
  for (const auto& [name, each] : value) {
    const std::string* text = each.string();
    const std::string shown = text != nullptr ? *text : adapters::json::write(each);
    if (shown != "null") {
      std::printf("%s%s\n", padded(name, label_columns).c_str(), printable(shown).c_str());
    }
  }
  return {};
}

using Act = Result<std::size_t> (*)(const std::filesystem::path&, const Selection&, Instant);

Result<void> act(const Options& options, Act what, const char* done) {
  Selection which{options.ids, {}, options.route};
  if (!options.state.empty()) which.state = engine::outbox::parse_state(options.state);
  if (!which.ids.empty() && (which.state || !which.route.empty())) {
    return Error{Fault::invalid, "name messages either by their ids or by --state and --route"};
  }
  const auto changed = what(options.file(), which, wall_clock()());
  if (!changed) return changed.error();
  if (options.json) {
    print(engine::schema::Object{{"messages", static_cast<std::uint64_t>(*changed)}});
  } else {
    std::printf("%zu messages %s\n", *changed, done);
  }
  if (*changed == engine::outbox::by_hand_max) {
    std::fprintf(stderr, "that is as many as go at a time: there may be more\n");
  }
  return {};
}

Result<void> resend(const Options& options) {
  return act(options, engine::outbox::resend, "wait to be sent again");
}

Result<void> drop(const Options& options) {
  return act(options, engine::outbox::drop, "dropped: they are not sent");
}

// That a message has moved on is no mistake on the command line but an answer.
int exit_of(const Error& error) {
  return error.fault == Fault::conflict ? static_cast<int>(Exit::found) : exit_code_of(error);
}

CLI::App* add_one(CLI::App& outbox, const char* name, const char* text,
                  Result<void> (*what)(const Options&), const std::shared_ptr<Options>& options) {
  CLI::App* command = outbox.add_subcommand(name, text);
  command->add_option("--data", options->data, "The data folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([what, options] {
    if (const auto done = what(*options); !done) {
      fail(exit_of(done.error()), "outbox: " + done.error().detail);
    }
  });
  return command;
}

void add_choice(CLI::App& command, const std::shared_ptr<Options>& options) {
  command.add_option("--state", options->state, "Only those that are so")
      ->check(CLI::IsMember(state_names));
  command.add_option("--route", options->route, "Only those that go this way: qq, webhook:NAME");
}

void add_outbox(CLI::App& app) {
  CLI::App* outbox =
      app.add_subcommand("outbox", "What goes out to residents and webhooks: list, send again.");
  outbox->require_subcommand(1);
  auto options = std::make_shared<Options>();
  CLI::App* lists = add_one(*outbox, "list", "List messages, the newest first.", list, options);
  add_choice(*lists, options);
  lists->add_option("--issue", options->issue, "Only those of this issue");
  lists->add_option("--before", options->before, "Only those with a smaller id")
      ->check(CLI::PositiveNumber);
  lists->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(std::size_t{1}, engine::outbox::page_max));
  lists->add_flag("--counts", options->counts, "How many there are, by route and state");
  CLI::App* shows = add_one(*outbox, "show", "Show one message.", show, options);
  shows->add_option("ID", options->ids, "Its id")->required()->expected(1);
  CLI::App* resends = add_one(
      *outbox, "resend", "Send messages again that were sent, failed, are doubtful or dropped.",
      resend, options);
  add_choice(*resends, options);
  resends->add_option("ID", options->ids, "Their ids; without any, all of --state");
  CLI::App* drops =
      add_one(*outbox, "drop",
              "Drop messages that wait, failed or are doubtful: they are not sent.", drop, options);
  add_choice(*drops, options);
  drops->add_option("ID", options->ids, "Their ids; without any, all of --state");
}

const Command outbox_command{65, add_outbox};

}  // namespace
}  // namespace tools
