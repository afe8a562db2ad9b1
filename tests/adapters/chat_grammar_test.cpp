#include "adapters/chat/grammar.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/chat/words.hpp"
#include "workflows/issue/number.hpp"

namespace adapters::chat {
namespace {

using workflows::issue::fb::Outcome;

const std::uint64_t issue = workflows::issue::make_number({26, 11, 1});
const std::string number = workflows::issue::format_number(issue);

std::string full_width(std::string_view digits) {
  std::string out;
  for (const char digit : digits) {
    out += "\xef\xbc";
    out += static_cast<char>(0x90 + (digit - '0'));
  }
  return out;
}

// One digit of it is another one.
std::string copied_wrongly() {
  std::string out = number;
  out[6] = out[6] == '9' ? '8' : static_cast<char>(out[6] + 1);
  return out;
}

template <class Wanted>
Wanted read(const std::string& text, bool attached = false) {
  const Intent intent = parse(text, attached);
  const auto* out = std::get_if<Wanted>(&intent);
  if (out == nullptr) ADD_FAILURE() << text << " is read as another intent, " << intent.index();
  return out == nullptr ? Wanted{} : *out;
}

Doubt doubt(const std::string& text) { return read<Unclear>(text).doubt; }

TEST(ChatGrammar, TakesASentenceForAReportWithEveryWord) {
  for (const char* text :
       {"锦绣路18号门口路灯不亮", "路灯不亮", "你好，楼下垃圾没人收", "进度太慢了，路还没修好",
        "不满意物业服务，垃圾没人收", "帮助我们修一下路灯吧", "满意度调查太多了，天天打电话",
        "120急救车进不来，消防通道被堵", "13812345678这个号码天天骚扰", "受理窗口排队太长没人管",
        "会诊室门口积水好几天了", "办结了但是路灯还是不亮", "认领的狗又跑出来咬人了"}) {
    EXPECT_EQ(read<Report>(text).text, text);
  }
  EXPECT_EQ(read<Report>("  路灯不亮\n请来看看  ").text, "路灯不亮\n请来看看");
}

TEST(ChatGrammar, ReadsANumberInEveryFormThatPeopleType) {
  const std::string grouped =
      number.substr(0, 4) + " " + number.substr(4, 4) + " " + number.substr(8);
  const std::string dashed = number.substr(0, 4) + "-" + number.substr(4);
  for (const std::string& text :
       {"进度 " + number, "进度" + number, "进度：" + number, "进度　" + full_width(number),
        "查进度 " + number, "查询进度" + number + "。", "进度 编号" + number, "进度 " + grouped,
        "进度 " + dashed, number + " 进度", "进度 " + number + " 怎么样了", "进度#" + number,
        "进度 " + number + "号", "【进度】" + number}) {
    EXPECT_EQ(read<Progress>(text).number, issue) << text;
  }
}

TEST(ChatGrammar, ReadsWhatIsAddedTakenBackAndComplainedOf) {
  const auto more = read<Supplement>("补充 " + number + "：昨晚3号楼前也不亮");
  EXPECT_EQ(more.number, issue);
  EXPECT_EQ(more.text, "昨晚3号楼前也不亮");
  EXPECT_EQ(read<Supplement>("补充" + number + "东门也是").text, "东门也是");
  EXPECT_EQ(read<Supplement>("补充一下，上次" + number + "说的是东门").text,
            "一下，上次" + number + "说的是东门");
  EXPECT_EQ(read<Supplement>("补充 " + number, true).text, "") << "pictures say it";
  EXPECT_EQ(read<Withdraw>("撤回 " + number).reason, "");
  EXPECT_EQ(read<Withdraw>("撤回" + number + "，已经修好了").reason, "已经修好了");
  EXPECT_EQ(read<Withdraw>("撤回我的" + number).number, issue);
  const auto complaint = read<Complain>("不满意 " + number + " 没人来过");
  EXPECT_EQ(complaint.number, issue);
  EXPECT_EQ(complaint.grade, 2U);
  EXPECT_EQ(complaint.reason, "没人来过");
  EXPECT_EQ(read<Complain>("非常不满意" + number + "没人来过").grade, 1U);
  EXPECT_EQ(read<Complain>("不满意 1 " + number + " 没人来过").grade, 1U);
}

TEST(ChatGrammar, ReadsAGradeBeforeOrBehindTheNumber) {
  for (const std::string& text :
       {"满意5 " + number, "满意 5 " + number, "满意 " + number + " 5",
        "满意５　" + full_width(number), "满意5分 " + number, "满意：五分，" + number,
        "满意 " + number + " 5分", "非常满意 " + number, "满意五 " + number, "满意5" + number,
        "非常满意 5 " + number, number + " 满意 5"}) {
    const auto rated = read<Rate>(text);
    EXPECT_EQ(rated.number, issue) << text;
    EXPECT_EQ(rated.grade, 5U) << text;
  }
  EXPECT_EQ(read<Rate>("基本满意 " + number).grade, 3U);
  const auto thanks = read<Rate>("满意 4 " + number + " 谢谢师傅");
  EXPECT_EQ(thanks.grade, 4U);
  EXPECT_EQ(thanks.text, "谢谢师傅");
}

TEST(ChatGrammar, AsksForAGradeRatherThanGuess) {
  EXPECT_EQ(doubt("满意"), Doubt::no_number);
  EXPECT_EQ(doubt("满意 5"), Doubt::no_number);
  EXPECT_EQ(doubt("满意 " + number), Doubt::no_grade);
  EXPECT_EQ(doubt("满意 " + number + " 3天就修好了"), Doubt::no_grade) << "three days are no grade";
  EXPECT_EQ(doubt("满意 " + number + " 一直没人来"), Doubt::no_grade);
  EXPECT_EQ(doubt("满意 6 " + number), Doubt::bad_grade);
  EXPECT_EQ(doubt("满意 0 " + number), Doubt::bad_grade);
  EXPECT_EQ(doubt("满意 10分 " + number), Doubt::bad_grade);
  EXPECT_EQ(doubt("基本满意 5 " + number), Doubt::bad_grade);
  EXPECT_EQ(doubt("不满意 4 " + number + " 没人来"), Doubt::bad_grade);
  EXPECT_EQ(doubt("满意 5 " + copied_wrongly()), Doubt::wrong_number);
}

TEST(ChatGrammar, ReadsWhatLiaisonsAndClerksDo) {
  EXPECT_EQ(read<Accept>("受理 " + number).category, "");
  EXPECT_EQ(read<Accept>("受理" + number + " 路灯").category, "路灯");
  EXPECT_EQ(read<Claim>("认领" + number).number, issue);
  EXPECT_EQ(read<Claim>("认领 " + number + " 我下午去").note, "我下午去");
  EXPECT_EQ(read<Consult>("会诊 " + number).number, issue);
  const auto done = read<Resolve>("办结 " + number + " 已解决 换了灯泡");
  EXPECT_EQ(done.number, issue);
  EXPECT_EQ(done.outcome, Outcome::solved);
  EXPECT_EQ(done.reply, "换了灯泡");
  EXPECT_EQ(read<Resolve>("办结" + number + "已解决，换了灯泡").reply, "换了灯泡");
  EXPECT_EQ(read<Resolve>("办结 已解释 " + number + " 明年统一改造").outcome, Outcome::explained);
  EXPECT_EQ(read<Resolve>("办结 " + number + " 解决了").outcome, Outcome::solved);
  EXPECT_EQ(read<Resolve>("办结 " + number + " 解决不了 没有经费").outcome, Outcome::cannot_solve);
  EXPECT_EQ(read<Resolve>("办结 " + number + " 无法解决").outcome, Outcome::cannot_solve);
  EXPECT_EQ(read<Resolve>("办结 " + number + " 超出职责").outcome, Outcome::out_of_scope);
  EXPECT_EQ(read<Resolve>("办结 " + number + " 群众拒绝").outcome, Outcome::refused_by_resident);
}

TEST(ChatGrammar, AsksForAnOutcomeRatherThanGuess) {
  EXPECT_EQ(doubt("办结 " + number), Doubt::no_outcome);
  for (const char* said : {"差不多了", "未解决", "解决方案已提交", "已解决一半", "已解决不了"}) {
    EXPECT_EQ(doubt("办结 " + number + " " + said), Doubt::unknown_outcome) << said;
  }
}

TEST(ChatGrammar, AsksWhatIsNotClear) {
  EXPECT_EQ(doubt(""), Doubt::nothing_said);
  EXPECT_EQ(doubt("。。。！"), Doubt::nothing_said);
  for (const char* text : {"你好", "您好！", "在吗？", "Hello", "谢谢", "收到谢谢", "好的，知道了",
                           "哈哈哈哈", "我要举报", "你好，我要投诉"}) {
    EXPECT_EQ(doubt(text), Doubt::greeting) << text;
  }
  for (const std::string& text :
       {"催办 " + number, "关闭 " + number, "取消 " + number, "评价 5 " + number,
        "已经修好了 " + number, "路灯 " + number + " 又坏了"}) {
    EXPECT_EQ(doubt(text), Doubt::unsure) << text;
    EXPECT_EQ(read<Unclear>(text).number, workflows::issue::parse_number(number)) << text;
  }
  EXPECT_EQ(doubt("停水了"), Doubt::too_short);
  EXPECT_EQ(doubt(std::string(text_bytes_max + 1, 'a')), Doubt::too_long);
  for (const char* text : {"进度", "进度？", "进度呢", "进度怎么样了", "进度 太慢了",
                           "补充 灯还是不亮", "撤回", "撤回我昨天的投诉", "认领", "办结", "会诊",
                           "受理", "不满意", "不满意，没人来过", "满意", "进度 158"}) {
    EXPECT_EQ(doubt(text), Doubt::no_number) << text;
  }
  EXPECT_EQ(doubt("进度 " + copied_wrongly()), Doubt::wrong_number);
  EXPECT_EQ(read<Unclear>("撤回 " + number.substr(1)).digits, 12U);
  EXPECT_EQ(doubt("补充 " + number + "7 内容"), Doubt::wrong_number);
  EXPECT_EQ(doubt(number), Doubt::unsure);
  EXPECT_EQ(doubt(number + " 还没修好"), Doubt::unsure);
  EXPECT_EQ(doubt("进度太慢了，" + number + "还没修好"), Doubt::unsure);
  EXPECT_EQ(doubt("进度 " + number + " 路灯修了又坏，请再派人来看一下"), Doubt::unsure);
  const auto other = workflows::issue::format_number(workflows::issue::make_number({26, 11, 2}));
  EXPECT_EQ(doubt("进度 " + number + " " + other), Doubt::two_numbers);
  EXPECT_EQ(doubt("不满意 " + number), Doubt::no_reason);
  EXPECT_EQ(doubt("补充 " + number), Doubt::no_words);
}

TEST(ChatGrammar, GivesHelpWhenNothingElseIsSaid) {
  for (const char* text : {"帮助", "帮助！", " 帮助 ", "HELP", "使用说明"}) read<Help>(text);
}

TEST(ChatGrammar, TakesPicturesWithoutWordsForAReport) {
  EXPECT_EQ(read<Report>("", true).text, "");
  EXPECT_EQ(read<Report>("看", true).text, "看");
  EXPECT_EQ(parse("进度 " + number, true).index(), Intent(Progress{}).index());
}

TEST(ChatGrammar, KnowsWhenAPrefixCallsTheService) {
  const auto behind = [](std::string_view text, std::string_view prefix) {
    const Prefix out = behind_prefix(text, prefix);
    return out.found ? "<" + std::string(out.rest) + ">" : std::string("not called");
  };
  EXPECT_EQ(behind("四和 路灯不亮", "四和"), "<路灯不亮>");
  EXPECT_EQ(behind("四和：路灯不亮", "四和"), "<路灯不亮>");
  EXPECT_EQ(behind("  7171路灯不亮", "7171"), "<路灯不亮>");
  EXPECT_EQ(behind("７１７１，路灯不亮", "7171"), "<路灯不亮>");
  EXPECT_EQ(behind("7171", "7171"), "<>");
  EXPECT_EQ(behind("@四和 路灯不亮", "四和"), "<路灯不亮>");
  EXPECT_EQ(behind(" ＠四和 路灯不亮", "四和"), "<路灯不亮>");
  EXPECT_EQ(behind("@7171 路灯不亮", "@7171"), "<路灯不亮>");
  EXPECT_EQ(behind("7171 路灯不亮", "@7171"), "not called");
  EXPECT_EQ(behind("7171（东门）不亮", "7171"), "<（东门）不亮>");
  EXPECT_EQ(behind("71712345打不通", "7171"), "not called") << "a longer number";
  EXPECT_EQ(behind("四和院今晚聚餐", "四和"), "not called") << "the courtyard's name";
  EXPECT_EQ(behind("四和院 路灯不亮", "四和院"), "<路灯不亮>");
  EXPECT_EQ(behind("问一下四和", "四和"), "not called");
  EXPECT_EQ(behind("四", "四和"), "not called");
  EXPECT_EQ(behind("路灯", ""), "not called");
}

TEST(ChatGrammar, SaysWhatIsWrongWithANumber) {
  EXPECT_NE(words::question(read<Unclear>("进度 " + copied_wrongly())).find("抄错了一位"),
            std::string::npos);
  EXPECT_NE(words::question(read<Unclear>("进度 " + number.substr(1))).find("12位"),
            std::string::npos);
}

// What people write, put together by chance.
rc::Gen<std::string> said() {
  const auto piece = rc::gen::element<std::string>(
      "进度", "补充", "撤回", "满意", "不满意", "办结", "受理", "认领", "会诊", "帮助", "已解决",
      number, full_width(number), copied_wrongly(), "5", "５", "3天", "一", "分", " ", "　", "\n",
      "，", "。", "（", "）", "路灯", "不亮", "太慢了", "怎么样", "编号", "13812345678", "😀",
      "\xff", "a", "7171");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string out;
                        for (const std::string& each : pieces) out += each;
                        return out;
                      });
}

std::string trimmed(std::string text) {
  const auto drop = [&](std::string_view blank) {
    bool dropped = false;
    while (text.starts_with(blank)) text.erase(0, blank.size()), dropped = true;
    while (text.ends_with(blank)) text.resize(text.size() - blank.size()), dropped = true;
    return dropped;
  };
  while (drop(" ") || drop("\n") || drop("　")) {
  }
  return text;
}

RC_GTEST_PROP(ChatGrammarProperty, LosesNoWordOfAReport, ()) {
  const std::string text = *said();
  const Intent intent = parse(text, *rc::gen::arbitrary<bool>());
  const auto* report = std::get_if<Report>(&intent);
  RC_CLASSIFY(report != nullptr, "report");
  if (report != nullptr) RC_ASSERT(report->text == trimmed(text));
}

RC_GTEST_PROP(ChatGrammarProperty, MakesSomethingOfAnyBytes, (const std::string& bytes)) {
  const Intent intent = parse(bytes, *rc::gen::arbitrary<bool>());
  const auto* report = std::get_if<Report>(&intent);
  if (report != nullptr) RC_ASSERT(bytes.find(report->text) != std::string::npos);
  const Prefix behind = behind_prefix(bytes, bytes.substr(0, bytes.size() / 2));
  if (behind.found) RC_ASSERT(bytes.ends_with(behind.rest));
}

// The digits of a text, full-width ones too (U+FF10 …), without what stands between them.
std::string digits_of(std::string_view text) {
  constexpr std::string_view wide = "\xEF\xBC";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9') out += text[i];
    if (text.substr(i, wide.size()) != wide || i + wide.size() >= text.size()) continue;
    const int digit = static_cast<unsigned char>(text[i + wide.size()]) - 0x90;
    if (digit >= 0 && digit <= 9) out += static_cast<char>('0' + digit);
  }
  return out;
}

RC_GTEST_PROP(ChatGrammarProperty, NeverTakesAnotherNumberThanTheOneSaid, ()) {
  const std::string text = *said();
  const Intent intent = parse(text, false);
  const auto numbers = [](const auto& each) -> std::uint64_t {
    if constexpr (requires { each.number; }) return each.number;
    return 0;
  };
  const std::uint64_t read = std::visit(numbers, intent);
  // Thirteen other digits may be a number by chance; then they must stand there.
  RC_ASSERT(read == 0 || read == issue ||
            digits_of(text).find(workflows::issue::format_number(read)) != std::string::npos);
}

}  // namespace
}  // namespace adapters::chat
