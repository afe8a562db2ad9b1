// A fact of an issue as an event by CloudEvents 1.0 (cloudevents.io, JSON event format, structured
// mode). It holds no words of anybody: numbers, codes, stages and times.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/log/record.hpp"
#include "engine/schema/value.hpp"

namespace adapters::webhook {

inline constexpr std::string_view event_content_type = "application/cloudevents+json";

// "sihe.issue.handed_over"; "" if the record is no issue's, or a later program's.
std::string event_type(const engine::log::RecordView& record);
// All types that there are.
std::vector<std::string> event_types();

// The same for the same record for ever, and no other record has it, not of another log either.
// Requires: the bytes are those of a record.
std::string event_id(std::string_view record);

// `source`: what tells this installation from others, a URI reference.
// Requires: the bytes are those of a record with an event_type().
engine::schema::Object event_of(std::string_view record, std::string_view source,
                                int offset_minutes);

}  // namespace adapters::webhook
