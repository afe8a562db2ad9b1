// The parameters of the queries: one table for reading them, refusing them and documenting them.
// Internal to adapters/http.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/message.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/routes.hpp"
#include "engine/core/time.hpp"

namespace adapters::http {

enum class ParameterKind : std::uint8_t { text, number, flag, time, moment, choice };

struct Parameter {
  Endpoint endpoint;
  std::string_view name;
  ParameterKind kind;
  bool many;                 // may be given again, and several parted by commas
  std::string_view choices;  // names parted by "|"; of a choice
  std::string_view doc;
};

std::span<const Parameter> all_parameters();

// The names in a "a|b|c".
std::vector<std::string_view> names_in(std::string_view choices);

// RFC 3339 with offset (a '+' that became a space is read as one), or a day, which is its first
// moment at that offset, or with `end_of_day` its last.
std::optional<engine::Instant> parse_time(std::string_view text, int offset_minutes,
                                          bool end_of_day);

// Reads the parameters of one request. Whatever is wrong is gathered; then problem() tells it all.
class Parameters {
 public:
  Parameters(const Fields& query, Endpoint endpoint, int offset_minutes);

  std::optional<std::string_view> text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise = false);
  std::optional<bool> maybe_flag(std::string_view name);
  std::optional<std::uint64_t> number(std::string_view name, std::uint64_t least,
                                      std::uint64_t most);
  std::optional<engine::Instant> time(std::string_view name, bool end_of_day = false);

  void wrong(std::string_view name, std::string_view detail);
  std::optional<Problem> problem() const;

 private:
  void check(const Parameter& known, std::string_view value);

  const Fields& query_;
  int offset_minutes_;
  engine::schema::List errors_;
};

}  // namespace adapters::http
