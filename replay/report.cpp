#include "replay/report.hpp"

#include <utility>

namespace replay {

void Check::find(Finding finding) {
  ++found;
  if (first.size() >= findings_max) return;
  if (!told_.insert(finding.about).second) return;
  first.push_back(std::move(finding));
}

std::uint64_t Report::found() const {
  std::uint64_t sum = 0;
  for (const Check& check : checks) sum += check.found;
  return sum;
}

}  // namespace replay
