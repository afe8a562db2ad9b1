// What must be looked up before a command is asked for or a question answered: how the issue
// stands, and whether it is for whoever asks. Reads the log. Internal to adapters/chat.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "adapters/chat/grammar.hpp"
#include "adapters/chat/message.hpp"
#include "adapters/chat/people.hpp"
#include "adapters/chat/words.hpp"
#include "engine/core/time.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/command.hpp"
#include "workflows/directory/directory.hpp"

namespace adapters::chat {

struct Prepared {
  engine::writer::Submission submission;
  std::string by;  // the member who acts; "": the resident who reported
};

struct Look {
  const engine::log::EventLog& log;
  const engine::keys::Vault& vault;
  const workflows::directory::DirectoryWorkflow& directory;
  const People& people;
  int offset_minutes;

  // How the issue stands, for whoever may know.
  Answer progress(const Message& message, std::uint64_t number) const;

  // Whether the message was recorded before, at any time.
  bool came_before(const Message& message) const;
  // The issue that it was recorded at then.
  std::optional<std::uint64_t> first_answer(const Message& message) const;

  // The submission of a command, or why there is none.
  std::variant<Prepared, Answer> prepare(const Message& message, const Intent& intent,
                                         engine::Instant now) const;

 private:
  bool reported_by(const engine::log::RecordView& issue, const Message& message) const;
  engine::Result<bool> reported_in(std::uint64_t number, const Message& message) const;
  // The member as whom the account may do that; nullptr if it may not.
  const Member* on_duty(const engine::log::RecordView& issue, const Message& message,
                        Verb verb) const;
  // The category's code. A question back if there is none of that name.
  std::variant<std::string, Answer> category_of(const std::string& given) const;
};

bool for_members_only(Verb verb);
bool any_may(const std::vector<Member>& members, Verb verb);
words::Reader reader_of(const std::vector<Member>& members);

}  // namespace adapters::chat
