// The demo's issues: what happens to each, when, and by whom. The same seed tells the same stories.
//
// The first 252 are those of the 11 pilot villages, 176 of them resolved: the first figures of
// Ouhai. Further ones repeat the pattern over all 85 communities.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/time.hpp"
#include "engine/schema/value.hpp"
#include "engine/writer/command.hpp"
#include "tools/sihe/demo_directory.hpp"
#include "workflows/issue/deadlines.hpp"

namespace tools::demo {

constexpr std::size_t pilot_issues = 252;
constexpr std::size_t pilot_resolved = 176;

// One command on one issue.
struct Act {
  engine::Instant at;
  std::string verb;
  engine::schema::Object body;
  engine::writer::Actor actor;
  std::string other;  // member that takes the number of the issue `Story::other`; "": none
};

struct Story {
  std::vector<Act> acts;             // in order; the first is the report
  std::string handle;                // telephone or account; "": anonymous
  std::optional<std::size_t> other;  // index of the issue that it is merged into
};

// How a story goes.
enum class Plot : std::uint8_t {
  // resolved, in the end
  settled_locally,
  explained,
  by_department,
  just_resolved,
  consulted,
  consulted_settled,
  negotiated,
  returned_once,
  returned_thrice,
  extended,
  extension_refused,
  waited,
  reworked,
  reworked_thrice,
  reopened,
  late,
  host,
  parted_host,
  parted,
  corrected,
  // not resolved
  just_reported,
  accepted,
  in_village,
  consulting,
  awaiting_sign,
  handling,
  handling_late,
  negotiating,
  paused,
  declined,
  withdrawn,
  duplicate,
};

// What the issue of one index is about, in short: enough to tell it again at any time.
struct Outline {
  Plot plot = Plot::settled_locally;
  std::uint16_t turn = 0;       // how many of the same plot came before it: for variety
  std::uint16_t community = 0;  // index in communities()
  std::uint32_t other = 0;      // of `duplicate` and `parted`: the issue it is merged into
};

// Requires: issues >= 1.
std::vector<Outline> outlines(std::size_t issues, std::uint64_t seed);

// `rules`: by which deadlines are set where the story is told to; nullptr: by none.
Story tell(const std::vector<Outline>& all, std::size_t index, std::uint64_t seed,
           const workflows::issue::DeadlineRules* rules = nullptr);

}  // namespace tools::demo
