// Text as it is searched. Chinese and Japanese are written without spaces between words, so their
// characters are set apart, one word each, and a search for several is a search for the phrase.
// Full-width letters and digits become plain ones. What folds case and knows which characters make
// words is SQLite's tokenizer unicode61, so that anybody's sqlite3 can search the file, too.
#pragma once

#include <string>
#include <string_view>

namespace engine::board {

// Bytes that are no UTF-8, and control characters, become spaces.
std::string split(std::string_view text);

// Stands between the texts of two facts, so that no phrase is found across them: a word of its own
// that nobody writes (U+E000).
constexpr std::string_view text_border = "\n\xEE\x80\x80\n";

// What a person typed as a search for all of it: each word, and each "quoted part" as one phrase.
// Empty: there is nothing to search for.
std::string match_expression(std::string_view typed);

}  // namespace engine::board
