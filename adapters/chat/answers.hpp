// Carries the news of issues by one chat channel: makes the words when a message is to leave, and
// hands them to the channel's Sender.
#pragma once

#include <memory>
#include <string>

#include "adapters/chat/message.hpp"
#include "adapters/chat/news.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/outbox/courier.hpp"

namespace adapters::chat {

struct AnswersParts {
  std::string channel;  // also the route's name
  Sender& sender;
  const engine::log::LogReader& log;
  const engine::keys::Vault& vault;
  DepartmentName department;
  int offset_minutes = 0;
};

// All that it is given by reference outlives it. An erased person gets nothing: the message is
// dropped. What cannot be read for a fault of the disk is tried again.
std::unique_ptr<engine::outbox::Carrier> make_answers(AnswersParts parts);

}  // namespace adapters::chat
