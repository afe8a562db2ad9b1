// The directory 四和院 network, small for now: areas (district, town, village), departments,
// categories: added, renamed, moved, retired. Facts like all others, so the tree as it stood at any
// past moment can be had. Every entry is a stream of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/log/event_log.hpp"
#include "engine/schema/schema.hpp"
#include "engine/writer/workflow.hpp"

namespace workflows::directory {

inline constexpr engine::WorkflowId workflow_id{2};

const engine::schema::Schema& schema();

struct EntryInfo {
  std::string kind;  // area, department, category
  std::string code;
  std::string name;
  std::string parent;  // code, "" at the top
  std::string level;   // areas: district, town, village
  bool retired = false;
  bool pilot = false;  // areas: a pilot village
};

// The tree in memory. Fold of the directory's facts; copy it to keep a moment.
class Tree {
 public:
  void apply(const engine::log::RecordView& record);  // other workflows' records are passed over

  const EntryInfo* find(std::string_view kind, std::string_view code) const;
  std::vector<const EntryInfo*> all(std::string_view kind) const;  // by code
  // The code itself and all that lie below it.
  std::vector<std::string> subtree(std::string_view kind, std::string_view code) const;
  std::string town_of(std::string_view area) const;  // the town it is or lies in, "" if none
  std::vector<std::string> nearest(std::string_view kind, std::string_view code,
                                   std::size_t at_most) const;  // "code name", best first

 private:
  std::map<std::string, std::map<std::string, EntryInfo, std::less<>>, std::less<>> kinds_;
};

// Reads the tree as it stands at the log's end, or as it was recorded until a position.
engine::Result<Tree> read_tree(const engine::log::LogReader& log);

// The workflow, which is also the code book that the writer checks against.
class DirectoryWorkflow : public engine::writer::Workflow, public engine::writer::CodeBook {
 public:
  // A copy of the tree as it stands now; any thread may ask.
  virtual std::shared_ptr<const Tree> tree() const = 0;
};
std::unique_ptr<DirectoryWorkflow> make_directory_workflow();

// The submission's step that adds an entry. For import, demo and tests.
engine::writer::Step add_entry(const EntryInfo& entry, engine::Instant occurred_at);

}  // namespace workflows::directory
