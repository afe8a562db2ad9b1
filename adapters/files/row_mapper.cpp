#include "adapters/files/row_mapper.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "engine/schema/text.hpp"
#include "workflows/issue/number.hpp"

namespace adapters::files {
namespace {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::schema::Field;
using engine::schema::Kind;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

constexpr std::size_t shown_bytes_max = 60;  // of a cell, in a message

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string shown(std::string_view text) {
  std::size_t end = std::min(text.size(), shown_bytes_max);
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string out = "\"" + std::string(text.substr(0, end)) + (end < text.size() ? "…" : "") + "\"";
  std::replace(out.begin(), out.end(), '\n', ' ');
  std::replace(out.begin(), out.end(), '\r', ' ');
  return out;
}

}  // namespace

// One row on its way. The first flaw ends it.
struct RowMapper::Reading {
  const Mapping& mapping;
  const engine::schema::Schema& schema;
  const std::vector<std::size_t>& places;
  const Row& row;
  const Row* next;  // of the same issue
  MappedRow out;
  std::vector<std::pair<std::string, std::string>> codes;  // kind → the row's code
  std::optional<Instant> previous;                         // when the fact before happened

  bool wrong(std::string what) {
    if (out.flaw.empty()) out.flaw = std::move(what);
    return false;
  }

  const std::string& cell(std::size_t column, const Row& from) const {
    return from.cells[places[column]];
  }

  // "column a", "columns a, b"; "the constant" has none.
  std::string origin(const ValueSpec& spec) const {
    std::string names;
    for (const std::size_t column : spec.columns) {
      names += (names.empty() ? "" : ", ") + mapping.columns[column];
    }
    if (spec.from == ValueSpec::From::entry) return "the " + spec.constant + " of the row";
    if (names.empty()) return "the constant";
    return (spec.columns.size() == 1 ? "column " : "columns ") + names;
  }

  std::string gather(const ValueSpec& spec) const {
    if (!spec.next_row) return gather(spec, row);
    return next == nullptr ? std::string() : gather(spec, *next);
  }

  std::string gather(const ValueSpec& spec, const Row& from) const {
    switch (spec.from) {
      case ValueSpec::From::nothing:
        return {};
      case ValueSpec::From::constant:
        return spec.constant;
      case ValueSpec::From::column:
        return cell(spec.columns.front(), from);
      case ValueSpec::From::first:
        for (const std::size_t column : spec.columns) {
          if (!trimmed(cell(column, from)).empty()) return cell(column, from);
        }
        return {};
      case ValueSpec::From::join: {
        std::string all;
        for (const std::size_t column : spec.columns) {
          const std::string_view part = trimmed(cell(column, from));
          if (part.empty()) continue;
          if (!all.empty()) all += spec.joiner;
          all += part;
        }
        return all;
      }
      case ValueSpec::From::entry:
        for (const auto& [kind, code] : codes) {
          if (kind == spec.constant) return code;
        }
        return {};
    }
    return {};
  }

  // The value; "" is none. False: the row is flawed.
  bool value(const ValueSpec& spec, std::string& value) {
    value = gather(spec);
    const std::string_view text = trimmed(value);
    if (spec.trim || spec.table != nullptr || text.empty()) value = std::string(text);
    if (spec.table != nullptr) {
      auto found = spec.table->find(value);
      if (found == spec.table->end() && !value.empty()) found = spec.table->find("*");
      if (found != spec.table->end()) {
        value = found->second;
      } else if (!value.empty()) {
        return wrong(origin(spec) + ": " + shown(value) + " is not in the table " +
                     spec.table_name);
      }
    }
    if (value.empty()) value = spec.otherwise;
    return true;
  }

  // False with a flaw, or nothing where the cell is empty.
  bool time(const ValueSpec& spec, std::optional<Instant>& moment) {
    std::string text;
    if (!value(spec, text)) return false;
    if (text.empty()) return true;
    const Zone& zone = spec.zone ? *spec.zone : mapping.zone;
    for (const TimeFormat& format : spec.formats.empty() ? mapping.formats : spec.formats) {
      moment = format.read(text, zone);
      if (moment && engine::to_ms(*moment) != 0) return true;
    }
    return wrong(origin(spec) + ": " + shown(text) + " is no time in any of the formats");
  }

  bool holds(const Condition& condition, bool& result) {
    std::string text;
    if (!value(condition.value, text)) return false;
    result = condition.any_of.empty() ? !text.empty()
                                      : std::find(condition.any_of.begin(), condition.any_of.end(),
                                                  text) != condition.any_of.end();
    if (condition.negated) result = !result;
    return true;
  }

  bool all_hold(const std::vector<Condition>& conditions, bool& result) {
    result = true;
    for (const Condition& condition : conditions) {
      if (!holds(condition, result)) return false;
      if (!result) break;
    }
    return true;
  }

  // The row's place in a tree: each level whose code is given, under the one before. Levels that
  // are the same for every row do not make a place on their own.
  bool entries(const EntryTree& tree) {
    bool applies = true;
    if (!all_hold(tree.when, applies)) return false;
    if (!applies) return true;
    std::string parent;
    std::string place;
    std::vector<Entry> path;
    for (const EntryLevel& level : tree.path) {
      std::string code;
      std::string name;
      if (!value(level.code, code) || !value(level.name, name)) return false;
      if (code.empty() || code == parent) continue;
      if (name.empty()) name = code;
      path.push_back({{tree.kind, code, name, parent, level.level}, tree.add});
      parent = code;
      if (level.code.from != ValueSpec::From::constant) place = code;
    }
    if (place.empty()) return true;
    codes.emplace_back(tree.kind, place);
    std::move(path.begin(), path.end(), std::back_inserter(out.entries));
    return true;
  }

  bool member(const FactSpec::Member& spec, Object& body) {
    const Field& field = *spec.field;
    if (field.kind == Kind::time) {
      std::optional<Instant> moment;
      if (!time(spec.value, moment)) return false;
      if (moment) body.emplace_back(field.name, engine::format_rfc3339(*moment, 0));
      return true;
    }
    std::string text;
    if (!value(spec.value, text)) return false;
    if (text.empty()) return true;
    if (field.kind == Kind::list_of_text) {
      body.emplace_back(field.name, items(text, spec.value.split));
    } else {
      body.emplace_back(field.name, std::move(text));
    }
    return true;
  }

  static List items(std::string_view text, const std::string& split) {
    List out;
    while (!split.empty() && text.find(split) != std::string_view::npos) {
      const std::size_t end = text.find(split);
      if (!trimmed(text.substr(0, end)).empty()) out.emplace_back(trimmed(text.substr(0, end)));
      text.remove_prefix(end + split.size());
    }
    if (!trimmed(text).empty()) out.emplace_back(trimmed(text));
    return out;
  }

  bool when(const FactSpec& fact, std::optional<Instant>& moment) {
    if (!time(fact.at, moment)) return false;
    if (!moment && fact.at.or_previous) moment = previous;
    if (!moment) return wrong(fact.table->verb + ": " + origin(fact.at) + ": its time is empty");
    if (previous && *moment < *previous) {
      if (!mapping.lift_backwards) {
        return wrong(fact.table->verb + ": " + origin(fact.at) +
                     ": its time is before that of the fact before it");
      }
      moment = previous;
    }
    previous = moment;
    return true;
  }

  bool step(const FactSpec& fact) {
    bool applies = true;
    if (!all_hold(fact.when, applies)) return false;
    if (!applies) return true;
    std::optional<Instant> moment;
    if (!when(fact, moment)) return false;
    Object body;
    for (const FactSpec::Member& each : fact.with) {
      if (!member(each, body)) return false;
    }
    auto result = schema.compose(*fact.table, Value(std::move(body)), true);
    if (!result.composed) {
      const auto& first = result.flaws.front();
      return wrong(fact.table->verb + first.pointer + ": " + first.detail);
    }
    engine::writer::Step step;
    step.workflow = workflows::issue::workflow_id;
    step.verb = fact.table->type;
    step.stream = {workflows::issue::workflow_id, 0};
    step.occurred_at = moment;
    step.body = std::move(result.composed->body);
    step.personal = std::move(result.composed->personal);
    step.codes = std::move(result.composed->codes);
    if (out.submission.steps.empty() && !value(mapping.person, step.person)) return false;
    out.submission.steps.push_back(std::move(step));
    return true;
  }

  // Whose step the row is, and whether the row behind it is one of the same issue.
  bool join() {
    if (mapping.issue.from == ValueSpec::From::nothing) return true;
    if (!value(mapping.issue, out.issue)) return false;
    if (out.issue.empty()) return wrong(origin(mapping.issue) + ": the row names no issue");
    if (const auto flaw = engine::schema::text_flaw(out.issue); !flaw.empty()) {
      return wrong(origin(mapping.issue) + ": the issue must be " + std::string(flaw));
    }
    if (next != nullptr && gather(mapping.issue, *next) != gather(mapping.issue)) next = nullptr;
    return true;
  }

  bool whole() {
    auto& submission = out.submission;
    submission.source = mapping.source;
    submission.actor.name = mapping.actor;
    if (!value(mapping.id, submission.id)) return false;
    if (submission.id.empty()) return wrong(origin(mapping.id) + ": the row has no id");
    if (const auto flaw = engine::schema::text_flaw(submission.id); !flaw.empty()) {
      return wrong(origin(mapping.id) + ": the id must be " + std::string(flaw));
    }
    if (submission.id.size() > 256) {
      return wrong(origin(mapping.id) + ": the id is longer than 256 bytes");
    }
    if (!join()) return false;
    for (const EntryTree& tree : mapping.trees) {
      if (!entries(tree)) return false;
    }
    for (const FactSpec& fact : mapping.facts) {
      if (!step(fact)) return false;
    }
    if (submission.steps.empty()) return wrong("no fact of the mapping applies to the row");
    out.reports = schema.by_type(submission.steps.front().verb)->verb == "report";
    return true;
  }
};

engine::Result<RowMapper> RowMapper::bind(std::shared_ptr<const Mapping> mapping,
                                          const engine::schema::Schema& schema,
                                          const std::vector<std::string>& header) {
  RowMapper out(std::move(mapping), schema);
  std::string lacking;
  std::vector<std::string_view> names(header.begin(), header.end());
  for (const std::string& column : out.mapping_->columns) {
    const auto found = std::find(header.begin(), header.end(), column);
    out.cells_.push_back(static_cast<std::size_t>(found - header.begin()));
    if (found != header.end()) continue;
    lacking += (lacking.empty() ? "" : ", ") + column;
    const std::string_view nearest = engine::schema::nearest_name(column, names);
    if (!nearest.empty()) lacking += " (is it \"" + std::string(nearest) + "\"?)";
  }
  if (lacking.empty()) return out;
  return Error{Fault::invalid, "the file lacks columns that the mapping " + out.mapping_->source +
                                   " names: " + lacking};
}

MappedRow RowMapper::map(const Row& row, const Row* next) const {
  Reading reading{*mapping_, *schema_, cells_, row, next, {}, {}, {}};
  reading.whole();
  return std::move(reading.out);
}

}  // namespace adapters::files
