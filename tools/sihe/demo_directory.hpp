// The demo district: Ouhai 瓯海 (330304) with its 13 towns and streets, 85 communities, of which 11
// are pilot villages, its departments and categories. The towns are the real ones; communities
// below them are made up after the names of the place.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workflows/directory/directory.hpp"

namespace tools::demo {

inline constexpr std::string_view district_code = "330304";

struct Community {
  std::string code;  // 12 digits: the town's nine and three of its own
  std::string name;  // "潘北社区"
  std::string town;  // name of its town
  bool pilot = false;
};

// By code; the eleven pilot villages among them.
const std::vector<Community>& communities();

// "enforcement" → "综合行政执法局". Requires: one of ours.
std::string_view department_name(std::string_view code);

// Every entry, parents before their children.
std::vector<workflows::directory::EntryInfo> directory_entries();

}  // namespace tools::demo
