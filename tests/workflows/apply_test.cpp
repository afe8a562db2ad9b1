#include "workflows/issue/apply.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/issue_walk.hpp"

namespace workflows::issue {
namespace {

struct AnyFact {
  engine::FactType type;
  std::string bytes;
};

std::string finished(flatbuffers::FlatBufferBuilder& builder) {
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

template <class Fact>
constexpr engine::FactType type_of{static_cast<std::uint16_t>(fb::FactTraits<Fact>::enum_value)};

std::string bytes_of(const fb::Marks& marks) {
  return {reinterpret_cast<const char*>(&marks), sizeof marks};
}

// Facts with choices of every number, also those that only a later program knows.
AnyFact strange(unsigned which, std::uint8_t number, std::int64_t time) {
  flatbuffers::FlatBufferBuilder b;
  switch (which % 8) {
    case 0:
      b.Finish(fb::CreateDeadlineSet(b, static_cast<fb::DeadlineKind>(number), time));
      return {type_of<fb::DeadlineSet>, finished(b)};
    case 1:
      b.Finish(fb::CreateDeadlineMissed(b, static_cast<fb::DeadlineKind>(number), time));
      return {type_of<fb::DeadlineMissed>, finished(b)};
    case 2:
      b.Finish(fb::CreateWarned(b, static_cast<fb::DeadlineKind>(number), time));
      return {type_of<fb::Warned>, finished(b)};
    case 3:
      b.Finish(fb::CreateConsultationHeld(b, static_cast<fb::Conclusion>(number)));
      return {type_of<fb::ConsultationHeld>, finished(b)};
    case 4:
      b.Finish(fb::CreateEscalated(b, static_cast<fb::Level>(number)));
      return {type_of<fb::Escalated>, finished(b)};
    case 5:
      b.Finish(fb::CreateResolved(b, static_cast<fb::Outcome>(number)));
      return {type_of<fb::Resolved>, finished(b)};
    case 6: {
      // As it stands in the log: the words, though required, lie elsewhere.
      fb::ReportedBuilder report(b);
      report.add_channel(static_cast<fb::Channel>(number));
      b.Finish(flatbuffers::Offset<fb::Reported>(b.EndTable(report.start_)));
      return {type_of<fb::Reported>, finished(b)};
    }
    default:
      b.Finish(fb::CreateFollowedUp(b, static_cast<fb::Answer>(number),
                                    static_cast<fb::Answer>(number), number));
      return {type_of<fb::FollowedUp>, finished(b)};
  }
}

AnyFact any_fact() {
  if (*rc::gen::inRange(0, 4) == 0) {
    return strange(*rc::gen::inRange(0U, 8U), *rc::gen::arbitrary<std::uint8_t>(),
                   *rc::gen::arbitrary<std::int64_t>());
  }
  support::IssueWalk chance;
  const auto step = chance.next(*rc::gen::arbitrary<std::uint64_t>());
  return {step.verb, step.body};
}

RC_GTEST_PROP(Apply, TakesEveryFactInAnyOrder, ()) {
  Standing standing{};
  for (int i = *rc::gen::inRange(0, 60); i > 0; --i) {
    const AnyFact fact = any_fact();
    const auto time = *rc::gen::inRange<std::int64_t>(-1, 4'000'000'000'000);
    const Standing before = standing;
    apply(standing, fact.type, fact.bytes, engine::from_ms(time));
    Standing again = before;
    apply(again, fact.type, fact.bytes, engine::from_ms(time));
    RC_ASSERT(bytes_of(again.marks) == bytes_of(standing.marks));
    RC_ASSERT(again.dims == standing.dims);
  }
}

RC_GTEST_PROP(Apply, ChangesNothingByAFactOfALaterProgram, ()) {
  support::IssueWalk chance;
  Standing standing{};
  for (int i = *rc::gen::inRange(0, 10); i > 0; --i) {
    const auto step = chance.next(*rc::gen::arbitrary<std::uint64_t>());
    apply(standing, step.verb, step.body, chance.desk.now);
  }
  const Standing before = standing;
  const auto later = *rc::gen::inRange<std::uint32_t>(38, 65'536);
  apply(standing, engine::FactType{static_cast<std::uint16_t>(later)}, "whatever it holds",
        chance.desk.now);
  apply(standing, engine::FactType{0}, "", chance.desk.now);
  RC_ASSERT(bytes_of(before.marks) == bytes_of(standing.marks));
  RC_ASSERT(before.dims == standing.dims);
}

TEST(Apply, counts_up_to_its_limit_and_no_further) {
  Standing standing{};
  flatbuffers::FlatBufferBuilder b;
  b.Finish(fb::CreateUrged(b));
  const std::string urged = finished(b);
  for (int i = 0; i < 70'000; ++i) {
    apply(standing, type_of<fb::Urged>, urged, engine::from_ms(1));
  }
  EXPECT_EQ(standing.marks.urges(), 65'535);
  EXPECT_EQ(standing.marks.urges_unanswered(), 255);
}

TEST(Apply, names_a_channel_that_only_a_later_program_knows_by_its_number) {
  Standing standing{};
  const AnyFact reported = strange(6, 99, 0);
  apply(standing, reported.type, reported.bytes, engine::from_ms(1));
  EXPECT_EQ(standing.dims.channel, "channel-99");
}

// Stands in every record: another size is another form of all summaries.
TEST(Marks, have_this_size_for_ever) { EXPECT_EQ(sizeof(fb::Marks), 144U); }

}  // namespace
}  // namespace workflows::issue
