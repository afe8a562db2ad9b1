#include "replay/record_checks.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace replay {

using engine::Fault;
using engine::Instant;
using engine::Position;
using engine::Version;
using engine::log::RecordView;
using engine::schema::Field;
using engine::schema::Table;

namespace {

std::uint64_t hash_of(std::string_view bytes) { return std::hash<std::string_view>{}(bytes); }

std::uint64_t hash_of_dims(std::string_view area, std::string_view category,
                           std::string_view channel, std::string_view department) {
  std::string all;
  for (const std::string_view each : {area, category, channel, department}) {
    all.append(each).push_back('\0');
  }
  return hash_of(all);
}

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string named(const engine::log::Dims& dims) {
  return "(" + in_quotes(dims.area) + ", " + in_quotes(dims.category) + ", " +
         in_quotes(dims.channel) + ", " + in_quotes(dims.department) + ")";
}

std::string number(std::uint64_t n) { return std::to_string(n); }

engine::PersonId person_of(const engine::log::fb::Person& person) {
  engine::PersonId id;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&person);
  std::copy_n(bytes, id.size(), id.begin());
  return id;
}

engine::Sha256 digest_of(const engine::log::fb::Digest& digest) {
  engine::Sha256 out;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&digest);
  std::copy_n(bytes, out.size(), out.begin());
  return out;
}

const Field* field_of(const Table& table, std::string_view name) {
  const auto found = std::find_if(table.fields.begin(), table.fields.end(),
                                  [&](const Field& each) { return each.name == name; });
  return found == table.fields.end() ? nullptr : &*found;
}

}  // namespace

RecordChecks::RecordChecks(const engine::log::LogReader& log, const engine::keys::Vault* vault,
                           const std::vector<Rules>& rules)
    : log_(log),
      vault_(vault),
      rules_(rules),
      order_("order", "positions without a gap, recorded one after the other"),
      of_streams_("streams", "versions without a gap, each fact after the one before"),
      facts_("facts", "every record and fact well-formed by its schema"),
      table_("table", "every step in the transition table of its digest"),
      summaries_("summaries", "every summary what the fact makes of the one before"),
      words_("words", "sealed words against the commitments in the records") {}

const Rules* RecordChecks::rules_of(const RecordView& record) const {
  const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const Rules& each) {
    return each.workflow == record.stream().workflow;
  });
  return found == rules_.end() ? nullptr : &*found;
}

Finding RecordChecks::about(const RecordView& record, const Rules* rules, std::string what) {
  const std::string name = rules != nullptr ? rules->stream_name(record.stream().number)
                                            : "stream " + number(record.stream().workflow.value) +
                                                  "/" + number(record.stream().number);
  return {record.position(), name,
          "version " + number(record.version().value) + ": " + std::move(what)};
}

bool RecordChecks::take(Position at, std::string_view bytes) {
  ++order_.count;
  ++facts_.count;
  if (const auto sound = engine::log::verify_record(bytes); !sound) {
    facts_.find({at, "", sound.error().detail});
    return false;
  }
  const RecordView record(bytes);
  const Rules* rules = rules_of(record);
  check_order(at, record);
  readable_ = check_fact(record, rules);
  if (readable_ && rules->table_has) check_table(record, *rules);
  check_stream(record, rules);
  if (readable_ && rules->applied) check_summary(record, *rules);
  check_words(record, rules);
  return true;
}

void RecordChecks::check_order(Position at, const RecordView& record) {
  if (record.position() != at) {
    order_.find({at, "",
                 "the record at position " + number(at.value) + " says that it is number " +
                     number(record.position().value)});
  }
  if (record.recorded_at() < recorded_at_) {
    order_.find({at, "", "recorded before the record in front of it"});
  }
  recorded_at_ = std::max(recorded_at_, record.recorded_at());
}

void RecordChecks::check_stream(const RecordView& record, const Rules* rules) {
  const auto [place, fresh] = streams_.try_emplace(record.stream());
  Seen& seen = place->second;
  const auto wrong = [&](const std::string& what) { of_streams_.find(about(record, rules, what)); };
  ++of_streams_.count;
  if (record.version() != engine::next(seen.version)) {
    wrong("follows version " + number(seen.version.value));
  }
  const Instant opened_at = engine::from_ms(record.raw()->head()->opened_at());
  if (!fresh) {
    if (record.occurred_at() < seen.occurred_at) wrong("happened before the fact in front of it");
    if (opened_at != seen.opened_at) wrong("names another time of opening than the fact before");
  }
  if (record.stage_before() != seen.stage) {
    wrong("starts from stage " + number(record.stage_before()) +
          ", but the fact before left it at " + number(seen.stage));
  }
  if (fresh ? !record.before().empty() &&
                  record.before().find_first_not_of('\0') != std::string_view::npos
            : hash_of(record.before()) != seen.summary) {
    wrong("its summary of before is not the one that the fact before left");
  }
  const std::uint64_t dims_before =
      hash_of_dims(record.area_before(), record.category_before(), record.channel_before(),
                   record.department_before());
  const std::uint64_t none = hash_of_dims("", "", "", "");
  if (dims_before != (fresh ? none : seen.dims)) {
    wrong("area, category, channel or department before it (" + in_quotes(record.area_before()) +
          ", " + in_quotes(record.category_before()) + ", " + in_quotes(record.channel_before()) +
          ", " + in_quotes(record.department_before()) +
          ") are not those that the fact before left");
  }
  seen = {std::max(seen.occurred_at, record.occurred_at()),
          opened_at,
          hash_of(record.after()),
          hash_of_dims(record.area(), record.category(), record.channel(), record.department()),
          record.version(),
          record.stage_after()};
}

// Whether the fact can be read at all.
bool RecordChecks::check_fact(const RecordView& record, const Rules* rules) {
  const auto wrong = [&](const std::string& what) { facts_.find(about(record, rules, what)); };
  if (rules == nullptr) {
    wrong("of a workflow that this program does not know");
    return false;
  }
  const Table* table = rules->schema->by_type(record.type());
  if (table == nullptr) {
    wrong("a fact of type " + number(record.type().value) + ", which the schema does not know");
    return false;
  }
  if (const auto sound = rules->schema->verify(*table, record.fact()); !sound) {
    wrong(table->fact + ": " + sound.error().detail);
    return false;
  }
  const auto* commitments = record.raw()->personal();
  const auto committed = [&](const std::string& name) {
    return commitments != nullptr &&
           std::any_of(commitments->begin(), commitments->end(),
                       [&](const auto* each) { return each->field()->string_view() == name; });
  };
  for (const Field& field : table->fields) {
    if (field.personal && field.required && !committed(field.name)) {
      wrong(table->fact + " has no commitment to its " + field.name);
    }
  }
  if (commitments == nullptr) return true;
  for (const auto* each : *commitments) {
    const Field* field = field_of(*table, each->field()->string_view());
    if (field == nullptr || !field->personal) {
      wrong(table->fact + " commits to " + in_quotes(each->field()->string_view()) +
            ", which is no personal field of it");
    }
  }
  return true;
}

void RecordChecks::check_table(const RecordView& record, const Rules& rules) {
  ++table_.count;
  const std::uint64_t machine = record.raw()->head()->machine();
  const auto has =
      rules.table_has(machine, record.stage_before(), record.type(), record.stage_after());
  if (!has) {
    ++unknown_tables_[machine];
  } else if (!*has) {
    table_.find(about(record, &rules,
                      "the table has no step from stage " + number(record.stage_before()) + " to " +
                          number(record.stage_after()) + " by " +
                          rules.schema->by_type(record.type())->fact));
  }
}

void RecordChecks::check_summary(const RecordView& record, const Rules& rules) {
  ++summaries_.count;
  const auto should_be = rules.applied(record);
  if (!should_be) return;
  const std::string& fact = rules.schema->by_type(record.type())->fact;
  const std::string_view is = record.after();
  if (is.empty() || is != std::string_view(should_be->summary).substr(0, is.size())) {
    summaries_.find(about(record, &rules, fact + rules.difference(is, should_be->summary)));
  }
  const engine::log::Dims dims{std::string(record.area()), std::string(record.category()),
                               std::string(record.channel()), std::string(record.department())};
  if (dims != should_be->dims) {
    summaries_.find(
        about(record, &rules,
              fact + " leaves it at " + named(dims) + " instead of " + named(should_be->dims)));
  }
}

void RecordChecks::check_words(const RecordView& record, const Rules* rules) {
  const auto* commitments = record.raw()->personal();
  if (commitments == nullptr || vault_ == nullptr) return;
  for (const auto* each : *commitments) {
    ++words_.count;
    const std::string field(each->field()->string_view());
    engine::log::Sealed sealed{person_of(*each->person()), record.position(), field, {}};
    const auto wrong = [&](const std::string& what) {
      words_.find(about(record, rules, field + ": " + what));
    };
    auto bytes = log_.sealed(sealed.person, sealed.position, sealed.field);
    if (!bytes) {
      wrong(bytes.error().detail);
      continue;
    }
    const bool there = bytes->has_value();
    if (there) sealed.bytes = std::move(**bytes);
    const auto match = vault_->matches(sealed, digest_of(*each->digest()));
    if (!match && match.error().fault == Fault::not_found) {
      ++erased_;
    } else if (!there) {
      wrong("its sealed words are gone, although the person was not erased");
    } else if (!match) {
      wrong(match.error().detail);
    } else if (!*match) {
      wrong("the sealed words are not those that the record commits to");
    }
  }
}

void RecordChecks::finish(Report& report) {
  for (const auto& [machine, facts] : unknown_tables_) {
    char digest[17];
    std::snprintf(digest, sizeof digest, "%016llx", static_cast<unsigned long long>(machine));
    table_.notes.push_back(number(facts) + " facts by table " + digest +
                           ", which this program does not know: not held against it");
  }
  of_streams_.notes.push_back(number(streams_.size()) + " streams");
  if (vault_ == nullptr) {
    words_.skipped = true;
    words_.notes.emplace_back("no key store there");
  } else if (erased_ > 0) {
    words_.notes.push_back(number(erased_) + " erased");
  }
  for (Check* check : {&order_, &of_streams_, &facts_, &table_, &summaries_, &words_}) {
    report.checks.push_back(std::move(*check));
  }
}

}  // namespace replay
