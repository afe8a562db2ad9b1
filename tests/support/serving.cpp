#include "tests/support/serving.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <stdexcept>
#include <utility>

#include "tests/support/places.hpp"
#include "tests/support/process.hpp"

namespace support {
namespace {

constexpr std::string_view before_port = "on http://127.0.0.1:";

// What the process writes, until it says where it listens or ends.
std::string read_until_listening(int errors) {
  std::string out;
  char piece[4096];
  for (;;) {
    const std::size_t at = out.find(before_port);
    if (at != std::string::npos && out.find(',', at) != std::string::npos) return out;
    const ssize_t got = ::read(errors, piece, sizeof piece);
    if (got <= 0) return out;
    out.append(piece, static_cast<std::size_t>(got));
  }
}

}  // namespace

Serving::Serving(std::vector<std::string> arguments) : arguments_(std::move(arguments)) { start(); }

Serving::~Serving() { stop(); }

void Serving::start() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> line = {program().string(), "serve", "--port", "0"};
  line.insert(line.end(), arguments_.begin(), arguments_.end());
  process_ = spawn_sihe(line, ends[1]);
  ::close(ends[1]);
  errors_ = ends[0];
  const std::string said = read_until_listening(errors_);
  const std::size_t at = said.find(before_port);
  if (at == std::string::npos) {
    stop();
    throw std::runtime_error("it does not serve: " + said);
  }
  const char* digits = said.data() + at + before_port.size();
  std::from_chars(digits, said.data() + said.size(), port_);
}

void Serving::stop() { end(SIGTERM); }
void Serving::kill() { end(SIGKILL); }

void Serving::end(int signal) {
  if (process_ > 0) {
    ::kill(process_, signal);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
  }
  if (errors_ >= 0) ::close(std::exchange(errors_, -1));
}

HttpAnswer Serving::ask(std::string_view method, std::string_view target, std::string_view body,
                        std::string_view token) const {
  std::string request(method);
  request += " " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
  if (!token.empty()) request += "Authorization: Bearer " + std::string(token) + "\r\n";
  if (!body.empty() || method == "POST") {
    request +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  HttpClient client(port_);
  client.send(request + "\r\n" + std::string(body));
  auto answer = client.answer();
  if (!answer) throw std::runtime_error("no answer to " + std::string(target));
  return *std::move(answer);
}

}  // namespace support
