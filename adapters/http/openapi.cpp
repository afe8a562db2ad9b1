// The OpenAPI 3.1 document, made from what serves: the routes, their parameters, the schemas of the
// commands, the table of problems.
#include <utility>

#include "adapters/http/api.hpp"
#include "adapters/http/commands.hpp"
#include "adapters/http/openapi_schemas.hpp"
#include "adapters/http/parameters.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/routes.hpp"
#include "adapters/json/json.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Schema;
using engine::schema::Table;
using engine::schema::Value;

namespace {

Object reference(const std::string& to) { return {{"$ref", "#/components/" + to}}; }

Object with_description(Object out, std::string_view text) {
  out.emplace_back("description", text);
  return out;
}

Object parameter_schema(const Parameter& parameter) {
  switch (parameter.kind) {
    case ParameterKind::text:
    case ParameterKind::moment:
      return {{"type", "string"}, {"minLength", 1}};
    case ParameterKind::number:
      return {{"type", "integer"}, {"minimum", 0}};
    case ParameterKind::flag:
      return {{"type", "boolean"}};
    case ParameterKind::time:
      return {{"type", "string"},
              {"description",
               "RFC 3339 with offset, or a day: its first moment, in `at` and "
               "`as_of` its last."}};
    case ParameterKind::choice: {
      List names;
      for (const std::string_view name : names_in(parameter.choices)) names.emplace_back(name);
      return {{"type", "string"}, {"enum", std::move(names)}};
    }
  }
  return {};
}

Value query_parameter(const Parameter& parameter) {
  Object out{{"name", parameter.name}, {"in", "query"}, {"description", parameter.doc}};
  if (parameter.many) {
    out.emplace_back("schema", Object{{"type", "array"}, {"items", parameter_schema(parameter)}});
    out.emplace_back("style", "form");
    out.emplace_back("explode", false);
  } else {
    out.emplace_back("schema", parameter_schema(parameter));
  }
  return out;
}

bool is_command(const Route& route) {
  return route.method == "POST" && route.endpoint != Endpoint::apply_policy;
}

List parameters_of(const Route& route) {
  List out;
  if (route.path.find("{no}") != std::string_view::npos) {
    out.emplace_back(reference(route.of_meetings()  ? "parameters/meeting_no"
                               : route.of_letters() ? "parameters/letter_no"
                                                    : "parameters/no"));
  }
  if (route.path.find("{code}") != std::string_view::npos) {
    out.emplace_back(reference("parameters/code"));
  }
  if (route.path.find("{id}") != std::string_view::npos) {
    out.emplace_back(reference("parameters/message_id"));
  }
  for (const Parameter& each : all_parameters()) {
    if (each.endpoint == route.endpoint) out.push_back(query_parameter(each));
  }
  if (is_command(route) && !route.of_messages()) {
    out.emplace_back(reference("parameters/idempotency_key"));
    out.emplace_back(reference("parameters/if_match"));
  }
  if (route.endpoint == Endpoint::events) out.emplace_back(reference("parameters/last_event_id"));
  return out;
}

// Whether the path says that member of an entry's command.
bool in_path(const Route& route, std::string_view member) {
  if (!route.of_entries()) return false;
  return member == "kind" || (member == "code" && route.endpoint == Endpoint::entry_command);
}

Object with_common_members(const Object& given, const Route& route) {
  Object out;
  for (const auto& member : given) {
    if (!in_path(route, member.first)) out.push_back(member);
  }
  out.emplace_back("occurred_at", with_description({{"type", "string"}, {"format", "date-time"}},
                                                   "When it happened; now, without it."));
  out.emplace_back("on_behalf_of",
                   with_description({{"type", "string"},
                                     {"minLength", 1},
                                     {"maxLength", std::int64_t{on_behalf_of_bytes_max}}},
                                    "For whom the token acts: an account, not a resident."));
  return out;
}

// The body as its schema says, with what every command takes beside it and without what the path
// says.
Object body_of(const Schema& schema, const Table& table, const Route& route) {
  const Value whole = json::body_schema(schema, table);
  Object out;
  for (const auto& [name, value] : *whole.object()) {
    if (name == "properties") {
      out.emplace_back(name, with_common_members(*value.object(), route));
    } else if (name == "required") {
      List needed;
      for (const Value& each : *value.list()) {
        if (!in_path(route, *each.string())) needed.push_back(each);
      }
      if (!needed.empty()) out.emplace_back(name, std::move(needed));
    } else {
      out.emplace_back(name, value);
    }
  }
  return out;
}

Object content(std::string_view type, Object schema) {
  Object media{{"schema", std::move(schema)}};
  Object out;
  out.emplace_back(std::string(type), std::move(media));
  return out;
}

Object answer_schema(const Route& route) {
  const char* name = answer_schema_name(route);
  return name == nullptr ? Object{{"type", "string"}} : reference(std::string("schemas/") + name);
}

std::vector<const char*> header_names(const Route& route) {
  switch (route.endpoint) {
    case Endpoint::report:
    case Endpoint::call_meeting:
      return {"ETag", "Idempotent-Replayed", "Location"};
    case Endpoint::command:
    case Endpoint::meeting_command:
    case Endpoint::accept_letter:
    case Endpoint::drop_letter:
    case Endpoint::resubmit_letter:
    case Endpoint::add_entry:
    case Endpoint::entry_command:
      return {"ETag", "Idempotent-Replayed"};
    case Endpoint::list:
    case Endpoint::meetings:
    case Endpoint::letters:
    case Endpoint::outbox:
      return {"Link"};
    case Endpoint::issue:
    case Endpoint::history:
    case Endpoint::meeting:
    case Endpoint::meeting_history:
    case Endpoint::letter:
      return {"ETag"};
    default:
      return {};
  }
}

Object headers_of(const Route& route) {
  Object out;
  for (const char* name : header_names(route)) {
    out.emplace_back(name, Value(Object{{"schema", Value(Object{{"type", "string"}})}}));
  }
  return out;
}

Object responses_of(const Route& route) {
  const bool made = route.endpoint == Endpoint::report || route.endpoint == Endpoint::add_entry ||
                    route.endpoint == Endpoint::call_meeting;
  const std::string_view type = route.content_type.substr(0, route.content_type.find(';'));
  Object forms = content(type, answer_schema(route));
  if (!route.other_type.empty()) {
    const std::string_view other = route.other_type.substr(0, route.other_type.find(';'));
    forms.push_back(content(other, Object{{"type", "string"}}).front());
  }
  Object good{{"description", made ? "It is recorded and durable." : "What was asked for."},
              {"content", std::move(forms)}};
  if (Object headers = headers_of(route); !headers.empty()) {
    good.emplace_back("headers", std::move(headers));
  }
  Object out;
  out.emplace_back(made ? "201" : "200", std::move(good));
  if (route.endpoint == Endpoint::ready) {
    out.emplace_back("503", Object{{"description", "Not ready; the reasons say why."},
                                   {"content", content(type, answer_schema(route))}});
  } else {
    out.emplace_back("default", reference("responses/problem"));
  }
  return out;
}

Object operation(const Route& route, std::string id, std::string_view summary) {
  Object out{{"operationId", std::move(id)}, {"summary", summary}};
  if (List parameters = parameters_of(route); !parameters.empty()) {
    out.emplace_back("parameters", std::move(parameters));
  }
  if (route.open) out.emplace_back("security", List{});
  return out;
}

std::string id_of(const Route& route) {
  if (route.endpoint == Endpoint::apply_policy) return "apply_policy";
  std::string out = route.method == "GET" ? "get" : "add";
  for (const char c : route.path) {
    if (c == '{') break;
    out += c == '/' || c == '.' ? '_' : c;
  }
  if (out.back() == '_') out.pop_back();
  if (route.path.ends_with("{no}") || route.path.ends_with("{id}")) out += "_one";
  if (route.path.ends_with("/history")) out += "_history";
  if (route.endpoint == Endpoint::candidates) out += "_candidates";
  return out;
}

Object act_operation(const Route& route, const Act& act) {
  Object out = operation(route, act.id, route.summary);
  if (act.body != nullptr) {
    const bool needed = route.endpoint != Endpoint::resubmit_letter;
    out.emplace_back("requestBody",
                     Object{{"required", needed},
                            {"content", content("application/json",
                                                reference(std::string("schemas/") + act.body))}});
  }
  out.emplace_back("responses", responses_of(route));
  return out;
}

// A report whose text the letter may have, with a note for the letter beside it.
void as_admission(Object& body) {
  std::erase_if(body, [](const auto& member) { return member.first == "required"; });
  for (auto& [name, value] : body) {
    if (name != "properties") continue;
    std::get<Object>(value.it).emplace_back(
        "note", with_description({{"type", "string"}, {"x-personal", true}},
                                 "What is to be said of the letter itself."));
  }
}

Object command_operation(const Route& route, const Schema& schema, const Table& table,
                         std::string id) {
  Object out = operation(route, std::move(id), table.doc.empty() ? table.verb : table.doc);
  Object body = body_of(schema, table, route);
  if (route.endpoint == Endpoint::accept_letter) as_admission(body);
  const bool needed = Value(body).find("required") != nullptr;
  out.emplace_back(
      "requestBody",
      Object{{"required", needed}, {"content", content("application/json", std::move(body))}});
  out.emplace_back("responses", responses_of(route));
  return out;
}

Object& path_item(Object& paths, const std::string& path) {
  for (auto& [name, item] : paths) {
    if (name == path) return std::get<Object>(item.it);
  }
  return std::get<Object>(paths.emplace_back(path, Object{}).second.it);
}

void put_route(const Route& route, Object& paths) {
  const Schema& schema = schema_of(route);
  const std::string path(route.path);
  const std::string method = route.method == "GET" ? "get" : "post";
  if (route.path.ends_with("{command}")) {
    const std::string stem = path.substr(0, path.rfind('/') + 1);
    for (const Table* table : commands_of(route)) {
      const std::string word(command_word(route, *table));
      const std::string id = route.kind.empty() ? word : word + "_" + std::string(route.kind);
      path_item(paths, stem + word)
          .emplace_back(method, command_operation(route, schema, *table, id));
    }
  } else if (const auto act = act_of(route)) {
    path_item(paths, path).emplace_back(method, act_operation(route, *act));
  } else if (route.of_letters() && is_command(route)) {
    const bool accepts = route.endpoint == Endpoint::accept_letter;
    const Table& table = *schema.by_verb(accepts ? "report" : "drop_letter");
    path_item(paths, path)
        .emplace_back(method, command_operation(route, schema, table,
                                                accepts ? "accept_letter" : "drop_letter"));
  } else if (is_command(route)) {
    const bool report = route.endpoint == Endpoint::report;
    const Table& table = *schema.by_verb(report                ? "report"
                                         : route.of_meetings() ? "call_meeting"
                                                               : "add_entry");
    const std::string id = report                ? "report"
                           : route.of_meetings() ? table.verb
                                                 : "add_" + std::string(route.kind);
    path_item(paths, path).emplace_back(method, command_operation(route, schema, table, id));
  } else {
    Object out = operation(route, id_of(route), route.summary);
    out.emplace_back("responses", responses_of(route));
    path_item(paths, path).emplace_back(method, std::move(out));
  }
}

Object components() {
  Object problem{{"description", "What went wrong (RFC 9457); `code` tells which."},
                 {"content", content("application/problem+json", reference("schemas/Problem"))}};
  Object bearer{{"type", "http"},
                {"scheme", "bearer"},
                {"description", "A token made by `sihe token add`, with a role and an area."}};
  return {{"schemas", document_schemas()},
          {"parameters", shared_parameters()},
          {"responses", Object{{"problem", std::move(problem)}}},
          {"securitySchemes", Object{{"bearer", std::move(bearer)}}}};
}

List permissions_of(std::span<const Permission> table) {
  List out;
  for (const Permission& row : table) {
    Object grants;
    for (const Role role : roles) {
      const Grant grant = row.grants[static_cast<std::size_t>(role)];
      if (grant == Grant::no) continue;
      grants.emplace_back(std::string(role_name(role)), grant == Grant::own ? "own" : "yes");
    }
    out.emplace_back(Object{{"what", row.what}, {"roles", std::move(grants)}});
  }
  return out;
}

List problem_list() {
  List out;
  for (const ProblemKind& kind : problem_kinds()) {
    out.emplace_back(Object{{"code", kind.code},
                            {"status", static_cast<std::int64_t>(kind.status)},
                            {"title", kind.title},
                            {"title_zh", kind.title_zh}});
  }
  return out;
}

}  // namespace

std::string openapi_document(const std::string& version) {
  Object paths;
  for (const Route& route : routes()) put_route(route, paths);
  Object info{{"title", "Sihe 四和"},
              {"version", version.empty() ? std::string("0") : version},
              {"description",
               "Issues from report to closure, each command durable before it is "
               "answered. Times are RFC 3339 with offset."},
              {"license", Object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
  List security;
  security.emplace_back(Object{{"bearer", List{}}});
  Object permissions{{"issues", permissions_of(issue_permissions())},
                     {"meetings", permissions_of(meeting_permissions())},
                     {"letters", permissions_of(letter_permissions())},
                     {"directory", permissions_of(directory_permissions())},
                     {"reading", permissions_of(read_permissions())}};
  return json::write(Object{{"openapi", "3.1.0"},
                            {"info", std::move(info)},
                            {"security", std::move(security)},
                            {"paths", std::move(paths)},
                            {"components", components()},
                            {"x-problems", problem_list()},
                            {"x-permissions", std::move(permissions)}});
}

}  // namespace adapters::http
