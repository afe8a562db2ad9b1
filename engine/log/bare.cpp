#include "engine/log/bare.hpp"

#include <array>
#include <memory>
#include <string>
#include <thread>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "engine/log/rocks_keys.hpp"
#include "engine/log/rocks_options.hpp"
#include "engine/log/rocks_reads.hpp"

namespace engine::log {

namespace {

using SteadyClock = std::chrono::steady_clock;

void fill(const Batch& batch, rocksdb::WriteBatch& out) {
  const auto put = [&](std::string_view key, std::string_view value) {
    out.Put(key, value).PermitUncheckedError();
  };
  const std::uint64_t last = batch.entries.back().position.value;
  out.Clear();
  for (const Entry& entry : batch.entries) put(record_key(entry.position).view(), entry.bytes);
  for (const Entry& entry : batch.entries) {
    std::array<char, sizeof(std::uint64_t)> position;
    store_big_endian(position.data(), entry.position.value);
    put(stream_key(entry.stream, entry.version).view(), {position.data(), position.size()});
  }
  for (const Dedup& dedup : batch.dedups) {
    std::string value;
    put_big_endian(value, last);
    put(dedup_storage_key(dedup.key), value.append(dedup.value));
  }
  for (const Sealed& sealed : batch.sealed) {
    put(sealed_key(sealed.person, sealed.position, sealed.field), sealed.bytes);
  }
}

Result<std::unique_ptr<rocksdb::DB>> open(const std::filesystem::path& folder, bool make) {
  rocksdb::Options options = log_options({});
  options.create_if_missing = make;
  options.error_if_exists = make;
  rocksdb::DB* raw = nullptr;
  const auto status = make ? rocksdb::DB::Open(options, folder.string(), &raw)
                           : rocksdb::DB::OpenForReadOnly(options, folder.string(), &raw);
  if (!status.ok()) return reads::fault_of(status, "opening a bare database");
  return std::unique_ptr<rocksdb::DB>(raw);
}

// Records with positions in (after, up_to].
Result<BareScan> scan_part(rocksdb::DB& db, Position after, Position up_to) {
  BareScan out;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(scan_read(up_to.value - after.value)));
  const PositionKey end = record_key(up_to);
  for (it->Seek(record_key(next(after)).view()); it->Valid(); it->Next()) {
    if (it->key().ToStringView() > end.view()) break;
    ++out.records;
    out.bytes += it->value().size();
  }
  if (!it->status().ok()) return reads::fault_of(it->status(), "scanning a bare database");
  return out;
}

}  // namespace

Result<std::chrono::nanoseconds> write_bare(const std::filesystem::path& folder,
                                            const std::vector<Batch>& batches) {
  auto db = open(folder, true);
  if (!db) return db.error();
  rocksdb::WriteBatch bytes;
  const auto begin = SteadyClock::now();
  for (const Batch& batch : batches) {
    fill(batch, bytes);
    const auto status = (*db)->Write(durable_write(), &bytes);
    if (!status.ok()) return reads::fault_of(status, "writing to a bare database");
  }
  return SteadyClock::now() - begin;
}

Result<BareScan> scan_bare(const std::filesystem::path& folder, unsigned threads) {
  auto db = open(folder, false);
  if (!db) return db.error();
  const auto last = reads::last_record(**db);
  if (!last) return last.error();
  std::vector<Result<BareScan>> parts(threads, Result<BareScan>(BareScan{}));
  const auto begin = SteadyClock::now();
  {
    std::vector<std::jthread> running;
    for (unsigned i = 0; i < threads; ++i) {
      const Position from{last->value * i / threads};
      const Position to{last->value * (i + 1) / threads};
      running.emplace_back([&, i, from, to] { parts[i] = scan_part(**db, from, to); });
    }
  }
  BareScan out;
  out.took = SteadyClock::now() - begin;
  for (const auto& part : parts) {
    if (!part) return part.error();
    out.records += part->records;
    out.bytes += part->bytes;
  }
  return out;
}

}  // namespace engine::log
