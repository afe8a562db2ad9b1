#include "adapters/files/toml_reader.hpp"

#include <algorithm>
#include <utility>

#include "engine/schema/text.hpp"

namespace adapters::files {

unsigned line_of_stray_character(std::string_view toml) {
  unsigned line = 1;
  std::string_view quote;  // of the string that is open; "#" in a comment; "" outside
  for (std::size_t i = 0; i < toml.size(); ++i) {
    const char c = toml[i];
    if (c == '\n') {
      ++line;
      if (quote.size() < 3) quote = {};  // comments and short strings end with their line
    } else if (quote == "#") {
      continue;
    } else if (quote.empty()) {
      if (static_cast<unsigned char>(c) >= 0x80) return line;
      if (c != '#' && c != '"' && c != '\'') continue;
      const std::string_view triple = toml.substr(i, 3);
      quote = triple == "\"\"\"" || triple == "'''" ? triple : toml.substr(i, 1);
      i += quote.size() - 1;
    } else if (c == '\\' && quote.front() == '"') {
      // Of an escape only that it hides a quote matters, and it may not hide a line break.
      if (i + 1 < toml.size() && toml[i + 1] != '\n') ++i;
    } else if (toml.substr(i, quote.size()) == quote) {
      i += quote.size() - 1;
      // Up to two more quotes may stand at the end of a long string.
      while (quote.size() == 3 && i + 1 < toml.size() && toml[i + 1] == quote.front()) ++i;
      quote = {};
    }
  }
  return 0;
}

engine::Error cannot_be_used(const std::string& what, const std::string& why) {
  return {engine::Fault::invalid, what + " cannot be used\n" + why};
}

engine::Result<toml::table> read_toml(std::string_view toml, std::size_t bytes_max,
                                      const std::string& what) {
  if (toml.size() > bytes_max) {
    return engine::Error{engine::Fault::too_large,
                         what + " is longer than " + std::to_string(bytes_max) + " bytes"};
  }
  if (toml.starts_with("\xEF\xBB\xBF")) toml.remove_prefix(3);
  if (const unsigned line = line_of_stray_character(toml); line > 0) {
    return cannot_be_used(what, "line " + std::to_string(line) +
                                    ": a character beyond ASCII stands outside of quotes");
  }
  toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    return cannot_be_used(what, "line " + std::to_string(parsed.error().source().begin.line) +
                                    ": " + std::string(parsed.error().description()));
  }
  return std::move(parsed).table();
}

void Problems::add(const toml::node& where, const std::string& what) {
  all_.emplace_back(static_cast<unsigned>(where.source().begin.line), what);
}

std::string Problems::text() const {
  auto sorted = all_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string out;
  for (const auto& [line, what] : sorted) {
    out += (out.empty() ? "" : "\n");
    out += "line " + std::to_string(line) + ": " + what;
  }
  return out;
}

std::optional<std::vector<std::string>> texts_of(const toml::node& node) {
  const toml::array* items = node.as_array();
  if (items == nullptr || items->empty()) return std::nullopt;
  std::vector<std::string> out;
  for (const toml::node& item : *items) {
    const auto* text = item.as_string();
    if (text == nullptr) return std::nullopt;
    out.push_back(text->get());
  }
  return out;
}

TomlTable::TomlTable(const toml::table& table, std::string what,
                     std::initializer_list<std::string_view> known, Problems& problems)
    : table_(table), what_(std::move(what)), problems_(problems) {
  for (const auto& [key, value] : table) {
    const std::string_view name = key.str();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string_view nearest =
        engine::schema::nearest_name(name, std::vector<std::string_view>(known));
    std::string text = what_ + " has no key \"" + std::string(name) + "\"";
    if (!nearest.empty()) {
      text += "; did you mean " + std::string(nearest) + "?";
    } else {
      text += "; it has";
      for (const std::string_view each : known) {
        text += (each == *known.begin() ? " " : ", ") + std::string(each);
      }
    }
    problems_.add(value, text);
  }
}

std::optional<std::string> TomlTable::text(std::string_view key) const {
  const toml::node* found = table_.get(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* text = found->as_string()) return text->get();
  wrong(key, "must be text");
  return std::nullopt;
}

std::optional<bool> TomlTable::flag(std::string_view key) const {
  const toml::node* found = table_.get(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* flag = found->as_boolean()) return flag->get();
  wrong(key, "must be true or false");
  return std::nullopt;
}

std::optional<std::vector<std::string>> TomlTable::texts(std::string_view key) const {
  const toml::node* found = table_.get(key);
  if (found == nullptr) return std::nullopt;
  auto out = texts_of(*found);
  if (!out) wrong(key, "must be a list of texts with at least one in it");
  return out;
}

const toml::table* TomlTable::table(std::string_view key) const {
  const toml::node* found = table_.get(key);
  if (found == nullptr) return nullptr;
  if (found->as_table() == nullptr) wrong(key, "must be a table");
  return found->as_table();
}

std::vector<const toml::table*> TomlTable::tables(std::string_view key) const {
  std::vector<const toml::table*> out;
  const toml::node* found = table_.get(key);
  if (found == nullptr) return out;
  const toml::array* items = found->as_array();
  bool well = items != nullptr;
  if (well) {
    for (const toml::node& item : *items) {
      if (item.as_table() != nullptr) out.push_back(item.as_table());
      well = well && item.as_table() != nullptr;
    }
  }
  if (!well) wrong(key, "must be a list of tables, each begun by double brackets");
  return out;
}

std::string TomlTable::needed(std::string_view key) const {
  if (table_.get(key) == nullptr) {
    problems_.add(table_, what_ + " lacks the key \"" + std::string(key) + "\"");
    return {};
  }
  std::string out = text(key).value_or("");
  if (out.empty() && table_.get(key)->is_string()) wrong(key, "must not be empty");
  return out;
}

void TomlTable::wrong(std::string_view key, const std::string& what) const {
  const toml::node* found = table_.get(key);
  problems_.add(found == nullptr ? static_cast<const toml::node&>(table_) : *found,
                std::string(key) + " " + what);
}

}  // namespace adapters::files
