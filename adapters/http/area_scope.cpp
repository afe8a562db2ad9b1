#include "adapters/http/area_scope.hpp"

#include <unordered_set>
#include <utility>

namespace adapters::http {

using workflows::directory::Tree;

namespace {

constexpr std::size_t nearest_max = 3;

}  // namespace

std::vector<std::string> spread(const Tree& tree, Parameters& parameters, const char* kind) {
  std::vector<std::string> out;
  for (const std::string& code : parameters.texts(kind)) {
    if (tree.find(kind, code) == nullptr) {
      std::string detail = "names an unknown code";
      const char* mark = "; nearest: ";
      for (const std::string& each : tree.nearest(kind, code, nearest_max)) {
        detail += std::exchange(mark, ", ") + each;
      }
      parameters.wrong(kind, detail);
      continue;
    }
    for (std::string& each : tree.subtree(kind, code)) out.push_back(std::move(each));
  }
  return out;
}

std::optional<Problem> narrow(const Token& token, const Tree& tree,
                              std::vector<std::string>& areas) {
  if (token.area.empty()) return std::nullopt;
  std::vector<std::string> scope = tree.subtree("area", token.area);
  if (scope.empty()) scope.push_back(token.area);
  if (areas.empty()) {
    areas = std::move(scope);
    return std::nullopt;
  }
  const std::unordered_set<std::string> inside(scope.begin(), scope.end());
  std::erase_if(areas, [&](const std::string& each) { return !inside.contains(each); });
  if (areas.empty()) return outside_area(token, "None of the areas asked for lies there");
  return std::nullopt;
}

}  // namespace adapters::http
