// One record as a server-sent event. Internal to adapters/http.
#pragma once

#include <string>

#include "engine/core/error.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/timeline.hpp"

namespace adapters::http {

// "id: 7\nevent: handed_over\ndata: {…}\n\n". Personal members say "withheld" without `words`.
engine::Result<std::string> event_text(const engine::log::RecordView& record,
                                       const workflows::issue::Words& words, int offset_minutes);

}  // namespace adapters::http
