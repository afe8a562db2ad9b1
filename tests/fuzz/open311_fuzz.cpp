// Any method, path, query, headers and body against an Open311 gateway in memory: exactly one
// answer comes, and its body is a document of its format. The body alone also as a document of
// others.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/json/json.hpp"
#include "adapters/open311/documents.hpp"
#include "adapters/open311/form.hpp"
#include "adapters/open311/report_text.hpp"
#include "adapters/xml/xml.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"
#include "tests/support/open311_service.hpp"

using namespace adapters::open311;

namespace {

// Lines of the input: method, path, then "?name=value" and "name: value" until an empty one, then
// the body.
adapters::http::Request request_of(std::string_view input) {
  const auto line = [&] {
    const std::string_view out = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(input.size(), out.size() + 1));
    return out;
  };
  adapters::http::Request out;
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

void check(const adapters::http::Response& response) {
  ENSURE(response.status >= 200 && response.status < 600);
  const bool json = response.content_type == "application/json; charset=utf-8";
  if (json) {
    ENSURE(adapters::json::parse(response.body, {.bytes_max = 64 << 20}).has_value());
  } else {
    ENSURE(adapters::xml::parse(response.body, {.bytes_max = 64 << 20, .elements_max = 1 << 20})
               .has_value());
  }
  if (response.status < 400) return;
  const auto flaws = read_flaws(response.body, json ? Format::json : Format::xml);
  ENSURE(flaws.has_value() && !flaws->empty());
}

void read_all(std::string_view text) {
  for (const Format format : {Format::xml, Format::json}) {
    if (const auto it = read_discovery(text, format)) write_discovery(*it, format);
    if (const auto it = read_services(text, format)) write_services(*it, format);
    if (const auto it = read_definition(text, format)) write_definition(*it, format);
    if (const auto it = read_receipts(text, format)) write_receipts(*it, format);
    if (const auto it = read_updates(text, format)) write_updates(*it, format);
    if (const auto it = read_flaws(text, format)) write_flaws(*it, format);
    const auto requests = read_requests(text, format);
    if (requests) ENSURE(read_requests(write_requests(*requests, format), format).has_value());
  }
  from_text(text);
}

struct Served {
  support::Open311Service gateway;
  Served() { gateway.add({"category", "lamp", "路灯", "", "", false, false}); }
};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string key = "api_key=xyz&jurisdiction_id=ouhai";
  return support::begin_fuzzing_with(
      {"POST\n/open311/v2/requests.json\n\n" + key +
           "&service_code=lamp&lat=1&long=2&attribute[A][]=1&description=%E7%81%AF",
       "POST\n/open311/v2/requests.xml\nContent-Type: multipart/form-data; boundary=B\n"
       "?api_key=xyz\n\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B--",
       "GET\n/open311/v2/requests.xml\n?jurisdiction_id=ouhai\n?start_date=2026-03-01\n?page=2\n\n",
       "GET\n/open311/v2/servicerequestupdates\nAccept: text/xml;q=0.5\n?jurisdiction_id=ouhai\n\n",
       "POST\n/open311/v2/servicerequestupdates.json\n\n" + key +
           "&service_request_id=2601000000102&update_id=1&status=OPEN&description=x"
           "&updated_datetime=2026-03-03T00:00:00Z",
       "\n\n\n[{\"service_request_id\":1,\"notes\":[{\"a\":1}]}]",
       "\n\n\n<service_requests><request><lat>1</lat></request></service_requests>"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto service = std::make_unique<Served>();
  static std::size_t asked = 0;
  // The log only grows, so it is begun anew now and then.
  if (++asked % 20'000 == 0) {
    service.reset();
    service = std::make_unique<Served>();
  }
  auto request = request_of({reinterpret_cast<const char*>(data), size});
  read_all(request.body);
  check(service->gateway.send(std::move(request)));
  service->gateway.letters.clear();
  return 0;
}
