#include "adapters/onebot/core.hpp"

#include <utility>

#include "adapters/onebot/letters.hpp"
#include "adapters/onebot/message.hpp"

namespace adapters::onebot {

using chat::Sent;

// A message from a WebSocket on its way to its answer. Tries of the desk and of the answer are
// counted apart.
struct Gateway::Core::Heard {
  std::string self_id;  // of the connection that it came over
  chat::Message message;
  std::string text;  // the answer
  int tries = 0;
};

Gateway::Core::Core(Config config, chat::Desk& desk, intake::Hold hold, PostAction post,
                    Waits waits)
    : config_(std::move(config)),
      desk_(desk),
      hold_(std::move(hold)),
      waits_(waits),
      actions_(waits.outcome, config_.api_url.empty() ? PostAction() : std::move(post)) {}

void Gateway::Core::stop() {
  stopped_ = true;
  actions_.stop();
}

void Gateway::Core::keep(intake::Letter letter, std::function<void(intake::Held)> done) {
  hold_(std::move(letter), [self = shared_from_this(), done = std::move(done)](intake::Held held) {
    if (held == intake::Held::kept) ++self->traffic_.held;
    if (held == intake::Held::later) ++self->traffic_.failed;
    done(held);
  });
}

void Gateway::Core::count(chat::Heard heard) {
  switch (heard) {
    case chat::Heard::answered:
      ++traffic_.taken;
      break;
    case chat::Heard::not_for_us:
      ++traffic_.not_for_us;
      break;
    case chat::Heard::repeat:
      ++traffic_.repeats;
      break;
    case chat::Heard::held:
      ++traffic_.held;
      break;
    case chat::Heard::later:
      ++traffic_.failed;
      break;
  }
}

void Gateway::Core::opened(Role role) {
  if (role != Role::event) traffic_.set_trouble({});
}

void Gateway::Core::hear(std::uint64_t connection, const std::string& self_id, std::string text) {
  if (stopped_) return;
  const auto document = read_json(text);
  if (document) {
    if (const auto outcome = read_outcome(*document)) return actions_.take(connection, *outcome);
  }
  ++traffic_.requests;
  auto event = document ? event_of(*document) : engine::Result<Event>(document.error());
  if (!event) {
    return keep(letter_of(std::move(text), self_id, event.error().detail), [](intake::Held) {});
  }
  if (event->self_id.empty()) event->self_id = self_id;
  if (event->post != Post::message || is_silent(*event)) return count(chat::Heard::not_for_us);
  note_home(*event);
  auto heard = std::make_shared<Heard>();
  heard->self_id = self_id;
  heard->message = message_of(*event);
  ask_for(std::move(heard));
}

void Gateway::Core::ask_for(std::shared_ptr<Heard> heard) {
  if (stopped_) return;
  chat::Message message = heard->message;  // it may have to be given again
  desk_.take(std::move(message), [self = shared_from_this(), heard](const chat::Answer& answer) {
    self->answered(heard, answer);
  });
}

void Gateway::Core::answered(const std::shared_ptr<Heard>& heard, const chat::Answer& answer) {
  // Nobody sends it again over a WebSocket: it is asked for again here.
  if (answer.heard == chat::Heard::later && again(heard, &Core::ask_for)) return;
  count(answer.heard);
  const bool said = answer.heard != chat::Heard::not_for_us &&
                    answer.heard != chat::Heard::repeat && !answer.text.empty();
  if (!said) return;
  heard->text = answer.text;
  heard->tries = 0;
  say(heard);
}

void Gateway::Core::say(std::shared_ptr<Heard> heard) {
  const auto action = saying(heard->message.group, heard->message.account, heard->text);
  if (!action) return note(Sent::never, action.error().detail);
  actions_.act(heard->self_id, *action,
               [self = shared_from_this(), heard](Sent sent, const std::string& why) {
                 self->note(sent, why);
                 if (sent == Sent::later && self->again(heard, &Core::say)) return;
                 if (sent != Sent::done) ++self->traffic_.failed;
               });
}

// Does it later. False: it was tried often enough, or too much waits.
bool Gateway::Core::again(const std::shared_ptr<Heard>& heard,
                          void (Core::*step)(std::shared_ptr<Heard>)) {
  if (heard->tries + 1 >= tries_max) return false;
  const auto wait = waits_.again * (1 << heard->tries);
  ++heard->tries;
  return actions_.postpone(wait,
                           [self = shared_from_this(), heard, step] { ((*self).*step)(heard); });
}

void Gateway::Core::note_home(const Event& event) {
  if (event.self_id.empty()) return;
  std::string where = event.kind == "group" ? "group/" + event.group_id  //
                                            : "private/" + event.user_id;
  const std::lock_guard lock(mutex_);
  if (homes_.size() >= homes_max) homes_.clear();  // they will be told again
  homes_[std::move(where)] = event.self_id;
}

std::string Gateway::Core::home_of(const chat::Outgoing& message) const {
  const std::string where =
      message.group.empty() ? "private/" + message.account : "group/" + message.group;
  const std::lock_guard lock(mutex_);
  const auto found = homes_.find(where);
  return found == homes_.end() ? std::string() : found->second;
}

void Gateway::Core::send(const chat::Outgoing& message, Done done) {
  auto action = saying(message.group, message.account, message.text);
  if (!action) return done(Sent::never, action.error().detail);
  std::vector<std::string> accounts{home_of(message)};
  if (accounts.front().empty()) {
    auto connected = actions_.accounts();
    if (!connected.empty()) accounts = std::move(connected);
  }
  send_by(std::move(accounts), *std::move(action), std::move(done));
}

// Tries the last one first. Requires: there is at least one.
void Gateway::Core::send_by(std::vector<std::string> accounts, const Action& action, Done done) {
  const std::string account = std::move(accounts.back());
  accounts.pop_back();
  actions_.act(account, action,
               [self = shared_from_this(), accounts = std::move(accounts), action,
                done = std::move(done)](Sent sent, const std::string& why) {
                 if (sent == Sent::never && !accounts.empty()) {
                   return self->send_by(accounts, action, done);
                 }
                 self->note(sent, why);
                 done(sent, why);
               });
}

void Gateway::Core::note(Sent sent, const std::string& why) {
  if (sent == Sent::done) traffic_.set_trouble({});
  if (sent == Sent::later) traffic_.set_trouble(why);
}

}  // namespace adapters::onebot
