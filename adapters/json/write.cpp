#include <charconv>
#include <cmath>
#include <string>
#include <variant>

#include "adapters/json/json.hpp"
#include "engine/schema/text.hpp"

namespace adapters::json {
namespace {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

void put_text(std::string& out, std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // start of what has not been copied yet
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\' && byte < 0x80) {
      ++at;
      continue;
    }
    if (byte >= 0x80) {
      const std::size_t length = engine::schema::character_bytes(text, at);
      if (length > 0) {
        at += length;
        continue;
      }
    }
    out.append(text, plain, at - plain);
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte >= 0x80) {
          out += "\xEF\xBF\xBD";
        } else {
          out += {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
        }
    }
    plain = ++at;
  }
  out.append(text, plain);
  out += '"';
}

template <class Number>
void put_number(std::string& out, Number number) {
  char digits[32];
  const auto [end, failed] = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, failed == std::errc{} ? end : digits);
}

// Writes a tree; pretty if `step` is not 0.
struct Writer {
  std::string& out;
  std::size_t step;
  std::size_t depth = 0;

  void line() {
    if (step == 0) return;
    out += '\n';
    out.append(step * depth, ' ');
  }

  template <class Items, class Put>
  void container(const Items& items, char open, char close, Put put) {
    out += open;
    ++depth;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out += ',';
      first = false;
      line();
      put(item);
    }
    --depth;
    if (!items.empty()) line();
    out += close;
  }

  void operator()(std::monostate) { out += "null"; }
  void operator()(bool flag) { out += flag ? "true" : "false"; }
  void operator()(std::int64_t number) { put_number(out, number); }
  void operator()(std::uint64_t number) { put_number(out, number); }
  void operator()(double number) {
    if (!std::isfinite(number)) {
      out += "null";
      return;
    }
    const std::size_t begin = out.size();
    put_number(out, number);
    // Beyond 2^53, and for -0, a double without a point would be read back as another number.
    const bool bare = out.find_first_of(".e", begin) == std::string::npos;
    const bool only_double = std::fabs(number) >= 0x1p53 || (number == 0 && std::signbit(number));
    if (bare && only_double) out += ".0";
  }
  void operator()(const std::string& text) { put_text(out, text); }
  void operator()(const List& items) {
    container(items, '[', ']', [this](const Value& item) { std::visit(*this, item.it); });
  }
  void operator()(const Object& members) {
    container(members, '{', '}', [this](const auto& member) {
      put_text(out, member.first);
      out += step == 0 ? ":" : ": ";
      std::visit(*this, member.second.it);
    });
  }
};

}  // namespace

std::string write(const Value& value) {
  std::string out;
  std::visit(Writer{out, 0}, value.it);
  return out;
}

std::string write_pretty(const Value& value) {
  std::string out;
  std::visit(Writer{out, 2}, value.it);
  return out;
}

}  // namespace adapters::json
