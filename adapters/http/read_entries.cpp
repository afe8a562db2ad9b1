// The directory's entries.
#include "adapters/http/parameters.hpp"
#include "adapters/http/reads.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

Outcome read_entries(const ApiParts& parts, const Call& call) {
  Parameters parameters(call.request.query, Endpoint::entries, parts.offset_minutes);
  const bool retired = parameters.flag("retired");
  if (auto problem = parameters.problem()) return *std::move(problem);
  const auto tree = parts.directory.tree();
  const bool areas = call.match.route->kind == "area";
  List items;
  for (const auto* entry : tree->all(call.match.route->kind)) {
    if (entry->retired && !retired) continue;
    if (areas && !lies_in(*tree, entry->code, call.token->area)) continue;
    Object item{{"code", entry->code},
                {"name", entry->name},
                {"parent", entry->parent.empty() ? Value() : Value(entry->parent)}};
    if (areas) {
      item.emplace_back("level", entry->level);
      item.emplace_back("pilot", entry->pilot);
    }
    item.emplace_back("retired", entry->retired);
    items.emplace_back(std::move(item));
  }
  return json_response(Object{{"items", std::move(items)}});
}

}  // namespace adapters::http
