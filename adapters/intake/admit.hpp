// A letter becomes an issue, or nothing: the steps that a person's decision asks of the engine, all
// or none of them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/intake/letter.hpp"
#include "engine/schema/schema.hpp"
#include "engine/writer/command.hpp"

namespace adapters::intake {

// Either steps or what is wrong with what was asked.
struct Asked {
  std::vector<engine::writer::Step> steps;
  std::vector<engine::schema::Flaw> flaws;
};

// What the letter itself says of the report; a person may say otherwise.
struct Offered {
  std::string channel;  // the letter's
  std::string said;
  std::string account;
  std::string group;
};

// The report with `members` (those of the issue's `report`, and `note`, which goes to the letter),
// and the letter's own step, which names the new issue. Where `members` lacks them: the text is
// what was said, the channel the letter's, the account (of a call: the telephone) and the group,
// too.
Asked admission(std::uint64_t letter, const Offered& offered, engine::schema::Object members);

// The letter's step alone: it has become an issue that there is. `issue` 0: none is known, and the
// writer refuses it.
Asked admitted_as(std::uint64_t letter, std::uint64_t issue);

// Takes out of a refused admission what follows from its first refusal: where the report is
// refused, there is no issue, and that the letter misses it goes without saying.
void drop_consequences(engine::writer::Refusal& refusal);

// `members`: the reason.
Asked dismissal(std::uint64_t letter, engine::schema::Object members);

}  // namespace adapters::intake
