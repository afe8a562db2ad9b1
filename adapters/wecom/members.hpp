// A document in XML or JSON, read alike: members by name, as text. Internal to adapters/wecom.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/wecom/message.hpp"
#include "adapters/xml/xml.hpp"
#include "engine/schema/value.hpp"

namespace adapters::wecom {

class Members {
 public:
  Members() = default;
  explicit Members(xml::Element element) : it_(std::move(element)) {}
  explicit Members(engine::schema::Value value) : it_(std::move(value)) {}

  bool has(std::string_view name) const;
  // A text or number as text; "" if there is no such member, or another kind of one.
  std::string text(std::string_view name) const;
  // The record of that name; an empty one if there is none.
  Members within(std::string_view name) const;
  // The records of that list. JSON's alone.
  std::vector<Members> list(std::string_view name) const;

 private:
  std::variant<std::monostate, xml::Element, engine::schema::Value> it_;
};

struct Document {
  Members members;
  Notation notation = Notation::xml;
};

// JSON if it begins with '{', otherwise XML. document: neither, or JSON that is no object, or XML
// whose root is not <xml>.
Outcome<Document> read_members(std::string_view text);

}  // namespace adapters::wecom
