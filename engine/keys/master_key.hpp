// The one secret that is not in any database: it wraps all others. 32 random bytes in a file that
// only its owner can read.
#pragma once

#include <filesystem>

#include "engine/core/error.hpp"
#include "engine/keys/sealing.hpp"

namespace engine::keys {

// `folder`/master.key, or the file that the environment's SIHE_MASTER_KEY_FILE names.
std::filesystem::path master_key_path(const std::filesystem::path& folder);

// not_found: no such file. corrupt: it has not 32 bytes.
Result<Key> read_master_key(const std::filesystem::path& path);

// Makes the file, mode 0600, durable. Never overwrites one (storage).
Result<Key> make_master_key(const std::filesystem::path& path);

// Makes the names in a folder durable.
Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace engine::keys
