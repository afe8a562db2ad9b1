// What the statistics keep, and how it is read for a table. Internal to the statistics.
#pragma once

#include <array>
#include <cstdint>

#include "workflows/issue/statistics.hpp"
#include "workflows/issue/statistics_ledger.hpp"
#include "workflows/issue/statistics_places.hpp"
#include "workflows/issue/statistics_shares.hpp"

namespace workflows::issue {

struct Books {
  Places places;
  std::array<Ledger, books_count> ledgers;

  Ledger& of(Book book) { return ledgers[static_cast<std::size_t>(book)]; }
  const Ledger& of(Book book) const { return ledgers[static_cast<std::size_t>(book)]; }
};

StatisticsTable make_table(const Books& books, const StatisticsQuery& query, const Naming& naming);

}  // namespace workflows::issue
