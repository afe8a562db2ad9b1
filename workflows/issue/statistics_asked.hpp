// Which shares a question about the statistics is about, and which row each of them belongs to.
// Internal to the statistics.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "workflows/issue/statistics_fold.hpp"

namespace workflows::issue {

// "2025-03" for every moment, quick for those that follow one another.
class Months {
 public:
  explicit Months(int offset_minutes) : offset_(std::chrono::minutes(offset_minutes)) {}

  const std::string& of(std::int64_t time) {
    if (time < first_ || time >= end_) find(time);
    return name_;
  }

 private:
  void find(std::int64_t time);

  std::chrono::milliseconds offset_;
  std::int64_t first_ = 0;
  std::int64_t end_ = 0;
  std::string name_;
};

class Asked {
 public:
  static constexpr std::size_t left_out = std::numeric_limits<std::size_t>::max();

  Asked(const Places& places, const StatisticsQuery& query, const Naming& naming);

  // left_out: it is not asked for. Rows are numbered in the order of their keys' first appearance.
  std::size_t row_of(const Share& share, PlaceId place) {
    const std::size_t row = row_of_[place];
    if (row == left_out || share.time >= to_) return left_out;
    if (share.time < from_ && !among(share.book, standing_books)) return left_out;
    return by_month_ ? month_row(share.time) : row;
  }

  // Of what happened in an area and belongs to no issue. left_out also where rows are of something
  // that only issues have.
  std::size_t row_of(const std::string& area, std::int64_t time);

  const std::vector<std::string>& keys() const { return keys_; }

 private:
  std::size_t month_row(std::int64_t time);
  std::size_t row(const std::string& key);

  const StatisticsQuery& query_;
  const Naming& naming_;
  std::set<std::string> areas_;
  std::int64_t from_;
  std::int64_t to_;
  bool by_month_;
  Months months_;
  std::size_t last_month_ = left_out;
  std::map<std::string, std::size_t> by_key_;
  std::vector<std::string> keys_;
  std::vector<std::size_t> row_of_;  // by place
};

}  // namespace workflows::issue
