#include "adapters/signing/signing.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "engine/core/ensure.hpp"

namespace adapters::signing {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex_of(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += {digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  // A null key would mean "the key of the last call".
  const unsigned char* from =
      key.empty() ? reinterpret_cast<const unsigned char*>("") : bytes_of(key);
  ENSURE(::HMAC(digest, from, static_cast<int>(key.size()), bytes_of(message), message.size(),
                out.data(), &size) != nullptr);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string cipher(bool encrypts, std::string_view key, std::string_view vector,
                   std::string_view bytes) {
  ENSURE(key.size() == aes_key_bytes && vector.size() == aes_block_bytes);
  ENSURE(bytes.size() % aes_block_bytes == 0);
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  ENSURE(context != nullptr);
  std::string out(bytes.size() + aes_block_bytes, '\0');
  auto* const to = reinterpret_cast<unsigned char*>(out.data());
  int written = 0;
  int rest = 0;
  ENSURE(EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, bytes_of(key),
                           bytes_of(vector), encrypts ? 1 : 0) == 1);
  ENSURE(EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1);
  ENSURE(EVP_CipherUpdate(context.get(), to, &written, bytes_of(bytes),
                          static_cast<int>(bytes.size())) == 1);
  ENSURE(EVP_CipherFinal_ex(context.get(), to + written, &rest) == 1);
  out.resize(static_cast<std::size_t>(written + rest));
  return out;
}

std::array<std::int8_t, 256> values_of_alphabet() {
  std::array<std::int8_t, 256> out{};
  out.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  return out;
}

}  // namespace

std::string sha1_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  ENSURE(EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha1(), nullptr) == 1);
  return hex_of({reinterpret_cast<const char*>(out.data()), size});
}

std::string hmac_sha1_hex(std::string_view key, std::string_view message) {
  return hex_of(hmac(EVP_sha1(), key, message));
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  return hmac(EVP_sha256(), key, message);
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::string> from_base64(std::string_view text) {
  static const auto values = values_of_alphabet();
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  text.remove_suffix(padding);
  std::string out;
  out.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const auto value = values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffffffU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(static_cast<unsigned char>(bits >> held));
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t given = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto byte = i < given ? static_cast<unsigned char>(bytes[at + i]) : 0U;
      bits = bits << 8 | byte;
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= given ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
  return out;
}

std::string aes_256_cbc_encrypted(std::string_view key, std::string_view vector,
                                  std::string_view bytes) {
  return cipher(true, key, vector, bytes);
}

std::string aes_256_cbc_decrypted(std::string_view key, std::string_view vector,
                                  std::string_view bytes) {
  return cipher(false, key, vector, bytes);
}

}  // namespace adapters::signing
