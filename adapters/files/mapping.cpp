#include "adapters/files/mapping.hpp"

#include <algorithm>
#include <utility>

#include "adapters/files/toml_reader.hpp"
#include "adapters/files/value_reader.hpp"
#include "engine/schema/text.hpp"

namespace adapters::files {
namespace {

using engine::schema::Field;
using engine::schema::Kind;
using engine::schema::Schema;
using engine::schema::Table;

constexpr std::string_view kinds[] = {"area", "category", "department"};

class Reader {
 public:
  Reader(Mapping& out, const Schema& schema, Problems& problems)
      : out_(out), schema_(schema), problems_(problems), values_(out, schema, problems) {}

  void read(const toml::table& root) {
    const TomlTable top(root, "a mapping",
                        {"source", "about", "actor", "file", "time", "row", "tables", "area",
                         "category", "department", "fact"},
                        problems_);
    out_.source = top.needed("source");
    if (out_.source.size() > 64) top.wrong("source", "is longer than 64 bytes");
    out_.about = top.text("about").value_or("");
    out_.actor = top.text("actor").value_or(out_.source);
    // First what others refer to.
    if (const toml::table* tables = top.table("tables")) read_tables(*tables);
    if (const toml::table* file = top.table("file")) read_file(*file);
    read_time(top);
    read_issue(top);
    for (const std::string_view kind : kinds) {
      if (const toml::table* tree = top.table(kind)) read_tree(std::string(kind), *tree);
    }
    read_row(top);
    const std::vector<const toml::table*> facts = top.tables("fact");
    for (const toml::table* fact : facts) read_fact(*fact);
    if (facts.empty()) problems_.add(root, "a mapping needs at least one [[fact]]");
  }

 private:
  void read_tables(const toml::table& tables) {
    for (const auto& [name, node] : tables) {
      const toml::table* rows = node.as_table();
      if (rows == nullptr) {
        problems_.add(node, "tables." + std::string(name.str()) + " must be a table");
        continue;
      }
      ValueTable& table = out_.tables[std::string(name.str())];
      for (const auto& [from, to] : *rows) {
        if (const auto* text = to.as_string()) {
          table[std::string(from.str())] = text->get();
        } else {
          problems_.add(to, "\"" + std::string(from.str()) + "\" must be given a text");
        }
      }
    }
  }

  void read_file(const toml::table& table) {
    const TomlTable file(table, "[file]", {"encoding", "delimiter", "holds"}, problems_);
    const std::string encoding = file.text("encoding").value_or("detect");
    if (encoding == "utf-8") {
      out_.csv.encoding = Encoding::utf8;
    } else if (encoding == "gb18030") {
      out_.csv.encoding = Encoding::gb18030;
    } else if (encoding != "detect") {
      file.wrong("encoding", "must be detect, utf-8 or gb18030");
    }
    const std::string delimiter = file.text("delimiter").value_or(",");
    // The bytes of GB18030 characters hold no byte below 0x30 that could be taken for one of these.
    if (delimiter.size() == 1 && std::string_view(",;\t").find(delimiter) != std::string::npos) {
      out_.csv.delimiter = delimiter.front();
    } else {
      file.wrong("delimiter", "must be a comma, a semicolon or a tab");
    }
    const std::string holds = file.text("holds").value_or("issues");
    out_.one_issue = holds == "one issue";
    if (!out_.one_issue && holds != "issues") file.wrong("holds", "must be issues or one issue");
  }

  void read_time(const TomlTable& top) {
    const toml::table* table = top.table("time");
    if (table == nullptr) {
      if (top.node("time") == nullptr) problems_.add(top.raw(), "a mapping lacks [time]");
      return;
    }
    const TomlTable time(*table, "[time]", {"zone", "formats", "backwards"}, problems_);
    time.needed("zone");
    if (auto zone = values_.read_zone(time)) out_.zone = *zone;
    out_.formats = values_.read_formats(time);
    if (time.node("formats") == nullptr) time.wrong("formats", "are needed");
    const std::string backwards = time.text("backwards").value_or("reject");
    out_.lift_backwards = backwards == "previous";
    if (backwards != "reject" && backwards != "previous") {
      time.wrong("backwards", "must be reject or previous");
    }
  }

  // Before all values: some of them look at the rows of the same issue.
  void read_issue(const TomlTable& top) {
    const toml::node* row = top.node("row");
    const toml::table* table = row == nullptr ? nullptr : row->as_table();
    const toml::node* issue = table == nullptr ? nullptr : table->get("issue");
    if (issue == nullptr) return;
    out_.issue = values_.value(*issue, "issue", {.trim = true});
    if (out_.one_issue) problems_.add(*issue, "issue goes with a file that holds issues, not one");
  }

  void read_row(const TomlTable& top) {
    const toml::table* table = top.table("row");
    if (table == nullptr) {
      if (top.node("row") == nullptr) problems_.add(top.raw(), "a mapping lacks [row]");
      return;
    }
    const TomlTable row(*table, "[row]", {"id", "person", "issue"}, problems_);
    if (row.node("id") == nullptr)
      row.wrong("id", "is needed: the number a row has where it comes from");
    out_.id = values_.value(row, "id", {.trim = true});
    out_.person = values_.value(row, "person", {.trim = true});
  }

  void read_tree(std::string kind, const toml::table& table) {
    EntryTree tree{std::move(kind), false, {}, {}};
    const TomlTable top(table, "[" + tree.kind + "]",
                        {"add", "when", "path", "code", "name", "level"}, problems_);
    if (const toml::node* when = top.node("when")) read_conditions(*when, tree.when);
    tree.add = top.flag("add").value_or(false);
    if (top.node("path") == nullptr) {
      tree.path.push_back(read_level(top, tree.kind));
    } else {
      for (const char* key : {"code", "name", "level"}) {
        if (top.node(key) != nullptr) top.wrong(key, "belongs into the levels of path");
      }
      for (const toml::table* level : top.tables("path")) {
        tree.path.push_back(read_level(
            TomlTable(*level, "[[" + tree.kind + ".path]]", {"level", "code", "name"}, problems_),
            tree.kind));
      }
    }
    out_.trees.push_back(std::move(tree));
  }

  EntryLevel read_level(const TomlTable& table, const std::string& kind) {
    EntryLevel level;
    level.level = table.text("level").value_or("");
    const bool named =
        level.level == "district" || level.level == "town" || level.level == "village";
    if (kind == "area" ? !named : !level.level.empty()) {
      table.wrong("level",
                  kind == "area" ? "must be district, town or village" : "is for areas only");
    }
    if (table.node("code") == nullptr) table.wrong("code", "is needed");
    level.code = values_.value(table, "code", {.trim = true});
    level.name = values_.value(table, "name", {.trim = true});
    return level;
  }

  void read_fact(const toml::table& node) {
    const TomlTable table(node, "[[fact]]", {"do", "at", "when", "with"}, problems_);
    FactSpec fact;
    const std::string verb = table.needed("do");
    fact.table = schema_.by_verb(verb);
    if (fact.table == nullptr || fact.table->by_system) {
      if (!verb.empty()) table.wrong("do", unknown_verb(verb));
      return;
    }
    if (table.node("at") == nullptr) table.wrong("at", "is needed: when it happened");
    fact.at = values_.value(table, "at", {.trim = true, .fact_time = true});
    if (const toml::node* when = table.node("when")) read_conditions(*when, fact.when);
    if (const toml::table* with = table.table("with")) read_members(*with, fact);
    for (const Field& field : fact.table->fields) {
      const bool given = std::any_of(fact.with.begin(), fact.with.end(),
                                     [&](const auto& member) { return member.field == &field; });
      if (field.required && !given) {
        problems_.add(node, verb + " needs the member \"" + field.name + "\" under with");
      }
    }
    out_.facts.push_back(std::move(fact));
  }

  std::string unknown_verb(const std::string& verb) {
    std::vector<std::string_view> verbs;
    for (const Table& each : schema_.tables()) {
      if (!each.by_system) verbs.push_back(each.verb);
    }
    const std::string_view nearest = engine::schema::nearest_name(verb, verbs);
    if (!nearest.empty()) return "is no command; did you mean " + std::string(nearest) + "?";
    std::string out = "is no command; there are";
    for (const std::string_view each : verbs) {
      out += (each == verbs.front() ? " " : ", ") + std::string(each);
    }
    return out;
  }

  void read_conditions(const toml::node& node, std::vector<Condition>& when) {
    if (const toml::array* all = node.as_array()) {
      for (const toml::node& each : *all) when.push_back(values_.condition(each));
    } else {
      when.push_back(values_.condition(node));
    }
  }

  void read_members(const toml::table& with, FactSpec& fact) {
    for (const auto& [key, node] : with) {
      const std::string name(key.str());
      const auto& fields = fact.table->fields;
      const auto field = std::find_if(fields.begin(), fields.end(),
                                      [&](const Field& each) { return each.name == name; });
      if (field == fields.end()) {
        std::vector<std::string_view> names;
        names.reserve(fields.size());
        for (const Field& each : fields) names.push_back(each.name);
        const std::string_view nearest = engine::schema::nearest_name(name, names);
        problems_.add(node,
                      fact.table->verb + " has no member \"" + name + "\"" +
                          (nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?"));
        continue;
      }
      const bool words = field->kind == Kind::text && field->personal;
      FactSpec::Member member{&*field,
                              values_.value(node, name, {.trim = !words, .field = &*field})};
      values_.check_choices(node, *field, member.value);
      fact.with.push_back(std::move(member));
    }
  }

  Mapping& out_;
  const Schema& schema_;
  Problems& problems_;
  ValueReader values_;
};

}  // namespace

engine::Result<std::shared_ptr<const Mapping>> Mapping::read(std::string_view toml,
                                                             std::string_view name,
                                                             const Schema& schema) {
  const std::string what = "the mapping " + std::string(name);
  const auto table = read_toml(toml, mapping_bytes_max, what);
  if (!table) return table.error();
  auto out = std::make_shared<Mapping>();
  Problems problems;
  Reader(*out, schema, problems).read(*table);
  if (!problems.none()) return cannot_be_used(what, problems.text());
  return std::shared_ptr<const Mapping>(std::move(out));
}

}  // namespace adapters::files
