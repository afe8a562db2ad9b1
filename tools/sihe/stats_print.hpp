// The figures for people and for spreadsheets.
#pragma once

#include <string>

#include "workflows/issue/figures.hpp"
#include "workflows/issue/statistics.hpp"

namespace tools {

// A table with a head in Chinese, a line for each row and one for the total, and below it what the
// heads are called elsewhere.
std::string stats_table(const workflows::issue::StatisticsTable& table, workflows::issue::By by,
                        std::size_t columns, bool colour);

// RFC 4180, one row a line, the total left out; every count, n, median, p90 and maximum of every
// time.
std::string stats_csv(const workflows::issue::StatisticsTable& table, workflows::issue::By by);

// What a figure means, in both languages; of all figures for "all". "" if there is none of the
// name.
std::string stats_definition(const std::string& figure);

}  // namespace tools
