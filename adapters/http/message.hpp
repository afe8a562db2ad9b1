// What goes over HTTP as plain values: the API (api.hpp) turns a Request into a Response and knows
// no socket; the server (server.hpp) moves both over connections and knows no issue.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adapters::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

// The value of the field of that name, case-insensitively; nothing if there is none.
std::optional<std::string_view> find_field(const Fields& fields, std::string_view name);

struct Request {
  std::string method;  // "GET"
  std::string path;    // percent-decoded, without the query: "/v1/issues"
  Fields query;        // decoded, in order; names may repeat
  Fields headers;      // as they came
  std::string body;
  std::string peer;  // address of the other side, for logs and limits
};

// A response without an end (text/event-stream). The server pulls; used by one thread at a time.
class Stream {
 public:
  virtual ~Stream() = default;
  // The next bytes to send, at most about 64 KiB; "" if there are none at the moment; nothing when
  // the stream is over. Must be quick.
  virtual std::optional<std::string> next() = 0;
  // `wake` is to be called, from any thread and at most until `this` is destroyed, whenever next()
  // may have something again. Called once, before the first next().
  virtual void on_more(std::function<void()> wake) = 0;
};

// The way out of a WebSocket. Called from any thread, after its end too: then to no effect.
class Line {
 public:
  virtual ~Line() = default;
  // Puts a text message behind those before it. False, and nothing is sent: it has closed, or more
  // waits unsent than may. Requires: UTF-8.
  virtual bool send(std::string text) = 0;
  // Says goodbye (1000) behind what was sent before, and closes.
  virtual void close() = 0;
};

// Our end of a WebSocket (RFC 6455) that a request was answered with. Called by one network thread;
// must not block. Either none of it is called, since the other side had gone, or on_open() first
// and on_closed() last, once each. Binary messages are not taken: they close it.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  virtual void on_open(std::shared_ptr<Line> line) = 0;
  virtual void on_text(std::string text) = 0;  // a whole message, UTF-8
  virtual void on_closed() = 0;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  Fields headers;  // beside Content-Type, Content-Length, Date, Connection
  std::string body;
  std::shared_ptr<Stream> stream;  // set: `body` is empty and this is sent instead, chunked
  // Set: nothing else counts, and the connection becomes this (101) if the request was an opening
  // handshake; if not, it is answered 426 or 400.
  std::shared_ptr<WebSocket> socket;
};

// Answers one request, exactly once, from any thread, now or later.
using Reply = std::function<void(Response)>;
// Called on a network thread; must not block. Requires nothing of the request.
using Handler = std::function<void(Request, Reply)>;

}  // namespace adapters::http
