// Everything that the server bounds, by name.
#pragma once

#include <chrono>
#include <cstddef>

namespace adapters::http {

struct Limits {
  using Time = std::chrono::milliseconds;

  // One request. Over them: 414, 431, 431, 413.
  std::size_t target_bytes_max = 8 * 1024;
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t header_fields_max = 100;
  std::size_t body_bytes_max = 256 * 1024;

  // One connection.
  std::size_t keep_alive_requests_max = 100'000;    // the answer to the last one closes
  std::size_t pipelining_max = 32;                  // unanswered; more are not read until then
  std::size_t output_bytes_max = 1024 * 1024;       // unsent; over it, no request is read
  std::size_t stream_output_bytes_max = 64 * 1024;  // unsent; over it, a stream is not asked

  // One WebSocket.
  std::size_t message_bytes_max = 40 * 1024;           // of a message that comes; 1009 and close
  std::size_t message_output_bytes_max = 1024 * 1024;  // unsent; over it, no message is taken
  Time silence_time{60'000};  // without a frame; pinged after half of it, then cut off

  // All of them. Over it: 503 and close.
  std::size_t connections_max = 1024;

  // No time is cut short; each may be longer by twice sweep_every.
  Time idle_time{75'000};         // between requests; then closed without a word
  Time header_read_time{10'000};  // from a request's first byte to the end of its header; 408
  Time body_read_time{10'000};    // for each further body_progress_bytes of a body; 408
  std::size_t body_progress_bytes = 4 * 1024;
  Time answer_time{60'000};  // from a request to the handler's reply; 504 and close
  Time write_time{30'000};   // without the other side taking a byte; then cut off
  Time linger_time{2'000};   // for the other side to close first, so that it sees the last answer
  Time sweep_every{250};     // how often the deadlines are looked at
};

}  // namespace adapters::http
