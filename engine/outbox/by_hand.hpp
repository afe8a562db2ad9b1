// What people do with an outbox: look into it, send a message again, drop one. Beside the process
// that sends, which notices within outbox::look_wait (courier.hpp), or at once if its bell is rung.
//
// Each function opens the file for itself. not_found: there is no outbox there. busy: somebody else
// kept it locked for too long. Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/outbox/outbox.hpp"

namespace engine::outbox {

constexpr std::size_t page_max = 1'000;
constexpr std::size_t by_hand_max = 10'000;  // rows of one resend() or drop()

struct Query {
  std::optional<State> state;
  std::string route;  // "": all
  std::optional<std::uint64_t> subject;
  std::int64_t before = 0;  // a page's `next`; 0: from the newest
  std::size_t limit = 50;   // 1 … page_max
};
struct Page {
  std::vector<Row> rows;             // the newest first
  std::optional<std::int64_t> next;  // nothing: these were the last
};
// invalid: the limit is out of bounds.
Result<Page> list(const std::filesystem::path& file, const Query& query);
// not_found: no such row (any more).
Result<Row> find(const std::filesystem::path& file, std::int64_t id);
Result<Standing> standing(const std::filesystem::path& file);

// By their ids; without any, all of that state (and route), at most by_hand_max, oldest first.
struct Selection {
  std::vector<std::int64_t> ids;
  std::optional<State> state;
  std::string route;
};

// They wait again, as if new, each before those of its address that were made later; what was sent
// already, too. Gives how many. conflict: one of the ids is under way or waits: nothing was
// changed. not_found: one of them is not there. invalid: nothing is selected, or too much.
Result<std::size_t> resend(const std::filesystem::path& file, const Selection& which, Instant now);

// They are not sent (any more). Only rows that wait, failed or are doubtful. Otherwise as resend().
Result<std::size_t> drop(const std::filesystem::path& file, const Selection& which, Instant now);

}  // namespace engine::outbox
