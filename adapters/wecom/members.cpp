#include "adapters/wecom/members.hpp"

#include <utility>

#include "adapters/json/json.hpp"

namespace adapters::wecom {
namespace {

using engine::schema::Value;

constexpr std::string_view blanks = " \t\r\n";

const Value* member(const Value* value, std::string_view name) {
  return value == nullptr ? nullptr : value->find(name);
}

}  // namespace

bool Members::has(std::string_view name) const {
  if (const auto* element = std::get_if<xml::Element>(&it_)) return element->find(name) != nullptr;
  return member(std::get_if<Value>(&it_), name) != nullptr;
}

std::string Members::text(std::string_view name) const {
  if (const auto* element = std::get_if<xml::Element>(&it_)) {
    return std::string(element->text_of(name));
  }
  const Value* found = member(std::get_if<Value>(&it_), name);
  if (found == nullptr) return {};
  if (const auto* text = found->string()) return *text;
  if (std::holds_alternative<std::int64_t>(found->it) ||
      std::holds_alternative<std::uint64_t>(found->it) ||
      std::holds_alternative<double>(found->it)) {
    return json::write(*found);
  }
  return {};
}

Members Members::within(std::string_view name) const {
  if (const auto* element = std::get_if<xml::Element>(&it_)) {
    const auto* found = element->find(name);
    return found == nullptr ? Members() : Members(*found);
  }
  const Value* found = member(std::get_if<Value>(&it_), name);
  return found == nullptr ? Members() : Members(*found);
}

std::vector<Members> Members::list(std::string_view name) const {
  std::vector<Members> out;
  const Value* found = member(std::get_if<Value>(&it_), name);
  if (found == nullptr || found->list() == nullptr) return out;
  for (const Value& each : *found->list()) out.emplace_back(each);
  return out;
}

Outcome<Document> read_members(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return Trouble{Flaw::document, "the document is empty"};
  if (text[begin] == '{') {
    auto value = json::parse(text.substr(begin));
    if (!value) return Trouble{Flaw::document, "no JSON: " + value.error().detail};
    return Document{Members(*std::move(value)), Notation::json};
  }
  auto root = xml::parse(text);
  if (!root) return Trouble{Flaw::document, root.error().detail};
  if (root->name != "xml") {
    return Trouble{Flaw::document, "the root element must be <xml>, not <" + root->name + ">"};
  }
  return Document{Members(*std::move(root)), Notation::xml};
}

}  // namespace adapters::wecom
