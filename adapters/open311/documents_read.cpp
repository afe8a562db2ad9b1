#include <algorithm>
#include <utility>

#include "adapters/json/json.hpp"
#include "adapters/open311/documents.hpp"
#include "adapters/open311/members.hpp"
#include "adapters/xml/xml.hpp"

namespace adapters::open311 {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using xml::Element;

namespace {

constexpr std::size_t bytes_max = 4 << 20;  // of one document: a thousand requests have about 1 MB

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

Field field_of(const Value& value) {
  if (const auto* text = value.string()) return text_field(trimmed(*text));
  if (const auto* flag = std::get_if<bool>(&value.it)) return flag_field(*flag);
  if (value == Value()) return text_field("");
  if (value.list() != nullptr || value.object() != nullptr) return std::nullopt;
  return number_field(json::write(value));
}

Field field_of(const Element& element, Shown shown) {
  const std::string_view text = trimmed(element.text);
  if (shown == Shown::number) return number_field(text);
  if (shown == Shown::flag && (text == "true" || text == "false"))
    return flag_field(text == "true");
  return text_field(text);
}

template <class Document>
void take(const Value& value, Document& out) {
  for (const auto& member : members_of<Document>) {
    if (const Value* found = value.find(member.name)) out.*member.field = field_of(*found);
  }
}
template <class Document>
void take(const Element& element, Document& out) {
  for (const auto& member : members_of<Document>) {
    if (const Element* found = element.find(member.name)) {
      out.*member.field = field_of(*found, member.shown);
    }
  }
}

template <class Document>
bool is_member(std::string_view name) {
  return std::any_of(std::begin(members_of<Document>), std::end(members_of<Document>),
                     [&](const auto& member) { return member.name == name; });
}

// An element that no document of the standard has: a list if all within it go by one name that its
// own is the plural of.
Value value_of(const Element& element) {
  if (element.children.empty()) {
    return element.text.empty() ? Value() : Value(trimmed(element.text));
  }
  const bool list =
      std::all_of(element.children.begin(), element.children.end(),
                  [&](const Element& each) { return each.name + "s" == element.name; });
  if (list) {
    List out;
    for (const Element& each : element.children) out.push_back(value_of(each));
    return out;
  }
  Object out;
  for (const Element& each : element.children) out.emplace_back(each.name, value_of(each));
  return out;
}

void take_rest(const Value& value, RequestRecord& out) {
  if (value.object() == nullptr) return;
  for (const auto& member : *value.object()) {
    if (!is_member<RequestRecord>(member.first)) out.more.push_back(member);
  }
}
void take_rest(const Element& element, RequestRecord& out) {
  for (const Element& each : element.children) {
    if (!is_member<RequestRecord>(each.name)) out.more.emplace_back(each.name, value_of(each));
  }
}

void take_rest(const Value& value, Endpoint& out) {
  const Value* formats = value.find("formats");
  if (formats == nullptr || formats->list() == nullptr) return;
  for (const Value& each : *formats->list()) {
    if (each.string() != nullptr) out.formats.push_back(*each.string());
  }
}
void take_rest(const Element& element, Endpoint& out) {
  const Element* formats = element.find("formats");
  if (formats == nullptr) return;
  for (const Element& each : formats->children) out.formats.emplace_back(trimmed(each.text));
}

template <class Document>
std::vector<Document> items_of(const Value& value);
template <class Document>
std::vector<Document> items_of(const Element& element);

void take_rest(const Value& value, Attribute& out) {
  if (const Value* values = value.find("values")) out.values = items_of<Option>(*values);
}
void take_rest(const Element& element, Attribute& out) {
  if (const Element* values = element.find("values")) out.values = items_of<Option>(*values);
}

void take_rest(const Element& element, Flaw& out) {
  const std::string_view text = trimmed(element.text);
  if (element.children.empty() && !text.empty()) out.description = text_field(text);
}

template <class Source, class Document>
void take_rest(const Source&, Document&) {}

template <class Document>
std::vector<Document> items_of(const Value& value) {
  std::vector<Document> out;
  if (value.list() == nullptr) return out;
  for (const Value& each : *value.list()) {
    take(each, out.emplace_back());
    take_rest(each, out.back());
  }
  return out;
}
template <class Document>
std::vector<Document> items_of(const Element& element) {
  std::vector<Document> out;
  for (const Element& each : element.children) {
    if (each.name != names_of<Document>.item) continue;
    take(each, out.emplace_back());
    take_rest(each, out.back());
  }
  return out;
}

Error another(std::string_view wanted, Format format) {
  return {Fault::invalid, "the document is no " +
                              std::string(format == Format::xml ? "<" : "JSON of ") +
                              std::string(wanted) + (format == Format::xml ? ">" : "")};
}

Result<Element> root_of(std::string_view text, std::string_view name) {
  auto root = xml::parse(text, {.bytes_max = bytes_max, .elements_max = 64 * 1024});
  if (root && root->name != name) return another(name, Format::xml);
  return root;
}
Result<Value> value_of(std::string_view text) {
  return json::parse(text, {.bytes_max = bytes_max});
}

template <class Document>
Result<std::vector<Document>> read_list(std::string_view text, Format format) {
  if (format == Format::xml) {
    const auto root = root_of(text, names_of<Document>.list);
    if (!root) return root.error();
    return items_of<Document>(*root);
  }
  const auto value = value_of(text);
  if (!value) return value.error();
  if (value->list() == nullptr) return another(names_of<Document>.list, format);
  return items_of<Document>(*value);
}

// Some servers put the one object into an array.
Result<Value> object_in(std::string_view text, std::string_view name) {
  auto value = value_of(text);
  if (!value) return value.error();
  if (value->list() != nullptr && value->list()->size() == 1) {
    Value only = value->list()->front();
    *value = std::move(only);
  }
  if (value->object() == nullptr) return another(name, Format::json);
  return value;
}

}  // namespace

Result<Discovery> read_discovery(std::string_view text, Format format) {
  Discovery out;
  if (format == Format::xml) {
    const auto root = root_of(text, "discovery");
    if (!root) return root.error();
    take(*root, out);
    if (const Element* list = root->find("endpoints")) out.endpoints = items_of<Endpoint>(*list);
    return out;
  }
  const auto value = object_in(text, "discovery");
  if (!value) return value.error();
  take(*value, out);
  if (const Value* list = value->find("endpoints")) out.endpoints = items_of<Endpoint>(*list);
  return out;
}

Result<Definition> read_definition(std::string_view text, Format format) {
  Definition out;
  if (format == Format::xml) {
    const auto root = root_of(text, "service_definition");
    if (!root) return root.error();
    take(*root, out);
    const Element* list = root->find("attributes");
    out.attributes = items_of<Attribute>(list == nullptr ? *root : *list);
    return out;
  }
  const auto value = object_in(text, "service_definition");
  if (!value) return value.error();
  take(*value, out);
  if (const Value* list = value->find("attributes")) out.attributes = items_of<Attribute>(*list);
  return out;
}

Result<std::vector<Service>> read_services(std::string_view text, Format format) {
  return read_list<Service>(text, format);
}
Result<std::vector<RequestRecord>> read_requests(std::string_view text, Format format) {
  return read_list<RequestRecord>(text, format);
}
Result<std::vector<Receipt>> read_receipts(std::string_view text, Format format) {
  return read_list<Receipt>(text, format);
}
Result<std::vector<Update>> read_updates(std::string_view text, Format format) {
  return read_list<Update>(text, format);
}
Result<std::vector<Flaw>> read_flaws(std::string_view text, Format format) {
  // Before it settled, the standard had a single <error> of plain text.
  if (format == Format::xml) {
    const auto root = xml::parse(text, {.bytes_max = bytes_max});
    if (root && root->name == "error") {
      std::vector<Flaw> out(1);
      take(*root, out.front());
      take_rest(*root, out.front());
      return out;
    }
  }
  return read_list<Flaw>(text, format);
}

}  // namespace adapters::open311
