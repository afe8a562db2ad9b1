// Actions on their way: over the WebSockets that implementations have opened to us, else over the
// HTTP API of one; and what became of each.
//
// Promises: each action is told of once. Whoever opens a connection anew, for the same account and
// role, takes the place of the old one.
//
// Threads: any. What is given is called once, without a lock held, from any: a thread of its own
// looks at the deadlines.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/chat/message.hpp"
#include "adapters/http/message.hpp"
#include "adapters/onebot/access.hpp"
#include "adapters/onebot/action.hpp"

namespace adapters::onebot {

constexpr std::size_t actions_under_way_max = 4096;
constexpr std::size_t connections_max = 64;
constexpr std::size_t postponed_max = 1024;

// What came of a POST to the HTTP API.
struct Posted {
  chat::Sent sent = chat::Sent::later;  // done: it was answered, whatever with
  unsigned status = 0;                  // of the answer
  std::string body;                     // of the answer; why there is none, for the operator
};

// Posts JSON to the API: `path` is "/send_group_msg". Calls `done` once.
using PostAction =
    std::function<void(std::string path, std::string body, std::function<void(Posted)> done)>;

// `why`: a sentence for the operator where it was not done.
using Done = std::function<void(chat::Sent, std::string why)>;

class Actions {
 public:
  using Clock = std::chrono::steady_clock;

  // `post` may be empty: there is no HTTP API.
  Actions(std::chrono::milliseconds outcome_wait, PostAction post);
  ~Actions();
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  // A connection that is open: its number, for the calls below. 0: there are too many.
  std::uint64_t open(std::string self_id, Role role, std::shared_ptr<http::Line> line);
  // Actions that it was asked for and has not told of are doubtful.
  void close(std::uint64_t connection);
  void take(std::uint64_t connection, const Outcome& outcome);

  // The accounts that can be asked now, over a WebSocket.
  std::vector<std::string> accounts() const;

  // Asks the implementation that runs for the account; "" if any will do.
  void act(const std::string& self_id, const Action& action, Done done);

  // Calls it later. False: too much waits, it will not be called.
  bool postpone(std::chrono::milliseconds wait, std::function<void()> call);

  // What is under way becomes doubtful; what was postponed is forgotten, what comes is for later.
  void stop();

 private:
  struct Connection {
    std::string self_id;
    Role role = Role::none;
    std::shared_ptr<http::Line> line;
  };
  struct UnderWay {
    std::uint64_t connection = 0;
    Clock::time_point due;
    Done done;
  };

  std::pair<std::uint64_t, std::shared_ptr<http::Line>> find(const std::string& self_id) const;
  void post(const Action& action, Done done);
  void wake(Clock::time_point due);
  void watch();
  std::vector<std::function<void()>> take_due(Clock::time_point now);

  const std::chrono::milliseconds outcome_wait_;
  const PostAction post_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Connection> connections_;
  std::map<std::uint64_t, UnderWay> under_way_;  // by echo: the oldest, and first due, in front
  std::multimap<Clock::time_point, std::function<void()>> postponed_;
  Clock::time_point asleep_until_ = Clock::time_point::min();
  std::uint64_t last_number_ = 0;
  bool stopped_ = false;
  std::thread watcher_;
};

}  // namespace adapters::onebot
