// The plain grammar of the chat: what somebody wants who writes to the service. Pure.
//
// Tolerant in form (full-width digits, blanks or none, any punctuation), strict in meaning: what is
// not clear becomes a question to whoever wrote it, never a guess. A text that merely begins with a
// word of a command is a report, or is asked about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "workflows/issue/issue_generated.h"

namespace adapters::chat {

constexpr std::size_t text_bytes_max = 24 * 1024;
// Fewer letters than that say neither what nor where.
constexpr std::size_t report_characters_min = 4;
// Fewer letters than that, beginning with a command's word, are more likely a command without its
// number than a report.
constexpr std::size_t sentence_characters_min = 7;
// So many letters behind a question for progress say nothing that must be kept ("怎么样了").
constexpr std::size_t idle_characters_max = 8;

enum class Verb : std::uint8_t {
  none,
  progress,    // 进度
  supplement,  // 补充
  withdraw,    // 撤回
  rate,        // 满意
  complain,    // 不满意
  help,        // 帮助
  accept,      // 受理: from here on of liaisons and clerks
  claim,       // 认领
  resolve,     // 办结
  consult,     // 会诊
};

// The words as they were written, blanks around them apart: none is lost.
struct Report {
  std::string text;
};
struct Progress {
  std::uint64_t number = 0;
};
struct Supplement {
  std::uint64_t number = 0;
  std::string text;  // "" only where pictures or a place came with it
};
struct Withdraw {
  std::uint64_t number = 0;
  std::string reason;  // may be ""
};
constexpr unsigned content_from = 3;  // grades below are 不满意 and 非常不满意
struct Rate {
  std::uint64_t number = 0;
  unsigned grade = 0;  // 1 … 5
  std::string text;    // may be ""
};
struct Complain {
  std::uint64_t number = 0;
  unsigned grade = 2;  // 1: 非常不满意
  std::string reason;
};
struct Help {};
struct Accept {
  std::uint64_t number = 0;
  std::string category;  // a code or a name; may be ""
};
struct Claim {
  std::uint64_t number = 0;
  std::string note;
};
struct Resolve {
  std::uint64_t number = 0;
  workflows::issue::fb::Outcome outcome = workflows::issue::fb::Outcome::none;
  std::string reply;  // may be ""
};
struct Consult {
  std::uint64_t number = 0;
  std::string note;
};

enum class Doubt : std::uint8_t {
  nothing_said,
  greeting,
  too_short,  // to be a report
  too_long,
  no_number,        // of which issue?
  wrong_number,     // a digit is wrong, or there are not 13
  two_numbers,      // one at a time
  unsure,           // a number and words, but what is wanted?
  no_grade,         // 满意 without 1 … 5
  bad_grade,        // none of 1 … 5, or two that differ
  no_reason,        // 不满意 without one
  no_words,         // 补充 without any
  no_outcome,       // 办结 without one
  unknown_outcome,  // 办结 with another one
};
struct Unclear {
  Doubt doubt = Doubt::nothing_said;
  Verb verb = Verb::none;
  std::uint64_t number = 0;  // 0: none was read
  std::size_t digits = 0;    // with wrong_number
};

using Intent = std::variant<Report, Progress, Supplement, Withdraw, Rate, Complain, Help, Accept,
                            Claim, Resolve, Consult, Unclear>;

// `text`: without what called the service. `attached`: pictures or a place came with it, which say
// enough for a report by themselves. Any bytes will do.
Intent parse(std::string_view text, bool attached = false);

// The text behind the prefix that it begins with, and behind what parts the two; nothing if it
// begins with none. An @ may stand before it. A number goes on ("71712") and the courtyards' name
// (四和院) is no call.
struct Prefix {
  bool found = false;
  std::string_view rest;
};
Prefix behind_prefix(std::string_view text, std::string_view prefix);

}  // namespace adapters::chat
