// WeCom's envelope: what it sends to a callback is signed and encrypted with the account's keys,
// and so is what it is answered with. Pure.
//
// Source: developer.work.weixin.qq.com, documents 90930 (configuration of callbacks) and 90968
// (encryption). Signature: SHA-1 over token, time, nonce and ciphertext, sorted and joined. Cipher:
// AES-256-CBC, vector = the key's first 16 bytes, over 16 random bytes ‖ length (4, big-endian) ‖
// message ‖ receiver, padded by PKCS#7 to a multiple of 32, in base64.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace adapters::wecom {

constexpr std::size_t encoding_aes_key_chars = 43;
constexpr std::size_t salt_bytes = 16;    // random, in front of each message
constexpr std::size_t padded_bytes = 32;  // a padded message is a multiple of it

// The numbers are those of WeCom's own libraries.
enum class Flaw : int {
  signature = -40001,
  document = -40002,  // XML or JSON that is none, or lacks what it must have
  aes_key = -40004,
  receiver = -40005,
  buffer = -40008,  // what was decrypted has no such form
  base64 = -40010,
  // Ours, not theirs.
  stale = -1,   // outside the time window
  reused = -2,  // the nonce came before with another content
  busy = -3,    // more requests than can be remembered: later
};

struct Trouble {
  Flaw flaw;
  std::string detail;  // one sentence for the operator; says nothing of the keys
};

template <class T>
using Outcome = boost::system::result<T, Trouble>;

[[noreturn]] void throw_exception_from_error(const Trouble& trouble,
                                             const boost::source_location& where);

// What was entered in WeCom's console.
struct Account {
  std::string token;
  std::string aes_key;   // 32 bytes
  std::string receiver;  // the corp id (for a suite its id, for an intelligent robot "")
};

// aes_key: not 43 characters of base64.
Outcome<Account> make_account(std::string token, std::string_view encoding_aes_key,
                              std::string receiver);

// SHA-1 over the sorted and joined parts, in lower-case hexadecimal digits.
std::string signature_of(std::vector<std::string_view> parts);

// What stands in the query of every callback, decoded.
struct Envelope {
  std::string_view signature;  // msg_signature
  std::string_view timestamp;
  std::string_view nonce;
};

// Verifies the signature, and only then decrypts: the message.
// signature, base64, buffer, receiver: not from WeCom, or not for this account.
Outcome<std::string> unseal(const Account& account, const Envelope& envelope,
                            std::string_view encrypted);

// The ciphertext of a message. Requires: `salt` is salt_bytes of randomness.
std::string encrypt(const Account& account, std::string_view message, std::string_view salt);

}  // namespace adapters::wecom
