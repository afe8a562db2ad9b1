// The program serving a data folder in a process of its own, as an operator runs it; it can be
// stopped, killed and started again.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/http_client.hpp"

namespace support {

class Serving {
 public:
  // Starts `sihe serve --port 0` with these arguments and waits until it listens. Fails hard if it
  // ends instead; what it wrote is in the message.
  explicit Serving(std::vector<std::string> arguments);
  ~Serving();  // asks it to end, and waits
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  std::uint16_t port() const { return port_; }
  void stop();   // SIGTERM, and waits
  void kill();   // SIGKILL, and waits
  void start();  // again, on another port

  // One request over a connection of its own. Fails hard if there is no answer.
  HttpAnswer ask(std::string_view method, std::string_view target, std::string_view body = {},
                 std::string_view token = {}) const;

 private:
  void end(int signal);

  const std::vector<std::string> arguments_;
  pid_t process_ = -1;
  int errors_ = -1;  // the process' stderr
  std::uint16_t port_ = 0;
};

}  // namespace support
