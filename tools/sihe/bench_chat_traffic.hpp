// Traffic of a chat for `sihe bench chat`: messages of residents in groups, each a report, told as
// OneBot v11 implementations tell them, at a fixed rate. Each is due at its time whether or not
// those before it were answered (an open loop), so what waits counts.
//
// Source: botuniverse/onebot-11, communication/{http-post,ws-reverse}.md; RFC 6455, 5.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/error.hpp"

namespace tools::bench {

enum class Way : std::uint8_t { posts, sockets, both };  // both: every second message each

struct TrafficWanted {
  std::uint16_t port = 0;  // on 127.0.0.1
  double rate = 5'000;     // messages a second
  unsigned seconds = 10;
  Way way = Way::both;
  std::size_t connections = 512;  // that POSTs are sent over, one at a time on each
  std::uint64_t first = 1;        // the first message's id; one more for each further one
  std::string secret;
  std::string access_token;
  std::vector<std::string> groups;
};

constexpr std::size_t websockets = 4;  // reverse WebSockets with the role Universal

struct TrafficDone {
  std::uint64_t sent = 0;
  double seconds = 0;                  // from the first message to the last answer
  double client_seconds = 0;           // of a processor, used by the traffic itself
  std::vector<double> posts_ms;        // from when a message was due to its answer
  std::vector<double> sockets_ms;      // the same of those over WebSockets
  std::vector<std::uint64_t> numbers;  // of issues, as the answers tell them
  std::uint64_t unlike = 0;            // answers without a number
  std::uint64_t unanswered = 0;        // half a minute after the last message
};

// Sends all, does what it is asked to say, and returns when all is answered, or nothing more is
// waited for. Blocks; the calling thread does all of it.
// storage: nobody listens there, a WebSocket is refused, or a connection ends before its time.
engine::Result<TrafficDone> run_traffic(const TrafficWanted& wanted);

}  // namespace tools::bench
