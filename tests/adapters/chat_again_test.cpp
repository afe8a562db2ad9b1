// Messages that were kept for a person, read again: what has its place by now becomes its issue,
// once; what has none says why, and nothing of it is kept a second time.
#include <string>

#include <gtest/gtest.h>

#include "tests/support/chat_service.hpp"

namespace adapters::chat {
namespace {

using support::ChatService;

constexpr const char* report = "锦绣路18号门口路灯不亮";

class ChatAgain : public ::testing::Test {
 protected:
  // A report of a group that is bound to nothing, as it is kept.
  intake::Letter kept(Message message) {
    EXPECT_EQ(service_.take(std::move(message)).heard, Heard::held);
    return service_.letters().back();
  }
  Message of_the_unbound() {
    Message out = service_.message(report, "chen", "500");
    out.pictures = {"https://x/a.jpg"};
    out.place = Place{27.98, 120.63, "锦绣路"};
    out.name = "老陈";
    out.said_at = service_.now() - std::chrono::seconds(3);
    return out;
  }
  void bind() {
    auto config = ChatService::usual();
    config.groups.push_back({"qq", "500", ChatService::village, "lin"});
    service_.begin(config);
  }
  static std::string number(const Answer& answer) {
    return workflows::issue::format_number(answer.issue);
  }

  ChatService service_;
};

TEST_F(ChatAgain, BecomesAnIssueOnceItsGroupIsBound) {
  const auto came = service_.now();
  const auto letter = kept(of_the_unbound());
  service_.at(came + std::chrono::hours(240));
  bind();
  const Answer answer = service_.take_again(letter, came);
  ASSERT_EQ(answer.heard, Heard::answered) << answer.text;
  ASSERT_NE(answer.issue, 0U);
  EXPECT_NE(answer.text.find(number(answer)), std::string::npos) << "its number is told";
  const std::string fact = service_.last_fact(number(answer));
  for (const char* part : {report, "https://x/a.jpg", "27.98", ChatService::village, "老陈"}) {
    EXPECT_NE(fact.find(part), std::string::npos) << part << " in " << fact;
  }
  service_.each(number(answer), [&](const engine::log::RecordView& record) {
    EXPECT_EQ(record.occurred_at(), came - std::chrono::seconds(3)) << "when it was said";
  });
}

TEST_F(ChatAgain, IsOneIssueHoweverOftenAndFromWhereverItComes) {
  const auto came = service_.now();
  const Message message = of_the_unbound();
  const auto letter = kept(message);
  bind();
  const Answer live = service_.take(message);
  ASSERT_EQ(live.heard, Heard::answered);
  for (int i = 0; i < 2; ++i) {
    const Answer again = service_.take_again(letter, came);
    EXPECT_EQ(again.heard, Heard::repeat);
    EXPECT_EQ(again.issue, live.issue);
    service_.begin();
    bind();
  }
  EXPECT_EQ(service_.take(message).heard, Heard::repeat);
  EXPECT_EQ(service_.issues(), 1U);
}

TEST_F(ChatAgain, SaysWhyItHasNoPlaceAndKeepsNothingMore) {
  const auto letter = kept(of_the_unbound());
  const Answer answer = service_.take_again(letter, service_.now());
  EXPECT_EQ(answer.heard, Heard::held);
  EXPECT_EQ(answer.issue, 0U);
  EXPECT_NE(answer.text.find("bound to no area"), std::string::npos) << answer.text;
  EXPECT_EQ(service_.letters().size(), 1U);
  EXPECT_EQ(service_.issues(), 0U);
}

TEST_F(ChatAgain, MayBeToldThatTheMessageIsNotThereAnyMore) {
  auto letter = kept(of_the_unbound());
  bind();
  for (const char* body : {"", "{", "[]", R"({"channel":"wecom","text":"x"})"}) {
    letter.body = body;
    EXPECT_EQ(service_.take_again(letter, service_.now()).issue, 0U) << body;
  }
  EXPECT_EQ(service_.issues(), 0U);
}

TEST_F(ChatAgain, IsKnownByItsLetterWhereTheMessageHasNoIdOfItsOwn) {
  Message message = of_the_unbound();
  message.id.clear();
  auto letter = kept(message);
  letter.id = "letter/26010000000107";
  bind();
  const Answer first = service_.take_again(letter, service_.now());
  const Answer second = service_.take_again(letter, service_.now());
  ASSERT_NE(first.issue, 0U);
  EXPECT_EQ(first.issue, second.issue);
  EXPECT_EQ(service_.issues(), 1U);
}

TEST_F(ChatAgain, ReadsWhatAChannelTookForForgedAsItReadsEverything) {
  const std::string known = service_.reported();
  auto supplement = service_.message("四和 补充 " + known + " 3号楼前也不亮");
  supplement.called = false;
  const Answer added = service_.take_again(supplement, service_.now());
  EXPECT_EQ(number(added), known) << added.text;
  EXPECT_EQ(service_.take_again(supplement, service_.now()).heard, Heard::repeat);
  EXPECT_EQ(service_.facts(known), "reported supplemented");

  auto overheard = service_.message("今天天气不错");
  overheard.called = false;
  EXPECT_EQ(service_.take_again(overheard, service_.now()).heard, Heard::not_for_us);
  for (const char* text : {"帮助", "进度", "满意"}) {
    const Answer answer = service_.take_again(service_.message(text), service_.now());
    EXPECT_EQ(answer.issue, 0U) << text;
    EXPECT_FALSE(answer.text.empty()) << text;
  }
  const Answer progress = service_.take_again(service_.message("进度 " + known), service_.now());
  EXPECT_EQ(progress.text.find("路灯"), std::string::npos) << "nobody asked: " << progress.text;
  EXPECT_EQ(service_.issues(), 1U);
}

TEST_F(ChatAgain, SaysLaterWhenTheEngineTakesNothing) {
  const auto letter = kept(of_the_unbound());
  bind();
  service_.writer().stop();
  EXPECT_EQ(service_.take_again(letter, service_.now()).heard, Heard::later);
  service_.talk().stop();
  EXPECT_EQ(service_.take_again(letter, service_.now()).heard, Heard::later);
}

}  // namespace
}  // namespace adapters::chat
