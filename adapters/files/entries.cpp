#include "adapters/files/entries.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace adapters::files {

using workflows::directory::EntryInfo;

void EntryCollector::take(const MappedRow& row) {
  if (row.entries.empty()) return;
  const engine::Instant at = *row.submission.steps.front().occurred_at;
  for (const Entry& entry : row.entries) {
    if (!entry.add) continue;
    const auto [found, fresh] =
        seen_.try_emplace({entry.info.kind, entry.info.code}, Seen{entry.info, at, {}});
    Seen& seen = found->second;
    seen.first = std::min(seen.first, at);
    ++seen.parents[entry.info.parent];
  }
}

std::vector<std::pair<EntryInfo, engine::Instant>> EntryCollector::missing(
    const workflows::directory::Tree& tree) const {
  std::vector<std::pair<EntryInfo, engine::Instant>> out;
  std::set<std::pair<std::string, std::string>> done;
  const std::function<void(const std::pair<std::string, std::string>&)> add =
      [&](const std::pair<std::string, std::string>& key) {
        const auto found = seen_.find(key);
        if (found == seen_.end() || !done.insert(key).second) return;
        const Seen& seen = found->second;
        EntryInfo info = seen.info;
        info.parent =
            std::max_element(seen.parents.begin(), seen.parents.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; })
                ->first;
        if (!info.parent.empty()) add({info.kind, info.parent});
        if (tree.find(info.kind, info.code) == nullptr) out.emplace_back(info, seen.first);
      };
  for (const auto& [key, seen] : seen_) add(key);
  return out;
}

}  // namespace adapters::files
