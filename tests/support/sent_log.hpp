// A log whose records mean only "send this", and carriers that a test speaks for: what the outbox
// and its courier are tried with.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "engine/log/open.hpp"
#include "engine/outbox/courier.hpp"
#include "tests/support/sample_log.hpp"

namespace support {

// Facts "route address kind", each one a message to be sent; "" asks for nothing.
class SentLog {
 public:
  SentLog() : log_(engine::log::memory_log()) {}

  void say(const std::string& fact) {
    SampleRecord record;
    record.position = next(log_->last());
    record.stream.number = 77;
    record.version = version_ = next(version_);
    record.fact = fact + " ";  // an empty fact would be none
    log_->append(log_->last(),
                 {{{record.position, record.stream, record.version, sample_bytes(record)}}, {}, {}})
        .value();
  }

  static std::vector<engine::outbox::Draft> plan(const engine::log::RecordView& record) {
    std::vector<std::string> words{""};
    for (const char c : record.fact()) {
      if (c == ' ') {
        words.emplace_back();
      } else {
        words.back().push_back(c);
      }
    }
    if (words.size() < 4) return {};
    return {{words[0], words[1], record.stream().number, words[2]}};
  }

  engine::log::EventLog& log() { return *log_; }

 private:
  std::unique_ptr<engine::log::EventLog> log_;
  engine::Version version_;
};

// What was handed to a carrier and not yet answered, in order. Threads: any.
class Hands {
 public:
  using Done = std::function<void(engine::outbox::Outcome)>;
  struct Held {
    engine::outbox::Row row;
    Done done;
  };

  std::unique_ptr<engine::outbox::Carrier> carrier() {
    struct Into : engine::outbox::Carrier {
      explicit Into(Hands& to) : hands(to) {}
      void carry(const engine::outbox::Row& row, Done done) override {
        const std::lock_guard lock(hands.mutex_);
        hands.held_.push_back({row, std::move(done)});
      }
      Hands& hands;
    };
    return std::make_unique<Into>(*this);
  }

  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  Held take(std::size_t at = 0) {
    const std::lock_guard lock(mutex_);
    Held out = held_.at(at);
    held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(at));
    return out;
  }
  std::vector<std::string> kinds() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const Held& each : held_) out.push_back(each.row.kind);
    return out;
  }

 private:
  std::mutex mutex_;
  std::deque<Held> held_;
};

}  // namespace support
