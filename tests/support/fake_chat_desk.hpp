// A desk that writes down what it is given and answers as the test says: for tests of channels.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/chat/message.hpp"
#include "adapters/intake/letter.hpp"
#include "engine/core/ensure.hpp"

namespace support {

class FakeChatDesk : public adapters::chat::Desk {
 public:
  using Answers = std::function<adapters::chat::Answer(const adapters::chat::Message&)>;

  void take(adapters::chat::Message message,
            std::function<void(adapters::chat::Answer)> answer) override {
    Answers answers;
    bool repeat = false;
    {
      const std::lock_guard lock(mutex_);
      answers = answers_;
      repeat = message.called && !ids_.insert(message.id).second;
      messages_.push_back(message);
      changed_.notify_all();
    }
    if (repeat) return answer({adapters::chat::Heard::repeat, "已答复"});
    adapters::chat::Answer said = answers(message);
    if (said.heard == adapters::chat::Heard::later) {
      const std::lock_guard lock(mutex_);
      ids_.erase(message.id);  // it may come again
    }
    answer(std::move(said));
  }

  void answer_with(Answers answers) {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
  }
  void answer_with(adapters::chat::Answer answer) {
    answer_with([answer = std::move(answer)](const adapters::chat::Message&) { return answer; });
  }

  std::vector<adapters::chat::Message> messages() const {
    const std::lock_guard lock(mutex_);
    return messages_;
  }
  // Waits until that many were given; twenty seconds without are a failure.
  void wait_for(std::size_t count) const {
    std::unique_lock lock(mutex_);
    ENSURE(changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return messages_.size() >= count; }));
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  // Who calls gets an answer that says what was heard.
  Answers answers_ = [](const adapters::chat::Message& message) {
    if (!message.called) return adapters::chat::Answer{};
    return adapters::chat::Answer{adapters::chat::Heard::answered, "收到：" + message.text};
  };
  std::set<std::string> ids_;
  std::vector<adapters::chat::Message> messages_;
};

// Where letters are kept.
class FakeIntake {
 public:
  adapters::intake::Held held = adapters::intake::Held::kept;  // set before anything comes

  adapters::intake::Hold hold() {
    return [this](adapters::intake::Letter letter,
                  const std::function<void(adapters::intake::Held)>& done) {
      {
        const std::lock_guard lock(mutex_);
        letters_.push_back(std::move(letter));
        changed_.notify_all();
      }
      done(held);
    };
  }

  std::vector<adapters::intake::Letter> letters() const {
    const std::lock_guard lock(mutex_);
    return letters_;
  }
  void wait_for(std::size_t count) const {
    std::unique_lock lock(mutex_);
    ENSURE(changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return letters_.size() >= count; }));
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<adapters::intake::Letter> letters_;
};

}  // namespace support
