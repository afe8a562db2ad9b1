#include "engine/log/rocks_hold.hpp"

#include <memory>

#include "engine/log/rocks_keys.hpp"
#include "engine/log/rocks_reads.hpp"

namespace engine::log {

namespace {

std::string both(Position last, const Anchor& anchor) {
  return "the log ends at position " + std::to_string(last.value) +
         ", its commit anchor says position " + std::to_string(anchor.head.size);
}

constexpr const char* way_out = "; take the newest good backup and put it in its place";

}  // namespace

Result<tree::Frontier> stored_frontier(rocksdb::DB& db, Position position) {
  if (position.value == 0) return tree::Frontier{};
  std::string bytes;
  const auto status = db.Get({}, frontier_key(position).view(), &bytes);
  if (status.IsNotFound()) {
    return Error{Fault::not_found,
                 "no tree frontier is stored for position " + std::to_string(position.value)};
  }
  if (!status.ok()) return reads::fault_of(status, "reading a tree frontier");
  auto frontier = tree::Frontier::parse(bytes);
  if (frontier && frontier->size() != position.value) {
    return Error{Fault::corrupt, "the tree frontier of position " + std::to_string(position.value) +
                                     " is that of " + std::to_string(frontier->size())};
  }
  return frontier;
}

Result<std::deque<Position>> stored_frontiers(rocksdb::DB& db) {
  std::deque<Position> positions;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator({}));
  // Backwards from the newest: the front of this range is full of deleted ones.
  for (it->SeekForPrev(frontier_key(Position{~std::uint64_t{0}}).view());
       it->Valid() && it->key()[0] == frontier_letter && positions.size() < frontiers_kept;
       it->Prev()) {
    positions.push_front(position_of(it->key().ToStringView()));
  }
  if (!it->status().ok()) return reads::fault_of(it->status(), "reading the tree frontiers");
  return positions;
}

Result<tree::Frontier> hold_at_anchor(rocksdb::DB& db, const Anchor& anchor) {
  const auto last = reads::last_record(db);
  if (!last) return last.error();
  if (last->value < anchor.head.size) {
    return Error{Fault::corrupt,
                 both(*last, anchor) + ": acknowledged records are missing" + way_out};
  }
  auto frontier = stored_frontier(db, Position{anchor.head.size});
  if (frontier && frontier->root() != anchor.head.root) {
    return Error{
        Fault::corrupt,
        both(*last, anchor) + ", and the records up to there have another tree head" + way_out};
  }
  return frontier;
}

Result<Held> hold_to_end(rocksdb::DB& db, const Anchor& anchor) {
  auto frontier = hold_at_anchor(db, anchor);
  const auto last = reads::last_record(db);
  if (!last) return last.error();
  if (!frontier) {
    if (frontier.error().fault != Fault::not_found) return frontier.error();
    return Error{Fault::corrupt, both(*last, anchor) + ": " + frontier.error().detail + way_out};
  }
  const auto hashed = reads::range(db, Position{anchor.head.size}, *last,
                                   [&frontier](Position, std::string_view bytes) {
                                     frontier->append(tree::leaf_hash(bytes));
                                     return true;
                                   });
  if (!hashed) return hashed.error();
  const auto stored = stored_frontier(db, *last);
  if (!stored || *stored != *frontier) {
    return Error{Fault::corrupt, both(*last, anchor) +
                                     ", and the records behind it do not give the tree head that "
                                     "was stored with them" +
                                     way_out};
  }
  return Held{std::move(*frontier), *last};
}

}  // namespace engine::log
