// What a channel hands in for a person: kept once, whole, and never so much that it fills the disk.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/intake/held_letter.hpp"
#include "tests/support/api_service.hpp"
#include "tests/support/held_letters.hpp"

namespace {

using adapters::intake::Held;
using adapters::intake::Letter;
using adapters::intake::Office;
using adapters::intake::Reason;
using support::hold;

struct IntakeOffice : testing::Test {
  support::ApiService service;
  Office office{service.writer(), [this] { return service.now(); }};

  static Letter letter(const std::string& body, Reason reason = Reason::unreadable) {
    Letter out;
    out.channel = "wecom";
    out.reason = reason;
    out.detail = "it is no XML";
    out.path = "/wecom/callback";
    out.query = {{"msg_signature", "5c45ff5e"}, {"timestamp", "1409659589"}};
    out.headers = {{"Content-Type", "text/xml"}, {"X-Self-ID", "7"}};
    out.body = body;
    return out;
  }
  std::vector<std::uint64_t> numbers() {
    std::vector<std::uint64_t> out;
    service.log()
        .read(engine::Position{0}, service.log().last(),
              [&](engine::Position, std::string_view bytes) {
                out.push_back(engine::log::RecordView(bytes).stream().number);
                return true;
              })
        .value();
    return out;
  }
  engine::Result<Letter> read(std::uint64_t number) {
    return adapters::intake::read_letter(service.log(), service.vault(), number);
  }
};

TEST_F(IntakeOffice, gives_a_letter_back_as_it_came) {
  Letter given = letter("<xml>\xE7\x81\xAF</xml>", Reason::unplaced);
  given.said = "路灯不亮";
  given.account = "zhangsan";
  given.group = "g1";
  given.area = "V1";
  ASSERT_EQ(hold(office, given), Held::kept);
  const auto back = read(numbers().at(0));
  ASSERT_TRUE(back.has_value()) << back.error().detail;
  EXPECT_EQ(back->channel, given.channel);
  EXPECT_EQ(back->reason, given.reason);
  EXPECT_EQ(back->detail, given.detail);
  EXPECT_EQ(back->path, given.path);
  EXPECT_EQ(back->query, given.query);
  EXPECT_EQ(back->headers, given.headers);
  EXPECT_EQ(back->body, given.body);
  EXPECT_EQ(back->said, given.said);
  EXPECT_EQ(back->account, given.account);
  EXPECT_EQ(back->group, given.group);
  EXPECT_EQ(back->area, given.area);
}

TEST_F(IntakeOffice, gives_bytes_back_that_are_no_text) {
  std::string bytes(adapters::intake::letter_bytes_max, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  ASSERT_EQ(hold(office, letter(bytes)), Held::kept);
  const auto back = read(numbers().at(0));
  ASSERT_TRUE(back.has_value()) << back.error().detail;
  EXPECT_EQ(back->body, bytes);
}

TEST_F(IntakeOffice, keeps_a_repeat_once) {
  EXPECT_EQ(hold(office, letter("<a>")), Held::kept);
  EXPECT_EQ(hold(office, letter("<a>")), Held::kept);
  EXPECT_EQ(numbers().size(), 1U);
  EXPECT_EQ(hold(office, letter("<b>")), Held::kept);
  EXPECT_EQ(numbers().size(), 2U);
}

TEST_F(IntakeOffice, keeps_what_comes_under_an_id_that_was_taken_by_another) {
  Letter forged = letter("<forged>", Reason::unverified);
  forged.id = "m1";
  Letter real = letter("<real>", Reason::refused);
  real.id = "m1";
  EXPECT_EQ(hold(office, forged), Held::kept);
  EXPECT_EQ(hold(office, real), Held::kept);
  EXPECT_EQ(hold(office, real), Held::kept);
  EXPECT_EQ(numbers().size(), 2U);
}

TEST_F(IntakeOffice, keeps_every_letter_whose_bytes_came_before_with_something_else_beside_them) {
  std::vector<Letter> given(4, letter("<xml>"));
  given[1].headers = {{"Content-Type", "text/plain"}};
  given[2].account = "lisi";
  given[3].reason = Reason::unplaced;
  for (int times = 0; times < 2; ++times) {
    for (const Letter& one : given) EXPECT_EQ(hold(office, one), Held::kept);
  }
  EXPECT_EQ(numbers().size(), given.size());
}

TEST_F(IntakeOffice, turns_away_what_nobody_vouches_for_when_it_comes_in_masses) {
  int kept = 0;
  for (int i = 0; i < 300; ++i) {
    const Held held = hold(office, letter("<" + std::to_string(i) + ">", Reason::unverified));
    EXPECT_EQ(held, i < 200 ? Held::kept : Held::full);
    if (held == Held::kept) ++kept;
  }
  EXPECT_EQ(kept, 200);
  EXPECT_EQ(office.turned_away(), 100U);
  EXPECT_EQ(numbers().size(), 200U);
  // Others are not kept out by it: another channel, another reason.
  Letter other = letter("<x>", Reason::unverified);
  other.channel = "onebot";
  EXPECT_EQ(hold(office, other), Held::kept);
  EXPECT_EQ(hold(office, letter("<y>", Reason::unplaced)), Held::kept);
}

TEST_F(IntakeOffice, lets_in_again_as_time_passes) {
  for (int i = 0; i < 201; ++i) {
    hold(office, letter("<" + std::to_string(i) + ">", Reason::unverified));
  }
  service.at(service.now() + std::chrono::seconds(18));  // an hour / 200
  EXPECT_EQ(hold(office, letter("<one more>", Reason::unverified)), Held::kept);
  EXPECT_EQ(hold(office, letter("<two more>", Reason::unverified)), Held::full);
  service.at(service.now() - std::chrono::hours(5));  // a clock that is put back gives nothing
  EXPECT_EQ(hold(office, letter("<three more>", Reason::unverified)), Held::full);
}

TEST_F(IntakeOffice, spends_nothing_on_repeats) {
  for (int i = 0; i < 250; ++i) {
    EXPECT_EQ(hold(office, letter("<same>", Reason::unverified)), Held::kept);
  }
  EXPECT_EQ(office.turned_away(), 0U);
}

TEST_F(IntakeOffice, takes_any_letter_at_all) {
  const std::string noise("\xff\x00\x1b[31m\xe7", 8);
  Letter odd;
  odd.channel = noise;
  odd.detail = std::string(10'000, 'd') + noise;
  odd.path = std::string(10'000, '/');
  odd.query = {{noise, std::string(20'000, 'q')}};
  odd.headers = {{"content-type", noise}, {std::string(20'000, 'h'), ""}};
  odd.body = std::string(100'000, '\xff');
  odd.said = std::string(70'000, 's') + noise;
  odd.group = std::string(1'000, 'g');
  odd.account = std::string(1'000, 'a');
  odd.id = noise;
  odd.area = std::string(1'000, '1');
  ASSERT_EQ(hold(office, odd), Held::kept);
  ASSERT_EQ(hold(office, Letter{}), Held::kept);
  const auto back = read(numbers().at(0));
  ASSERT_FALSE(back.has_value());
  EXPECT_NE(back.error().detail.find("not kept whole"), std::string::npos) << back.error().detail;
}

TEST_F(IntakeOffice, holds_long_words_beside_the_longest_body) {
  Letter full = letter(std::string(adapters::intake::letter_bytes_max, '\xff'));
  for (int i = 0; i < 20'000; ++i) full.said += "灯";
  ASSERT_EQ(hold(office, full), Held::kept);
  full.body = "<short>";
  ASSERT_EQ(hold(office, full), Held::kept);
}

TEST_F(IntakeOffice, says_later_when_the_engine_takes_nothing) {
  service.writer().stop();
  EXPECT_EQ(hold(office, letter("<a>")), Held::later);
}

}  // namespace
