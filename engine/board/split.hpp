// Text as it is searched. Chinese and Japanese are written without spaces between words, so their
// characters are set apart, one word each, and a search for several is a search for the phrase.
// Full-width letters and digits become plain ones. What folds case and knows which characters make
// words is SQLite's tokenizer unicode61, so that anybody's sqlite3 can search the file, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine::board {

// Bytes that are no UTF-8, and control characters, become spaces.
std::string split(std::string_view text);

// What a person typed as phrases that must all be found, each in some text: every word, and every
// "quoted part". None: there is nothing to search for. Each is an expression of FTS5.
std::vector<std::string> phrases_of(std::string_view typed);

}  // namespace engine::board
