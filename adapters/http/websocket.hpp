// A connection that has become a WebSocket (RFC 6455): messages to our end, and its messages out.
// Internal to adapters/http. Lives on its loop's thread; only the Line is for any thread.
//
// Promises
//   - A message is given whole and as UTF-8, or the socket is closed: 1009 too long, 1003 no text,
//     1007 no UTF-8.
//   - Pings are answered. Who is silent is pinged, then cut off; who takes nothing is cut off, too.
//   - What waits unsent is bounded. When the server stops, the other side is told so (1001).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/http/loop.hpp"

namespace adapters::http {

class Upgraded {
 public:
  virtual ~Upgraded() = default;
  // The Line has something: sends it.
  virtual void flush() = 0;
  virtual void sweep(Clock::time_point now) = 0;
  // The server stops: says goodbye.
  virtual void go_away() = 0;
  // At once, without a word.
  virtual void cut() = 0;
};

// Answers the handshake on the socket and goes on from there. `exchange` is the handshake's, which
// wakes its connection; `ended` is called once, when the socket has closed.
std::shared_ptr<Upgraded> upgrade(Loop& loop, Socket socket, std::shared_ptr<WebSocket> end,
                                  std::shared_ptr<Exchange> exchange, std::function<void()> ended);

}  // namespace adapters::http
