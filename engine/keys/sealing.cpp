#include "engine/keys/sealing.hpp"

#include <pthread.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "engine/core/big_endian.hpp"
#include "engine/core/ensure.hpp"
#include "engine/tree/tree.hpp"

namespace engine::keys {

namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t salt_bytes = 32;
constexpr std::string_view commitment_label = "sihe-personal-v1";

static_assert(Key::size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(Key::size() == crypto_kdf_KEYBYTES);

// Random bytes of the system's, fetched a page at a time: a system call for each key, nonce and
// salt would cost as much as the sealing. What was given out is wiped; a forked child starts empty.
class Chance {
 public:
  ~Chance() { sodium_memzero(bytes_.data(), bytes_.size()); }

  void fill(std::uint8_t* out, std::size_t size) {
    ENSURE(size <= bytes_.size());
    if (size > left_) {
      randombytes_buf(bytes_.data(), bytes_.size());
      left_ = bytes_.size();
    }
    left_ -= size;
    std::memcpy(out, bytes_.data() + left_, size);
    sodium_memzero(bytes_.data() + left_, size);
  }
  void forget() { left_ = 0; }

 private:
  std::array<std::uint8_t, 4'096> bytes_{};
  std::size_t left_ = 0;
};

Chance& chance() {
  thread_local Chance mine;
  return mine;
}

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

// position, field, person, key version: with these as associated data the words open only where
// they were put. The field's length parts it from what follows.
std::string place(Position position, std::string_view field, const PersonId& person,
                  std::uint32_t key_version) {
  std::string ad;
  ad.reserve(8 + 4 + field.size() + person.size() + 4);
  put_big_endian(ad, position.value);
  put_big_endian(ad, static_cast<std::uint32_t>(field.size()));
  ad.append(field);
  ad.append(reinterpret_cast<const char*>(person.data()), person.size());
  put_big_endian(ad, key_version);
  return ad;
}

// nonce ‖ ciphertext ‖ tag, appended to `out`, which already holds the nonce and nothing else.
void encrypt(const Key& key, std::string_view plain, std::string_view ad, std::string& out) {
  out.resize(nonce_bytes + plain.size() + tag_bytes);
  unsigned char* nonce = raw(out);
  ENSURE(crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + nonce_bytes, nullptr, raw(plain),
                                                    plain.size(), raw(ad), ad.size(), nullptr,
                                                    nonce, key.data()) == 0);
}

bool decrypt(const Key& key, std::string_view bytes, std::string_view ad, std::string& plain) {
  if (bytes.size() < nonce_bytes + tag_bytes) return false;
  const std::string_view nonce = bytes.substr(0, nonce_bytes);
  const std::string_view cipher = bytes.substr(nonce_bytes);
  plain.resize(cipher.size() - tag_bytes);
  return crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(cipher),
                                                    cipher.size(), raw(ad), ad.size(), raw(nonce),
                                                    key.data()) == 0;
}

Sha256 commitment(std::string_view salted_words) {
  return tree::sha256(std::array{commitment_label, salted_words});
}

}  // namespace

Key::~Key() { sodium_memzero(bytes_.data(), bytes_.size()); }

Key Key::random() {
  Key key;
  chance().fill(key.bytes_.data(), key.bytes_.size());
  return key;
}

Key Key::derive(const char* purpose, std::uint64_t number) const {
  ENSURE(std::strlen(purpose) == crypto_kdf_CONTEXTBYTES);
  Key key;
  ENSURE(crypto_kdf_derive_from_key(key.bytes_.data(), key.bytes_.size(), number, purpose,
                                    bytes_.data()) == 0);
  return key;
}

void prepare() {
  ENSURE(sodium_init() >= 0);
  // A child must not draw what its parent draws.
  static const int at_fork = ::pthread_atfork(nullptr, nullptr, [] { chance().forget(); });
  ENSURE(at_fork == 0);
}

std::string normalised(std::string_view handle) {
  std::string digits;
  const bool international = handle.starts_with('+');
  for (const char c : handle.substr(international ? 1 : 0)) {
    if (c >= '0' && c <= '9') {
      digits.push_back(c);
    } else if (c != ' ' && c != '-') {
      return std::string(handle);
    }
  }
  if (digits.empty()) return std::string(handle);
  // A mainland number has at least 7 digits after the prefix; what is shorter is no prefix at all.
  constexpr std::size_t telephone_digits_min = 7;
  const auto without = [&](std::string_view prefix) {
    if (digits.starts_with(prefix) && digits.size() >= prefix.size() + telephone_digits_min) {
      digits.erase(0, prefix.size());
      return true;
    }
    return false;
  };
  if (international) {
    if (!without("86")) digits.insert(0, "+");
  } else {
    without("0086");
  }
  return digits;
}

PersonId person_of(const Key& secret, std::string_view handle) {
  const std::string who = normalised(handle);
  PersonId person;
  ENSURE(crypto_generichash(person.data(), person.size(), raw(std::string_view(who)), who.size(),
                            secret.data(), Key::size()) == 0);
  return person;
}

PersonId random_person() {
  PersonId person;
  chance().fill(person.data(), person.size());
  return person;
}

SealedField seal_words(const PersonKey& key, const PersonId& person, Position position,
                       std::string_view field, std::string_view words) {
  std::array<std::uint8_t, nonce_bytes + salt_bytes> drawn;
  chance().fill(drawn.data(), drawn.size());
  const std::string_view nonce_and_salt(reinterpret_cast<const char*>(drawn.data()), drawn.size());
  std::string salted;
  salted.reserve(salt_bytes + words.size());
  salted.append(nonce_and_salt.substr(nonce_bytes)).append(words);

  SealedField out;
  out.key_version = key.version;
  out.commitment = commitment(salted);
  out.sealed.person = person;
  out.sealed.position = position;
  out.sealed.field = field;
  out.sealed.bytes.reserve(nonce_bytes + salted.size() + tag_bytes);
  out.sealed.bytes.assign(nonce_and_salt.substr(0, nonce_bytes));
  encrypt(key.key, salted, place(position, field, person, key.version), out.sealed.bytes);
  sodium_memzero(salted.data(), salted.size());
  return out;
}

Result<Opened> open_words(const PersonKey& key, const log::Sealed& sealed) {
  std::string salted;
  const std::string ad = place(sealed.position, sealed.field, sealed.person, key.version);
  if (!decrypt(key.key, sealed.bytes, ad, salted) || salted.size() < salt_bytes) {
    return Error{Fault::corrupt, "the sealed words of field " + sealed.field + " at position " +
                                     std::to_string(sealed.position.value) +
                                     " do not open under their person's key"};
  }
  Opened out;
  out.commitment = commitment(salted);
  out.words = salted.substr(salt_bytes);
  sodium_memzero(salted.data(), salted.size());
  return out;
}

std::string wrap(const Key& wrapping, const Key& key, std::string_view about) {
  std::string out(nonce_bytes, '\0');
  chance().fill(raw(out), out.size());
  encrypt(wrapping, {reinterpret_cast<const char*>(key.data()), Key::size()}, about, out);
  return out;
}

Result<Key> unwrap(const Key& wrapping, std::string_view wrapped, std::string_view about) {
  std::string plain;
  if (!decrypt(wrapping, wrapped, about, plain) || plain.size() != Key::size()) {
    return Error{Fault::corrupt, "a key in the key store does not open under this master key"};
  }
  Key key;
  std::copy(plain.begin(), plain.end(), key.data());
  sodium_memzero(plain.data(), plain.size());
  return key;
}

}  // namespace engine::keys
