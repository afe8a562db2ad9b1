#include "adapters/chat/talk.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "engine/schema/text.hpp"
#include "tests/support/chat_service.hpp"

namespace adapters::chat {
namespace {

using support::ChatService;

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class ChatTalk : public ::testing::Test {
 protected:
  // Accepted, claimed and resolved by the group's liaison.
  std::string resolved() {
    const std::string number = service_.reported();
    service_.say("受理 " + number, "lin");
    service_.say("办结 " + number + " 已解决 换了灯泡", "lin");
    EXPECT_EQ(service_.facts(number), "reported accepted resolved");
    return number;
  }

  ChatService service_;
};

// --- reports ------------------------------------------------------------------------------------

TEST_F(ChatTalk, MakesAnIssueOfAReportAndGivesItsNumberAtOnce) {
  auto message = service_.message("锦绣路18号门口路灯不亮");
  message.name = "陈大";
  message.pictures = {"http://x.test/1.jpg", "http://x.test/2.jpg"};
  message.place = Place{27.97, 120.65, "净水村文化礼堂"};
  message.said_at = service_.now() - std::chrono::minutes(3);
  const Answer answer = service_.take(message);
  EXPECT_EQ(answer.heard, Heard::answered);
  const std::string number = ChatService::number_in(answer.text);
  EXPECT_EQ(answer.text, "已收到，编号 " + number + "。查进度请发：进度 " + number + "。");
  EXPECT_EQ(
      service_.last_fact(number),
      R"({"text":"锦绣路18号门口路灯不亮\n图片：http://x.test/1.jpg\n图片：http://x.test/2.jpg",)"
      R"("channel":"qq","area":"330304001001","name":"陈大","account":"chen",)"
      R"("place":"净水村文化礼堂","latitude":27.97,"longitude":120.65,"liaison":"林联系",)"
      R"("group":"100"})");
  service_.each(number, [&](const engine::log::RecordView& record) {
    EXPECT_EQ(record.occurred_at(), *message.said_at);
    EXPECT_EQ(record.source(), "chat:qq");
    EXPECT_EQ(record.command_id(), message.id);
    EXPECT_EQ(record.actor(), "chat:qq") << "a resident's account is no actor's name";
    EXPECT_EQ(record.person(), service_.vault().person_id("qq:chen"));
  });
}

TEST_F(ChatTalk, ReadsNothingThatDoesNotCallIt) {
  auto message = service_.message("锦绣路18号门口路灯不亮");
  message.called = false;
  const auto before = service_.log().last();
  EXPECT_EQ(service_.take(message).heard, Heard::not_for_us);
  message.text = "四和院今晚聚餐";
  EXPECT_EQ(service_.take(message).heard, Heard::not_for_us);
  message.group = "no such group";
  EXPECT_EQ(service_.take(message).heard, Heard::not_for_us);
  EXPECT_EQ(service_.log().last(), before);
  EXPECT_TRUE(service_.letters().empty());
  message.group = "100";
  message.text = "７１７１，锦绣路18号门口路灯不亮";
  const Answer answer = service_.take(message);
  EXPECT_EQ(answer.heard, Heard::answered);
  EXPECT_TRUE(says(service_.last_fact(ChatService::number_in(answer.text)),
                   "\"text\":\"锦绣路18号门口路灯不亮\""));
}

TEST_F(ChatTalk, TakesTheSameMessageForTheSameIssueForEver) {
  const auto message = service_.message("锦绣路18号门口路灯不亮");
  const Answer first = service_.take(message);
  const Answer second = service_.take(message);
  EXPECT_EQ(second.heard, Heard::repeat);
  EXPECT_EQ(second.text, first.text);
  service_.begin();
  EXPECT_EQ(service_.take(message).text, first.text);
  auto config = ChatService::usual();
  config.groups[0].area = ChatService::other_village;
  service_.begin(config);
  const Answer moved = service_.take(message);
  EXPECT_EQ(moved.heard, Heard::repeat) << "also where its group has come to another area since";
  EXPECT_EQ(moved.text, first.text);
  auto elsewhere = message;
  elsewhere.channel = "wecom";
  elsewhere.group = "town";
  EXPECT_EQ(service_.take(elsewhere).heard, Heard::answered) << "ids are the channel's own";
  EXPECT_EQ(service_.issues(), 2U);
}

TEST_F(ChatTalk, MakesOneIssueOfAMessageThatComesFromSeveralThreads) {
  std::vector<Message> messages;
  for (int i = 0; i < 40; ++i) {
    messages.push_back(service_.message("第" + std::to_string(i) + "号路灯不亮"));
  }
  std::atomic<int> answered{0};
  std::atomic<int> repeated{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&, i] {
      for (std::size_t at = 0; at < messages.size(); ++at) {
        const auto& each = messages[(at * 7 + static_cast<std::size_t>(i) * 11) % messages.size()];
        const Answer answer = service_.take(each);
        answered += answer.heard == Heard::answered ? 1 : 0;
        repeated += answer.heard == Heard::repeat ? 1 : 0;
      }
    });
  }
  for (auto& each : threads) each.join();
  EXPECT_EQ(service_.issues(), messages.size());
  EXPECT_EQ(answered.load(), 40);
  EXPECT_EQ(repeated.load(), 160);
}

TEST_F(ChatTalk, TakesAReportThatIsSaidAloneWithoutAnArea) {
  const Answer answer = service_.say("锦绣路18号门口路灯不亮", "chen", "");
  ASSERT_EQ(answer.heard, Heard::answered);
  service_.each(ChatService::number_in(answer.text),
                [](const engine::log::RecordView& record) { EXPECT_EQ(record.area(), ""); });
}

TEST_F(ChatTalk, KeepsForAPersonWhatNobodyCanPlace) {
  const auto message = service_.message("锦绣路18号门口路灯不亮", "chen", "no such group");
  const Answer answer = service_.take(message);
  EXPECT_EQ(answer.heard, Heard::held);
  EXPECT_TRUE(says(answer.text, "转给工作人员"));
  EXPECT_EQ(service_.take(message).heard, Heard::repeat);
  EXPECT_EQ(service_.say("锦绣路18号门口路灯不亮", "chen", "300").heard, Heard::held)
      << "its area is none";
  const auto letters = service_.letters();
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0].reason, intake::Reason::unplaced);
  EXPECT_EQ(letters[0].said, "锦绣路18号门口路灯不亮");
  EXPECT_EQ(letters[0].group, "no such group");
  EXPECT_EQ(letters[0].account, "chen");
  EXPECT_EQ(letters[0].id, message.id);
  EXPECT_EQ(*json::parse(letters[0].body).value().find("text")->string(), letters[0].said);
  EXPECT_TRUE(says(letters[1].detail, "999999"));
  EXPECT_EQ(service_.say("帮助", "chen", "no such group").heard, Heard::answered);
  EXPECT_EQ(service_.issues(), 0U);
}

TEST_F(ChatTalk, LosesNothingWhenALetterCannotBeKept) {
  const auto message = service_.message("锦绣路18号门口路灯不亮", "chen", "no such group");
  service_.keep_letters(false);
  EXPECT_EQ(service_.take(message).heard, Heard::later);
  service_.keep_letters(true);
  EXPECT_EQ(service_.take(message).heard, Heard::held) << "it may come again";
}

TEST_F(ChatTalk, TakesATimeOnlyIfItIsPlausible) {
  const auto when = [&](std::optional<engine::Instant> said) {
    auto message = service_.message("锦绣路18号门口路灯不亮");
    message.said_at = said;
    engine::Instant out{};
    service_.each(ChatService::number_in(service_.take(message).text),
                  [&](const engine::log::RecordView& record) { out = record.occurred_at(); });
    return out;
  };
  const auto now = service_.now();
  EXPECT_EQ(when(now - std::chrono::hours(2)), now - std::chrono::hours(2));
  EXPECT_EQ(when(now + std::chrono::hours(2)), now);
  EXPECT_EQ(when(engine::from_ms(1'348'831'860'000)), now) << "thirteen years ago";
  EXPECT_EQ(when(std::nullopt), now);
}

TEST_F(ChatTalk, StoresNoBytesThatAreNoText) {
  const Answer answer = service_.say(std::string("路灯\x01不亮\xff在东门"));
  ASSERT_EQ(answer.heard, Heard::answered);
  EXPECT_TRUE(
      says(service_.last_fact(ChatService::number_in(answer.text)), "路灯 不亮\ufffd在东门"));
  auto long_id = service_.message("锦绣路18号门口路灯不亮");
  long_id.id = std::string(5'000, 'x');
  EXPECT_EQ(service_.take(long_id).heard, Heard::answered);
  EXPECT_EQ(service_.take(long_id).heard, Heard::repeat);
}

TEST_F(ChatTalk, KeepsForAPersonWhatTheEngineRefuses) {
  auto message = service_.message("锦绣路18号门口路灯不亮", "chen", "");
  message.channel = "carrier pigeon";
  EXPECT_EQ(service_.take(message).heard, Heard::held);
  ASSERT_EQ(service_.letters().size(), 1U);
  EXPECT_EQ(service_.letters()[0].reason, intake::Reason::refused);
  EXPECT_TRUE(says(service_.letters()[0].detail, "/channel")) << service_.letters()[0].detail;
}

// --- whoever reported ---------------------------------------------------------------------------

TEST_F(ChatTalk, TellsHowItStandsToItsGroupItsReporterAndThoseOnDuty) {
  const std::string number = service_.reported();
  const Answer own = service_.say("进度 " + number, "chen", "");
  EXPECT_TRUE(own.text.starts_with("编号 " + number + "：已登记，等待受理（2026年3月3日 09:06起）"))
      << own.text;
  EXPECT_EQ(service_.say("进度" + number, "wang").text, own.text) << "in the same group";
  EXPECT_EQ(service_.say("进度 " + number, "lin", "200").text, own.text) << "its liaison";
  EXPECT_EQ(service_.say("进度 " + number, "zhou", "", "wecom").text, own.text)
      << "the town's clerk";
  const Answer other = service_.say("进度 " + number, "wang", "200");
  EXPECT_EQ(other.heard, Heard::answered);
  EXPECT_TRUE(says(other.text, "没有查到"));
  EXPECT_FALSE(says(other.text, "已登记"));
  const auto unknown = workflows::issue::format_number(workflows::issue::make_number({26, 1, 99}));
  std::string same = service_.say("进度 " + unknown, "wang", "200").text;
  same.replace(same.find(unknown), unknown.size(), number);
  EXPECT_EQ(same, other.text) << "that it exists is not told";
  EXPECT_FALSE(says(own.text, "锦绣路"));
}

TEST_F(ChatTalk, TellsWhoHasItAndHowItEnded) {
  const std::string number = service_.reported();
  service_.say("受理 " + number, "lin");
  service_.step(number, "hand_over", {{"department", "lighting"}});
  EXPECT_TRUE(says(service_.say("进度 " + number).text, "等待部门签收"));
  EXPECT_TRUE(says(service_.say("进度 " + number).text, "承办部门：市政路灯所"));
  service_.step(number, "sign");
  EXPECT_TRUE(says(service_.say("进度 " + number).text, "部门正在办理"));
  EXPECT_TRUE(says(service_.say("办结 " + number + " 已解释 明年改造", "deng", "", "wecom").text,
                   "已办结：已解释"));
  const std::string told = service_.say("进度 " + number).text;
  EXPECT_TRUE(says(told, "结果：已解释"));
  EXPECT_TRUE(says(told, "满意 1到5 " + number));
  EXPECT_FALSE(says(told, "明年改造")) << "the answer itself is not for the group";
}

TEST_F(ChatTalk, AddsTakesBackAndRatesForWhoReported) {
  const std::string number = service_.reported();
  auto more = service_.message("补充 " + number + " 3号楼前也不亮");
  more.pictures = {"http://x.test/3.jpg"};
  EXPECT_EQ(service_.take(more).text, "已补充到编号 " + number + "，谢谢。");
  EXPECT_EQ(service_.last_fact(number), R"({"text":"3号楼前也不亮\n图片：http://x.test/3.jpg"})");
  EXPECT_TRUE(says(service_.say("满意 5 " + number).text, "办结以后再请您评价"));
  EXPECT_EQ(service_.say("撤回 " + number + " 已经亮了").heard, Heard::answered);
  EXPECT_EQ(service_.facts(number), "reported supplemented withdrawn");
  EXPECT_EQ(service_.last_fact(number), R"({"reason":"已经亮了"})");
  EXPECT_TRUE(says(service_.say("撤回 " + number).text, "已撤回”，这一步做不了"));
}

TEST_F(ChatTalk, RecordsWhatTheResidentThinksOfIt) {
  const std::string number = resolved();
  EXPECT_TRUE(says(service_.say("满意 4 " + number + " 谢谢").text, "4分（满意）"));
  EXPECT_EQ(service_.last_fact(number),
            R"({"reached":"yes","solved":"yes","satisfaction":4,"text":"谢谢"})");
  const std::string other = resolved();
  EXPECT_TRUE(says(service_.say("不满意 " + other + " 第二天又坏了").text, "不满意的原因"));
  EXPECT_EQ(service_.last_fact(other),
            R"({"reached":"yes","solved":"no","satisfaction":2,"text":"第二天又坏了"})");
  EXPECT_EQ(service_.last_actor(other), "chat:qq");
  const std::string bad = resolved();
  EXPECT_TRUE(says(service_.say("满意 1 " + bad).text, "1分（非常不满意）"));
  EXPECT_EQ(service_.last_fact(bad), R"({"reached":"yes","solved":"no","satisfaction":1})");
}

TEST_F(ChatTalk, LetsNobodyElseTouchAnIssue) {
  const std::string number = resolved();
  for (const char* text : {"补充 %", "撤回 %", "满意 5 %", "不满意 %"}) {
    std::string said(text);
    said.replace(said.find('%'), 1, number + " 因为所以");
    const Answer answer = service_.say(said, "wang");
    EXPECT_EQ(answer.heard, Heard::answered);
    EXPECT_TRUE(says(answer.text, "没有查到您可以操作的编号")) << answer.text;
    EXPECT_FALSE(says(answer.text, "已办结")) << "nothing is told of it";
  }
  auto other_channel = service_.message("撤回 " + number, "chen", "", "wechat");
  EXPECT_TRUE(says(service_.take(other_channel).text, "没有查到"))
      << "accounts are a channel's own";
  EXPECT_TRUE(says(service_.say("满意 5 " + number, "lin").text, "没有查到"))
      << "who worked on it does not rate it";
  EXPECT_EQ(service_.facts(number), "reported accepted resolved");
}

// --- liaisons and clerks ------------------------------------------------------------------------

TEST_F(ChatTalk, DoesWhatALiaisonOfTheAreaSays) {
  const std::string number = service_.reported();
  EXPECT_EQ(service_.say("受理 " + number + " 路灯", "lin").text, "编号 " + number + " 已受理。");
  EXPECT_EQ(service_.last_fact(number), R"({"category":"lamp","liaison":"林联系"})");
  EXPECT_EQ(service_.last_actor(number), "林联系");
  EXPECT_EQ(service_.say("认领 " + number, "lin").text, "编号 " + number + " 已由林联系认领。");
  EXPECT_EQ(service_.say("会诊 " + number, "lin").text, "编号 " + number + " 已转会诊。");
  EXPECT_EQ(service_.facts(number), "reported accepted claimed consultation_called");
  EXPECT_TRUE(
      says(service_.say("办结 " + number + " 已解决", "lin").text, "正在会诊”，这一步做不了"));
  EXPECT_EQ(service_.say("补充 " + number + " 已到现场", "lin").heard, Heard::answered);
  EXPECT_EQ(service_.facts(number), "reported accepted claimed consultation_called supplemented");
}

TEST_F(ChatTalk, AsksForACategoryThatItDoesNotKnow) {
  const std::string number = service_.reported();
  const Answer answer = service_.say("受理 " + number + " 路灯类", "lin");
  EXPECT_TRUE(says(answer.text, "没有“路灯类”这个类别")) << answer.text;
  const Answer broken = service_.say("受理 " + number + " \xE8#", "lin");
  EXPECT_EQ(engine::schema::text_flaw(broken.text), "") << "what it repeats is clean text";
  EXPECT_EQ(service_.facts(number), "reported");
  service_.say("受理 " + number + " lamp", "lin");
  EXPECT_EQ(service_.facts(number), "reported accepted");
}

TEST_F(ChatTalk, KeepsThoseOnDutyToTheirAreaAndTheirVerbs) {
  const std::string number = service_.reported();
  EXPECT_TRUE(says(service_.say("受理 " + number, "chen").text, "只有已登记的联系人和经办人"));
  EXPECT_TRUE(says(service_.say("受理 " + number, "deng", "", "wecom").text, "没有查到"))
      << "the department has it not in hand";
  EXPECT_EQ(service_.facts(number), "reported");
  EXPECT_EQ(service_.say("受理 " + number, "zhou", "town", "wecom").heard, Heard::answered);
  EXPECT_EQ(service_.facts(number), "reported accepted");
  EXPECT_TRUE(says(service_.say("认领 " + number, "zhou", "town", "wecom").text, "只有已登记"))
      << "a clerk claims nothing";
  const std::string far =
      ChatService::number_in(service_.say("大堡底村口垃圾没人收", "chen", "200").text);
  EXPECT_TRUE(says(service_.say("受理 " + far, "lin", "200").text, "没有查到"));
  EXPECT_TRUE(says(service_.say("受理 " + far, "zhou", "town", "wecom").text, "没有查到"));
  EXPECT_EQ(service_.facts(far), "reported");
}

TEST_F(ChatTalk, HelpsEachWithWhatHeMayDo) {
  EXPECT_FALSE(says(service_.say("帮助").text, "受理"));
  EXPECT_TRUE(says(service_.say("帮助", "lin").text, "认领"));
  const std::string clerk = service_.say("帮助", "zhou", "", "wecom").text;
  EXPECT_TRUE(says(clerk, "办结"));
  EXPECT_FALSE(says(clerk, "认领"));
}

}  // namespace
}  // namespace adapters::chat
