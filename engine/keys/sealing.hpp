// The vault's formats, apart from where keys are kept. See vault.hpp for what they promise.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/keys/vault.hpp"

namespace engine::keys {

// A symmetric key in memory, wiped when it goes.
class Key {
 public:
  Key() = default;
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();

  static Key random();
  // crypto_kdf (BLAKE2b): the same purpose and number give the same key. Requires 8 characters.
  Key derive(const char* purpose, std::uint64_t number) const;

  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  static constexpr std::size_t size() { return 32; }

 private:
  std::array<std::uint8_t, 32> bytes_{};
};

struct PersonKey {
  Key key;
  std::uint32_t version = 1;
};

// Readies libsodium. Called before anything else here; may be called again.
void prepare();

// BLAKE2b, keyed, 16 bytes, over the normalised handle.
PersonId person_of(const Key& secret, std::string_view handle);

// Without spaces, dashes and country prefix if it is a telephone; otherwise as it is.
std::string normalised(std::string_view handle);

PersonId random_person();

SealedField seal_words(const PersonKey& key, const PersonId& person, Position position,
                       std::string_view field, std::string_view words);

struct Opened {
  std::string words;
  Sha256 commitment{};
};
// corrupt: the bytes do not open under this key at this place.
Result<Opened> open_words(const PersonKey& key, const log::Sealed& sealed);

// A key under another one: nonce 24 ‖ AEAD(wrapping key, key, ad = about).
std::string wrap(const Key& wrapping, const Key& key, std::string_view about);
// corrupt: it does not open under this wrapping key.
Result<Key> unwrap(const Key& wrapping, std::string_view wrapped, std::string_view about);

}  // namespace engine::keys
