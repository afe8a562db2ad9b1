// Any method, path, query, headers and body against an API in memory: exactly one answer comes, it
// has a status that HTTP knows, and its body is what its type says.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/core/ensure.hpp"
#include "tests/support/api_service.hpp"
#include "tests/support/fuzz_seeds.hpp"

namespace {

using adapters::http::Request;
using adapters::http::Response;
using adapters::http::Role;

// Lines of the input: method, path, then "?name=value" and "name: value" until an empty one, then
// the body.
Request request_of(std::string_view input) {
  const auto line = [&] {
    const std::string_view out = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), out.size() + 1));
    return out;
  };
  Request out;
  out.method = line();
  out.path = line();
  while (!input.empty()) {
    const std::string_view field = line();
    if (field.empty()) break;
    const bool query = field.front() == '?';
    const std::size_t mark = std::min(field.find(query ? '=' : ':'), field.size());
    const std::string name(field.substr(query ? 1 : 0, mark - (query ? 1 : 0)));
    (query ? out.query : out.headers)
        .emplace_back(name, field.substr(std::min(field.size(), mark + (query ? 1 : 2))));
  }
  out.body = input;
  return out;
}

void check(const Response& response) {
  ENSURE(response.status >= 200 && response.status < 600);
  if (response.stream) {
    for (int i = 0; i < 4 && response.stream->next(); ++i) {
    }
    return;
  }
  if (response.content_type.starts_with("text/plain")) return;
  const auto body = adapters::json::parse(response.body, {.bytes_max = 16 << 20});
  ENSURE(body.has_value() && body->object() != nullptr);
  if (response.status < 400 || response.content_type == "application/json") return;
  const auto* status = std::get_if<std::int64_t>(&body->find("status")->it);
  ENSURE(status != nullptr && *status == response.status);
  ENSURE(body->find("code") != nullptr && !body->find("detail")->string()->empty());
}

struct Service {
  support::ApiService api;
  std::string tokens[adapters::http::roles.size() + 1];

  Service() {
    for (std::size_t i = 0; i < adapters::http::roles.size(); ++i) {
      tokens[i] = api.token("t" + std::to_string(i), adapters::http::roles[i]);
    }
    api.use(tokens[static_cast<std::size_t>(Role::operator_)]);
    api.ask("POST", "/v1/areas", R"({"code":"D","name":"区","level":"district"})");
    tokens[adapters::http::roles.size()] = api.token("scoped", Role::supervisor, "D");
    api.use(tokens[static_cast<std::size_t>(Role::supervisor)]);
    api.ask("POST", "/v1/issues", R"({"text":"x","area":"D"})");
    api.use({});
  }
};

}  // namespace

// The first byte says who asks: the roles in their order, then the scoped supervisor, then nobody.
extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string supervisor(1, static_cast<char>(Role::supervisor));
  return support::begin_fuzzing_with(
      {supervisor +
           "POST\n/v1/issues\nIdempotency-Key: 1\n\n{\"text\":\"路灯坏了\",\"area\":\"D\"}",
       supervisor + "GET\n/v1/issues\n?text=路灯\n?limit=1\n?sort=-opened_at\n\n",
       supervisor + "GET\n/v1/statistics\n?by=area\n?at=2026-03-01T08:00:00+08:00\n\n",
       supervisor + "GET\n/v1/events\nLast-Event-ID: 1\n\n",
       "\x05POST\n/v1/areas\n\n{\"code\":\"D1\",\"name\":\"镇\",\"level\":\"town\",\"in\":\"D\"}"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto service = std::make_unique<Service>();
  static std::size_t asked = 0;
  if (size < 1) return 0;
  // The log only grows, so it is begun anew now and then.
  if (++asked % 20'000 == 0) {
    service.reset();
    service = std::make_unique<Service>();
  }
  Request request = request_of({reinterpret_cast<const char*>(data) + 1, size - 1});
  const std::size_t who = data[0] % (std::size(service->tokens) + 1);
  if (who < std::size(service->tokens)) {
    request.headers.emplace_back("Authorization", "Bearer " + service->tokens[who]);
  }
  check(service->api.send(std::move(request)));
  return 0;
}
