#include "adapters/json/outbox.hpp"

#include <string>
#include <utility>

#include "engine/core/rfc3339.hpp"
#include "workflows/issue/number.hpp"

namespace adapters::json {

using engine::Instant;
using engine::outbox::Count;
using engine::outbox::Page;
using engine::outbox::Row;
using engine::outbox::Standing;
using engine::outbox::State;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

Value time_or_null(Instant t, int offset_minutes) {
  if (t == Instant{}) return {};
  return engine::format_rfc3339(t, offset_minutes);
}

}  // namespace

Object message_value(const Row& row, int offset_minutes) {
  const auto time = [&](Instant t) { return time_or_null(t, offset_minutes); };
  const bool waits = row.state == State::waiting;
  const bool has_ended = engine::outbox::has_ended(row.state);
  return {
      {"id", row.id},
      {"state", engine::outbox::to_string(row.state)},
      {"route", row.route},
      {"address", row.address},
      {"issue", workflows::issue::format_number(row.subject)},
      {"kind", row.kind},
      {"position", row.cause.value},
      {"line", std::int64_t{row.line}},
      {"attempts", std::int64_t{row.attempts}},
      {"resent", std::int64_t{row.resent}},
      {"made_at", time(row.made_at)},
      {"next_at", waits ? time(row.next_at) : Value()},
      {"sent_at", row.state == State::sent ? time(row.ended_at) : Value()},
      {"ended_at", has_ended ? time(row.ended_at) : Value()},
      {"last_error", row.last_error.empty() ? Value() : Value(row.last_error)},
  };
}

Object messages_value(const Page& page, int offset_minutes) {
  List rows;
  for (const Row& row : page.rows) rows.emplace_back(message_value(row, offset_minutes));
  return {{"messages", std::move(rows)}, {"next", page.next ? Value(*page.next) : Value()}};
}

Object standing_value(const Standing& standing, int offset_minutes) {
  List routes;
  std::string last;
  Object row;
  const auto put = [&] {
    if (!row.empty()) routes.emplace_back(std::exchange(row, {}));
  };
  for (const Count& count : standing.counts) {  // those of a route stand together
    if (row.empty() || count.route != last) {
      put();
      last = count.route;
      row = {{"route", last},
             {"waiting", std::uint64_t{0}},
             {"sending", std::uint64_t{0}},
             {"sent", std::uint64_t{0}},
             {"failed", std::uint64_t{0}},
             {"doubtful", std::uint64_t{0}},
             {"dropped", std::uint64_t{0}}};
    }
    row.at(static_cast<std::size_t>(count.state)).second = Value(count.rows);
  }
  put();
  return {
      {"routes", std::move(routes)},
      {"oldest_waiting",
       standing.oldest_waiting ? time_or_null(*standing.oldest_waiting, offset_minutes) : Value()}};
}

}  // namespace adapters::json
