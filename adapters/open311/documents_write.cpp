#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "adapters/json/json.hpp"
#include "adapters/open311/documents.hpp"
#include "adapters/open311/members.hpp"
#include "adapters/xml/xml.hpp"

namespace adapters::open311 {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using xml::Element;

namespace {

template <class Number>
std::optional<Value> as(std::string_view text) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Value(number);
}

// The number that JSON writes in just these characters.
std::optional<Value> number_in(std::string_view text) {
  if (text.empty() || text == "-0") return std::nullopt;
  auto number = as<std::int64_t>(text);
  if (!number) number = as<std::uint64_t>(text);
  if (!number && text.find_first_not_of("+-.0123456789eE") == std::string_view::npos) {
    number = as<double>(text);
    const auto* real = number ? std::get_if<double>(&number->it) : nullptr;
    if (real != nullptr && !std::isfinite(*real)) return std::nullopt;
  }
  if (!number || json::write(*number) != text) return std::nullopt;
  return number;
}

Value json_of(const Scalar& scalar) {
  if (scalar.kind == Scalar::Kind::boolean) return Value(scalar.text == "true");
  if (scalar.kind == Scalar::Kind::number) {
    if (auto number = number_in(scalar.text)) return *std::move(number);
  }
  return scalar.text.empty() ? Value() : Value(scalar.text);
}

template <class Document>
Object json_of(const Document& document) {
  Object out;
  for (const auto& member : members_of<Document>) {
    const Field& field = document.*member.field;
    if (field) out.emplace_back(member.name, json_of(*field));
  }
  return out;
}

template <class Document>
Element xml_of(std::string_view name, const Document& document) {
  Element out{std::string(name), {}, {}};
  for (const auto& member : members_of<Document>) {
    const Field& field = document.*member.field;
    if (field) out.children.push_back({std::string(member.name), field->text, {}});
  }
  return out;
}

Object whole_json(const Endpoint& endpoint) {
  Object out = json_of(endpoint);
  List formats(endpoint.formats.begin(), endpoint.formats.end());
  out.emplace_back("formats", std::move(formats));
  return out;
}
Element whole_xml(const Endpoint& endpoint) {
  Element out = xml_of(names_of<Endpoint>.item, endpoint);
  Element& formats = out.children.emplace_back(Element{"formats", {}, {}});
  for (const std::string& each : endpoint.formats) {
    formats.children.push_back({"format", each, {}});
  }
  return out;
}

// Whether an element may go by the name; what may not is left out of the XML.
bool is_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
  };
  if (name.empty() || !letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
  });
}

Element element_of(const std::string& name, const Value& value);

void put_members(const Object& members, Element& out) {
  for (const auto& [name, value] : members) {
    if (is_name(name)) out.children.push_back(element_of(name, value));
  }
}

// A value of no known document. The items of a list go by the list's name without its last letter.
Element element_of(const std::string& name, const Value& value) {
  Element out{name, {}, {}};
  if (const auto* text = value.string()) {
    out.text = *text;
  } else if (const auto* items = value.list()) {
    for (const Value& item : *items) {
      const bool plural = name.size() > 1 && name.back() == 's';
      const std::string of_item = plural ? name.substr(0, name.size() - 1) : std::string("item");
      out.children.push_back(element_of(of_item, item));
    }
  } else if (const auto* members = value.object()) {
    put_members(*members, out);
  } else if (value != Value()) {
    out.text = json::write(value);
  }
  return out;
}

Object whole_json(const RequestRecord& record) {
  Object out = json_of(record);
  out.insert(out.end(), record.more.begin(), record.more.end());
  return out;
}
Element whole_xml(const RequestRecord& record) {
  Element out = xml_of(names_of<RequestRecord>.item, record);
  put_members(record.more, out);
  return out;
}

Object whole_json(const Attribute& attribute);
Element whole_xml(const Attribute& attribute);
template <class Document>
Object whole_json(const Document& document);
template <class Document>
Element whole_xml(const Document& document);

template <class Document>
List list_json(const std::vector<Document>& items) {
  List out;
  for (const Document& item : items) out.emplace_back(whole_json(item));
  return out;
}
template <class Document>
Element list_xml(const std::vector<Document>& items) {
  Element out{std::string(names_of<Document>.list), {}, {}};
  for (const Document& item : items) out.children.push_back(whole_xml(item));
  return out;
}

Object whole_json(const Attribute& attribute) {
  Object out = json_of(attribute);
  out.emplace_back(names_of<Option>.list, list_json(attribute.values));
  return out;
}
Element whole_xml(const Attribute& attribute) {
  Element out = xml_of(names_of<Attribute>.item, attribute);
  out.children.push_back(list_xml(attribute.values));
  return out;
}

template <class Document>
Object whole_json(const Document& document) {
  return json_of(document);
}
template <class Document>
Element whole_xml(const Document& document) {
  return xml_of(names_of<Document>.item, document);
}

template <class Document>
std::string write_list(const std::vector<Document>& document, Format format) {
  if (format == Format::json) return json::write(Value(list_json(document)));
  return xml::write(list_xml(document));
}

// The document's own members and one list within it.
template <class Document, class Item>
std::string write_with(std::string_view root, const Document& document,
                       const std::vector<Item>& items, Format format) {
  if (format == Format::json) {
    Object out = json_of(document);
    out.emplace_back(names_of<Item>.list, list_json(items));
    return json::write(Value(std::move(out)));
  }
  Element out = xml_of(root, document);
  out.children.push_back(list_xml(items));
  return xml::write(out);
}

}  // namespace

Field text_field(std::string_view text) { return Scalar{std::string(text)}; }

Field number_field(std::string_view text) {
  const bool number = number_in(text).has_value();
  return Scalar{std::string(text), number ? Scalar::Kind::number : Scalar::Kind::text};
}

Field flag_field(bool flag) { return Scalar{flag ? "true" : "false", Scalar::Kind::boolean}; }

std::string_view text_in(const Field& field) {
  return field ? std::string_view(field->text) : std::string_view();
}

std::string write_discovery(const Discovery& document, Format format) {
  return write_with("discovery", document, document.endpoints, format);
}
std::string write_services(const std::vector<Service>& document, Format format) {
  return write_list(document, format);
}
std::string write_definition(const Definition& document, Format format) {
  return write_with("service_definition", document, document.attributes, format);
}
std::string write_requests(const std::vector<RequestRecord>& document, Format format) {
  return write_list(document, format);
}
std::string write_receipts(const std::vector<Receipt>& document, Format format) {
  return write_list(document, format);
}
std::string write_updates(const std::vector<Update>& document, Format format) {
  return write_list(document, format);
}
std::string write_flaws(const std::vector<Flaw>& document, Format format) {
  return write_list(document, format);
}

}  // namespace adapters::open311
