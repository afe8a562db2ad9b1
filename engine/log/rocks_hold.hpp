// Holds a log against its commit anchor: is all there that was ever acknowledged, and is it that?
#pragma once

#include <deque>

#include <rocksdb/db.h>

#include "engine/log/anchor.hpp"
#include "engine/tree/tree.hpp"

namespace engine::log {

// So many batches' frontiers are kept: a reader beside the writer must find the one of the anchor
// that it has read, however many batches came since.
constexpr std::size_t frontiers_kept = 64;

// The tree's frontier as stored after the batch that ended at this position.
// not_found: none is stored there.
Result<tree::Frontier> stored_frontier(rocksdb::DB& db, Position position);

// Positions of the stored frontiers, oldest first.
Result<std::deque<Position>> stored_frontiers(rocksdb::DB& db);

// The log's last record is not before the anchor's position, and the frontier stored there has the
// anchor's root. not_found: that frontier is no longer stored (the log has moved far beyond).
Result<tree::Frontier> hold_at_anchor(rocksdb::DB& db, const Anchor& anchor);

struct Held {
  tree::Frontier frontier;  // after the last record
  Position last;
};

// All that; then the records behind the anchor are hashed again and held against the frontier
// stored after the last of them.
Result<Held> hold_to_end(rocksdb::DB& db, const Anchor& anchor);

}  // namespace engine::log
