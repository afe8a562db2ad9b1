// A letter as it is kept: to look at, to make an issue of, and to hand to its channel again.
#pragma once

#include <cstdint>
#include <string>

#include "adapters/intake/admit.hpp"
#include "adapters/intake/letter.hpp"
#include "engine/core/error.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/schema/value.hpp"
#include "workflows/intake/history.hpp"

namespace adapters::intake {

// The letter as it came, its body's bytes included; without the channel's id. Whether it is still
// held is not asked. not_found: there is no such letter. invalid: it was not kept whole, or its
// words are erased, so it cannot be handed in again.
engine::Result<Letter> read_letter(const engine::log::LogReader& log,
                                   const engine::keys::Vault& vault, std::uint64_t number);

struct LetterStanding {
  bool held = false;  // nobody has decided yet
  engine::Instant held_at{};
  std::uint64_t issue = 0;  // that it became
  engine::Version version;
};
// not_found: there is no such letter.
engine::Result<LetterStanding> standing_of(const engine::log::LogReader& log, std::uint64_t number);

// What workflows/intake/history.hpp shows, with `query` and `headers` as lists of [name, value].
engine::Result<engine::schema::Object> letter_document(const engine::log::LogReader& log,
                                                       std::uint64_t number,
                                                       const workflows::intake::Words& words,
                                                       int offset_minutes);

// What the letter says of the report that it may become; words that are erased are not offered.
// not_found: there is no such letter.
engine::Result<Offered> offered_by(const engine::log::LogReader& log,
                                   const engine::keys::Vault& vault, std::uint64_t number);

// What a list shows beside the board's row: the beginning of what was said, in one line; "" if
// there is nothing or it is not to be had.
std::string first_words(const engine::log::LogReader& log, std::uint64_t number,
                        const workflows::intake::Words& words);

}  // namespace adapters::intake
