#include "engine/board/cursor.hpp"

#include <string_view>
#include <vector>

#include "engine/core/big_endian.hpp"

namespace engine::board {

namespace {

constexpr std::size_t number_bytes = sizeof(std::uint64_t);

// FNV-1a, 64 bits (Fowler, Noll, Vo): against mistakes, not against malice; a forged cursor leads
// only to rows that its query shows anyway.
std::uint64_t hash(std::string_view bytes) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : bytes) {
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return h;
}

void put(std::string& out, std::string_view text) {
  put_big_endian(out, std::uint64_t{text.size()});
  out.append(text);
}

void put(std::string& out, const std::vector<std::string>& texts) {
  put_big_endian(out, std::uint64_t{texts.size()});
  for (const std::string& text : texts) put(out, text);
}

void put(std::string& out, const std::optional<Instant>& time) {
  put(out, time ? std::to_string(to_ms(*time)) : "");
}

// Everything that decides which rows there are and in which order.
std::string identity(const Query& query) {
  std::string out;
  out.push_back(static_cast<char>(query.workflow.value));
  for (const auto* codes : {&query.stages, &query.areas, &query.categories, &query.channels,
                            &query.departments, &query.supervision, &query.levels}) {
    put(out, *codes);
  }
  for (const auto* time : {&query.opened_from, &query.opened_to, &query.due_before, &query.due_from,
                           &query.next_due_from, &query.next_due_before}) {
    put(out, *time);
  }
  put(out, query.text);
  out.push_back(query.open ? (*query.open ? 'o' : 'c') : '-');
  out.push_back(query.unplaced ? 'u' : '-');
  out.push_back(query.returned ? 'r' : '-');
  out.push_back(static_cast<char>('0' + static_cast<int>(query.sort)));
  out.push_back(query.descending ? 'd' : 'a');
  return out;
}

std::uint64_t check_of(const Query& query, std::string_view place) {
  return hash(identity(query).append(place));
}

std::string to_hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(digits[static_cast<unsigned char>(c) & 0xf]);
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = std::string_view("0123456789abcdef").find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    if (i % 2 == 0) out.push_back('\0');
    out.back() =
        static_cast<char>(std::size_t{static_cast<unsigned char>(out.back())} << 4 | digit);
  }
  return out;
}

}  // namespace

std::string cursor_of(const Query& query, const Place& place) {
  std::string bytes;
  put_big_endian(bytes, static_cast<std::uint64_t>(place.id));
  put_big_endian(bytes, static_cast<std::uint64_t>(place.key));
  bytes.append(place.number);
  put_big_endian(bytes, check_of(query, bytes));
  return to_hex(bytes);
}

std::optional<Place> place_of(const Query& query) {
  const auto bytes = from_hex(query.cursor);
  if (!bytes || bytes->size() < 3 * number_bytes) return std::nullopt;
  const std::string_view all = *bytes;
  const std::string_view place = all.substr(0, all.size() - number_bytes);
  const std::string_view check = all.substr(place.size());
  if (get_big_endian<std::uint64_t>(check) != check_of(query, place)) return std::nullopt;
  return Place{static_cast<std::int64_t>(get_big_endian<std::uint64_t>(place.substr(number_bytes))),
               std::string(place.substr(2 * number_bytes)),
               static_cast<std::int64_t>(get_big_endian<std::uint64_t>(place))};
}

}  // namespace engine::board
