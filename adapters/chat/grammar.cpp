#include "adapters/chat/grammar.hpp"

#include <optional>
#include <utility>

#include "adapters/chat/folded.hpp"
#include "adapters/chat/pieces.hpp"

namespace adapters::chat {
namespace {

class Reading {
 public:
  Reading(const Folded& text, bool attached) : text_(text), attached_(attached) {}

  Intent intent() const {
    const std::size_t at = text_.skip(0);
    if (text_.count_words(0) == 0) return attached_ ? report() : unclear(Doubt::nothing_said);
    if (const auto verb = read_verb(text_, at)) return after_verb(*verb, 0);
    if (text_.is_digit(at)) return number_first(at);
    return plain();
  }

 private:
  Intent report() const { return Report{text_.words(0)}; }

  static Intent unclear(Doubt doubt, Verb verb = Verb::none, std::uint64_t number = 0,
                        std::size_t digits = 0) {
    return Unclear{doubt, verb, number, digits};
  }

  // No command.
  Intent plain() const {
    // Who names an issue means that one: a new one is not made of what may be a command.
    if (const auto number = find_number(text_, 0)) {
      return unclear(Doubt::unsure, Verb::none, *number);
    }
    if (attached_) return report();
    if (is_greeting(text_)) return unclear(Doubt::greeting);
    if (text_.count_words(0) < report_characters_min) return unclear(Doubt::too_short);
    return report();
  }

  Intent number_first(std::size_t at) const {
    const NumberRead read = read_number(text_, at);
    const std::size_t behind = text_.skip(read.end);
    const bool nothing_more = behind == text_.size();
    if (read.as == As::wrong && nothing_more) {
      return unclear(Doubt::wrong_number, Verb::none, 0, read.digits);
    }
    if (read.as != As::good) return plain();
    if (const auto verb = read_verb(text_, behind); verb && verb->verb != Verb::help) {
      return after_verb(*verb, read.number);
    }
    return unclear(Doubt::unsure, Verb::none, read.number);
  }

  // `number`: it stood before the verb; 0: it did not.
  Intent after_verb(const VerbRead& verb, std::uint64_t number) const {
    if (verb.verb == Verb::help) {
      return text_.count_words(verb.end) == 0 ? Intent(Help{}) : plain();
    }
    const std::size_t at = skip_fillers(text_, verb.end);
    if (verb.verb == Verb::rate) return rate(verb, number);
    if (number != 0) return with_number(verb, number, text_.skip_separators(verb.end));
    if (verb.verb == Verb::complain) {
      if (const auto graded = graded_complaint(verb, at)) return *graded;
    }
    if (verb.verb == Verb::resolve) {
      if (const auto outcome = read_outcome(text_, at)) return outcome_first(*outcome);
    }
    const NumberRead read = read_number(text_, at);
    if (read.as == As::good) return with_number(verb, read.number, behind_number(read.end));
    if (read.as == As::wrong) return unclear(Doubt::wrong_number, verb.verb, 0, read.digits);
    return number_elsewhere(verb);
  }

  // Behind a number and a word that belongs to it.
  std::size_t behind_number(std::size_t end) const {
    if (text_.at(end) == U'号' && !text_.is_word(end + 1)) ++end;
    return text_.skip_separators(end);
  }

  // The number does not stand where it should.
  Intent number_elsewhere(const VerbRead& verb) const {
    const auto number = find_number(text_, verb.end);
    if (!number) return without_number(verb);
    if (verb.verb == Verb::supplement) {
      return Supplement{*number, text_.words(text_.skip_separators(verb.end))};
    }
    return unclear(Doubt::unsure, verb.verb, *number);
  }

  Intent without_number(const VerbRead& verb) const {
    const bool goes_on = text_.is_word(verb.end) && !text_.is_digit(verb.end);
    const bool may_be_report = goes_on && verb.verb != Verb::supplement &&
                               verb.verb != Verb::withdraw &&
                               text_.count_words(0) >= sentence_characters_min &&
                               !(verb.verb == Verb::progress && asks_on(text_, verb.end));
    return may_be_report ? report() : unclear(Doubt::no_number, verb.verb);
  }

  // `at`: what follows verb and number.
  Intent with_number(const VerbRead& verb, std::uint64_t number, std::size_t at) const {
    std::string rest = text_.words(at);
    const bool more = text_.count_words(at) > 0;
    const bool another = find_number(text_, at).value_or(number) != number;
    switch (verb.verb) {
      case Verb::progress:
        if (another) return unclear(Doubt::two_numbers, verb.verb, number);
        if (text_.count_words(at) > idle_characters_max) {
          return unclear(Doubt::unsure, verb.verb, number);
        }
        return Progress{number};
      case Verb::supplement:
        if (!more && !attached_) return unclear(Doubt::no_words, verb.verb, number);
        return Supplement{number, more ? std::move(rest) : std::string()};
      case Verb::withdraw:
        if (another) return unclear(Doubt::two_numbers, verb.verb, number);
        return Withdraw{number, more ? std::move(rest) : std::string()};
      case Verb::complain:
        if (!more) return unclear(Doubt::no_reason, verb.verb, number);
        return Complain{number, verb.grade, std::move(rest)};
      case Verb::accept:
        if (another) return unclear(Doubt::two_numbers, verb.verb, number);
        return Accept{number, more ? std::move(rest) : std::string()};
      case Verb::claim:
        if (another) return unclear(Doubt::two_numbers, verb.verb, number);
        return Claim{number, more ? std::move(rest) : std::string()};
      case Verb::consult:
        if (another) return unclear(Doubt::two_numbers, verb.verb, number);
        return Consult{number, more ? std::move(rest) : std::string()};
      case Verb::resolve:
        return resolve(number, at);
      case Verb::none:
      case Verb::rate:
      case Verb::help:
        break;
    }
    return plain();
  }

  Intent resolve(std::uint64_t number, std::size_t at) const {
    at = text_.skip(at);
    if (text_.count_words(at) == 0) return unclear(Doubt::no_outcome, Verb::resolve, number);
    const auto outcome = read_outcome(text_, at);
    if (!outcome) return unclear(Doubt::unknown_outcome, Verb::resolve, number);
    return Resolve{number, outcome->outcome, text_.words(text_.skip_separators(outcome->end))};
  }

  // 办结 已解决 NUMBER
  Intent outcome_first(const OutcomeRead& outcome) const {
    const NumberRead read = read_number(text_, skip_fillers(text_, outcome.end));
    if (read.as == As::good) {
      return Resolve{read.number, outcome.outcome, text_.words(behind_number(read.end))};
    }
    if (read.as == As::wrong) return unclear(Doubt::wrong_number, Verb::resolve, 0, read.digits);
    return unclear(Doubt::no_number, Verb::resolve);
  }

  // 不满意 1 NUMBER reason
  std::optional<Intent> graded_complaint(const VerbRead& verb, std::size_t at) const {
    const auto grade = read_grade(text_, at);
    if (!grade) return std::nullopt;
    const NumberRead read = read_number(text_, skip_fillers(text_, grade->end));
    if (read.as != As::good) return std::nullopt;
    if (grade->grade != 1 && grade->grade != 2) {
      return unclear(Doubt::bad_grade, Verb::complain, read.number);
    }
    return with_number({verb.verb, grade->grade, verb.end}, read.number, behind_number(read.end));
  }

  Intent rate(const VerbRead& verb, std::uint64_t number) const {
    std::optional<unsigned> grade;
    std::size_t at = verb.end;
    for (int parts = 0; parts < 2; ++parts) {
      const std::size_t next = skip_fillers(text_, at);
      if (const auto read = grade ? std::nullopt : read_grade(text_, next)) {
        grade = read->grade;
        at = read->end;
      } else if (const auto parted = part_grade(text_, next); parted && number == 0 && !grade) {
        grade = parted->grade;
        number = parted->number;
        at = parted->end;
      } else if (number == 0 && text_.is_digit(next)) {
        const NumberRead given = read_number(text_, next);
        if (given.as == As::wrong) {
          return unclear(Doubt::wrong_number, Verb::rate, 0, given.digits);
        }
        if (given.as == As::none) break;
        number = given.number;
        at = given.end;
      }
    }
    if (number == 0) return grade ? unclear(Doubt::no_number, Verb::rate) : number_elsewhere(verb);
    if (!grade && verb.grade == 0) return unclear(Doubt::no_grade, Verb::rate, number);
    const unsigned said = grade.value_or(verb.grade);
    if (said == 0 || (verb.grade != 0 && said != verb.grade)) {
      return unclear(Doubt::bad_grade, Verb::rate, number);
    }
    return Rate{number, said, text_.words(text_.skip_separators(at))};
  }

  const Folded& text_;
  const bool attached_;
};

constexpr std::u32string_view courtyard = U"四和院";

}  // namespace

Intent parse(std::string_view text, bool attached) {
  if (text.size() > text_bytes_max) return Unclear{Doubt::too_long, Verb::none, 0, 0};
  const Folded folded(text);
  return Reading(folded, attached).intent();
}

Prefix behind_prefix(std::string_view text, std::string_view prefix) {
  // Nothing that a prefix needs stands further on, and a text that is not for us is not read.
  constexpr std::size_t looked_at_max = 256;
  const std::string_view head = text.substr(0, looked_at_max);
  const Folded said(head);
  const Folded wanted(prefix);
  std::size_t begin = 0;
  while (said.is_blank(begin)) ++begin;
  const auto is_at = [](char32_t c) { return c == U'@' || c == U'＠'; };
  if (is_at(said.at(begin)) && !is_at(wanted.at(0))) ++begin;  // typed, not chosen from a list
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (said.at(begin + i) != wanted.at(i)) return {};
  }
  const std::size_t end = begin + wanted.size();
  if (wanted.size() == 0) return {};
  if (wanted.size() < courtyard.size() && said.says(begin, courtyard)) return {};
  if (wanted.is_digit(wanted.size() - 1) && said.is_digit(end)) return {};
  return {true, text.substr(said.offset(said.skip_separators(end)))};
}

}  // namespace adapters::chat
