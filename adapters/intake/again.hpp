// What comes of a letter that is handed to its channel again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "adapters/intake/letter.hpp"
#include "engine/core/time.hpp"

namespace adapters::intake {

struct Again {
  enum class Ending : std::uint8_t {
    recorded,  // `issue` is what it became, now or before, or what it said something of
    stays,     // nothing came of it: `why`
    later,     // it could not be dealt with at present: `why`
  };
  Ending ending = Ending::stays;
  std::uint64_t issue = 0;
  std::string why;  // one sentence without words of a resident's; not empty but for `recorded`
};

inline Again became(std::uint64_t issue) { return {Again::Ending::recorded, issue, {}}; }
inline Again stays(std::string why) { return {Again::Ending::stays, 0, std::move(why)}; }
inline Again not_now(std::string why) { return {Again::Ending::later, 0, std::move(why)}; }

// Gives a letter to its channel as it came, `came_at`. The channel goes by what is configured now;
// what it cannot vouch for it does not take. Nothing of it is kept for a person once more. Its `id`
// tells it from all others: for a channel that cannot tell its messages apart otherwise. `by`: who
// hands it in. `done` once, from any thread.
using HandIn = std::function<void(Letter letter, engine::Instant came_at, std::string by,
                                  std::function<void(Again)> done)>;

}  // namespace adapters::intake
