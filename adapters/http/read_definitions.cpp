// What each figure means, as it is written down beside the figures.
#include "adapters/http/reads.hpp"
#include "workflows/issue/figures.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;

Outcome read_definitions() {
  List figures;
  for (const auto& figure : workflows::issue::all_figures()) {
    figures.emplace_back(Object{{"name", figure.name},
                                {"name_zh", figure.zh},
                                {"definition", figure.en},
                                {"definition_zh", figure.zh_text},
                                {"count", figure.count != nullptr}});
  }
  return json_response(Object{{"figures", std::move(figures)}});
}

}  // namespace adapters::http
