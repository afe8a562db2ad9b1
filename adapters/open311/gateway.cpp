#include "adapters/open311/gateway.hpp"

#include <algorithm>
#include <utility>

#include "adapters/open311/core.hpp"
#include "adapters/open311/form.hpp"
#include "adapters/signing/signing.hpp"
#include "engine/core/ensure.hpp"
#include "engine/schema/text.hpp"

namespace adapters::open311 {

namespace {

const ApiKey* key_in(const Config& config, std::string_view given) {
  const ApiKey* found = nullptr;
  for (const ApiKey& each : config.api_keys) {
    if (!each.key.empty() && signing::same(each.key, given)) found = &each;
  }
  return found;
}

std::optional<Refused> wrong_format(const Call& call) {
  if (call.route.format) return std::nullopt;
  if (!call.route.extension.empty()) {
    return refused(404, "There is no format ." + call.route.extension + "; ask for .xml or .json.");
  }
  if (accepted_format(http::find_field(call.request.headers, "Accept").value_or(""))) {
    return std::nullopt;
  }
  return refused(400, "The format was not provided: end the path with .xml or .json.");
}

std::optional<Refused> wrong_method(const Call& call) {
  const std::string& method = call.request.method;
  const bool known = method == "GET" || method == "HEAD" || method == "POST";
  const std::string_view allowed = methods_of(call.route.resource);
  if (known && allowed.find(method) != std::string_view::npos) return std::nullopt;
  Refused out = refused(405, "This takes " + std::string(allowed) + ".");
  out.headers.emplace_back("Allow", allowed);
  return out;
}

std::optional<Refused> wrong_key(const Call& call) {
  if (call.key != nullptr) return std::nullopt;
  const bool given = !call.arguments.one("api_key").empty();
  if (given) return refused(403, "Invalid api_key received.");
  if (call.request.method == "POST") return refused(403, "api_key was not provided.");
  return std::nullopt;
}

std::optional<Refused> wrong_jurisdiction(const Config& config, const Call& call) {
  if (config.jurisdiction.empty() || call.route.resource == Resource::discovery) {
    return std::nullopt;
  }
  const std::string_view given = call.arguments.one("jurisdiction_id");
  if (given == config.jurisdiction) return std::nullopt;
  if (!given.empty()) {
    return refused(404, "jurisdiction_id " + std::string(given) + " was not found.");
  }
  if (!config.jurisdiction_required) return std::nullopt;
  return refused(400, "jurisdiction_id was not provided.");
}

// Whether what stands in the address may stand in an answer.
bool is_clean(const http::Request& request) {
  using engine::schema::text_flaw;
  return text_flaw(request.path).empty() &&
         std::all_of(request.query.begin(), request.query.end(), [](const auto& field) {
           return text_flaw(field.first).empty() && text_flaw(field.second).empty();
         });
}

// The request as it came, but for the key.
intake::Letter letter_of(const Call& call, const std::string& detail) {
  intake::Letter out;
  out.channel = request_source;
  out.reason = intake::Reason::unreadable;
  out.detail = detail;
  out.path = call.request.path;
  for (const auto& field : call.request.query) {
    if (field.first != "api_key") out.query.push_back(field);
  }
  for (const char* name : {"Content-Type", "Idempotency-Key"}) {
    if (const auto value = http::find_field(call.request.headers, name)) {
      out.headers.emplace_back(name, *value);
    }
  }
  out.body = call.request.body;
  out.said = call.arguments.one("description");
  out.account = reporter_in(call.arguments).account;
  return out;
}

// What a known client sent and nobody can read is kept for a person; the client is told anyway.
void keep(const CorePtr& core, const CallPtr& call, const std::vector<std::string>& sentences) {
  std::vector<Flaw> flaws;
  for (const std::string& each : sentences) add(flaws, 400, each);
  if (!core->parts.hold) return answer(*core, *call, refused_for(std::move(flaws)));
  core->parts.hold(letter_of(*call, sentences.front()), [core, call, flaws](intake::Held held) {
    if (held == intake::Held::kept) ++core->traffic.held;
    answer(*core, *call, refused_for(flaws));
  });
}

void ask(const CorePtr& core, const CallPtr& call) {
  Core& all = *core;
  switch (call->route.resource) {
    case Resource::discovery:
      return answer(all, *call, discovery_document(all, *call));
    case Resource::services:
      return answer(all, *call, services_document(all, call->format));
    case Resource::definition:
      return answer(all, *call, definition_document(all, *call));
    case Resource::requests:
      return look(all, call, [&all, call](Desk& desk) { return read_requests(all, *call, desk); });
    case Resource::request:
      return look(all, call, [&all, call](Desk&) { return read_request(all, *call); });
    case Resource::token:
      return look(all, call, [&all, call](Desk&) { return read_token(all, *call); });
    case Resource::updates:
      return look(all, call, [&all, call](Desk& desk) { return read_updates(all, *call, desk); });
  }
}

}  // namespace

ApiKey api_key_of(std::string_view setting) {
  const std::size_t colon = setting.find(':');
  if (colon == std::string_view::npos) return {std::string(request_source), std::string(setting)};
  return {std::string(setting.substr(0, colon)), std::string(setting.substr(colon + 1))};
}

std::optional<Mode> mode_of(std::string_view name) {
  if (name == "id") return Mode::id;
  if (name == "token") return Mode::token;
  return std::nullopt;
}

struct Gateway::Impl {
  CorePtr core;
};

Gateway::Gateway(Config config, Parts parts) : impl_(std::make_shared<Impl>()) {
  ENSURE(config.mode == Mode::id || parts.random_token);
  impl_->core = std::make_shared<Core>(std::move(config), std::move(parts));
}

Gateway::~Gateway() { stop(); }

void Gateway::stop() { impl_->core->readers.stop(); }

const intake::Traffic& Gateway::traffic() const { return impl_->core->traffic; }

void Gateway::handle(http::Request request, http::Reply reply) {
  const CorePtr core = impl_->core;
  ++core->traffic.requests;
  auto route = route_of(request.path);
  const bool post = request.method == "POST";
  const bool too_large = request.body.size() > intake::letter_bytes_max;
  Form form;
  if (post && !too_large) {
    form = read_form(http::find_field(request.headers, "Content-Type").value_or(""), request.body);
  }
  Arguments arguments(std::move(form.fields), request.query);
  const ApiKey* key = key_in(core->config, arguments.one("api_key"));
  auto call =
      std::make_shared<Call>(Call{std::move(request), std::move(reply), route.value_or(Route{}),
                                  Format::xml, std::move(arguments), key});
  const auto accept = http::find_field(call->request.headers, "Accept").value_or("");
  call->format = call->route.format.value_or(accepted_format(accept).value_or(Format::xml));
  const auto no = [&](Refused refused) { answer(*core, *call, std::move(refused)); };

  if (!is_clean(call->request)) {
    return no(refused(400, "The address must be UTF-8 without control characters."));
  }
  if (!route) return no(refused(404, "There is nothing at this path."));
  if (auto wrong = wrong_format(*call)) return no(*std::move(wrong));
  if (auto wrong = wrong_method(*call)) return no(*std::move(wrong));
  if (too_large) {
    return no(refused(
        413, "The body has more than " + std::to_string(intake::letter_bytes_max) + " bytes."));
  }
  if (auto wrong = wrong_key(*call)) return no(*std::move(wrong));
  if (!form.flaws.empty()) return keep(core, call, form.flaws);
  if (auto wrong = wrong_jurisdiction(core->config, *call)) return no(*std::move(wrong));
  if (!post) return ask(core, call);
  if (call->route.resource == Resource::requests) return take_request(core, call);
  take_update(core, call);
}

void Gateway::take_again(const intake::Letter& letter, std::function<void(intake::Again)> done) {
  const CorePtr core = impl_->core;
  const auto route = route_of(letter.path);
  if (!route || route->resource != Resource::requests) {
    return done(intake::stays("only a request can be handed in again: this is none"));
  }
  const auto type = http::find_field(letter.headers, "Content-Type").value_or("");
  Form form = read_form(type, letter.body);
  if (!form.flaws.empty()) return done(intake::stays(form.flaws.front()));
  Arguments arguments(std::move(form.fields), letter.query);
  const std::string_view given = arguments.one("api_key");
  const ApiKey* key = key_in(core->config, given);
  if (key == nullptr) {
    return done(intake::stays(given.empty() ? "its api_key was not kept with it"
                                            : "its api_key is not good any more"));
  }
  http::Request request;
  request.method = "POST";
  request.path = letter.path;
  request.query = letter.query;
  request.headers = letter.headers;
  const auto call = std::make_shared<Call>(
      Call{std::move(request), {}, *route, Format::json, std::move(arguments), key});
  if (auto wrong = wrong_jurisdiction(core->config, *call)) {
    return done(intake::stays(std::string(text_in(wrong->flaws.front().description))));
  }
  take_request_again(core, call, letter.id, std::move(done));
}

}  // namespace adapters::open311
