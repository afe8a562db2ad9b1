#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "workflows/directory/directory.hpp"
#include "workflows/directory/directory_generated.h"
#include "workflows/directory/nearest.hpp"

namespace workflows::directory {

using engine::Result;
using engine::log::RecordView;

namespace {

constexpr std::size_t depth_max = 32;  // of a walk upwards; only a bent tree is deeper

template <class Fact>
const Fact& fact_of(const RecordView& record) {
  return *flatbuffers::GetRoot<Fact>(record.fact().data());
}

std::string text(const flatbuffers::String* s) { return s == nullptr ? std::string{} : s->str(); }

std::string level_name(fb::Level level) {
  return level == fb::Level::none ? std::string{} : std::string(fb::EnumNameLevel(level));
}

}  // namespace

void Tree::apply(const RecordView& record) {
  if (record.stream().workflow != workflow_id) return;
  const auto entry = [this](const auto& fact) -> EntryInfo* {
    const auto kind = kinds_.find(std::string_view(fb::EnumNameKind(fact.kind())));
    if (kind == kinds_.end()) return nullptr;
    const auto found = kind->second.find(fact.code()->string_view());
    return found == kind->second.end() ? nullptr : &found->second;
  };
  switch (static_cast<fb::Fact>(record.type().value)) {
    case fb::Fact::EntryAdded: {
      const auto& fact = fact_of<fb::EntryAdded>(record);
      const std::string kind = fb::EnumNameKind(fact.kind());
      kinds_[kind][text(fact.code())] = {kind,
                                         text(fact.code()),
                                         text(fact.name()),
                                         text(fact.parent()),
                                         level_name(fact.level()),
                                         false,
                                         fact.pilot()};
      return;
    }
    case fb::Fact::EntryRenamed: {
      const auto& fact = fact_of<fb::EntryRenamed>(record);
      if (EntryInfo* one = entry(fact)) one->name = text(fact.name());
      return;
    }
    case fb::Fact::EntryMoved: {
      const auto& fact = fact_of<fb::EntryMoved>(record);
      if (EntryInfo* one = entry(fact)) one->parent = text(fact.parent());
      return;
    }
    case fb::Fact::EntryRetired: {
      if (EntryInfo* one = entry(fact_of<fb::EntryRetired>(record))) one->retired = true;
      return;
    }
    case fb::Fact::NONE:
      return;
  }
}

const EntryInfo* Tree::find(std::string_view kind, std::string_view code) const {
  const auto entries = kinds_.find(kind);
  if (entries == kinds_.end()) return nullptr;
  const auto found = entries->second.find(code);
  return found == entries->second.end() ? nullptr : &found->second;
}

std::vector<const EntryInfo*> Tree::all(std::string_view kind) const {
  std::vector<const EntryInfo*> out;
  const auto entries = kinds_.find(kind);
  if (entries == kinds_.end()) return out;
  for (const auto& [code, entry] : entries->second) out.push_back(&entry);
  return out;
}

std::vector<std::string> Tree::subtree(std::string_view kind, std::string_view code) const {
  std::multimap<std::string_view, std::string_view> below;
  for (const EntryInfo* entry : all(kind)) {
    if (entry->code != code) below.emplace(entry->parent, entry->code);
  }
  std::vector<std::string> out{std::string(code)};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto [first, last] = below.equal_range(out[i]);
    for (auto each = first; each != last; ++each) out.emplace_back(each->second);
    below.erase(first, last);  // so that a bent tree ends, too
  }
  return out;
}

std::string Tree::town_of(std::string_view area) const { return above(area, "town"); }

std::string Tree::district_of(std::string_view area) const { return above(area, "district"); }

// The area of that level which it is or lies in.
std::string Tree::above(std::string_view area, std::string_view level) const {
  const EntryInfo* entry = find("area", area);
  for (std::size_t depth = 0; entry != nullptr && depth < depth_max; ++depth) {
    if (entry->level == level) return entry->code;
    entry = find("area", entry->parent);
  }
  return {};
}

std::vector<std::string> Tree::nearest(std::string_view kind, std::string_view code,
                                       std::size_t at_most) const {
  const Likeness likeness(code);
  std::vector<std::pair<unsigned, const EntryInfo*>> found;  // by likeness, then by code
  for (const EntryInfo* entry : all(kind)) {
    if (entry->retired) continue;
    const unsigned by_code = likeness.unlike(entry->code);
    const unsigned by_name = entry->name == entry->code ? by_code : likeness.unlike(entry->name);
    found.emplace_back(std::min(by_code, by_name), entry);
  }
  const auto shown = std::min(at_most, found.size());
  const auto end = found.begin() + static_cast<std::ptrdiff_t>(shown);
  std::partial_sort(found.begin(), end, found.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, std::string_view(a.second->code)) <
           std::pair(b.first, std::string_view(b.second->code));
  });
  std::vector<std::string> out;
  for (auto each = found.begin(); each != end; ++each) {
    const EntryInfo& entry = *each->second;
    out.push_back(entry.name == entry.code ? entry.code : entry.code + " " + entry.name);
  }
  return out;
}

Result<Tree> read_tree(const engine::log::LogReader& log,
                       const std::function<bool(const RecordView&)>& takes) {
  Tree tree;
  const engine::StreamId lowest{workflow_id, 1};
  engine::StreamId upper{workflow_id, std::numeric_limits<std::uint64_t>::max()};
  // From the highest stream down: entries do not depend on one another to be folded.
  while (upper.number >= lowest.number) {
    const auto stream = log.highest_stream(lowest, upper);
    if (!stream) return stream.error();
    if (!*stream) break;
    const auto read = log.read_stream(**stream, engine::Version{0},
                                      [&](engine::Position, std::string_view bytes) {
                                        const RecordView record(bytes);
                                        if (!takes(record)) return false;
                                        tree.apply(record);
                                        return true;
                                      });
    if (!read) return read.error();
    upper.number = (*stream)->number - 1;
  }
  return tree;
}

Result<Tree> read_tree(const engine::log::LogReader& log) {
  return read_tree(log, [](const RecordView&) { return true; });
}

}  // namespace workflows::directory
