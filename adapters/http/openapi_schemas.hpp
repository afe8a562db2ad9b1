// The parts of the OpenAPI document that stand in files of their own. Internal to adapters/http.
#pragma once

#include <optional>

#include "adapters/http/routes.hpp"
#include "engine/schema/value.hpp"

namespace adapters::http {

// The schemas of answers, and of bodies that are no commands of a workflow.
engine::schema::Object document_schemas();
// Those of them that have to do with channels.
engine::schema::Object channel_schemas();
// Which of them a route answers with; nullptr: it answers with text.
const char* answer_schema_name(const Route& route);

// The parameters that many paths share.
engine::schema::Object shared_parameters();

// What acts on something that has no schema of its own: the hotline's sheet, a letter as it is, the
// outbox's messages.
struct Act {
  const char* id;
  const char* body;  // the schema's name; nullptr: it takes none
};
std::optional<Act> act_of(const Route& route);

}  // namespace adapters::http
