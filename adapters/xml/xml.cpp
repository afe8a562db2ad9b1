#include "adapters/xml/xml.hpp"

#include <pugixml.hpp>

#include <optional>

#include "engine/schema/text.hpp"

namespace adapters::xml {
namespace {

using engine::Error;
using engine::Fault;
using engine::Result;

// What XML 1.0 can hold at all: of the control characters only these three.
bool is_char(std::string_view character) {
  const auto c = static_cast<unsigned char>(character.front());
  return character.size() > 1 || c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
}

class Taker {
 public:
  explicit Taker(const Limits& limits) : limits_(limits) {}

  std::optional<std::string> take(const pugi::xml_node& node, Element& out, std::size_t depth) {
    if (depth > limits_.depth_max) {
      return "elements lie deeper than " + std::to_string(limits_.depth_max);
    }
    if (++elements_ > limits_.elements_max) {
      return "there are more than " + std::to_string(limits_.elements_max) + " elements";
    }
    out.name = node.name();
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        out.text += child.value();
      } else if (child.type() == pugi::node_element) {
        if (auto flaw = take(child, out.children.emplace_back(), depth + 1)) return flaw;
      }
    }
    if (const auto flaw = engine::schema::text_flaw(out.text); !flaw.empty()) {
      return "the text of <" + out.name + "> must be " + std::string(flaw);
    }
    return std::nullopt;
  }

 private:
  const Limits& limits_;
  std::size_t elements_ = 0;
};

void append_escaped(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = engine::schema::character_bytes(text, at);
    if (size == 0) {
      out += "\uFFFD";
      ++at;
      continue;
    }
    const std::string_view character = text.substr(at, size);
    at += size;
    if (character == "&") {
      out += "&amp;";
    } else if (character == "<") {
      out += "&lt;";
    } else if (character == ">") {
      out += "&gt;";
    } else if (character == "\r") {
      out += "&#13;";  // a bare one would be read back as a line feed
    } else if (is_char(character)) {
      out += character;
    }
  }
}

void append(std::string& out, const Element& element) {
  out += "<" + element.name;
  if (element.text.empty() && element.children.empty()) {
    out += "/>";
    return;
  }
  out += ">";
  append_escaped(out, element.text);
  for (const Element& child : element.children) append(out, child);
  out += "</" + element.name + ">";
}

}  // namespace

const Element* Element::find(std::string_view child) const {
  for (const Element& each : children) {
    if (each.name == child) return &each;
  }
  return nullptr;
}

std::string_view Element::text_of(std::string_view child) const {
  const Element* found = find(child);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

Result<Element> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes_max) {
    return Error{Fault::too_large, "XML of " + std::to_string(text.size()) + " bytes; at most " +
                                       std::to_string(limits.bytes_max) + " are taken"};
  }
  if (const auto flaw = engine::schema::text_flaw(text); !flaw.empty()) {
    return Error{Fault::invalid, "XML must be " + std::string(flaw)};
  }
  pugi::xml_document document;
  const auto parsed = document.load_buffer(
      text.data(), text.size(), pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
  if (!parsed) {
    return Error{Fault::invalid, "no well-formed XML at byte " + std::to_string(parsed.offset + 1) +
                                     ": " + parsed.description()};
  }
  pugi::xml_node root;
  for (const pugi::xml_node& child : document.children()) {
    if (child.type() == pugi::node_doctype) {
      return Error{Fault::invalid, "a document type (DTD) is not taken"};
    }
    if (child.type() != pugi::node_element) continue;
    if (root) return Error{Fault::invalid, "no well-formed XML: there are two root elements"};
    root = child;
  }
  if (!root) return Error{Fault::invalid, "no well-formed XML: there is no root element"};
  Element out;
  if (auto flaw = Taker(limits).take(root, out, 1)) {
    return Error{Fault::invalid, "XML: " + *std::move(flaw)};
  }
  return out;
}

std::string write(const Element& root) {
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  append(out, root);
  return out;
}

std::string cdata(std::string_view text) {
  std::string clean;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = engine::schema::character_bytes(text, at);
    if (size == 0) {
      clean += "\uFFFD";
    } else if (is_char(text.substr(at, size))) {
      clean += text.substr(at, size);
    }
    at += size == 0 ? 1 : size;
  }
  constexpr std::string_view end = "]]>";
  constexpr std::string_view split = "]]><![CDATA[";  // holds an end itself: to be stepped over
  for (std::size_t at = clean.find(end); at != std::string::npos; at = clean.find(end, at)) {
    clean.insert(at + 2, split);
    at += 2 + split.size();
  }
  return "<![CDATA[" + clean + "]]>";
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

}  // namespace adapters::xml
