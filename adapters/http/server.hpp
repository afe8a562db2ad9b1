// An HTTP/1.1 server: moves requests to a handler and its answers back, and knows no issue.
//
// Promises
//   - Answers leave in the order of their requests, whenever and on whichever thread they come.
//   - A request reaches the handler only whole, decoded and within the limits; everything else is
//     answered here, as RFC 9457 problem JSON, and the connection closed.
//   - A slow or silent client costs one connection and its deadline, never another client's time.
//   - Whatever the handler answers, no header of it can become two.
//   - A Reply that is dropped unused answers 500, one that comes too late is forgotten.
//
// Threads: `threads` of its own, on which the handler and all streams are called. A Stream is
// destroyed when its client has gone.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "adapters/http/limits.hpp"
#include "adapters/http/message.hpp"
#include "engine/core/error.hpp"

namespace adapters::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6, no name
  std::uint16_t port = 0;             // 0: any that is free
  unsigned threads = 1;
  Limits limits;
};

// What happened since the start; `open` is now.
struct Counters {
  std::uint64_t connections_open = 0;
  std::uint64_t connections = 0;
  std::uint64_t connections_rejected = 0;  // over connections_max
  std::uint64_t requests = 0;              // handed to the handler
  std::uint64_t requests_refused = 0;      // answered here: bad, too large, too slow
  std::uint64_t answers_2xx = 0;
  std::uint64_t answers_3xx = 0;
  std::uint64_t answers_4xx = 0;
  std::uint64_t answers_5xx = 0;
  std::uint64_t handler_faults = 0;  // the handler threw or dropped its Reply
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

class Server {
 public:
  // Listens when it returns. invalid: the address is none, or there are no threads. busy: the port
  // is taken, or may not be used.
  static engine::Result<std::unique_ptr<Server>> start(const ServerOptions& options,
                                                       Handler handler);
  // As stop() without any grace.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  Counters counters() const;  // from any thread

  // Takes no more connections or requests, ends streams, waits up to `grace` for the answers to
  // requests in flight, then closes everything. Blocks; not from the handler. True: nobody was cut
  // off. The handler is not called after it returns; a Reply may be, to no effect.
  bool stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace adapters::http
