// XML 1.0 to plain elements and back, for the adapters whose counterparts speak it. pugixml is seen
// here only.
//
// Nothing outside the text is ever looked up or expanded: a document type (DTD) is refused, and
// with it every entity but the five predefined ones. Attributes, comments and processing
// instructions are passed over; namespaces are part of the names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"

namespace adapters::xml {

struct Limits {
  std::size_t bytes_max = 256 * 1024;
  std::size_t depth_max = 32;
  std::size_t elements_max = 16 * 1024;
};

struct Element {
  std::string name;
  std::string text;  // its own characters and CDATA sections, joined; blanks alone are no text
  std::vector<Element> children;

  // The first child of that name, or nothing.
  const Element* find(std::string_view child) const;
  // The text of the first child of that name; "" if there is none.
  std::string_view text_of(std::string_view child) const;
};

// The root element of a document in UTF-8.
// too_large: over limits.bytes_max. invalid: no well-formed XML, a document type, text that is no
// UTF-8 or holds control characters, over the other limits; the detail names the byte where known.
engine::Result<Element> parse(std::string_view text, const Limits& limits = {});

// With its declaration, without blanks between elements. Characters that XML cannot hold are left
// out, bytes that are no UTF-8 become U+FFFD. Requires: names are names, depth is the caller's.
std::string write(const Element& root);

// The text as a CDATA section, as WeCom's documents show it; "]]>" in it is split over two.
std::string cdata(std::string_view text);

// The text with the five predefined entities, for use between tags.
std::string escaped(std::string_view text);

}  // namespace adapters::xml
