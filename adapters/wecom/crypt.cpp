#include "adapters/wecom/crypt.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "adapters/signing/signing.hpp"
#include "engine/core/ensure.hpp"

namespace adapters::wecom {
namespace {

constexpr std::size_t length_bytes = 4;

Trouble buffer(std::string detail) { return {Flaw::buffer, std::move(detail)}; }

// Bytes of padding; 0 if it is none.
std::size_t padding_of(std::string_view padded) {
  const std::size_t count = static_cast<unsigned char>(padded.back());
  if (count == 0 || count > padded_bytes || count > padded.size()) return 0;
  const std::string_view padding = padded.substr(padded.size() - count);
  return std::all_of(padding.begin(), padding.end(), [&](char c) { return c == padded.back(); })
             ? count
             : 0;
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t out = 0;
  for (const char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

std::string_view vector_of(const Account& account) {
  return std::string_view(account.aes_key).substr(0, signing::aes_block_bytes);
}

}  // namespace

void throw_exception_from_error(const Trouble& trouble, const boost::source_location&) {
  throw std::runtime_error(trouble.detail);
}

Outcome<Account> make_account(std::string token, std::string_view encoding_aes_key,
                              std::string receiver) {
  if (encoding_aes_key.size() == encoding_aes_key_chars) {
    if (auto key = signing::from_base64(std::string(encoding_aes_key) + "=")) {
      return Account{std::move(token), *std::move(key), std::move(receiver)};
    }
  }
  return Trouble{Flaw::aes_key, "the EncodingAESKey must be 43 characters of base64"};
}

std::string signature_of(std::vector<std::string_view> parts) {
  std::sort(parts.begin(), parts.end());
  std::string joined;
  for (const std::string_view part : parts) joined += part;
  return signing::sha1_hex(joined);
}

Outcome<std::string> unseal(const Account& account, const Envelope& envelope,
                            std::string_view encrypted) {
  const std::string ours =
      signature_of({account.token, envelope.timestamp, envelope.nonce, encrypted});
  if (!signing::same(ours, envelope.signature)) {
    return Trouble{Flaw::signature, "the signature is not this account's"};
  }
  const auto bytes = signing::from_base64(encrypted);
  if (!bytes) return Trouble{Flaw::base64, "the ciphertext is no base64"};
  if (bytes->empty() || bytes->size() % padded_bytes != 0) {
    return buffer("the ciphertext is no multiple of 32 bytes");
  }
  const std::string padded =
      signing::aes_256_cbc_decrypted(account.aes_key, vector_of(account), *bytes);
  const std::size_t padding = padding_of(padded);
  if (padding == 0) return buffer("what was decrypted is not padded by PKCS#7 to 32");
  std::string_view plain = std::string_view(padded).substr(0, padded.size() - padding);
  if (plain.size() < salt_bytes + length_bytes) {
    return buffer("what was decrypted is shorter than its frame");
  }
  const std::size_t length = big_endian(plain.substr(salt_bytes, length_bytes));
  plain.remove_prefix(salt_bytes + length_bytes);
  if (length > plain.size()) return buffer("the message is shorter than its length says");
  if (!signing::same(plain.substr(length), account.receiver)) {
    return Trouble{Flaw::receiver, "the message is for another receiver than this account"};
  }
  return std::string(plain.substr(0, length));
}

std::string encrypt(const Account& account, std::string_view message, std::string_view salt) {
  ENSURE(salt.size() == salt_bytes && message.size() <= UINT32_MAX);
  std::string plain(salt);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    plain += static_cast<char>(static_cast<unsigned char>(message.size() >> shift));
  }
  plain += message;
  plain += account.receiver;
  const std::size_t padding = padded_bytes - plain.size() % padded_bytes;
  plain.append(padding, static_cast<char>(padding));
  return signing::to_base64(
      signing::aes_256_cbc_encrypted(account.aes_key, vector_of(account), plain));
}

}  // namespace adapters::wecom
