#include "workflows/issue/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <utility>

#include "engine/log/record.hpp"
#include "workflows/issue/issue.hpp"

namespace workflows::issue {

using engine::Result;
using engine::board::Query;
using engine::board::Row;
using engine::log::RecordView;

namespace {

constexpr std::size_t compared_bytes_max = 2'000;  // of a text

// Letters, digits and characters as numbers; ASCII letters in lower case. Requires: UTF-8.
std::vector<char32_t> letters_of(std::string_view text) {
  std::vector<char32_t> out;
  text = text.substr(0, compared_bytes_max);
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (i + length > text.size()) break;
    char32_t letter = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      letter = letter << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    }
    i += length;
    const bool digit = letter >= '0' && letter <= '9';
    const bool lower = letter >= 'a' && letter <= 'z';
    const bool upper = letter >= 'A' && letter <= 'Z';
    if (upper) letter += 'a' - 'A';
    // Punctuation: general, CJK, and the forms of full width.
    const bool beyond = letter >= 0xc0 && !(letter >= 0x2000 && letter <= 0x206f) &&
                        !(letter >= 0x3000 && letter <= 0x303f) &&
                        !(letter >= 0xff00 && letter <= 0xff0f) &&
                        !(letter >= 0xff1a && letter <= 0xff20);
    if (digit || lower || upper || beyond) out.push_back(letter);
  }
  return out;
}

using Pairs = std::vector<std::uint64_t>;  // sorted

Pairs pairs_of(std::string_view text) {
  const auto letters = letters_of(text);
  Pairs out;
  for (std::size_t i = 1; i < letters.size(); ++i) {
    out.push_back(std::uint64_t{letters[i - 1]} << 32 | letters[i]);
  }
  std::sort(out.begin(), out.end());
  return out;
}

double likeness(const Pairs& a, const Pairs& b) {
  if (a.empty() || b.empty()) return 0;
  Pairs common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return 2 * static_cast<double>(common.size()) / static_cast<double>(a.size() + b.size());
}

// What is compared of a report.
struct Said {
  Pairs pairs;
  std::optional<std::pair<double, double>> place;
};

Result<std::optional<Said>> said_in(const engine::log::LogReader& log, std::uint64_t number,
                                    const Words& words) {
  std::optional<Said> out;
  const auto visit = [&](engine::Position, std::string_view bytes) {
    const RecordView record(bytes);
    out.emplace();
    const auto* report = flatbuffers::GetRoot<fb::Reported>(record.fact().data());
    out->pairs =
        pairs_of(words(record, "title").value_or("") + "\n" + words(record, "text").value_or(""));
    if (report->latitude() != 0 || report->longitude() != 0) {
      out->place.emplace(report->latitude(), report->longitude());
    }
    return false;
  };
  if (auto read = log.read_stream({workflow_id, number}, engine::Version{0}, visit); !read) {
    return read.error();
  }
  return out;
}

// Those before it, or those after it; the nearest in time first.
Query around(const Row& row, bool before) {
  Query out;
  out.workflow = workflow_id;
  if (row.dims.area.empty()) {
    out.unplaced = true;
  } else {
    out.areas = {row.dims.area};
  }
  out.opened_from = before ? row.opened_at - candidates_apart_max : row.opened_at;
  out.opened_to = before ? row.opened_at : row.opened_at + candidates_apart_max;
  out.descending = before;
  out.limit = candidates_looked_at_max / 2;
  return out;
}

bool ended_otherwise(const std::string& stage) {
  for (const auto each : {fb::Stage::declined, fb::Stage::withdrawn, fb::Stage::merged}) {
    if (stage == stage_name(static_cast<std::uint8_t>(each))) return true;
  }
  return false;
}

}  // namespace

double likeness(std::string_view a, std::string_view b) {
  return likeness(pairs_of(a), pairs_of(b));
}

double metres_between(double latitude_a, double longitude_a, double latitude_b,
                      double longitude_b) {
  constexpr double earth_metres = 6'371'000;
  const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180; };
  const double up = std::sin(radians(latitude_b - latitude_a) / 2);
  const double across = std::sin(radians(longitude_b - longitude_a) / 2);
  const double chord =
      up * up + std::cos(radians(latitude_a)) * std::cos(radians(latitude_b)) * across * across;
  return 2 * earth_metres * std::asin(std::min(1.0, std::sqrt(chord)));
}

Result<std::vector<Candidate>> find_candidates(const engine::log::LogReader& log,
                                               engine::board::Board& board, std::uint64_t number,
                                               const Words& words) {
  const auto row = board.find({workflow_id, number});
  if (!row) return row.error();
  const auto own = said_in(log, number, words);
  if (!own) return own.error();
  if (!*row || !*own) {
    return engine::Error{engine::Fault::not_found,
                         "no issue " + format_number(number) + " on the board"};
  }
  std::vector<Row> rows;
  for (const bool before : {true, false}) {
    auto page = board.list(around(**row, before));
    if (!page) return page.error();
    std::move(page->rows.begin(), page->rows.end(), std::back_inserter(rows));
  }
  std::vector<Candidate> out;
  for (const Row& each : rows) {
    if (each.stream.number == number || ended_otherwise(each.stage)) continue;
    const auto said = said_in(log, each.stream.number, words);
    if (!said) return said.error();
    if (!*said) continue;
    Candidate candidate{each.stream.number,
                        each.title,
                        each.stage,
                        each.opened_at,
                        likeness((*own)->pairs, (*said)->pairs),
                        std::nullopt};
    if ((*own)->place && (*said)->place) {
      candidate.metres = metres_between((*own)->place->first, (*own)->place->second,
                                        (*said)->place->first, (*said)->place->second);
    }
    const bool is_near = candidate.metres && *candidate.metres <= metres_max;
    if (is_near || candidate.likeness >= likeness_min) out.push_back(std::move(candidate));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Candidate& a, const Candidate& b) { return a.likeness > b.likeness; });
  if (out.size() > candidates_max) out.resize(candidates_max);
  return out;
}

}  // namespace workflows::issue
