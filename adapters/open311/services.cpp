#include "adapters/open311/services.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace adapters::open311 {
namespace {

constexpr std::array<std::pair<Datatype, std::string_view>, 6> datatypes{{
    {Datatype::string, "string"},
    {Datatype::number, "number"},
    {Datatype::datetime, "datetime"},
    {Datatype::text, "text"},
    {Datatype::singlevaluelist, "singlevaluelist"},
    {Datatype::multivaluelist, "multivaluelist"},
}};

void check_attribute(const AttributeEntry& attribute, const std::string& where,
                     std::vector<std::string>& flaws) {
  const bool list = attribute.datatype == Datatype::singlevaluelist ||
                    attribute.datatype == Datatype::multivaluelist;
  if (list && attribute.variable && attribute.values.empty()) {
    flaws.push_back(where + " is a list and needs values.");
  }
  if (!list && !attribute.values.empty()) {
    flaws.push_back(where +
                    " has values, so its datatype must be singlevaluelist or "
                    "multivaluelist.");
  }
  if (attribute.required && !attribute.variable) {
    flaws.push_back(where + " cannot be required: with variable = false it asks for nothing.");
  }
  if (attribute.values.size() > values_max) {
    flaws.push_back(where + " has more than " + std::to_string(values_max) + " values.");
  }
  std::set<std::string_view> keys;
  for (const ValueEntry& value : attribute.values) {
    if (value.key.empty()) flaws.push_back(where + " has a value without a key.");
    if (!keys.insert(value.key).second && !value.key.empty()) {
      flaws.push_back(where + " has the key \"" + value.key + "\" twice.");
    }
  }
}

void check_service(const ServiceEntry& service, std::vector<std::string>& flaws) {
  const std::string where = "service \"" + service.code + "\"";
  if (service.attributes.size() > attributes_max) {
    flaws.push_back(where + " has more than " + std::to_string(attributes_max) + " attributes.");
  }
  std::set<std::string_view> codes;
  for (const AttributeEntry& attribute : service.attributes) {
    if (attribute.code.empty() || attribute.code.find_first_of("[]") != std::string::npos) {
      flaws.push_back(where + ": an attribute's code must have characters, and no brackets.");
      continue;
    }
    const std::string here = where + ", attribute \"" + attribute.code + "\"";
    if (!codes.insert(attribute.code).second) flaws.push_back(here + " is there twice.");
    check_attribute(attribute, here, flaws);
  }
}

}  // namespace

std::optional<Datatype> datatype_of(std::string_view name) {
  for (const auto& [datatype, each] : datatypes) {
    if (each == name) return datatype;
  }
  return std::nullopt;
}

std::string_view name_of(Datatype datatype) {
  for (const auto& [each, name] : datatypes) {
    if (each == datatype) return name;
  }
  return "string";
}

const ServiceEntry* find_service(const ServiceBook& book, std::string_view code) {
  const auto found = std::find_if(book.begin(), book.end(),
                                  [&](const ServiceEntry& each) { return each.code == code; });
  return found == book.end() ? nullptr : &*found;
}

std::vector<std::string> flaws_of(const ServiceBook& book) {
  std::vector<std::string> flaws;
  if (book.size() > services_max) {
    flaws.push_back("There are more than " + std::to_string(services_max) + " services.");
  }
  std::set<std::string_view> codes;
  for (const ServiceEntry& service : book) {
    if (service.code.empty()) flaws.push_back("A service has no code.");
    if (!codes.insert(service.code).second) {
      flaws.push_back("service \"" + service.code + "\" is there twice.");
    }
    check_service(service, flaws);
  }
  return flaws;
}

}  // namespace adapters::open311
