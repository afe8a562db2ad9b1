// Who the residents are, apart from what happened: a key per person, and the sealing of personal
// words with it. The key store (data/keys) is small, holds only wrapped keys and is backed up apart
// from the log. Formats: AEAD XChaCha20-Poly1305-IETF and BLAKE2b from libsodium, SHA-256
// commitments.
//
// Promises
//   - A commitment is SHA-256("sihe-personal-v1" ‖ salt 32 ‖ words), salt random per field.
//   - Sealed bytes are nonce 24 ‖ AEAD(person's key, salt ‖ words; as associated data: position,
//     field, person, key version): they open only where they were put.
//   - A key that flush() has not made durable seals nothing that append() may write.
//
// Threads: seal and flush from the writer's thread; unseal and person_id from any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/log/event_log.hpp"

namespace engine::keys {

struct SealedField {
  log::Sealed sealed;
  Sha256 commitment{};
  std::uint32_t key_version = 0;
};

enum class Access : std::uint8_t { read_write, read_only };

class Vault {
 public:
  virtual ~Vault() = default;

  // The same telephone or account gives the same person, and nobody without the store's secret can
  // compute it. Spaces, dashes and a leading +86 or 0086 of a telephone do not matter.
  virtual PersonId person_id(std::string_view handle) const = 0;

  // A person without a handle: random, never given before. He may have a durable key already.
  virtual PersonId anonymous() = 0;

  // Seals the words of one field. Makes the person's key if there is none.
  // not_found: the person was erased; nothing is sealed for him again.
  virtual Result<SealedField> seal(const PersonId& person, Position position,
                                   std::string_view field, std::string_view words) = 0;

  // Makes new keys durable. Called before the batch that uses them is appended.
  virtual Result<void> flush() = 0;

  // The words. not_found: the person was erased. corrupt: the bytes do not open under his key here.
  virtual Result<std::string> unseal(const log::Sealed& sealed) const = 0;

  // Whether sealed words match a record's commitment. corrupt: they do not open at all.
  virtual Result<bool> matches(const log::Sealed& sealed, const Sha256& commitment) const = 0;
};

// Opens or (read_write) makes the key store in `folder`; the master key lies beside it in
// `folder`/master.key, mode 0600, made on first use. busy: another process has it open for writing.
Result<std::unique_ptr<Vault>> open_vault(const std::filesystem::path& folder, Access access);

// Keys that vanish with the process. For tests and measurements.
std::unique_ptr<Vault> memory_vault();

}  // namespace engine::keys
