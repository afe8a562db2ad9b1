// A letter with everything that happened to it, from its own records; pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"
#include "engine/schema/value.hpp"

namespace workflows::intake {

// The words of a personal field of a record: nothing if erased (or withheld from this reader).
using Words = std::function<std::optional<std::string>(const engine::log::RecordView&,
                                                       std::string_view field)>;

// One record as a value with stable member names. corrupt: it is no fact. Requires: it is a
// letter's.
engine::Result<engine::schema::Object> show_step(const engine::log::RecordView& record,
                                                 const Words& words, int offset_minutes);

// The letter as a value with stable member names: what was held, as it came (`query` and `headers`
// as JSON text), how it stands, and its `steps`. Members that have no value are null; words that
// are not to be had are {"erased": true}.
// not_found: there is no such letter. corrupt: a record that is no fact.
engine::Result<engine::schema::Object> show_letter(const engine::log::LogReader& log,
                                                   std::uint64_t number, const Words& words,
                                                   int offset_minutes);

}  // namespace workflows::intake
