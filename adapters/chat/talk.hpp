// The service in the chat: takes what is said on any channel, makes a report or a command of it, or
// a question back, and says in Chinese what became of it. It decides nothing about issues (their
// workflow does that) and knows no channel's protocol.
//
// Promises
//   - What does not call the service is not looked at any further: nothing of it is stored, counted
//     or logged here.
//   - A report or command is answered after it is durable. The same message (channel, id) is
//     recorded once, for ever, and its repeat is told apart. What is only answered is remembered
//     for a while (memory.hpp) so that a repeat is answered once, too; where `answered` names a
//     file, also after a restart.
//   - What cannot be placed is kept for a person through Hold; what cannot be kept is Heard::later.
//   - Of an issue nobody learns anything but who reported it, who is on duty for it, and, of its
//     stage alone, the group that it was reported in. To all others it does not exist.
//   - take() does not block: what reads the log runs on a few threads of this (pool.hpp).
//
// Threads: take and stop may be called from any. Answers come on a thread of the writer's, of this,
// or on the caller's before take() returns.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/chat/message.hpp"
#include "adapters/chat/people.hpp"
#include "adapters/intake/letter.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/core/time.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/directory/directory.hpp"

namespace adapters::chat {

struct TalkConfig {
  std::vector<std::string> prefixes{"四和", "7171"};  // begin with one to call the service
  std::vector<Group> groups;
  std::vector<Member> members;
  int offset_minutes = engine::offset_minutes_default;  // of the times that are told
  // Where it stands which questions were answered; "": that is forgotten at the end.
  std::filesystem::path answered = {};
};

// All of them outlive the Talk, and the writer is stopped before they end.
struct TalkParts {
  const engine::log::EventLog& log;
  const engine::keys::Vault& vault;
  engine::writer::Writer& writer;
  const workflows::directory::DirectoryWorkflow& directory;
  engine::Clock clock;
  intake::Hold hold;
};

class Talk : public Desk {
 public:
  Talk(TalkParts parts, TalkConfig config);
  ~Talk() override;  // as stop()
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;

  void take(Message message, std::function<void(Answer)> answer) override;

  // What was kept for a person, again, as of when it came: as take(), but nothing of it is kept or
  // remembered once more, and no question is answered. Where Answer::issue is 0, nothing was
  // recorded, and `text` is one sentence that says why.
  void take_again(Message message, engine::Instant came_at, std::function<void(Answer)> answer);
  // The same of a message that this kept itself: what called the service is out of it already.
  void take_again(const intake::Letter& letter, engine::Instant came_at,
                  std::function<void(Answer)> answer);

  // Why `answered` cannot be used; "" if it can, or is not wanted.
  std::string trouble() const;

  // What waits is told `later`; nothing more is taken. What the writer has is answered by it.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace adapters::chat
