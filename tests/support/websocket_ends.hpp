// Our ends of WebSockets, for tests of the server.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/http/message.hpp"

namespace support {

// Our ends of all sockets that were opened, and what they heard.
class Ends {
 public:
  adapters::http::Handler handler() {
    return [this](const adapters::http::Request&, const adapters::http::Reply& reply) {
      adapters::http::Response out;
      out.socket = std::make_shared<End>(*this);
      reply(std::move(out));
    };
  }

  // Answers each text; set before a server is there.
  std::function<void(adapters::http::Line&, const std::string&)> on_text =
      [](adapters::http::Line& line, const std::string& text) { line.send("heard " + text); };

  void wait_for(const std::function<bool()>& that) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), that));
  }
  std::shared_ptr<adapters::http::Line> line(std::size_t index) {
    wait_for([&] { return lines_.size() > index; });
    const std::lock_guard lock(mutex_);
    return lines_[index];
  }
  void wait_until_closed(int count) {
    wait_for([&] { return closed_ == count; });
  }
  std::vector<std::string> texts() {
    const std::lock_guard lock(mutex_);
    return texts_;
  }

 private:
  class End final : public adapters::http::WebSocket {
   public:
    explicit End(Ends& ends) : ends_(ends) {}
    void on_open(std::shared_ptr<adapters::http::Line> line) override {
      line_ = line;
      ends_.change([&] { ends_.lines_.push_back(line); });
    }
    void on_text(std::string text) override {
      ends_.on_text(*line_, text);
      ends_.change([&] { ends_.texts_.push_back(std::move(text)); });
    }
    void on_closed() override {
      ends_.change([&] { ++ends_.closed_; });
    }

   private:
    Ends& ends_;
    std::shared_ptr<adapters::http::Line> line_;
  };

  void change(const std::function<void()>& by) {
    const std::lock_guard lock(mutex_);
    by();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<adapters::http::Line>> lines_;
  std::vector<std::string> texts_;
  int closed_ = 0;
};

}  // namespace support
