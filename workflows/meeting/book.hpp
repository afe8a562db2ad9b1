// The meetings that were called and held, as a view of the log: what figures count. A meeting is
// counted once, however many issues stand on its agenda.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/time.hpp"
#include "engine/view/projection.hpp"
#include "workflows/meeting/meeting_generated.h"

namespace workflows::meeting {

inline constexpr std::string_view book_view = "meetings";

struct BookEntry {
  std::string area;
  fb::Kind kind = fb::Kind::none;
  engine::Instant called_at{};
  engine::Instant held_at{};  // {}: not held (yet)
};

// What the book takes in, for questions about the past. Unset: everything.
struct BookFilter {
  std::optional<engine::Instant> occurred_until;  // the world at T as known now
  std::optional<engine::Instant> recorded_until;  // as known then
};

class Book : public engine::view::Projection {
 public:
  // By number.
  virtual void each(
      const std::function<void(std::uint64_t number, const BookEntry&)>& take) const = 0;
};

std::unique_ptr<Book> make_book(BookFilter filter = {});

}  // namespace workflows::meeting
