// What POSTs and WebSockets share: from an event to the desk, from there back. Internal to
// adapters/onebot. Threads: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/onebot/event.hpp"
#include "adapters/onebot/gateway.hpp"

namespace adapters::onebot {

inline constexpr std::string_view post_path = "/onebot";
inline constexpr std::string_view socket_path = "/onebot/ws";

constexpr std::size_t homes_max = 20'000;
constexpr int tries_max = 6;  // of the desk for one message, and of an answer

class Gateway::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(Config config, chat::Desk& desk, intake::Hold hold, PostAction post, Waits waits);

  // A POST /onebot.
  void post(const http::Request& request, const http::Reply& reply);
  // A GET /onebot/ws.
  void open(const http::Request& request, const http::Reply& reply);

  // What comes over a WebSocket.
  void opened(Role role);
  void hear(std::uint64_t connection, const std::string& self_id, std::string text);

  // See gateway.hpp.
  engine::Result<chat::Message> read_again(const intake::Letter& letter) const;

  void send(const chat::Outgoing& message, Done done);
  // Gives the desk nothing more.
  void stop();

  Actions& actions() { return actions_; }
  intake::Traffic& traffic() { return traffic_; }

 private:
  struct Heard;  // a message from a WebSocket on its way to its answer

  void refuse_unsigned(Access access, const http::Request& request, const http::Reply& reply);
  void refuse_unreadable(const std::string& why, const http::Request& request,
                         const http::Reply& reply);
  void keep(intake::Letter letter, std::function<void(intake::Held)> done);
  void ask_for(std::shared_ptr<Heard> heard);
  void answered(const std::shared_ptr<Heard>& heard, const chat::Answer& answer);
  void say(std::shared_ptr<Heard> heard);
  bool again(const std::shared_ptr<Heard>& heard, void (Core::*step)(std::shared_ptr<Heard>));
  void count(chat::Heard heard);
  void note_home(const Event& event);
  std::string home_of(const chat::Outgoing& message) const;
  void send_by(std::vector<std::string> accounts, const Action& action, Done done);
  void note(chat::Sent sent, const std::string& why);

  const Config config_;
  chat::Desk& desk_;
  const intake::Hold hold_;
  const Waits waits_;
  intake::Traffic traffic_;
  std::atomic<bool> stopped_{false};
  mutable std::mutex mutex_;
  // Which of our accounts is spoken to in a group, or by a person.
  std::unordered_map<std::string, std::string> homes_;
  Actions actions_;
};

}  // namespace adapters::onebot
