// A log of issues made without a writer: each fact composed by the schema, applied, sealed and
// appended as the writer would, unless a test spoils it on the way.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/keys/vault.hpp"
#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/schema/value.hpp"
#include "workflows/issue/apply.hpp"
#include "workflows/issue/timeline.hpp"

namespace support {

class IssueHistory {
 public:
  IssueHistory();

  // Records the fact that the verb asks for. `at`: "2025-03-04 09:12" in Asia/Shanghai.
  void fact(std::uint64_t issue, std::string_view verb, engine::schema::Object body,
            std::string_view at);

  // Changes the record of the next fact before it is appended.
  using Spoil = std::function<void(engine::log::fb::RecordT&)>;
  void spoil_next(Spoil spoil) { spoil_ = std::move(spoil); }
  // Leaves the dedup key of the next fact out.
  void forget_next_dedup() { forget_dedup_ = true; }
  // Seals other words for the next fact than those that its record commits to.
  void swap_next_words() { swap_words_ = true; }
  // Leaves the sealed words of the next fact out, as if they had been erased.
  void lose_next_words() { lose_words_ = true; }

  engine::log::EventLog& log() { return *log_; }
  engine::keys::Vault& vault() { return *vault_; }
  // The words as far as they are there.
  workflows::issue::Words words() const;

  static std::uint64_t number(std::uint32_t sequence);  // of 2025, partition 1

 private:
  struct Stream {
    engine::Version version;
    engine::Instant opened_at{};
    workflows::issue::Standing standing{};
  };
  void seal(const std::string& field, const std::string& words, engine::log::fb::RecordT& record,
            engine::log::Batch& batch);

  std::unique_ptr<engine::log::EventLog> log_;
  std::unique_ptr<engine::keys::Vault> vault_;
  std::map<std::uint64_t, Stream> streams_;
  Spoil spoil_;
  bool forget_dedup_ = false;
  bool swap_words_ = false;
  bool lose_words_ = false;
};

engine::Instant shanghai(std::string_view minute);

}  // namespace support
