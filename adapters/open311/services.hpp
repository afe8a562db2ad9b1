// What a service (a category of the directory) says of itself beyond its name: for people who
// choose among them, and what must be answered for a request of its kind.
//
// As a file, for the one who reads it (a category without an entry is a plain service):
//   [[service]]
//   code = "lamp"                      # of a category
//   group = "市政设施"                 # absent: the category that it lies in
//   keywords = ["路灯", "lamp"]
//   description = "…"
//   notice = "…"                       # told to the one who reports: what will be done
//
//   [[service.attribute]]              # in the order in which they are asked
//   code = "POLE"
//   datatype = "singlevaluelist"       # string number datetime text singlevaluelist multivaluelist
//   description = "…"                  # the question
//   datatype_description = "…"
//   required = true                    # default false
//   variable = true                    # default true; false: it only tells something
//   [[service.attribute.value]]
//   key = "WOOD"
//   name = "木杆"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::open311 {

constexpr std::size_t services_max = 2'000;
constexpr std::size_t attributes_max = 64;  // of one service
constexpr std::size_t values_max = 512;     // of one attribute

enum class Datatype : std::uint8_t {
  string,  // without line breaks
  number,
  datetime,
  text,
  singlevaluelist,
  multivaluelist,
};
// Nothing if it is none of the standard's names.
std::optional<Datatype> datatype_of(std::string_view name);
std::string_view name_of(Datatype datatype);

struct ValueEntry {
  std::string key;
  std::string name;
};

struct AttributeEntry {
  std::string code;
  Datatype datatype = Datatype::string;
  std::string description;
  std::string datatype_description;
  bool required = false;
  bool variable = true;
  std::vector<ValueEntry> values;  // of the two lists
};

struct ServiceEntry {
  std::string code;
  std::string group;
  std::vector<std::string> keywords;
  std::string description;
  std::string notice;
  std::vector<AttributeEntry> attributes;
};

using ServiceBook = std::vector<ServiceEntry>;

const ServiceEntry* find_service(const ServiceBook& book, std::string_view code);

// What is wrong with the book, a sentence each: a code that is missing or there twice, a list
// without values, values without a list, a key twice, something required that asks for nothing,
// too many. Whether its codes are categories is for the directory to say.
std::vector<std::string> flaws_of(const ServiceBook& book);

}  // namespace adapters::open311
