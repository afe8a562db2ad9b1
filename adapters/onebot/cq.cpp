#include "adapters/onebot/cq.hpp"

#include <array>
#include <cstddef>
#include <optional>

#include "adapters/json/json.hpp"

namespace adapters::onebot {
namespace {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

constexpr std::string_view code_begin = "[CQ:";

struct Escape {
  char character;
  std::string_view code;
};
// The comma last: in text it stands for itself.
constexpr std::array<Escape, 4> escapes{
    {{'&', "&amp;"}, {'[', "&#91;"}, {']', "&#93;"}, {',', "&#44;"}}};
constexpr std::size_t escapes_of_text = 3;
constexpr std::size_t escapes_of_values = 4;

std::string escape(std::string_view text, std::size_t count) {
  std::string out;
  for (const char c : text) {
    std::string_view code(&c, 1);
    for (std::size_t i = 0; i < count; ++i) {
      if (escapes[i].character == c) code = escapes[i].code;
    }
    out += code;
  }
  return out;
}

// In one pass, so that what an escape gives is not taken for another one.
std::string unescape(std::string_view text, std::size_t count) {
  std::string out;
  while (!text.empty()) {
    std::string_view taken = text.substr(0, 1);
    char character = taken.front();
    for (std::size_t i = 0; i < count; ++i) {
      if (!text.starts_with(escapes[i].code)) continue;
      taken = escapes[i].code;
      character = escapes[i].character;
    }
    out += character;
    text.remove_prefix(taken.size());
  }
  return out;
}

// The name at the front of the text, taken off it; "" if there is none.
std::string_view take_name(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const char c = text[size];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '-' && c != '_' && c != '.') break;
    ++size;
  }
  const std::string_view out = text.substr(0, size);
  text.remove_prefix(size);
  return out;
}

// The code at the front of the text, taken off it; nothing, and nothing taken, if it is none.
std::optional<Segment> take_code(std::string_view& text) {
  if (!text.starts_with(code_begin)) return std::nullopt;
  // No code lies in another one: what ends there is not looked at for the end of this one, so that
  // beginnings without an end are each read once.
  const std::size_t next = text.find(code_begin, code_begin.size());
  std::string_view rest = text.substr(0, next);
  rest.remove_prefix(code_begin.size());
  Segment out;
  out.type = take_name(rest);
  if (out.type.empty()) return std::nullopt;
  while (rest.starts_with(',')) {
    rest.remove_prefix(1);
    if (rest.starts_with(']')) break;  // some write a comma behind the last value
    const std::string_view name = take_name(rest);
    if (name.empty() || !rest.starts_with('=')) return std::nullopt;
    rest.remove_prefix(1);
    const std::size_t end = rest.find_first_of(",]");
    if (end == std::string_view::npos) return std::nullopt;
    out.data.emplace_back(name, unescape(rest.substr(0, end), escapes_of_values));
    rest.remove_prefix(end);
  }
  if (!rest.starts_with(']')) return std::nullopt;
  rest.remove_prefix(1);
  text.remove_prefix(static_cast<std::size_t>(rest.data() - text.data()));
  return out;
}

void add_text(Segments& out, std::string_view escaped) {
  if (escaped.empty()) return;
  out.push_back({"text", {{"text", unescape(escaped, escapes_of_text)}}});
}

std::string text_of(const Value& value) {
  if (const auto* text = value.string()) return *text;
  if (std::holds_alternative<std::monostate>(value.it)) return {};
  return json::write(value);
}

void add_item(Segments& out, const Value& item) {
  const Value* type = item.find("type");
  if (type == nullptr || type->string() == nullptr || type->string()->empty()) return;
  Segment segment{*type->string(), {}};
  const Value* data = item.find("data");
  if (data != nullptr && data->object() != nullptr) {
    for (const auto& [name, value] : *data->object()) {
      segment.data.emplace_back(name, text_of(value));
    }
  }
  out.push_back(std::move(segment));
}

}  // namespace

std::string_view Segment::value(std::string_view name) const {
  for (const auto& [key, text] : data) {
    if (key == name) return text;
  }
  return {};
}

Segments read_cq(std::string_view text) {
  Segments out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = text.find(code_begin, at);
    if (begin == std::string_view::npos) break;
    std::string_view rest = text.substr(begin);
    auto code = take_code(rest);
    if (!code) {
      at = begin + 1;
      continue;
    }
    add_text(out, text.substr(0, begin));
    out.push_back(*std::move(code));
    text = rest;
    at = 0;
  }
  add_text(out, text);
  return out;
}

Segments read_message(const Value& message) {
  Segments out;
  if (const auto* text = message.string()) return read_cq(*text);
  if (message.object() != nullptr) add_item(out, message);
  if (const auto* items = message.list()) {
    for (const Value& item : *items) add_item(out, item);
  }
  return out;
}

std::string write_cq(const Segments& segments) {
  std::string out;
  for (const Segment& segment : segments) {
    if (segment.type == "text") {
      out += escape(segment.value("text"), escapes_of_text);
      continue;
    }
    out += std::string(code_begin) + segment.type;
    for (const auto& [name, value] : segment.data) {
      out += "," + name + "=" + escape(value, escapes_of_values);
    }
    out += "]";
  }
  return out;
}

Value write_array(const Segments& segments) {
  List out;
  for (const Segment& segment : segments) {
    Object data;
    for (const auto& [name, value] : segment.data) data.emplace_back(name, value);
    out.emplace_back(Object{{"type", segment.type}, {"data", std::move(data)}});
  }
  return out;
}

std::string escaped_text(std::string_view text) { return escape(text, escapes_of_text); }

std::string plain_text(const Segments& segments) {
  std::string out;
  for (const Segment& segment : segments) {
    if (segment.type == "text") out += segment.value("text");
  }
  return out;
}

}  // namespace adapters::onebot
