// The files of a disk that fails on purpose: each call asks the file system first (fault_fs.hpp).
#pragma once

#include <memory>
#include <string>

#include <rocksdb/file_system.h>

namespace support {

class FaultFileSystem;

// Each takes the real file and gives one that may fail. The file system outlives it.
std::unique_ptr<rocksdb::FSWritableFile> failing(std::unique_ptr<rocksdb::FSWritableFile> real,
                                                 FaultFileSystem& files, const std::string& name);
std::unique_ptr<rocksdb::FSRandomRWFile> failing(std::unique_ptr<rocksdb::FSRandomRWFile> real,
                                                 FaultFileSystem& files, const std::string& name);
std::unique_ptr<rocksdb::FSRandomAccessFile> failing(
    std::unique_ptr<rocksdb::FSRandomAccessFile> real, FaultFileSystem& files,
    const std::string& name);
std::unique_ptr<rocksdb::FSSequentialFile> failing(std::unique_ptr<rocksdb::FSSequentialFile> real,
                                                   FaultFileSystem& files, const std::string& name);
std::unique_ptr<rocksdb::FSDirectory> failing(std::unique_ptr<rocksdb::FSDirectory> real,
                                              FaultFileSystem& files, const std::string& name);

// What a file holds now; "" if there is none.
std::string content_of(const std::string& path);

}  // namespace support
