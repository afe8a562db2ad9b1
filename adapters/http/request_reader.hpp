// Bytes of one connection as requests. Knows no socket, so that any bytes can be tried on it.
//
// Refuses whatever two readers might read differently (request smuggling): both Content-Length and
// Transfer-Encoding, either of them twice, a coding other than chunked, folded headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "adapters/http/limits.hpp"
#include "adapters/http/message.hpp"

namespace adapters::http {

// A request that is answered by the server itself; nothing after it can be read.
struct Refusal {
  unsigned status = 400;
  std::string_view detail;  // plain ASCII, without quotes or backslashes
};

class RequestReader {
 public:
  enum class Step : std::uint8_t {
    more,     // wants further bytes behind those that were not used
    request,  // take() it
    refused,  // for good, see refusal()
  };
  enum class Phase : std::uint8_t { between, header, body };

  // What the answer to a request must know of it.
  struct Manner {
    bool keep_alive = true;
    bool head_only = false;
    bool http_1_0 = false;
  };

  explicit RequestReader(const Limits& limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Reads from the front of `bytes`; the first `used` of them are done with, the rest must come
  // again, in front of whatever follows.
  Step read(std::string_view bytes, std::size_t& used);

  // After Step::request, once. The peer is left empty.
  Request take();
  Manner manner() const;  // of the request that is being or was last read

  // After Step::refused.
  Refusal refusal() const;

  // Where it stands: in front of a request, in its header or in its body.
  Phase phase() const;

  // The client waits for "100 Continue" before it sends the body. Told once.
  bool take_continue();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace adapters::http
