// What a request says of becoming a WebSocket: the opening handshake of RFC 6455, 4.2.1. Pure.
// Internal to adapters/http.
#pragma once

#include <optional>
#include <string>

#include "adapters/http/message.hpp"
#include "adapters/http/request_reader.hpp"

namespace adapters::http {

struct Upgrade {
  bool asked = false;     // the handshake is whole and right: nothing may follow before its answer
  unsigned status = 426;  // otherwise: with what it is refused, if a WebSocket would be the answer
  std::string_view detail = "Only a WebSocket is served here: send Upgrade and Connection.";
  std::string key;  // Sec-WebSocket-Key
};

Upgrade read_upgrade(const Request& request, RequestReader::Manner manner);

// The answer to a handshake that is not right. Requires: !upgrade.asked.
Response refused_upgrade(const Upgrade& upgrade);

}  // namespace adapters::http
