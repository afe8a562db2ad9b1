// Messages of OneBot v11 as segments, from and to both of their forms: a text with CQ codes, and an
// array. Pure.
//
// Source: botuniverse/onebot-11, message/string.md and message/array.md. Escapes: in text & [ ],
// in a code's values & [ ] and the comma.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/schema/value.hpp"

namespace adapters::onebot {

struct Segment {
  std::string type;  // "text", "at", "image"
  std::vector<std::pair<std::string, std::string>> data;

  // The value of that name; "" if there is none.
  std::string_view value(std::string_view name) const;

  friend bool operator==(const Segment&, const Segment&) = default;
};

using Segments = std::vector<Segment>;

// Any text: what looks like a code and is none is text.
Segments read_cq(std::string_view text);

// The array form, a single segment alone, or a text with codes. Items that are no segments are left
// out; numbers and truth values in the data become text.
Segments read_message(const engine::schema::Value& message);

// Requires: types and names are made of letters, digits, '-', '_' and '.'.
std::string write_cq(const Segments& segments);
engine::schema::Value write_array(const Segments& segments);

// Plain text as a message's text: nothing in it is a code.
std::string escaped_text(std::string_view text);

// What is said in words, without codes.
std::string plain_text(const Segments& segments);

}  // namespace adapters::onebot
