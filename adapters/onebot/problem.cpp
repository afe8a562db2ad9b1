#include "adapters/onebot/problem.hpp"

#include <cstdint>

#include "adapters/json/json.hpp"

namespace adapters::onebot {

using engine::schema::Object;

http::Response problem(unsigned status, std::string_view code, std::string_view title,
                       std::string_view detail) {
  http::Response out;
  out.status = status;
  out.content_type = "application/problem+json";
  out.body = json::write(Object{{"type", "urn:sihe:problem:" + std::string(code)},
                                {"title", title},
                                {"status", static_cast<std::int64_t>(status)},
                                {"code", code},
                                {"detail", detail}});
  return out;
}

}  // namespace adapters::onebot
