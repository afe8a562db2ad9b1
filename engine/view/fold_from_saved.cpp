#include <utility>

#include "engine/tree/tree.hpp"
#include "engine/view/fold.hpp"
#include "engine/view/projector.hpp"
#include "engine/view/saved_rows.hpp"

namespace engine::view {

namespace {

struct Loaded {
  std::unique_ptr<Projection> fold;
  Position position;
};

// Rows are a cache: whatever is wrong with them, the log has it all. So nothing here is an error.
std::optional<Loaded> load(const log::LogReader& log, const std::filesystem::path& folder,
                           const Projection& empty) {
  const auto rows = SavedRows::open_beside(folder);
  if (!rows) return std::nullopt;
  const auto at = rows->at(empty.name());
  if (!at || !*at) return std::nullopt;
  const SavedAt& saved = **at;
  if (saved.version != empty.version() || saved.position.value == 0) return std::nullopt;
  const auto record = log.at(saved.position);
  if (!record || tree::leaf_hash(*record) != saved.record) return std::nullopt;
  Loaded out{empty.empty(), saved.position};
  bool sound = true;
  const auto read = rows->read(empty.name(), [&](std::string_view key, std::string_view value) {
    sound = out.fold->load(key, value).has_value();
    return sound;
  });
  if (!read || !sound) return std::nullopt;
  return out;
}

}  // namespace

Result<std::unique_ptr<Projection>> fold_from_saved(const log::LogReader& log,
                                                    const std::filesystem::path& folder,
                                                    const Projection& empty,
                                                    const Progress& progress) {
  constexpr unsigned all_cores = 0;
  const Position end = log.last();
  auto loaded = load(log, folder, empty);
  if (!loaded || loaded->position > end) {
    return fold_parallel(log, empty, end, all_cores, progress);
  }
  auto rest = fold_range(log, empty, loaded->position, end, all_cores, progress);
  if (!rest) return rest.error();
  loaded->fold->merge(**rest);
  return std::move(loaded->fold);
}

}  // namespace engine::view
