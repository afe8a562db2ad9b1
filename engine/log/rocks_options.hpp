// How the log uses RocksDB, each setting with its reason (rocks_options.cpp).
#pragma once

#include <cstddef>
#include <memory>

#include <rocksdb/env.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>

namespace engine::log {

// What the log stands on. Tests pass an environment that fails, and small buffers.
struct Disk {
  rocksdb::Env* env = rocksdb::Env::Default();
  std::size_t write_buffer_bytes = std::size_t{48} << 20;
};

rocksdb::Options log_options(const Disk& disk,
                             std::shared_ptr<rocksdb::EventListener> listener = nullptr);

rocksdb::WriteOptions durable_write();

// A scan of `records`, none of which will be read again soon.
rocksdb::ReadOptions scan_read(std::uint64_t records);

}  // namespace engine::log
