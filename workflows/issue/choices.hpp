// What the `code` of a correction may say: the fields that statistics group or count by, and their
// choices by name. Internal to workflows/issue.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workflows/issue/issue_generated.h"

namespace workflows::issue {

// How a channel stands in the dims: its name in the schema, "channel-<n>" if it has none here.
std::string channel_name(fb::Channel channel);

// Whether a correction of this field may carry a `code`.
bool takes_code(std::string_view field);
// The directory's kind that the code must be known in; "" if it is no directory code.
std::string_view code_kind(std::string_view field);
// Whether the code is one of the choices of that field. Requires: takes_code, no code_kind.
bool is_choice(std::string_view field, std::string_view code);

// Takes the choice of that name; false, and nothing taken, if there is none.
bool choose(std::string_view code, fb::Answer& chosen);
bool choose(std::string_view code, fb::Outcome& chosen);
bool choose(std::string_view code, fb::Channel& chosen);
// "0" … "5"
bool choose(std::string_view code, std::uint8_t& satisfaction);

}  // namespace workflows::issue
