// sihe token add | list | revoke.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/tokens.hpp"
#include "adapters/json/json.hpp"
#include "engine/core/rfc3339.hpp"
#include "tools/sihe/command.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/history.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

using adapters::http::Token;
using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

struct Options {
  std::string data;
  std::string name;
  std::string role;
  std::string area;
  bool json = false;
};

std::vector<std::string> role_names() {
  std::vector<std::string> out;
  for (const auto role : adapters::http::roles) {
    out.emplace_back(adapters::http::role_name(role));
  }
  return out;
}

// A new folder is no mistake here: tokens may be made before the first start. But an area can only
// be held against a log that is there.
Result<void> check_area(const std::string& data, const std::string& area) {
  if (area.empty()) return {};
  const auto reading = open_folder(data);
  if (!reading) return reading.error();
  const auto& tree = (*reading)->tree;
  if (tree.find("area", area) != nullptr) return {};
  constexpr std::size_t shown_max = 3;
  std::string nearest;
  for (const std::string& each : tree.nearest("area", area, shown_max)) {
    nearest += (nearest.empty() ? "; nearest: " : ", ") + each;
  }
  return Error{Fault::invalid, "no area " + printable(area) + nearest};
}

Result<void> add(const Options& options) {
  if (auto good = check_area(options.data, options.area); !good) return good;
  const Paths paths{options.data};
  const auto role = adapters::http::parse_role(options.role);
  if (!role) return Error{Fault::invalid, "no role " + printable(options.role)};
  const auto token =
      adapters::http::add_token(paths.tokens(), options.name, *role, options.area, wall_clock()());
  if (!token) return token.error();
  if (options.json) {
    const Object out{{"name", options.name},
                     {"role", options.role},
                     {"area", options.area.empty() ? Value() : Value(options.area)},
                     {"token", *token}};
    std::printf("%s\n", adapters::json::write(out).c_str());
    return {};
  }
  std::printf("%s\n", token->c_str());
  std::fprintf(stderr, "It is shown this once; only its hash is kept.\n");
  return {};
}

Value time_or_null(engine::Instant t) {
  if (t == engine::Instant{}) return {};
  return engine::format_rfc3339(t, shown_offset_minutes);
}

Result<void> list(const Options& options) {
  const auto tokens = adapters::http::read_tokens(Paths{options.data}.tokens());
  if (!tokens) return tokens.error();
  if (options.json) {
    List rows;
    for (const Token& token : *tokens) {
      rows.emplace_back(Object{{"name", token.name},
                               {"role", adapters::http::role_name(token.role)},
                               {"area", token.area.empty() ? Value() : Value(token.area)},
                               {"created", time_or_null(token.created)},
                               {"revoked", time_or_null(token.revoked)}});
    }
    std::printf("%s\n", adapters::json::write(Object{{"tokens", std::move(rows)}}).c_str());
    return {};
  }
  TextTable table({"name", "role", "area", "created", "revoked"});
  for (const Token& token : *tokens) {
    const auto minute = [](engine::Instant t) {
      return t == engine::Instant{} ? std::string() : local_minute(t, shown_offset_minutes);
    };
    table.add({token.name, std::string(adapters::http::role_name(token.role)),
               token.area.empty() ? "(all)" : token.area, minute(token.created),
               minute(token.revoked)});
  }
  const Paint paint(shows_colour(stdout));
  std::fputs(table.text(columns_of(stdout, 160), 0, paint).c_str(), stdout);
  return {};
}

Result<void> revoke(const Options& options) {
  auto revoked =
      adapters::http::revoke_token(Paths{options.data}.tokens(), options.name, wall_clock()());
  if (revoked) std::fprintf(stderr, "revoked; a running server knows within a second\n");
  return revoked;
}

// A token that is there already, or not there, is no mistake on the command line but an answer.
int exit_of(const Error& error) {
  const bool answer = error.fault == Fault::conflict || error.fault == Fault::not_found;
  return answer ? static_cast<int>(Exit::found) : exit_code_of(error);
}

void run(Result<void> (*what)(const Options&), const Options& options) {
  if (const auto done = what(options); !done) {
    fail(exit_of(done.error()), "token: " + done.error().detail);
  }
}

CLI::App* add_one(CLI::App& token, const char* name, const char* text,
                  Result<void> (*what)(const Options&), const std::shared_ptr<Options>& options) {
  CLI::App* command = token.add_subcommand(name, text);
  command->add_option("--data", options->data, "The data folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->callback([what, options] { run(what, *options); });
  return command;
}

void add_token_command(CLI::App& app) {
  CLI::App* token = app.add_subcommand("token", "Make, list and revoke tokens for the API.");
  token->require_subcommand(1);
  auto options = std::make_shared<Options>();
  CLI::App* adds = add_one(*token, "add", "Make a token and print it, this once.", add, options);
  adds->add_option("NAME", options->name, "Whose it is; stands in every fact that it causes")
      ->required();
  adds->add_option("--role", options->role, "What it may do")
      ->required()
      ->check(CLI::IsMember(role_names()));
  adds->add_option("--area", options->area, "Only this area and what lies in it");
  adds->add_flag("--json", options->json, "Print as JSON");
  CLI::App* lists = add_one(*token, "list", "List all tokens, the revoked too.", list, options);
  lists->add_flag("--json", options->json, "Print as JSON");
  CLI::App* revokes = add_one(*token, "revoke", "Make a token good no more.", revoke, options);
  revokes->add_option("NAME", options->name, "Whose it is")->required();
}

const Command token_command{70, add_token_command};

}  // namespace
}  // namespace tools
