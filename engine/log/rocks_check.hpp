// The whole log against everything that can be known of it (LogReader::deep_check).
#pragma once

#include <rocksdb/db.h>

#include "engine/log/event_log.hpp"

namespace engine::log::check {

// corrupt: the first thing that does not hold. Looks no further than the head's size.
Result<void> everything(rocksdb::DB& db, const TreeHead& head);

}  // namespace engine::log::check
