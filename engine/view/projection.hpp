// A projection is a fold over the log into rows somebody reads. Rows are a cache: drop them, read
// the log again, get the same bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/log/record.hpp"

namespace engine::view {

// Puts or (empty value) removes one row of the projection.
using PutRow = std::function<void(std::string_view key, std::string_view value)>;

class Projection {
 public:
  virtual ~Projection() = default;

  virtual std::string_view name() const = 0;  // stable: names the rows
  virtual std::uint32_t version() const = 0;  // of the rows' meaning; another one: rebuild
  virtual std::unique_ptr<Projection> empty() const = 0;  // a fresh one of the same kind

  // Folds one record in. Called once per position, in order within one projection; never sends,
  // waits or asks the time.
  virtual void apply(const log::RecordView& record) = 0;

  // Adds what `other` has folded from the records that follow this one's. After it, this one is as
  // if it had folded both parts itself. Requires: same name and version.
  virtual void merge(Projection& other) = 0;

  // Gives the rows that changed since the last save (all = every row), in any order.
  virtual void save(const PutRow& put, bool all) = 0;

  // Takes back one saved row. corrupt: it is not one.
  virtual Result<void> load(std::string_view key, std::string_view value) = 0;
};

}  // namespace engine::view
