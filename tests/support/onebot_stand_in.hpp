// A stand-in for an implementation of OneBot v11, as NapCat or go-cqhttp are: it speaks the public
// protocol and nothing else. It tells events by HTTP POST, signed, and over reverse WebSockets of
// all three roles, which it opens again when they end; it may repeat and shuffle them. It does what
// it is asked for, and writes down what it was asked to say.
//
// Threads: one for each WebSocket; all calls from any.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/http_client.hpp"

namespace support {

class WebSocketClient;

class OnebotStandIn {
 public:
  struct Options {
    std::uint16_t port = 0;  // of the service, on 127.0.0.1
    std::string self_id = "10001";
    std::string secret = {};
    std::string access_token = {};
  };

  // What it was asked to say.
  struct Said {
    std::string by;     // "send_group_msg", "send_private_msg", "send_msg" or "quick_reply"
    std::string group;  // "": to the user alone
    std::string user;   // in a group: who is mentioned; "" if nobody is
    std::string text;
  };

  // What becomes of an action.
  enum class Manner : std::uint8_t { done, failed, silent };

  explicit OnebotStandIn(Options options);
  ~OnebotStandIn();
  OnebotStandIn(const OnebotStandIn&) = delete;
  OnebotStandIn& operator=(const OnebotStandIn&) = delete;

  // A message in a group, or (group "") to the account alone. In a group the account is mentioned.
  std::string message(std::string_view group, std::string_view user, std::string_view words,
                      std::int64_t message_id) const;

  // Tells the event by POST. A quick reply is taken for said. The answer; nothing if there is none.
  std::optional<HttpAnswer> post(const std::string& event);
  // The same event to where `port` says, from now on: the service has been started anew.
  void move_to(std::uint16_t port) { port_ = port; }

  // Opens a WebSocket, "API", "Event" or "Universal", and returns when it is open; false if it is
  // refused. From then on it is opened again whenever it ends.
  bool connect(const std::string& role);
  // Ends all of them once; they come again by themselves.
  void drop_connections();
  // Tells the event over a WebSocket for events; waits for one.
  void tell(const std::string& event);
  // Tells each of them so many times, all in an order that the seed makes.
  void tell_shuffled(const std::vector<std::string>& events, int times, unsigned seed);

  void treat_actions(Manner manner) { manner_ = manner; }

  std::vector<Said> said() const;
  // Waits until it was asked to say that many things. False: 20 s went by.
  bool wait_until_said(std::size_t count) const;

 private:
  struct Socket;

  std::string headers(const std::string& role) const;
  void keep_open(Socket& socket);
  void listen(Socket& socket, const std::shared_ptr<WebSocketClient>& client);
  std::string do_action(const std::string& frame);
  void note(Said said);

  const Options options_;
  std::atomic<std::uint16_t> port_;
  std::atomic<Manner> manner_{Manner::done};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<Said> said_;
  std::int64_t last_message_id_ = 0;
  bool stopping_ = false;
};

}  // namespace support
