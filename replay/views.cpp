#include "replay/views.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/view/projector.hpp"
#include "replay/spool.hpp"

namespace replay {

using engine::Error;
using engine::Fault;
using engine::Position;
using engine::Result;

namespace {

constexpr std::size_t shown_bytes_max = 160;  // of a row that differs

// A row as far as it can be shown: printable text as it is, other bytes in hex.
std::string shown(std::string_view bytes) {
  const bool printable =
      std::none_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0 && c < 0x20; });
  std::string out;
  for (const char c : bytes.substr(0, shown_bytes_max)) {
    if (printable) {
      out.push_back(c);
    } else {
      constexpr char digits[] = "0123456789abcdef";
      out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
      out.push_back(digits[static_cast<unsigned char>(c) & 0xf]);
    }
  }
  return bytes.size() > shown_bytes_max ? out + "…" : out;
}

void differ(Check& check, Position position, const std::string& view,
            std::optional<std::string_view> saved, std::optional<std::string_view> rebuilt,
            std::string_view key = {}) {
  const std::string row = key.empty() ? "" : " row " + shown(key);
  if (!saved) {
    check.find({position, view, "lacks" + row + " " + shown(*rebuilt)});
  } else if (!rebuilt) {
    check.find({position, view, "has too much:" + row + " " + shown(*saved)});
  } else {
    check.find({position, view,
                "has" + row + " " + shown(*saved) + ", from the log it is " + shown(*rebuilt)});
  }
}

// A serving process may have saved the view after the log was opened here. A view that stands
// beyond the log's end even then has seen what is not there.
Result<void> reach(Check& check, Position saved, const std::string& view,
                   engine::log::LogReader& log) {
  if (saved > log.last()) {
    if (auto caught_up = log.catch_up(); !caught_up) return caught_up;
  }
  if (saved > log.last()) {
    check.find({saved, view,
                "stands at position " + std::to_string(saved.value) + ", but the log ends at " +
                    std::to_string(log.last().value)});
  } else if (saved < log.last()) {
    check.notes.push_back("saved at position " + std::to_string(saved.value) + " of " +
                          std::to_string(log.last().value) + "; compared there");
  }
  return {};
}

using Rows = std::map<std::string, std::string, std::less<>>;

void compare(Check& check, Position at, const std::string& view, const Rows& saved,
             const Rows& rebuilt) {
  for (const auto& [key, value] : rebuilt) {
    const auto other = saved.find(key);
    if (other == saved.end()) {
      differ(check, at, view, std::nullopt, value, key);
    } else if (other->second != value) {
      differ(check, at, view, other->second, value, key);
    }
  }
  for (const auto& [key, value] : saved) {
    if (!rebuilt.contains(key)) differ(check, at, view, value, std::nullopt, key);
  }
}

}  // namespace

Result<Check> verify_projection(engine::log::LogReader& log, const std::filesystem::path& folder,
                                const engine::view::Projection& kind, const Progress& progress) {
  const std::string view = "view " + std::string(kind.name());
  Check check(std::string(kind.name()), view + " against a rebuild from the log");
  Rows saved;
  std::uint32_t version = 0;
  Position at;
  const auto read = engine::view::read_saved(folder, kind.name(), version, at,
                                             [&](std::string_view key, std::string_view value) {
                                               saved.emplace(key, value);
                                               return true;
                                             });
  if (!read && read.error().fault == Fault::not_found) {
    check.skipped = true;
    check.notes.emplace_back("never saved there");
    return check;
  }
  if (!read) {
    check.find({at, view, read.error().detail});
    return check;
  }
  if (version != kind.version()) {
    check.skipped = true;
    check.notes.push_back("saved by version " + std::to_string(version) +
                          " of the view, will be rebuilt when it is next opened");
    return check;
  }
  if (auto reached = reach(check, at, view, log); !reached) return reached.error();
  if (check.found > 0) return check;
  constexpr unsigned all_cores = 0;
  auto rebuilt =
      engine::view::fold_parallel(log, kind, at, all_cores, [&](Position done, Position of) {
        return !progress || progress(view, done.value, of.value);
      });
  if (!rebuilt) return rebuilt.error();
  Rows fresh;
  (*rebuilt)->save([&](std::string_view key, std::string_view value) { fresh.emplace(key, value); },
                   true);
  check.count = fresh.size();
  compare(check, at, view, saved, fresh);
  return check;
}

namespace {

// Compares what the spool holds with the rebuilt board, row by row: both are in the same order. A
// row on one side alone shifts the rest, so the first difference is the one that counts.
Result<void> compare_boards(engine::board::BoardWriter& rebuilt, Spool& saved, Position at,
                            Check& check) {
  const std::string view = "view board";
  Result<void> read;
  saved.rewind();
  const auto dumped = rebuilt.dump([&](std::string_view row) {
    ++check.count;
    auto other = saved.next();
    if (!other) {
      read = other.error();
      return false;
    }
    if (*other && **other == row) return true;
    differ(check, at, view, *other ? std::optional<std::string_view>(**other) : std::nullopt, row);
    return false;
  });
  if (!dumped) return dumped;
  if (!read || check.found > 0) return read;
  const auto more = saved.next();
  if (!more) return more.error();
  if (*more) differ(check, at, view, **more, std::nullopt);
  return {};
}

}  // namespace

Result<Check> verify_board(engine::log::LogReader& log, const BoardSubject& subject,
                           const Progress& progress) {
  Check check("board", "view board against a rebuild from the log");
  auto live = engine::board::open_board(subject.file);
  if (!live && live.error().fault == Fault::not_found) {
    check.skipped = true;
    check.notes.emplace_back("there is none yet");
    return check;
  }
  if (!live) {
    check.find({{}, "view board", live.error().detail});
    return check;
  }
  if (progress && !progress("view board", 0, log.last().value)) {
    return Error{Fault::cancelled, "stopped before the board was compared"};
  }
  auto spool = Spool::make(subject.scratch / "rows");
  if (!spool) return spool.error();
  Result<void> spooled;
  const auto at = (*live)->dump([&](std::string_view row) {
    spooled = spool->add(row);
    return spooled.has_value();
  });
  if (!spooled) return spooled.error();
  if (!at) {
    check.find({{}, "view board", at.error().detail});
    return check;
  }
  if (auto reached = reach(check, *at, "view board", log); !reached) return reached.error();
  if (check.found > 0) return check;
  auto rebuilt = engine::board::open_board_writer(subject.scratch / "board.sqlite",
                                                  subject.describe, subject.words);
  if (!rebuilt) return rebuilt.error();
  if (auto followed = (*rebuilt)->follow(log, *at); !followed) return followed.error();
  if (auto compared = compare_boards(**rebuilt, *spool, *at, check); !compared) {
    return compared.error();
  }
  return check;
}

}  // namespace replay
