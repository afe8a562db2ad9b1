// Which other reports may be about the same thing as an issue.
#include <cmath>
#include <utility>

#include "adapters/http/reads.hpp"
#include "engine/core/rfc3339.hpp"
#include "workflows/issue/candidates.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

Outcome read_candidates(const ApiParts& parts, const Call& call, Desk& desk) {
  const auto number = issue_number(call.match.subject);
  if (const auto* problem = std::get_if<Problem>(&number)) return *problem;
  const auto no = std::get<std::uint64_t>(number);
  // Likeness tells of words: it is for those who may read them.
  if (may_read(call.token->role, Right::words) == Grant::no) {
    return not_permitted(*call.token, "words");
  }
  const Grant grant = may_read(call.token->role, Right::issue);
  if (auto problem = barred(parts, *call.token, grant, no)) return *std::move(problem);
  const auto board = desk.board();
  if (!board) return no_board(board.error());
  WordReader words(parts, *call.token);
  const auto found = workflows::issue::find_candidates(parts.log, **board, no, words.words());
  if (!found) {
    if (found.error().fault != engine::Fault::not_found) desk.close_board();
    return problem_of(found.error());
  }
  std::vector<std::uint64_t> read{no};
  List items;
  for (const auto& each : *found) {
    // All of them lie in the issue's own area, so whoever may see that may see them; but an adapter
    // sees only what it handed in.
    if (barred(parts, *call.token, grant, each.number)) continue;
    read.push_back(each.number);
    items.emplace_back(
        Object{{"number", workflows::issue::format_number(each.number)},
               {"title", each.title.empty() ? Value() : Value(each.title)},
               {"stage", each.stage},
               {"opened_at", engine::format_rfc3339(each.opened_at, parts.offset_minutes)},
               {"likeness", std::round(each.likeness * 100) / 100},
               {"metres", each.metres ? Value(std::round(*each.metres)) : Value()}});
  }
  if (!words.taken_down("candidates", std::move(read), call.request.peer)) {
    return cannot_take_down();
  }
  return private_response(Object{{"items", std::move(items)}});
}

}  // namespace adapters::http
