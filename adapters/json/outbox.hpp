// The outbox's messages as values with stable member names: for the API and --json.
#pragma once

#include "engine/outbox/by_hand.hpp"
#include "engine/outbox/courier.hpp"
#include "engine/schema/value.hpp"

namespace adapters::json {

// Times RFC 3339; members that have no value are null.
engine::schema::Object message_value(const engine::outbox::Row& row, int offset_minutes);
// {"messages": […], "next": 17 or null}
engine::schema::Object messages_value(const engine::outbox::Page& page, int offset_minutes);
// {"routes": [{"route": "qq", "waiting": 1, …}], "oldest_waiting": …}
engine::schema::Object standing_value(const engine::outbox::Standing& standing, int offset_minutes);

}  // namespace adapters::json
