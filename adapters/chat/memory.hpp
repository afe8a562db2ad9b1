// What was answered to which message, so that a message that comes again is answered once: the
// repeat gets the same text, marked as one. For what leaves no trace in the log (questions); what
// was recorded is remembered there for ever. After a restart a repeat is still told apart, if there
// is a book (answered_book.hpp); what it was answered with is not known any more.
//
// Threads: any.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/chat/answered_book.hpp"
#include "adapters/chat/message.hpp"
#include "engine/core/time.hpp"

namespace adapters::chat {

constexpr std::size_t remembered_text_bytes_max = 2'048;  // of a longer answer nothing is kept
constexpr std::size_t underway_max = 10'000;              // messages that are being answered
constexpr std::size_t waiting_repeats_max = 16;           // of one message, until it is answered

class Memory {
 public:
  using Done = std::function<void(Answer)>;

  // To be called before anything else, if at all.
  void keep_in(std::unique_ptr<AnsweredBook> book) { book_ = std::move(book); }

  // True: the message is new, and finish() is to be called with its answer. False: it came before;
  // `done` gets the first answer, now or as soon as there is one, or Heard::later where too much
  // is under way.
  bool begin(const std::string& key, engine::Instant now, Done done);

  // Answers all that wait for the message. Requires: begin() was true for it.
  void finish(const std::string& key, engine::Instant now, const Answer& answer);

  std::size_t remembered() const;
  // Why the book cannot be written; "" if it can, or there is none.
  std::string trouble() const { return book_ ? book_->trouble() : std::string(); }

 private:
  void drop_old(engine::Instant now);
  static Answer as_repeat(const Answer& first);

  std::unique_ptr<AnsweredBook> book_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::vector<Done>> underway_;
  std::unordered_map<std::string, Answer> answered_;
  std::deque<std::pair<engine::Instant, std::string>> by_age_;
};

}  // namespace adapters::chat
