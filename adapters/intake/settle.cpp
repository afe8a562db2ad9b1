#include "adapters/intake/settle.hpp"

#include <optional>
#include <string>
#include <utility>

#include "adapters/intake/admit.hpp"
#include "adapters/intake/held_letter.hpp"
#include "adapters/intake/office.hpp"
#include "engine/core/ensure.hpp"
#include "engine/writer/memo.hpp"

namespace adapters::intake {

namespace {

std::optional<std::uint64_t> held_under(const engine::log::LogReader& log, std::string_view channel,
                                        std::string_view id) {
  const auto key = engine::log::dedup_key(letter_source, letter_key(channel, id));
  if (!key) return std::nullopt;
  const auto kept = log.find(*key);
  if (!kept || !*kept) return std::nullopt;
  const auto memo = engine::writer::decode_memo(**kept);
  if (!memo) return std::nullopt;
  const std::uint64_t number = memo->answer.stream.number;
  const auto standing = standing_of(log, number);
  if (!standing || !standing->held) return std::nullopt;
  return number;
}

}  // namespace

void settle(const engine::log::LogReader& log, engine::writer::Writer& writer,
            std::string_view channel, std::string_view id, std::uint64_t issue,
            const engine::writer::Actor& by, std::function<void()> done) {
  const auto letter = held_under(log, channel, id);
  if (!letter) return done();
  Asked asked = admitted_as(*letter, issue);
  ENSURE(asked.flaws.empty());
  engine::writer::Submission closing{letter_source, letter_key(channel, id) + "/settled", by,
                                     std::move(asked.steps)};
  writer.submit(std::move(closing),
                [done = std::move(done)](const engine::writer::Answer&) { done(); });
}

}  // namespace adapters::intake
