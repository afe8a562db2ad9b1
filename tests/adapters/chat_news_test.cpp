#include "adapters/chat/answers.hpp"

#include <gtest/gtest.h>

#include "tests/support/issue_history.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::chat {
namespace {

using engine::outbox::Ending;
using engine::schema::List;
using engine::schema::Object;
using support::IssueHistory;

// Keeps what is to be said.
struct Mouth : Sender {
  void send(Outgoing message, std::function<void(Sent, std::string)> done) override {
    said.push_back(std::move(message));
    done(answer, "why");
  }
  std::vector<Outgoing> said;
  Sent answer = Sent::done;
};

class ChatNews : public testing::Test {
 protected:
  void reported(Object more = {{"account", "10001"}, {"group", "7171"}}) {
    Object body{{"text", "路灯不亮"}, {"channel", "qq"}, {"area", "330304010001"}};
    for (auto& each : more) body.push_back(std::move(each));
    fact("report", std::move(body));
  }
  void fact(std::string_view verb, Object body = {}) {
    history.fact(lamp, verb, std::move(body), "2025-03-04 09:12");
  }
  void handled() {
    reported();
    fact("accept", {{"category", "lamp"}});
    fact("hand_over", {{"department", "power"}});
    fact("sign");
  }

  // What the last fact asks to be said.
  std::vector<engine::outbox::Draft> drafts() {
    const std::string bytes = history.log().at(history.log().last()).value();
    return news_of(engine::log::RecordView(bytes), {"qq", "wecom"});
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> out;
    for (const auto& draft : drafts()) out.push_back(draft.kind);
    return out;
  }

  // Carries a row as the courier would; of the last fact, or of the one at `cause`.
  engine::outbox::Outcome carry(const std::string& kind, engine::Position cause = {}) {
    engine::outbox::Row row;
    row.cause = cause.value == 0 ? history.log().last() : cause;
    row.route = "qq";
    row.subject = lamp;
    row.kind = kind;
    const auto name = [](std::string_view code) {
      return code == "power" ? std::string("供电局") : std::string();
    };
    engine::outbox::Outcome out;
    make_answers({"qq", mouth, history.log(), history.vault(), name, 480})
        ->carry(row, [&](engine::outbox::Outcome outcome) { out = std::move(outcome); });
    return out;
  }
  std::string said(const std::string& kind) {
    mouth.said.clear();
    const auto outcome = carry(kind);
    return mouth.said.empty() ? "nothing: " + outcome.why : mouth.said.back().text;
  }

  const std::uint64_t lamp = IssueHistory::number(1);
  const std::string number = "2501000000133";
  IssueHistory history;
  Mouth mouth;
};

using Kinds = std::vector<std::string>;

TEST_F(ChatNews, only_who_reported_by_a_chat_that_is_set_up_is_told) {
  history.fact(lamp, "report", {{"text", "x"}, {"channel", "hotline"}}, "2025-03-04 09:12");
  fact("accept");
  EXPECT_EQ(kinds(), Kinds{});
  const auto other = IssueHistory::number(2);
  history.fact(other, "report", {{"text", "x"}, {"channel", "wechat"}, {"account", "o1"}},
               "2025-03-04 09:12");
  history.fact(other, "accept", {}, "2025-03-04 09:12");
  EXPECT_EQ(kinds(), Kinds{}) << "nothing carries this channel's";
}

TEST_F(ChatNews, the_address_names_nobody) {
  handled();
  fact("resolve", {{"outcome", "solved"}});
  const auto asked = drafts();
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].route, "qq");
  EXPECT_EQ(asked[0].subject, lamp);
  EXPECT_TRUE(asked[0].address.starts_with("person:"));
  EXPECT_EQ(asked[0].address.find("10001"), std::string::npos);
  EXPECT_EQ(asked[0].address, asked[1].address);
}

TEST_F(ChatNews, tells_what_matters_to_a_resident_and_no_more) {
  reported();
  EXPECT_EQ(kinds(), Kinds{}) << "the report is answered where it was said";
  fact("accept", {{"category", "lamp"}});
  EXPECT_EQ(kinds(), Kinds{"accepted"});
  fact("hand_over", {{"department", "power"}});
  EXPECT_EQ(kinds(), Kinds{"handed_over"});
  fact("sign");
  EXPECT_EQ(kinds(), Kinds{});
  fact("request_extension", {{"until", "2025-03-11T17:30:00+08:00"}, {"reason", "等零件"}});
  EXPECT_EQ(kinds(), Kinds{});
  fact("grant_extension", {{"until", "2025-03-11T17:30:00+08:00"}});
  EXPECT_EQ(kinds(), Kinds{"extension_granted"});
  fact("reassign", {{"department", "roads"}});
  EXPECT_EQ(kinds(), Kinds{"reassigned"});
  fact("resolve", {{"outcome", "solved"}});
  EXPECT_EQ(kinds(), (Kinds{"resolved", "follow_up"}));
  fact("rework", {{"reason", "又坏了"}});
  EXPECT_EQ(kinds(), Kinds{"reworked"});
}

TEST_F(ChatNews, a_meeting_that_hands_over_or_resolves_is_told_as_that) {
  reported();
  fact("accept", {{"category", "lamp"}});
  fact("call_consultation");
  EXPECT_EQ(kinds(), Kinds{});
  fact("hold_consultation", {{"conclusion", "hand_over"}, {"department", "power"}});
  EXPECT_EQ(kinds(), Kinds{"handed_over"});
  EXPECT_EQ(said("handed_over"), "您好，您反映的问题（编号 " + number + "）已交由供电局办理。");
  fact("sign");
  fact("call_negotiation");
  fact("hold_negotiation", {{"conclusion", "resolve"}, {"outcome", "explained"}});
  EXPECT_EQ(kinds(), (Kinds{"resolved", "follow_up"}));
  EXPECT_EQ(said("resolved"),
            "您好，您反映的问题（编号 " + number + "）已办结。办理结果：已作说明。");
}

TEST_F(ChatNews, says_it_plainly_with_the_number) {
  handled();
  EXPECT_EQ(said("accepted"), "您好，您反映的问题（编号 " + number + "）已受理，我们会尽快办理。");
  fact("grant_extension", {{"until", "2025-03-11T17:30:00+08:00"}});
  EXPECT_EQ(said("extension_granted"), "您好，您反映的问题（编号 " + number +
                                           "）需要延期办理，预计2025年3月11日前办结，请您谅解。");
  fact("resolve", {{"outcome", "solved"}, {"reply", " 已更换灯头\n"}});
  EXPECT_EQ(said("resolved"), "您好，您反映的问题（编号 " + number +
                                  "）已办结。办理结果：已解决。答复：已更换灯头。");
  EXPECT_EQ(said("follow_up"), "请您评价编号 " + number + " 的办理情况：满意请回复“满意 5 " +
                                   number + "”（1–5 分，5 分最满意）；不满意请回复“不满意 " +
                                   number + " 原因”。");
  EXPECT_EQ(mouth.said.back().group, "7171");
  EXPECT_EQ(mouth.said.back().account, "10001");
}

TEST_F(ChatNews, a_declined_report_is_told_with_reason_and_ground) {
  reported();
  fact("decline", {{"reason", "属于企业内部管理"}, {"ground", "《信访工作条例》第二十二条"}});
  EXPECT_EQ(said("declined"), "您好，您反映的问题（编号 " + number +
                                  "）经研究不予受理。原因：属于企业内部管理。"
                                  "依据：《信访工作条例》第二十二条。如有疑问，请联系我们。");
}

TEST_F(ChatNews, a_department_that_nobody_knows_the_name_of_is_some_department) {
  reported();
  fact("accept", {{"category", "lamp"}});
  fact("hand_over", {{"department", "x9"}});
  EXPECT_EQ(said("handed_over"), "您好，您反映的问题（编号 " + number + "）已交由有关部门办理。");
}

TEST_F(ChatNews, a_reply_that_was_corrected_is_told_as_it_is_right) {
  handled();
  fact("resolve", {{"outcome", "solved"}, {"reply", "已修好"}});
  const engine::Position resolved = history.log().last();
  fact("correct", {{"version", 5}, {"field", "reply"}, {"is", "已更换"}});
  carry("resolved", resolved);
  ASSERT_EQ(mouth.said.size(), 1u);
  EXPECT_NE(mouth.said[0].text.find("答复：已更换。"), std::string::npos);
}

TEST_F(ChatNews, a_long_reply_is_cut_between_characters) {
  handled();
  std::string reply;
  while (reply.size() < 3 * quoted_bytes_max) reply += "修";
  fact("resolve", {{"outcome", "solved"}, {"reply", reply}});
  const std::string text = said("resolved");
  EXPECT_LT(text.size(), 2'048u) << "as much as WeCom takes";
  EXPECT_TRUE(text.ends_with("修……（文字较长，以上为部分内容）"));
}

TEST_F(ChatNews, an_erased_person_is_told_nothing) {
  history.lose_next_words();
  reported();
  fact("accept");
  const auto outcome = carry("accepted");
  EXPECT_EQ(outcome.ending, Ending::needless);
  EXPECT_NE(outcome.why.find("erased"), std::string::npos);
  EXPECT_TRUE(mouth.said.empty());
}

TEST_F(ChatNews, who_gave_no_account_is_told_in_his_group_or_not_at_all) {
  reported({{"group", "7171"}});
  fact("accept");
  EXPECT_EQ(carry("accepted").ending, Ending::sent);
  EXPECT_EQ(mouth.said.at(0).group, "7171");
  EXPECT_EQ(mouth.said.at(0).account, "");
}

TEST_F(ChatNews, without_account_and_group_there_is_nobody_to_tell) {
  reported({});
  fact("accept");
  EXPECT_EQ(carry("accepted").ending, Ending::needless);
}

TEST_F(ChatNews, whether_it_is_solved_is_not_asked_once_it_went_on) {
  handled();
  fact("resolve", {{"outcome", "solved"}});
  const engine::Position resolved = history.log().last();
  fact("follow_up", {{"reached", "yes"}, {"solved", "yes"}, {"satisfaction", 5}});
  EXPECT_EQ(carry("follow_up", resolved).ending, Ending::needless);
  EXPECT_EQ(carry("resolved", resolved).ending, Ending::sent)
      << "what was done is told all the same";
}

TEST_F(ChatNews, what_the_channel_makes_of_it_is_what_becomes_of_the_message) {
  reported();
  fact("accept");
  const std::vector<std::pair<Sent, Ending>> endings{{Sent::done, Ending::sent},
                                                     {Sent::later, Ending::later},
                                                     {Sent::never, Ending::never},
                                                     {Sent::doubtful, Ending::doubtful}};
  for (const auto& [sent, ending] : endings) {
    mouth.answer = sent;
    EXPECT_EQ(carry("accepted").ending, ending);
  }
}

TEST_F(ChatNews, a_message_whose_fact_is_not_in_the_log_is_dropped) {
  reported();
  EXPECT_EQ(carry("accepted", engine::Position{99}).ending, Ending::needless);
}

TEST_F(ChatNews, there_are_words_for_every_kind_that_a_fact_asks_for) {
  handled();
  for (const char* kind : {"accepted", "declined", "handed_over", "reassigned", "extension_granted",
                           "resolved", "merged", "reworked", "reopened"}) {
    EXPECT_TRUE(said(kind).starts_with("您好，您反映的问题（编号 " + number + "）")) << kind;
  }
  EXPECT_EQ(carry("something_new").ending, Ending::needless);
}

}  // namespace
}  // namespace adapters::chat
