// What proves that a message comes from whom it claims to come from: the digests, signatures and
// ciphers that counterparts ask for, and a comparison that tells nothing by its time. OpenSSL is
// seen here only.
//
// SHA-1 and CBC are none of our choice: the protocols of WeCom and OneBot prescribe them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace adapters::signing {

constexpr std::size_t aes_key_bytes = 32;
constexpr std::size_t aes_block_bytes = 16;

// FIPS 180-4, in 40 lower-case hexadecimal digits.
std::string sha1_hex(std::string_view bytes);

// RFC 2104 with SHA-1, in 40 lower-case hexadecimal digits.
std::string hmac_sha1_hex(std::string_view key, std::string_view message);

// RFC 2104 with SHA-256, 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

// Whether both are the same bytes. Its time depends on their lengths, not on where they differ.
bool same(std::string_view a, std::string_view b);

// RFC 4648, 4, with padding. Nothing: a length that is no multiple of four, or a foreign character.
// Bits of the last character that belong to no byte are passed over: WeCom's keys have some.
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

// AES-256-CBC without padding. Requires: key and vector have their sizes, the bytes are whole
// blocks.
std::string aes_256_cbc_encrypted(std::string_view key, std::string_view vector,
                                  std::string_view bytes);
std::string aes_256_cbc_decrypted(std::string_view key, std::string_view vector,
                                  std::string_view bytes);

}  // namespace adapters::signing
