// The parameters that many paths share: what stands in a path, and the headers of commands.
#include <cstdint>
#include <string_view>
#include <utility>

#include "adapters/http/commands.hpp"
#include "adapters/http/openapi_schemas.hpp"

namespace adapters::http {

using engine::schema::Object;

namespace {

Object shared_parameter(const char* name, const char* in, const char* text, Object schema) {
  Object out{{"name", name}, {"in", in}, {"description", text}, {"schema", std::move(schema)}};
  if (std::string_view(in) == "path") out.emplace_back("required", true);
  return out;
}

}  // namespace

Object shared_parameters() {
  const Object text{{"type", "string"}, {"minLength", 1}};
  return {
      {"no", shared_parameter("no", "path", "The issue's number: 13 digits.",
                              {{"type", "string"}, {"pattern", "^[0-9]{13}$"}})},
      {"meeting_no", shared_parameter("no", "path", "The meeting's number: 12 digits.",
                                      {{"type", "string"}, {"pattern", "^[0-9]{12}$"}})},
      {"letter_no", shared_parameter("no", "path", "The letter's number: 14 digits.",
                                     {{"type", "string"}, {"pattern", "^[0-9]{14}$"}})},
      {"message_id", shared_parameter("id", "path", "The message's id, a whole number.",
                                      {{"type", "integer"}, {"minimum", 1}})},
      {"code", shared_parameter("code", "path", "The entry's code.", text)},
      {"idempotency_key",
       shared_parameter("Idempotency-Key", "header",
                        "Yours, for this one command. Asked again with it, the first answer comes "
                        "again and nothing is written twice, however much later.",
                        {{"type", "string"},
                         {"minLength", 1},
                         {"maxLength", std::int64_t{idempotency_key_bytes_max}}})},
      {"if_match", shared_parameter("If-Match", "header",
                                    "The ETag that you have seen; where it has changed since: 412 "
                                    "with what happened.",
                                    {{"type", "string"}, {"pattern", "^(\"[0-9]+\"|\\*)$"}})},
      {"last_event_id",
       shared_parameter("Last-Event-ID", "header", "The id of the last event seen.",
                        {{"type", "string"}, {"pattern", "^[0-9]*$"}})}};
}

}  // namespace adapters::http
