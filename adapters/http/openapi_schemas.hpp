// The schemas of answers in the OpenAPI document. Internal to adapters/http.
#pragma once

#include "adapters/http/routes.hpp"
#include "engine/schema/value.hpp"

namespace adapters::http {

engine::schema::Object document_schemas();
// Which of them an endpoint answers with; nullptr: it answers with text.
const char* answer_schema_name(Endpoint endpoint);

}  // namespace adapters::http
