// An HTTP(S) client that waits for nobody: requests are put in, answers come back by a callback.
// The only place that sees libcurl.
//
// Promises
//   - TLS certificates and names are verified. No redirect is followed, no cookie kept, no proxy of
//     the environment used.
//   - Every request ends: answered, or failed with what is known of whether it left.
//   - Bounded: queue_max requests at a time, of them running_max on the way; connect_max to
//     connect, its own deadline for all of it; body_bytes_max and headers_bytes_max of an answer.
//
// Threads: ask() and stop() from any; `done` is called once, on the client's own thread or, where
// nothing was begun, on the caller's; it must be quick and must not throw.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/error.hpp"

namespace adapters::client {

constexpr std::size_t queue_max = 1'024;
constexpr std::size_t running_max = 64;
constexpr std::size_t connections_per_host_max = 8;
constexpr std::size_t body_bytes_max = 256 * 1024;
constexpr std::size_t headers_bytes_max = 64 * 1024;
constexpr std::size_t request_bytes_max = 1024 * 1024;
constexpr std::chrono::seconds connect_max{10};
constexpr std::chrono::seconds wait_default{30};

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string url;  // http:// or https://
  Fields headers;
  std::string body;
  std::string method = "POST";  // or "GET", without a body
  std::chrono::milliseconds wait_max = wait_default;
  // It opens a connection of its own. On one that stood idle libcurl sends a request again if the
  // other side hangs up before it answers, and that may have been after it did what was asked.
  bool never_twice = false;
};

struct Answer {
  unsigned status = 0;
  Fields headers;
  std::string body;
  bool is_whole = true;  // false: the body was longer than body_bytes_max, this is its beginning
  std::optional<std::chrono::seconds> retry_after;  // what the header of that name asks for

  // The first header of that name, whatever its case; nothing if there is none.
  std::optional<std::string_view> header(std::string_view name) const;
};

enum class Left : std::uint8_t {
  no,       // the other side has not seen the request
  unknown,  // it may have, and may have done what it asks for
};
struct Failed {
  Left left = Left::unknown;
  std::string why;  // one sentence for the operator
};

using Outcome = std::variant<Answer, Failed>;
using Done = std::function<void(Outcome)>;

struct Options {
  std::string ca_file;  // "": the system's
  std::string proxy;    // "": none
};

class Client {
 public:
  // storage: libcurl cannot be started.
  static engine::Result<std::unique_ptr<Client>> start(Options options = {});
  // As stop().
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Failed at once, and not left: the queue is full, the client was stopped, the request cannot be
  // meant (a line break in a header, another protocol, too large).
  void ask(Request request, Done done);
  void post(Request request, Done done);  // ask() with POST

  // Gives up what is under way, soon: each is failed. Blocks until all were called.
  void stop();

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace adapters::client
