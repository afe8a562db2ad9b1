#include "adapters/http/response_writer.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <cstdint>

namespace adapters::http {
namespace {

constexpr std::string_view lines_end = "\r\n";

std::string_view reason(unsigned status) {
  const auto text = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
  return {text.data(), text.size()};
}

void append_number(std::string& out, std::uint64_t number, int base = 10) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return boost::beast::http::detail::is_token_char(c);
  });
}

void append_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
    out.push_back(control ? ' ' : c);
  }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  append_value(out, value);
  out.append(lines_end);
}

constexpr std::string_view set_by_server[] = {"connection",   "content-length",    "date",
                                              "content-type", "transfer-encoding", "keep-alive"};

// What is said unless the answer says it itself.
struct Default {
  std::string_view name;
  std::string_view line;
};
constexpr std::array<Default, 3> defaults{{
    {"server", "Server: sihe\r\n"},
    {"x-content-type-options", "X-Content-Type-Options: nosniff\r\n"},
    {"cache-control", "Cache-Control: no-store\r\n"},
}};

void append_fields(std::string& out, const Fields& fields) {
  std::array<bool, defaults.size()> said{};
  for (const auto& [name, value] : fields) {
    if (!is_token(name)) continue;
    if (std::any_of(std::begin(set_by_server), std::end(set_by_server),
                    [&name = name](std::string_view own) { return same_name(own, name); })) {
      continue;
    }
    for (std::size_t i = 0; i < defaults.size(); ++i) {
      said[i] = said[i] || same_name(defaults[i].name, name);
    }
    append_field(out, name, value);
  }
  for (std::size_t i = 0; i < defaults.size(); ++i) {
    if (!said[i]) out.append(defaults[i].line);
  }
}

// A status outside of what may end a request is the handler's mistake.
unsigned final_status(unsigned status) { return status >= 200 && status <= 599 ? status : 500; }

}  // namespace

void append_response(std::string& out, const Response& response, const Framing& framing) {
  const unsigned status = final_status(response.status);
  const bool never_body = status == 204 || status == 304;
  out.append("HTTP/1.1 ");
  append_number(out, status);
  out.append(" ").append(reason(status)).append("\r\nDate: ").append(framing.date);
  out.append(lines_end);
  if (response.stream || !response.body.empty()) {
    append_field(out, "Content-Type", response.content_type);
  }
  append_fields(out, response.headers);
  if (response.stream) {
    if (!framing.http_1_0) out.append("Transfer-Encoding: chunked\r\n");
  } else if (!never_body) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append(lines_end);
  }
  if (status == 426) {  // RFC 9110, 7.8: who sends Upgrade says so in Connection
    out.append(framing.close ? "Connection: upgrade, close\r\n" : "Connection: upgrade\r\n");
  } else if (framing.close) {
    out.append("Connection: close\r\n");
  } else if (framing.http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append(lines_end);
  if (!response.stream && !framing.head_only && !never_body) out.append(response.body);
}

void append_chunk(std::string& out, std::string_view bytes) {
  append_number(out, bytes.size(), 16);
  out.append(lines_end).append(bytes).append(lines_end);
}

void append_last_chunk(std::string& out) { out.append("0\r\n\r\n"); }

Response problem(unsigned status, std::string_view detail) {
  Response out;
  out.status = status;
  out.content_type = "application/problem+json";
  out.body.append(R"({"type":"about:blank","title":")").append(reason(status));
  out.body.append(R"(","status":)");
  append_number(out.body, status);
  out.body.append(R"(,"detail":")").append(detail).append(R"("})");
  return out;
}

}  // namespace adapters::http
