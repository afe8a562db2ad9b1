// A client that can be as rude as a test needs: it sends bytes, whatever they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace support {

struct HttpAnswer {
  unsigned status = 0;
  std::string head;  // status line and headers, as they came
  std::string body;  // chunks joined

  // The value of a header, "" if there is none. Names as the server writes them.
  std::string header(std::string_view name) const;
};

class HttpClient {
 public:
  // Connects to 127.0.0.1. `receive_bytes` > 0 makes the window that small.
  explicit HttpClient(std::uint16_t port, int receive_bytes = 0);
  ~HttpClient();
  // Nothing if nobody listens.
  static std::unique_ptr<HttpClient> try_connect(std::uint16_t port);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // False: the other side has gone.
  bool send(std::string_view bytes);
  void finish_sending();

  // The next answer; nothing if the connection ends first, or after 20 s.
  std::optional<HttpAnswer> answer(bool to_head = false);
  // Everything up to and with `mark`; what has come so far if the connection ends before.
  std::string read_until(std::string_view mark);
  // That many; fewer if the connection ends before, or after 20 s.
  std::string read_bytes(std::size_t size);
  // Ends the connection under whoever reads from it; from any thread.
  void cut();
  // Waits for the end. False: bytes came, or 20 s went by.
  bool closed();

 private:
  HttpClient() = default;
  bool connect(std::uint16_t port, int receive_bytes);
  bool read_some();

  int socket_ = -1;
  std::string unread_;
};

}  // namespace support
