#include "adapters/open311/answers_to.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace adapters::open311 {
namespace {

bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
}

// What is wrong with one value; "" if nothing.
std::string flaw_of(const AttributeEntry& entry, const std::string& value, int offset_minutes) {
  const std::string name = "attribute[" + entry.code + "]";
  switch (entry.datatype) {
    case Datatype::string:
      if (value.find_first_of("\r\n") == std::string::npos) return "";
      return name + " must be one line.";
    case Datatype::number:
      return is_number(value) ? "" : name + " must be a number.";
    case Datatype::datetime:
      if (time_in(value, offset_minutes)) return "";
      return name + " must be a time with its offset, like 2010-01-01T00:00:00Z.";
    case Datatype::text:
      return "";
    case Datatype::singlevaluelist:
    case Datatype::multivaluelist:
      break;
  }
  std::string keys;
  for (const ValueEntry& each : entry.values) {
    if (each.key == value) return "";
    keys += (keys.empty() ? "" : ", ") + each.key;
  }
  return name + " must be one of " + keys + ".";
}

std::string in_words(const AttributeEntry& entry, const std::string& value) {
  const auto found = std::find_if(entry.values.begin(), entry.values.end(),
                                  [&](const ValueEntry& each) { return each.key == value; });
  return found == entry.values.end() ? value : found->name;
}

std::string joined(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& each : values) out += (out.empty() ? "" : ", ") + each;
  return out;
}

void take(const AttributeEntry& entry, const Said* said, int offset_minutes, Answered& out) {
  if (!entry.variable) return;
  if (said == nullptr) {
    if (!entry.required) return;
    out.flaws.push_back("attribute[" + entry.code + "] was not provided.");
    return;
  }
  if (said->values.size() > 1 && entry.datatype != Datatype::multivaluelist) {
    out.flaws.push_back("attribute[" + entry.code + "] takes one value.");
    return;
  }
  std::vector<std::string> words;
  for (const std::string& value : said->values) {
    const std::string flaw = flaw_of(entry, value, offset_minutes);
    if (!flaw.empty()) {
      out.flaws.push_back(flaw);
      continue;
    }
    words.push_back(in_words(entry, value));
  }
  const bool asks = !entry.description.empty();
  if (!words.empty()) out.lines.emplace_back(asks ? entry.description : entry.code, joined(words));
}

}  // namespace

Answered answers_to(const ServiceEntry* entry, const std::vector<Said>& said, int offset_minutes) {
  Answered out;
  const auto find = [&](const std::string& code) {
    const auto found =
        std::find_if(said.begin(), said.end(), [&](const Said& each) { return each.code == code; });
    return found == said.end() ? nullptr : &*found;
  };
  std::vector<std::string> asked;
  if (entry != nullptr) {
    for (const AttributeEntry& each : entry->attributes) {
      asked.push_back(each.code);
      take(each, find(each.code), offset_minutes, out);
    }
  }
  for (const Said& each : said) {
    if (std::find(asked.begin(), asked.end(), each.code) != asked.end()) continue;
    out.lines.emplace_back(each.code, joined(each.values));
  }
  return out;
}

}  // namespace adapters::open311
