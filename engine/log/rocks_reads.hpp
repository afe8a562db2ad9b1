// The reading half of the contract, on any RocksDB that holds a log: the writer's own and a
// reader's beside it. Nothing behind `visible` is shown: it may be there before it is anchored.
// Requires of each: the database outlives the call.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <rocksdb/db.h>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/log/event_log.hpp"

namespace engine::log::reads {

// corrupt, or storage: what a status other than OK means, with what was being done.
Error fault_of(const rocksdb::Status& status, std::string_view doing);

Result<void> range(rocksdb::DB& db, Position after, Position up_to, const Visit& visit);

Result<void> stream(rocksdb::DB& db, Position visible, const StreamId& id, Version after,
                    const Visit& visit);

Result<std::optional<std::string>> last_of(rocksdb::DB& db, Position visible, const StreamId& id);

Result<std::string> at(rocksdb::DB& db, Position visible, Position position);

Result<std::optional<StreamId>> highest_stream(rocksdb::DB& db, Position visible,
                                               const StreamId& from, const StreamId& to);

Result<std::optional<std::string>> find(rocksdb::DB& db, Position visible, std::string_view key);

using VisitDedup = std::function<bool(std::string_view key, std::string_view value)>;
Result<void> dedups(rocksdb::DB& db, Position visible, const VisitDedup& visit);

Result<std::optional<std::string>> sealed(rocksdb::DB& db, Position visible, const PersonId& person,
                                          Position position, std::string_view field);

// The last record that the database holds, anchored or not; 0 if it holds none.
Result<Position> last_record(rocksdb::DB& db);

}  // namespace engine::log::reads
