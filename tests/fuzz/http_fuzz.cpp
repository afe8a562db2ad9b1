// Any bytes as a connection's input: the same requests come of it however it is cut into pieces, no
// limit is passed, and what is answered is one answer.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/request_reader.hpp"
#include "adapters/http/response_writer.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

namespace {

using namespace adapters::http;

Limits small_limits() {
  Limits limits;
  limits.target_bytes_max = 64;
  limits.header_bytes_max = 512;
  limits.header_fields_max = 8;
  limits.body_bytes_max = 128;
  return limits;
}

struct Outcome {
  std::vector<Request> requests;
  unsigned refused = 0;
};

void check(const Request& request, const Limits& limits) {
  ENSURE(request.path.starts_with('/') && request.path.size() <= limits.target_bytes_max);
  ENSURE(request.headers.size() <= limits.header_fields_max);
  ENSURE(request.body.size() <= limits.body_bytes_max);
  for (const char c : request.path) ENSURE(static_cast<unsigned char>(c) >= 0x20);
  for (const auto& [name, value] : request.headers) {
    ENSURE(!name.empty());
    ENSURE(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
}

// Feeds `input` in pieces of `piece` bytes, as a connection would.
Outcome read_all(std::string_view input, std::size_t piece, const Limits& limits) {
  RequestReader reader(limits);
  Outcome out;
  std::string unread;
  while (!input.empty()) {
    unread += input.substr(0, piece);
    input.remove_prefix(std::min(piece, input.size()));
    for (bool more = false; !more && !unread.empty();) {
      std::size_t used = 0;
      const auto step = reader.read(unread, used);
      ENSURE(used <= unread.size());
      unread.erase(0, used);
      switch (step) {
        case RequestReader::Step::more:
          more = true;
          break;
        case RequestReader::Step::request:
          out.requests.push_back(reader.take());
          check(out.requests.back(), limits);
          break;
        case RequestReader::Step::refused:
          out.refused = reader.refusal().status;
          return out;
      }
    }
    ENSURE(unread.size() <= limits.header_bytes_max + piece);
  }
  return out;
}

void check_answer(const Request& request) {
  Response response;
  response.headers = request.headers;
  response.headers.insert(response.headers.end(), request.query.begin(), request.query.end());
  response.content_type = request.body;
  response.body = "x";
  std::string out;
  append_response(out, response, {});
  // Nothing that was put into a header ends the head.
  ENSURE(out.find("\r\n\r\n") == out.size() - 5);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string host = "Host: x\r\n";
  return support::begin_fuzzing_with(
      {"GET /v1/issues?text=%E8%B7%AF&limit=2 HTTP/1.1\r\n" + host + "\r\n",
       "POST /v1/issues HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\n{}GET / HTTP/1.0\r\n\r\n",
       "POST / HTTP/1.1\r\n" + host +
           "Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nT: x\r\n\r\n",
       "POST / HTTP/1.1\r\n" + host + "Expect: 100-continue\r\nContent-Length: 200\r\n\r\n",
       "HEAD http://x/a/../b HTTP/1.1\r\n" + host + "Connection: close, upgrade\r\n\r\n"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static const Limits limits = small_limits();
  const Outcome whole = read_all(input, 4096, limits);
  const Outcome bytewise = read_all(input, 1, limits);
  const Outcome pieces = read_all(input, 7, limits);
  for (const Outcome* other : {&bytewise, &pieces}) {
    // One may be refused earlier, for what it had to keep; but no request is read in two ways.
    const std::size_t both = std::min(other->requests.size(), whole.requests.size());
    ENSURE(other->requests.size() == both || whole.refused != 0);
    ENSURE(whole.requests.size() == both || other->refused != 0);
    for (std::size_t i = 0; i < both; ++i) {
      ENSURE(other->requests[i].method == whole.requests[i].method);
      ENSURE(other->requests[i].path == whole.requests[i].path);
      ENSURE(other->requests[i].headers == whole.requests[i].headers);
      ENSURE(other->requests[i].body == whole.requests[i].body);
    }
  }
  for (const Request& request : whole.requests) check_answer(request);
  return 0;
}
