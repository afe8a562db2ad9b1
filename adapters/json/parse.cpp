#include <charconv>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

#include "adapters/json/json.hpp"

namespace adapters::json {
namespace {

using engine::Error;
using engine::Fault;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

// What boost::json::basic_parser calls while it reads. Strings and keys may come in parts.
struct Builder {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  using Code = boost::json::error_code;
  using Text = boost::json::string_view;

  const Limits& limits;
  Value root;
  std::vector<Value> open;        // containers from the root inwards
  std::vector<std::string> keys;  // of the members that are being read, one per open object
  std::string part;
  std::string trouble;  // ours, not the parser's

  explicit Builder(const Limits& given) : limits(given) {}

  bool refuse(Code& code, std::string what) {
    trouble = std::move(what);
    code = boost::json::error::syntax;
    return false;
  }

  void put_member(Object& members, std::string name, Value value) const {
    if (limits.last_member_counts) {
      for (auto& [known, old] : members) {
        if (known != name) continue;
        old = std::move(value);
        return;
      }
    }
    members.emplace_back(std::move(name), std::move(value));
  }

  bool put(Value value) {
    if (open.empty()) {
      root = std::move(value);
    } else if (auto* members = std::get_if<Object>(&open.back().it)) {
      put_member(*members, std::move(keys.back()), std::move(value));
      keys.pop_back();
    } else {
      std::get<List>(open.back().it).push_back(std::move(value));
    }
    return true;
  }

  bool close() {
    Value done = std::move(open.back());
    open.pop_back();
    return put(std::move(done));
  }

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    open.emplace_back(Object{});
    return true;
  }
  bool on_object_end(std::size_t, Code&) { return close(); }
  bool on_array_begin(Code&) {
    open.emplace_back(List{});
    return true;
  }
  bool on_array_end(std::size_t, Code&) { return close(); }

  bool on_key_part(Text text, std::size_t, Code&) {
    part.append(text.data(), text.size());
    return true;
  }
  bool on_key(Text text, std::size_t, Code& code) {
    part.append(text.data(), text.size());
    const Object& members = std::get<Object>(open.back().it);
    if (members.size() >= limits.members_max) {
      return refuse(code, "an object has too many members");
    }
    for (const auto& [name, value] : members) {
      if (name == part && !limits.last_member_counts) {
        return refuse(code, "a member is named twice");
      }
    }
    keys.push_back(std::exchange(part, {}));
    return true;
  }
  bool on_string_part(Text text, std::size_t, Code&) {
    part.append(text.data(), text.size());
    return true;
  }
  bool on_string(Text text, std::size_t, Code&) {
    part.append(text.data(), text.size());
    return put(std::exchange(part, {}));
  }

  bool on_number_part(Text text, Code&) {
    part.append(text.data(), text.size());
    return true;
  }
  bool on_int64(std::int64_t number, Text, Code&) {
    part.clear();
    return put(number);
  }
  bool on_uint64(std::uint64_t number, Text, Code&) {
    part.clear();
    return put(number);
  }
  bool on_double(double, Text text, Code& code) {
    part.append(text.data(), text.size());
    const std::string digits = std::exchange(part, {});
    if (digits.find_first_of(".eE") == std::string::npos) {
      return refuse(code, "a whole number is beyond 64 bits");
    }
    // Boost 1.81 may be off by the last bit; from_chars is not.
    double number = 0;
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failed != std::errc{} || end != digits.data() + digits.size()) {
      return refuse(code, "a number is beyond what a double can hold");
    }
    return put(number);
  }
  bool on_bool(bool flag, Code&) { return put(flag); }
  bool on_null(Code&) { return put(Value{}); }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

Error invalid_at(std::string_view text, std::size_t at, const std::string& what) {
  const std::string_view before = text.substr(0, at);
  std::size_t line = 1;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (before[i] != '\n') continue;
    ++line;
    line_start = i + 1;
  }
  return {Fault::invalid, "line " + std::to_string(line) + ", column " +
                              std::to_string(at - line_start + 1) + ": " + what};
}

}  // namespace

engine::Result<Value> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes_max) {
    return Error{Fault::too_large, "JSON of " + std::to_string(text.size()) + " bytes; at most " +
                                       std::to_string(limits.bytes_max) + " are taken"};
  }
  boost::json::parse_options options;
  options.max_depth = limits.depth_max;
  boost::json::basic_parser<Builder> parser(options, limits);
  boost::json::error_code code;
  std::size_t read = 0;
  try {
    read = parser.write_some(false, text.data(), text.size(), code);
  } catch (const std::exception& error) {
    return Error{Fault::invalid, std::string("JSON: ") + error.what()};
  }
  if (!code && read < text.size()) code = boost::json::error::extra_data;
  if (!code) return std::move(parser.handler().root);
  if (code == boost::json::error::incomplete) read = text.size();
  const std::string& ours = parser.handler().trouble;
  return invalid_at(text, read, ours.empty() ? code.message() : ours);
}

}  // namespace adapters::json
