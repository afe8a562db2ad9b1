#include "adapters/http/health.hpp"

#include <utility>

#include "adapters/http/call.hpp"
#include "workflows/issue/statistics.hpp"
#include "workflows/issue/timers.hpp"
#include "workflows/meeting/book.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;

std::vector<std::string> views_of(const ApiParts&) {
  static const std::string statistics(workflows::issue::make_statistics()->name());
  return {"board", statistics, workflows::issue::timers_view,
          std::string(workflows::meeting::book_view)};
}

Response ready_response(const ApiParts& parts, bool draining) {
  List reasons;
  if (draining) reasons.emplace_back("the service is shutting down");
  if (parts.log.read_only() || parts.writer.read_only()) {
    reasons.emplace_back(
        "the log only reads after a storage fault; nothing is taken until a restart");
  }
  if (const std::string trouble = parts.projector.trouble(); !trouble.empty()) {
    reasons.emplace_back("a view has stopped: " + trouble);
  }
  const std::uint64_t last = parts.log.last().value;
  Object views;
  for (const std::string& view : views_of(parts)) {
    const std::uint64_t at = parts.projector.position(view).value;
    views.emplace_back(view, at);
    if (at + behind_max < last) {
      reasons.emplace_back("the view " + view + " is " + std::to_string(last - at) +
                           " events behind");
    }
  }
  const bool ready = reasons.empty();
  // Whoever was let in before still is, so this alone takes nobody's service away.
  List warnings;
  if (!parts.tokens.trouble().empty()) {
    warnings.emplace_back("the token file as it stands cannot be read; the one before is in force");
  }
  if (parts.more_warnings) {
    for (std::string& each : parts.more_warnings()) warnings.emplace_back(std::move(each));
  }
  Object body{{"ready", ready},
              {"reasons", std::move(reasons)},
              {"warnings", std::move(warnings)},
              {"position", last},
              {"views", std::move(views)}};
  return json_response(std::move(body), ready ? 200 : 503);
}

}  // namespace adapters::http
