// The directory 四和院 network, small for now: areas (district, town, village), departments,
// categories: added, renamed, moved, retired. Facts like all others, so the tree as it stood at any
// past moment can be had. Every entry is a stream of its own.
//
// A retired code stays in the tree with all that was counted under it, but counts as unknown: it is
// given to nothing new, and it is never added again.
#pragma once

#include <cstdint>
#include <functional>
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
  std::string town_of(std::string_view area) const;      // the town it is or lies in, "" if none
  std::string district_of(std::string_view area) const;  // likewise
  std::vector<std::string> nearest(std::string_view kind, std::string_view code,
                                   std::size_t at_most) const;  // "code name", best first

 private:
  std::string above(std::string_view area, std::string_view level) const;

  std::map<std::string, std::map<std::string, EntryInfo, std::less<>>, std::less<>> kinds_;
};

// Reads the tree as it stands at the log's end. It costs two look-ups an entry, however long the
// log is.
engine::Result<Tree> read_tree(const engine::log::LogReader& log);
// The tree of those facts only that `takes` is true for: as it was at a moment, or known then.
engine::Result<Tree> read_tree(const engine::log::LogReader& log,
                               const std::function<bool(const engine::log::RecordView&)>& takes);

// The stream of an entry. Its number follows from kind and code.
engine::StreamId entry_stream(std::string_view kind, std::string_view code);

// The workflow, which is also the code book that the writer checks against.
//
// It refuses: unknown_kind, invalid (code or name), exists, retired, unknown_code (with the nearest
// known ones), wrong_level (an area lies only in one of a higher level), cycle, has_children,
// unchanged, wrong_stream, not_found, too_early, unknown_command. Whether an entry would come to
// lie in itself, and whether others lie in it, is judged by what was recorded before the batch; a
// tree that two such commands of one batch bent is still walked to its end.
//
// Threads: tree(), known() and nearest() from any; all else on the writer's.
class DirectoryWorkflow : public engine::writer::Workflow, public engine::writer::CodeBook {
 public:
  // A copy of the tree as it stands now; any thread may ask.
  virtual std::shared_ptr<const Tree> tree() const = 0;
};
std::unique_ptr<DirectoryWorkflow> make_directory_workflow();

// The table that entries follow, one line a row. Its SHA-256 is the machine digest.
std::string machine_text();
std::uint64_t machine_digest();
// Whether the table of that digest takes stage `before` to `after` by this fact; nothing if no
// table of that digest is known to this program.
std::optional<bool> table_has(std::uint64_t machine, std::uint8_t before, engine::FactType type,
                              std::uint8_t after);

// The submission's step that adds an entry. For import, demo and tests.
engine::writer::Step add_entry(const EntryInfo& entry, engine::Instant occurred_at);

}  // namespace workflows::directory
