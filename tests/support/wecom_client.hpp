// Somebody like WeCom, who speaks only the public protocol: he signs and encrypts with his own code
// (OpenSSL), sends his messages to a callback as often and in whatever order he is told, and reads
// the passive replies. Nothing of the program's is used.
//
// Source: developer.work.weixin.qq.com, documents 90930, 90968, 90239.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

// How a request of his goes out: "POST", "/wecom/callback?…" (encoded), body; status and body of
// what comes back.
struct WecomAnswer {
  unsigned status = 0;
  std::string body;
};
using HttpSend = std::function<WecomAnswer(const std::string& method, const std::string& target,
                                           const std::string& body)>;

struct WecomKeys {
  std::string token = "QDG6eK";
  std::string encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
  std::string receiver = "wx5823bf96d3bd56c7";
};

// What he sends, ready to go, so that the same can go again.
struct WecomRequest {
  std::string target;
  std::string body;
  bool json = false;
};

class WecomClient {
 public:
  // `now`: seconds since 1970.
  WecomClient(WecomKeys keys, HttpSend send, std::function<std::int64_t()> now)
      : keys_(std::move(keys)), send_(std::move(send)), now_(std::move(now)) {}

  // The inner documents. Each message has an id of its own.
  std::string text(const std::string& from, const std::string& words);
  std::string event(const std::string& from, const std::string& event) const;
  // To an intelligent robot in a group, in JSON.
  std::string robot_text(const std::string& from, const std::string& chat,
                         const std::string& words);

  // The document in its envelope, with a nonce and a salt of its own.
  WecomRequest sealed(const std::string& document, bool json = false);
  WecomRequest sealed_with(const std::string& document, const std::string& receiver, bool json);

  // Sends it; the words of the passive reply. "" where nothing was said; nothing where it was not
  // answered 200. Fails hard if a reply is not what the protocol wants.
  std::optional<std::string> post(const WecomRequest& request);
  WecomAnswer post_raw(const WecomRequest& request);
  // Sends what somebody writes to the application.
  std::optional<std::string> say(const std::string& from, const std::string& words) {
    return post(sealed(text(from, words)));
  }

  // Every request so often, in an order that the seed gives; the replies in the order of sending,
  // each with the place of its request.
  std::vector<std::pair<std::size_t, std::optional<std::string>>> post_all(
      const std::vector<WecomRequest>& requests, int times, std::uint32_t seed);

  // The check of the address: what the callback answers to it.
  WecomAnswer check_address(const std::string& echo);

  std::string encrypted(std::string_view plain, std::string_view receiver);
  // What an encrypted reply says; fails hard if it is not for this account.
  std::string decrypted(std::string_view base64) const;
  std::string signature(const std::string& timestamp, const std::string& nonce,
                        const std::string& encrypted) const;

 private:
  std::string query(const std::string& encrypted);
  std::string words_of(const std::string& reply, bool json) const;
  std::string key() const;

  WecomKeys keys_;
  HttpSend send_;
  std::function<std::int64_t()> now_;
  std::uint64_t messages_ = 7'000'000'000'000'000'000;
  std::uint32_t nonces_ = 1'372'623'149;
};

}  // namespace support
