#include "adapters/open311/form.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/schema/text.hpp"

namespace adapters::open311 {
namespace {

constexpr std::size_t boundary_bytes_max = 70;  // RFC 2046, 5.1.1

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

class Reader {
 public:
  void add(std::string name, std::string value) {
    if (form_.fields.size() == form_fields_max) {
      say("The body has more than " + std::to_string(form_fields_max) + " fields.");
    } else if (!engine::schema::text_flaw(name).empty()) {
      say("The name of a field is no clean UTF-8.");
    } else if (const auto flaw = engine::schema::text_flaw(value); !flaw.empty()) {
      say(name + " must be " + std::string(flaw) + ".");
    } else {
      form_.fields.emplace_back(std::move(name), std::move(value));
    }
  }
  void say(std::string flaw) {
    if (form_.flaws.size() == form_flaws_max) return;
    if (std::find(form_.flaws.begin(), form_.flaws.end(), flaw) == form_.flaws.end()) {
      form_.flaws.push_back(std::move(flaw));
    }
  }
  Form form() && { return std::move(form_); }

 private:
  Form form_;
};

void read_urlencoded(std::string_view body, Reader& reader) {
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, equals));
    auto value = decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (name && value) {
      reader.add(*std::move(name), *std::move(value));
    } else {
      reader.say("The body has a % that is not followed by two hexadecimal digits.");
    }
  }
}

// The value of a parameter of a header: name="…" or name=…
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  for (std::size_t at = header.find(';'); at != std::string_view::npos; at = header.find(';', at)) {
    ++at;
    while (at < header.size() && header[at] == ' ') ++at;
    // Not beyond the next semicolon: a header may be nothing but those.
    const std::size_t equals = header.find_first_of("=;", at);
    if (equals == std::string_view::npos) return std::nullopt;
    if (header[equals] == ';' || lower(header.substr(at, equals - at)) != name) continue;
    std::string_view rest = header.substr(equals + 1);
    if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find(';')));
    std::string out;
    for (std::size_t i = 1; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
      out.push_back(rest[i]);
    }
    return out;
  }
  return std::nullopt;
}

void read_part(std::string_view part, Reader& reader) {
  const std::size_t end = part.find("\r\n\r\n");
  if (end == std::string_view::npos) return reader.say("A part of the body has no end of header.");
  std::optional<std::string> name;
  bool file = false;
  std::string_view headers = part.substr(0, end);
  while (!headers.empty()) {
    const std::string_view line = headers.substr(0, headers.find("\r\n"));
    headers.remove_prefix(std::min(headers.size(), line.size() + 2));
    if (!lower(line).starts_with("content-disposition:")) continue;
    name = parameter(line, "name");
    file = parameter(line, "filename").has_value();
  }
  if (!name) return reader.say("A part of the body has no name.");
  if (!file) return reader.add(*std::move(name), std::string(part.substr(end + 4)));
  if (end + 4 < part.size()) {
    reader.say("Files are not taken; give the address of a picture as media_url.");
  }
}

void read_multipart(std::string_view body, const std::string& boundary, Reader& reader) {
  const std::string mark = "--" + boundary;
  std::size_t at = body.starts_with(mark) ? 0 : body.find("\r\n" + mark);
  if (at != 0 && at != std::string_view::npos) at += 2;
  while (at != std::string_view::npos) {
    at += mark.size();
    if (body.substr(at).starts_with("--")) return;
    const std::size_t begin = body.find("\r\n", at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = body.find("\r\n" + mark, begin);
    if (end == std::string_view::npos) break;
    // A part without headers begins with the empty line itself.
    read_part(body.substr(begin + 2, end - std::min(end, begin + 2)), reader);
    at = end + 2;
  }
  reader.say("The body does not end with its boundary.");
}

}  // namespace

Form read_form(std::string_view content_type, std::string_view body) {
  Reader reader;
  const std::string type = lower(content_type.substr(0, content_type.find_first_of("; ")));
  if (type.empty() || type == "application/x-www-form-urlencoded") {
    read_urlencoded(body, reader);
  } else if (type == "multipart/form-data") {
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > boundary_bytes_max) {
      reader.say("Content-Type names no boundary of 1 to 70 bytes.");
    } else {
      read_multipart(body, *boundary, reader);
    }
  } else {
    reader.say(
        "Send the request with Content-Type: application/x-www-form-urlencoded; "
        "charset=utf-8.");
  }
  return std::move(reader).form();
}

}  // namespace adapters::open311
