// What is asked for: requests, one request, the number behind a token, updates of requests.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "adapters/open311/core.hpp"
#include "adapters/open311/query.hpp"
#include "adapters/open311/record.hpp"
#include "engine/writer/memo.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::open311 {

using engine::board::Board;
using engine::board::Row;

namespace {

constexpr std::size_t token_bytes_max = 64;

WordReader words_for(const Core& core, const Call& call) {
  return {core.parts, call.key != nullptr || core.config.public_descriptions};
}

Refused cannot_take_down() {
  return unavailable(
      "This holds personal words, and that they are read cannot be taken down; so "
      "they are not shown.");
}

// The numbers of the rows that are asked for, in order.
engine::Result<std::vector<std::uint64_t>> walk(Board& board, const RequestQuery& asked) {
  std::vector<std::uint64_t> out;
  std::size_t skip = (asked.page - 1) * asked.page_size;
  engine::board::Query query = asked.query;
  for (std::size_t walked = 0; walked < rows_walked_max; walked += query.limit) {
    const auto page = board.list(query);
    if (!page) return page.error();
    for (const Row& row : page->rows) {
      if (asked.updated_before && row.changed_at > *asked.updated_before) continue;
      if (asked.updated_after && row.changed_at < *asked.updated_after) return out;
      if (skip > 0) {
        --skip;
        continue;
      }
      out.push_back(row.stream.number);
      if (out.size() == asked.page_size) return out;
    }
    if (page->next.empty()) break;
    query.cursor = page->next;
  }
  return out;
}

template <class Answer>
engine::Result<Answer> on_board(Desk& desk,
                                const std::function<engine::Result<Answer>(Board&)>& read) {
  const auto board = desk.board();
  if (!board) return board.error();
  auto out = read(**board);
  if (!out && out.error().fault != engine::Fault::invalid) desk.close_board();
  return out;
}

using Numbers = std::vector<std::uint64_t>;

Outcome records_of(Core& core, const Call& call, const Numbers& numbers) {
  WordReader words = words_for(core, call);
  const auto tree = core.parts.directory.tree();
  std::vector<RequestRecord> out;
  for (const std::uint64_t number : numbers) {
    const auto timeline = shown_timeline(core, number, words);
    if (!timeline) return refused_by(timeline.error());
    if (*timeline) out.push_back(record_of(core, *tree, **timeline, words.may_read()));
  }
  if (!words.taken_down(call.request.peer, call.key_name())) return cannot_take_down();
  return write_requests(out, call.format);
}

}  // namespace

Outcome read_requests(Core& core, const Call& call, Desk& desk) {
  const auto asked =
      request_query(call.arguments, core.config, core.parts.clock(), core.parts.offset_minutes);
  if (!asked.flaws.empty()) return refused_for(asked.flaws);
  if (!asked.by_number.empty()) return records_of(core, call, asked.by_number);
  if (asked.nothing) return write_requests({}, call.format);
  const auto numbers = on_board<Numbers>(desk, [&](Board& board) { return walk(board, asked); });
  if (!numbers) return refused_by(numbers.error());
  return records_of(core, call, *numbers);
}

Outcome read_request(Core& core, const Call& call) {
  const std::string& subject = call.route.subject;
  if (subject.empty()) return refused(400, "service_request_id was not provided.");
  const auto number = workflows::issue::parse_number(subject);
  WordReader words = words_for(core, call);
  if (number) {
    const auto timeline = shown_timeline(core, *number, words);
    if (!timeline) return refused_by(timeline.error());
    if (*timeline) {
      const auto tree = core.parts.directory.tree();
      const auto record = record_of(core, *tree, **timeline, words.may_read());
      if (!words.taken_down(call.request.peer, call.key_name())) return cannot_take_down();
      return write_requests({record}, call.format);
    }
  }
  return refused(404, "service_request_id " + subject + " was not found.");
}

Outcome read_token(Core& core, const Call& call) {
  const std::string& token = call.route.subject;
  if (token.empty()) return refused(400, "token was not provided.");
  const Refused unknown = refused(404, "token " + token + " was not found.");
  if (token.size() > token_bytes_max) return unknown;
  const auto key = engine::log::dedup_key(request_source, token);
  if (!key) return unknown;
  const auto found = core.parts.log.find(*key);
  if (!found) return refused_by(found.error());
  if (!*found) return unknown;
  const auto memo = engine::writer::decode_memo(**found);
  if (!memo) return refused_by(memo.error());
  Receipt out;
  out.service_request_id =
      number_field(workflows::issue::format_number(memo->answer.stream.number));
  out.token = number_field(token);
  return write_receipts({out}, call.format);
}

Outcome read_updates(Core& core, const Call& call, Desk& desk) {
  const auto asked =
      update_query(call.arguments, core.config, core.parts.clock(), core.parts.offset_minutes);
  if (!asked.flaws.empty()) return refused_for(asked.flaws);
  const auto numbers = on_board<Numbers>(desk, [&](Board& board) { return walk(board, asked); });
  if (!numbers) return refused_by(numbers.error());
  if (numbers->size() == asked.page_size) {
    return refused(400, "More than " + std::to_string(changed_max) +
                            " requests changed since; narrow start_date.");
  }
  WordReader words = words_for(core, call);
  const auto tree = core.parts.directory.tree();
  std::vector<std::pair<engine::Instant, Update>> found;
  for (const std::uint64_t number : *numbers) {
    const auto timeline = shown_timeline(core, number, words);
    if (!timeline) return refused_by(timeline.error());
    if (!*timeline) continue;
    for (auto& update :
         updates_of(core, *tree, **timeline, words.may_read(), *asked.updated_after, asked.until)) {
      const auto at = engine::parse_rfc3339(text_in(update.updated_datetime));
      found.emplace_back(at.value_or(engine::Instant{}), std::move(update));
    }
  }
  if (!words.taken_down(call.request.peer, call.key_name())) return cannot_take_down();
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (found.size() > updates_max) found.resize(updates_max);
  std::vector<Update> out;
  for (auto& each : found) out.push_back(std::move(each.second));
  return write_updates(out, call.format);
}

}  // namespace adapters::open311
