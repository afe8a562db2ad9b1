// The board's tables (README.md says what stands in them), and the file that they are in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/board/sqlite.hpp"

namespace engine::board {

// Another number: another meaning of the tables, the file is made anew.
constexpr std::int64_t format_version = 2;
constexpr std::int64_t application_id = 0x53494842;  // "SIHB": whose file it is

// Opens the file for writing; one of another format, or that SQLite refuses, is set aside and made
// anew, which is added to `findings`. busy: somebody else keeps it locked. storage: the disk said
// no.
Result<std::unique_ptr<Connection>> open_for_writing(const std::filesystem::path& file,
                                                     std::vector<std::string>& findings);

// not_found: there is no board. invalid: it is of another format.
Result<std::unique_ptr<Connection>> open_for_reading(const std::filesystem::path& file);

// Moves the file, and what SQLite keeps beside it, to FILE.set-aside; one that lay there is lost.
Result<void> set_aside(const std::filesystem::path& file);

// Of the table cards, in the order that read_row takes them.
extern const std::string_view row_columns;
constexpr int row_column_count = 20;

Row read_row(const Statement& statement, int first_column);

// Where the words of a card lie in the search index: its title, then the texts of its facts by
// their version. So one shift gives the card of what was found. What a stream says beyond its
// 1,048,575th fact is not searched.
constexpr int search_bits = 20;
constexpr std::uint32_t search_places = 1U << search_bits;
constexpr std::uint32_t title_place = 0;
constexpr std::int64_t search_place(std::int64_t card, std::uint32_t place) {
  return card << search_bits | place;
}

// Gives every card as text, by stream, then every text that is searched, by position. Requires: a
// transaction if others may write.
void dump_rows(Connection& connection, const std::function<bool(std::string_view row)>& visit);

}  // namespace engine::board
