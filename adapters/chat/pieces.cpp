#include "adapters/chat/pieces.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "workflows/issue/number.hpp"

namespace adapters::chat {
namespace {

using workflows::issue::fb::Outcome;

constexpr std::size_t number_digits = 13;
constexpr std::size_t number_like_min = 6;  // fewer digits are a house's, or a day's
constexpr std::size_t mobile_digits = 11;
constexpr std::size_t gap_max = 3;  // blanks or dashes between the groups of a number
constexpr unsigned grade_max = 5;

struct Word {
  std::u32string_view word;
  Verb verb;
  unsigned grade = 0;
};
// Where one begins another, the longer one stands first.
constexpr std::array verbs{
    Word{U"非常不满意", Verb::complain, 1},
    Word{U"不满意", Verb::complain, 2},
    Word{U"非常满意", Verb::rate, 5},
    Word{U"基本满意", Verb::rate, 3},
    Word{U"满意", Verb::rate},
    Word{U"查询进度", Verb::progress},
    Word{U"查进度", Verb::progress},
    Word{U"进度查询", Verb::progress},
    Word{U"进度", Verb::progress},
    Word{U"补充", Verb::supplement},
    Word{U"撤回", Verb::withdraw},
    Word{U"撤销", Verb::withdraw},
    Word{U"帮助", Verb::help},
    Word{U"使用说明", Verb::help},
    Word{U"help", Verb::help},
    Word{U"受理", Verb::accept},
    Word{U"认领", Verb::claim},
    Word{U"办结", Verb::resolve},
    Word{U"会诊", Verb::consult},
};

struct Ending {
  std::u32string_view word;
  Outcome outcome;
  bool alone = false;  // it must not go on: "解决" may begin "解决方案"
};
constexpr std::array outcomes{
    Ending{U"已解决", Outcome::solved},
    Ending{U"已经解决", Outcome::solved},
    Ending{U"解决了", Outcome::solved, true},
    Ending{U"解决", Outcome::solved, true},
    Ending{U"已办好", Outcome::solved, true},
    Ending{U"办好了", Outcome::solved, true},
    Ending{U"已解释", Outcome::explained},
    Ending{U"已经解释", Outcome::explained},
    Ending{U"已说明", Outcome::explained, true},
    Ending{U"解释", Outcome::explained, true},
    Ending{U"无法解决", Outcome::cannot_solve},
    Ending{U"不能解决", Outcome::cannot_solve, true},
    Ending{U"解决不了", Outcome::cannot_solve, true},
    Ending{U"无法", Outcome::cannot_solve, true},
    Ending{U"超出职责", Outcome::out_of_scope},
    Ending{U"超职责", Outcome::out_of_scope, true},
    Ending{U"职责外", Outcome::out_of_scope, true},
    Ending{U"超范围", Outcome::out_of_scope, true},
    Ending{U"群众拒绝", Outcome::refused_by_resident},
    Ending{U"居民拒绝", Outcome::refused_by_resident, true},
    Ending{U"拒绝", Outcome::refused_by_resident, true},
};
// "已解决不了", "已解决一半", "已解决部分", "已解决大半", "已解决吗": no such outcome.
constexpr std::u32string_view takes_back = U"不一部大吗没";

constexpr std::array<std::u32string_view, 15> fillers{
    U"一下", U"编号", U"单号", U"号码", U"工单", U"诉求", U"查询", U"关于",
    U"这个", U"我的", U"为",   U"是",   U"号",   U"的",   U"no",
};

// What says nothing yet: greetings, thanks, and that somebody is about to say something.
constexpr std::array<std::u32string_view, 45> greetings{
    U"你好", U"您好",   U"你们好", U"大家好", U"在吗",   U"在不在", U"有人吗", U"哈喽",
    U"hi",   U"hello",  U"早",     U"早上好", U"上午好", U"中午好", U"下午好", U"晚上好",
    U"谢谢", U"谢谢你", U"谢谢您", U"多谢",   U"好的",   U"收到",   U"嗯",     U"ok",
    U"测试", U"知道了", U"明白",   U"明白了", U"了解了", U"辛苦了", U"感谢",   U"麻烦了",
    U"好",   U"哈",     U"我要",   U"我想",   U"举报",   U"投诉",   U"反映",   U"反映问题",
    U"报修", U"求助",   U"了",     U"啊",     U"呀",
};

constexpr std::array<std::u32string_view, 12> asking{
    U"怎么", U"如何", U"到哪", U"呢", U"吗",     U"什么",
    U"多少", U"几时", U"查",   U"咋", U"有没有", U"哪里",
};

constexpr std::u32string_view grade_words = U"一二三四五";

// Nothing that goes on as a word stands there.
bool ends(const Folded& text, std::size_t at) { return !text.is_word(at); }

template <class List>
std::size_t word_of(const Folded& text, std::size_t at, const List& list) {
  for (const std::u32string_view each : list) {
    if (text.says(at, each)) return each.size();
  }
  return 0;
}

std::string digits_of(const Folded& text, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t i = begin; i < end; ++i) {
    if (text.is_digit(i)) out += static_cast<char>('0' + (text.at(i) - U'0'));
  }
  return out;
}

NumberRead judged(const Folded& text, std::size_t begin, std::size_t end) {
  const auto number = workflows::issue::parse_number(digits_of(text, begin, end));
  if (number) return {As::good, *number, number_digits, end};
  return {As::wrong, 0, number_digits, end};
}

bool parts_groups(const Folded& text, std::size_t at) {
  return text.is_blank(at) || text.at(at) == U'-' || text.at(at) == U'—';
}

std::size_t next_group(const Folded& text, std::size_t at) {
  for (std::size_t gap = 0; gap < gap_max && parts_groups(text, at); ++gap) ++at;
  return at;
}

}  // namespace

std::optional<VerbRead> read_verb(const Folded& text, std::size_t at) {
  for (const Word& each : verbs) {
    if (text.says(at, each.word)) return VerbRead{each.verb, each.grade, at + each.word.size()};
  }
  return std::nullopt;
}

NumberRead read_number(const Folded& text, std::size_t at) {
  const std::size_t first = text.digits(at);
  if (first == 0) return {};
  std::size_t total = first;
  std::size_t end = at + first;
  while (total < number_digits) {
    const std::size_t next = next_group(text, end);
    const std::size_t more = text.digits(next);
    if (next == end || more == 0 || total + more > number_digits) break;
    total += more;
    end = next + more;
  }
  if (total == number_digits) return judged(text, at, end);
  const bool mobile = first == mobile_digits && text.at(at) == U'1' && text.at(at + 1) > U'2';
  if (first < number_like_min || mobile) return {};
  return {As::wrong, 0, total, end};
}

std::optional<std::uint64_t> find_number(const Folded& text, std::size_t from) {
  for (std::size_t at = from; at < text.size();) {
    const std::size_t run = text.digits(at);
    if (run == number_digits) {
      const NumberRead read = judged(text, at, at + run);
      if (read.as == As::good) return read.number;
    }
    at += run == 0 ? 1 : run;
  }
  return std::nullopt;
}

std::optional<GradeRead> read_grade(const Folded& text, std::size_t at) {
  GradeRead out{0, at};
  if (const std::size_t run = text.digits(at); run == 1 || run == 2) {
    const unsigned value = static_cast<unsigned>(text.at(at) - U'0');
    out = {run == 1 && value <= grade_max ? value : 0, at + run};
  } else if (const auto place = grade_words.find(text.at(at));
             run == 0 && text.at(at) != 0 && place != std::u32string_view::npos) {
    out = {static_cast<unsigned>(place + 1), at + 1};
  } else {
    return std::nullopt;
  }
  if (text.at(out.end) == U'分' || text.at(out.end) == U'星') {
    ++out.end;
    return out;
  }
  if (!ends(text, out.end) && word_of(text, out.end, fillers) == 0) return std::nullopt;
  return out;
}

std::optional<Parted> part_grade(const Folded& text, std::size_t at) {
  const std::size_t run = text.digits(at);
  if (run != number_digits + 1) return std::nullopt;
  const auto grade_at = [&](std::size_t i) {
    const unsigned value = static_cast<unsigned>(text.at(i) - U'0');
    return value <= grade_max ? value : 0;
  };
  const unsigned before = grade_at(at);
  const unsigned after = grade_at(at + number_digits);
  const NumberRead behind = judged(text, at + 1, at + run);
  const NumberRead ahead = judged(text, at, at + number_digits);
  const bool first = before != 0 && behind.as == As::good;
  const bool last = after != 0 && ahead.as == As::good;
  if (first == last) return std::nullopt;
  if (first) return Parted{before, behind.number, at + run};
  return Parted{after, ahead.number, at + run};
}

std::optional<OutcomeRead> read_outcome(const Folded& text, std::size_t at) {
  for (const Ending& each : outcomes) {
    if (!text.says(at, each.word)) continue;
    const std::size_t end = at + each.word.size();
    if (each.alone && !ends(text, end) && !text.is_digit(end)) continue;
    if (takes_back.find(text.at(end)) != std::u32string_view::npos && text.at(end) != 0) continue;
    return OutcomeRead{each.outcome, end};
  }
  return std::nullopt;
}

std::size_t skip_fillers(const Folded& text, std::size_t at) {
  at = text.skip(at);
  while (const std::size_t word = word_of(text, at, fillers)) at = text.skip(at + word);
  return at;
}

bool is_greeting(const Folded& text) {
  std::size_t at = text.skip(0);
  while (at < text.size()) {
    std::size_t longest = 0;
    for (const std::u32string_view each : greetings) {
      if (text.says(at, each)) longest = std::max(longest, each.size());
    }
    if (longest == 0) return false;
    at = text.skip(at + longest);
  }
  return true;
}

bool asks_on(const Folded& text, std::size_t at) { return word_of(text, at, asking) != 0; }

}  // namespace adapters::chat
