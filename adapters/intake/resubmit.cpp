#include "adapters/intake/resubmit.hpp"

#include <utility>

#include "adapters/intake/admit.hpp"
#include "adapters/intake/held_letter.hpp"
#include "engine/core/ensure.hpp"
#include "workflows/intake/number.hpp"

namespace adapters::intake {

namespace {

engine::Result<bool> came_before(const engine::log::LogReader& log,
                                 const engine::writer::Submission& closing) {
  if (closing.id.empty()) return false;
  const auto key = engine::log::dedup_key(closing.source, closing.id);
  if (!key) return false;  // the writer says what is wrong with it
  const auto found = log.find(*key);
  if (!found) return found.error();
  return found->has_value();
}

void close(engine::writer::Writer& writer, std::uint64_t number, std::uint64_t issue,
           engine::writer::Submission closing, std::optional<engine::Version> expected,
           const std::function<void(Resubmitted)>& done) {
  Asked asked = admitted_as(number, issue);
  ENSURE(asked.flaws.empty());
  closing.steps = std::move(asked.steps);
  closing.steps.front().expected = expected;
  writer.submit(std::move(closing), [issue, done](engine::writer::Answer answer) {
    done(Closed{issue, std::move(answer)});
  });
}

}  // namespace

void resubmit(const ResubmitParts& parts, std::uint64_t number, engine::writer::Submission closing,
              std::optional<engine::Version> expected, std::function<void(Resubmitted)> done) {
  const auto standing = standing_of(parts.log, number);
  if (!standing) return done(standing.error());
  const auto known = came_before(parts.log, closing);
  if (!known) return done(known.error());
  // What had become of it is asked of the writer: it may be this very command, once more. So it is
  // where the key is another command's: nothing is handed in for that.
  if (!standing->held || *known) {
    return close(parts.writer, number, standing->issue, std::move(closing), expected, done);
  }
  if (expected && *expected != standing->version) {
    return done(
        Closed{0, engine::writer::Moved{
                      {workflows::intake::workflow_id, number}, *expected, standing->version}});
  }
  auto letter = read_letter(parts.log, parts.vault, number);
  if (!letter) {
    if (letter.error().fault != engine::Fault::invalid) return done(letter.error());
    return done(stays(letter.error().detail));
  }
  letter->id = "letter/" + workflows::intake::format_number(number);
  std::string by = closing.actor.name;
  const auto came = [&writer = parts.writer, number, closing = std::move(closing), expected,
                     done = std::move(done)](Again again) {
    if (again.ending != Again::Ending::recorded) return done(std::move(again));
    close(writer, number, again.issue, closing, expected, done);
  };
  parts.hand_in(*std::move(letter), standing->held_at, std::move(by), came);
}

}  // namespace adapters::intake
