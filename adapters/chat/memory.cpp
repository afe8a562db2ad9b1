#include "adapters/chat/memory.hpp"

#include "adapters/chat/words.hpp"

namespace adapters::chat {

namespace {

// What was recorded the log remembers; what was not kept may come again.
bool is_for_the_book(const Answer& answer) {
  return answer.issue == 0 && (answer.heard == Heard::answered || answer.heard == Heard::held);
}

}  // namespace

Answer Memory::as_repeat(const Answer& first) {
  return first.heard == Heard::later ? first : Answer{Heard::repeat, first.text, first.issue};
}

bool Memory::begin(const std::string& key, engine::Instant now, Done done) {
  Answer answer{Heard::later, words::later()};
  {
    const std::lock_guard lock(mutex_);
    drop_old(now);
    if (const auto found = answered_.find(key); found != answered_.end()) {
      answer = as_repeat(found->second);
    } else if (const auto open = underway_.find(key); open != underway_.end()) {
      if (open->second.size() <= waiting_repeats_max) {
        open->second.push_back(std::move(done));
        return false;
      }
    } else if (book_ && book_->has(key, now)) {
      answer = {Heard::repeat, ""};
    } else if (underway_.size() < underway_max) {
      underway_[key].push_back(std::move(done));
      return true;
    }
  }
  done(std::move(answer));
  return false;
}

void Memory::finish(const std::string& key, engine::Instant now, const Answer& answer) {
  std::vector<Done> waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto open = underway_.find(key);
    if (open == underway_.end()) return;
    waiting = std::move(open->second);
    underway_.erase(open);
    // What was not kept is new when it comes again.
    if (answer.heard != Heard::later && answer.text.size() <= remembered_text_bytes_max) {
      if (answered_.emplace(key, answer).second) by_age_.emplace_back(now, key);
    }
    drop_old(now);
  }
  if (book_ && is_for_the_book(answer)) book_->add(key, now);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    waiting[i](i == 0 ? answer : as_repeat(answer));
  }
}

std::size_t Memory::remembered() const {
  const std::lock_guard lock(mutex_);
  return answered_.size();
}

void Memory::drop_old(engine::Instant now) {
  while (!by_age_.empty() &&
         (by_age_.size() > remembered_max || by_age_.front().first + remembered_for < now)) {
    answered_.erase(by_age_.front().second);
    by_age_.pop_front();
  }
}

}  // namespace adapters::chat
