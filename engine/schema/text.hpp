// What text may be taken in: well-formed UTF-8 that prints. And the nearest of some names, for the
// one who mistyped.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace engine::schema {

// "" if the text may be stored; otherwise what is wrong with it, as the end of "must be …".
// Refused: bytes that are no UTF-8 (RFC 3629: overlong forms, surrogates, beyond U+10FFFF), and
// control characters other than tab, line feed and carriage return.
std::string_view text_flaw(std::string_view text);

// Bytes of the well-formed UTF-8 character that begins at `at`; 0 if none does. Requires: at <
// size.
std::size_t character_bytes(std::string_view text, std::size_t at);

// The name that needs the fewest insertions, deletions and replacements (Levenshtein) to become
// `name`; "" if even the best is no closer than half of its length.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& names);

// One part of a JSON pointer (RFC 6901) with its slash: "/a~1b". Cut at 64 bytes, and what is no
// clean text becomes "?", so that a caller's garbage does not come back as garbage.
std::string pointer_to(std::string_view member);

}  // namespace engine::schema
