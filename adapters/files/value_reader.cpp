#include "adapters/files/value_reader.hpp"

#include <algorithm>
#include <utility>

#include "engine/schema/text.hpp"

namespace adapters::files {

using engine::schema::Enumeration;
using engine::schema::Field;
using engine::schema::Kind;

std::optional<Zone> ValueReader::read_zone(const TomlTable& table) {
  const std::optional<std::string> text = table.text("zone");
  if (!text) return std::nullopt;
  std::optional<Zone> zone = Zone::parse(*text);
  if (zone) return zone;
  std::string what = "must be an offset like +08:00, a POSIX rule or a known zone";
  const std::string_view nearest = engine::schema::nearest_name(*text, known_zones());
  if (!nearest.empty()) what += "; did you mean " + std::string(nearest) + "?";
  table.wrong("zone", what);
  return std::nullopt;
}

std::vector<TimeFormat> ValueReader::read_formats(const TomlTable& table) {
  std::vector<TimeFormat> out;
  for (const std::string& pattern : table.texts("formats").value_or(std::vector<std::string>{})) {
    if (auto format = TimeFormat::parse(pattern)) {
      out.push_back(std::move(*format));
    } else {
      table.wrong("formats",
                  "has \"" + pattern + "\", which is no pattern that gives a year, month and day");
    }
  }
  return out;
}

Condition ValueReader::condition(const toml::node& node) {
  Condition out;
  out.value = value(node, "when", {.trim = true});
  const toml::table* table = node.as_table();
  if (table == nullptr) return out;
  const auto listed = [&](const char* key) {
    const toml::node* found = table->get(key);
    if (found == nullptr) return false;
    if (const auto* one = found->as_string()) {
      out.any_of.push_back(one->get());
    } else if (auto several = texts_of(*found)) {
      out.any_of = std::move(*several);
    } else {
      problems_.add(*found, std::string(key) + " must be a text or a list of texts");
    }
    return true;
  };
  const bool is = listed("is");
  out.negated = listed("is_not");
  if (is && out.negated) problems_.add(node, "is and is_not exclude one another");
  if (const toml::node* empty = table->get("empty")) {
    const auto* flag = empty->as_boolean();
    if (flag == nullptr || is || out.negated) {
      problems_.add(*empty, "empty must be true or false, and stand without is and is_not");
    } else {
      out.negated = flag->get();
    }
  }
  return out;
}

// What a table or a constant gives for a choice must be one.
void ValueReader::check_choices(const toml::node& node, const Field& field,
                                const ValueSpec& value) {
  if (field.kind != Kind::choice) return;
  std::vector<std::string> given;
  if (value.from == ValueSpec::From::constant && value.table == nullptr) {
    given.push_back(value.constant);
  }
  if (value.table != nullptr) {
    for (const auto& [from, to] : *value.table) given.push_back(to);
  }
  given.push_back(value.otherwise);
  for (const Enumeration& each : schema_.enumerations()) {
    if (each.name != field.choices) continue;
    for (const std::string& name : given) {
      const bool known = std::any_of(each.choices.begin(), each.choices.end(),
                                     [&](const auto& choice) { return choice.name == name; });
      if (known || name.empty()) continue;
      std::string what = "\"" + name + "\" is no " + field.name + "; there are";
      for (const auto& choice : each.choices) {
        what += (&choice == &each.choices.front() ? " " : ", ") + choice.name;
      }
      problems_.add(node, what);
    }
  }
}

std::size_t ValueReader::column(const std::string& name) {
  auto& columns = out_.columns;
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  columns.push_back(name);
  return columns.size() - 1;
}

ValueSpec ValueReader::value(const TomlTable& table, std::string_view key, const Use& use) {
  const toml::node* node = table.node(key);
  return node == nullptr ? ValueSpec{} : value(*node, std::string(key), use);
}

ValueSpec ValueReader::value(const toml::node& node, const std::string& what, const Use& use) {
  ValueSpec out;
  out.trim = use.trim;
  if (const auto* name = node.as_string()) {
    out.from = ValueSpec::From::column;
    out.columns = {column(name->get())};
    return out;
  }
  const toml::table* inner = node.as_table();
  if (inner == nullptr) {
    problems_.add(node, what + " must be a column's name or a table");
    return out;
  }
  const TomlTable table(
      *inner, what,
      {"column", "columns", "join", "first", "constant", "entry", "table", "default", "trim",
       "split", "formats", "zone", "or_previous", "next_row", "is", "is_not", "empty"},
      problems_);
  read_source(table, out);
  read_refinements(table, out);
  const bool times = use.fact_time || (use.field != nullptr && use.field->kind == Kind::time);
  const bool list = use.field != nullptr && use.field->kind == Kind::list_of_text;
  const auto only = [&](std::initializer_list<const char*> keys, bool may, const char* where) {
    for (const char* key : keys) {
      if (table.node(key) != nullptr && !may) table.wrong(key, std::string("is for ") + where);
    }
  };
  only({"is", "is_not", "empty"}, what == "when", "conditions (when) only");
  only({"formats", "zone"}, times, "times only");
  only({"or_previous"}, use.fact_time, "the time of a fact (at) only");
  only({"split"}, list, "lists only");
  return out;
}

void ValueReader::read_source(const TomlTable& table, ValueSpec& out) {
  int sources = 0;
  const auto from = [&](ValueSpec::From kind, const std::vector<std::string>& names) {
    ++sources;
    out.from = kind;
    for (const std::string& name : names) out.columns.push_back(column(name));
  };
  if (const auto name = table.text("column")) from(ValueSpec::From::column, {*name});
  if (const auto names = table.texts("first")) from(ValueSpec::From::first, *names);
  if (const auto names = table.texts("columns")) from(ValueSpec::From::join, *names);
  if (const auto text = table.text("constant")) {
    from(ValueSpec::From::constant, {});
    out.constant = *text;
  }
  if (const auto kind = table.text("entry")) {
    from(ValueSpec::From::entry, {});
    out.constant = *kind;
    const bool known = std::any_of(out_.trees.begin(), out_.trees.end(),
                                   [&](const EntryTree& tree) { return tree.kind == *kind; });
    if (!known) table.wrong("entry", "names no [area], [category] or [department] of this mapping");
  }
  if (sources != 1) {
    problems_.add(table.raw(), "one of column, columns, first, constant or entry is needed");
  }
  out.joiner = table.text("join").value_or(" ");
  if (table.node("join") != nullptr && out.from != ValueSpec::From::join) {
    table.wrong("join", "goes with columns only");
  }
}

void ValueReader::read_refinements(const TomlTable& table, ValueSpec& out) {
  if (const auto name = table.text("table")) {
    const auto found = out_.tables.find(*name);
    if (found == out_.tables.end()) {
      table.wrong("table", "names \"" + *name + "\", but there is no [tables." + *name + "]");
    } else {
      out.table = &found->second;
      out.table_name = *name;
    }
  }
  out.otherwise = table.text("default").value_or("");
  out.trim = table.flag("trim").value_or(out.trim);
  out.or_previous = table.flag("or_previous").value_or(false);
  out.next_row = table.flag("next_row").value_or(false);
  if (out.next_row && !out_.joins_rows()) {
    table.wrong("next_row",
                "is for mappings whose rows are steps of one issue ([row] issue, [file] holds)");
  }
  out.split = table.text("split").value_or("");
  out.formats = read_formats(table);
  out.zone = read_zone(table);
}

}  // namespace adapters::files
