// Decides submissions one after the other, each on what the one before left, and gathers what they
// leave for one append. One thread.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/command.hpp"
#include "engine/writer/hot_streams.hpp"
#include "engine/writer/memo.hpp"
#include "engine/writer/record_maker.hpp"
#include "engine/writer/workflow.hpp"

namespace engine::writer {

constexpr std::size_t facts_max = 256;  // of one submission: `more` in the record counts to 255

// A fact that says it happened so much later than now comes from a clock that is wrong, and would
// keep everybody else from the issue until then.
constexpr std::chrono::minutes occurred_ahead_max{5};

class Deciding {
 public:
  Deciding(const log::EventLog& log, keys::Vault& vault, std::vector<Workflow*> workflows,
           const CodeBook& codes, std::size_t hot_streams_max);

  // Restores the workflows and takes up where the log ends.
  Result<void> restore();

  // A new batch after all that was decided before, whether that is durable yet or not; gives the
  // last position before it. `clock` may have stepped back; records do not.
  Position begin(Instant clock);

  // What to answer once the batch is durable; nothing of a refused submission is in the batch.
  // Takes the steps out of the submission. Errors: what was to be decided on cannot be read.
  Result<Answer> decide(Submission& submission);

  // Whether another submission still fits, however many facts it makes.
  bool has_room() const { return batch_.entries.size() + facts_max <= log::batch_records_max; }
  // Exchanges what was gathered for a batch whose memory is used for the next one.
  void take_batch(log::Batch& out) { std::swap(batch_, out); }

 private:
  struct Made {
    Draft draft;
    const StreamState* before;
    std::size_t step;
  };
  using No = std::optional<Answer>;

  Workflow* workflow_of(WorkflowId id) const;
  Result<No> answered_before(const Submission& submission);
  Result<No> decide_steps();
  Result<No> decide_step(std::size_t index);
  bool follows_refused(const Step& step, const Refusal& first) const;
  No check_step(Step& step, std::size_t index, const StreamState& state) const;
  Result<void> load(const StreamId& id, bool is_new);
  const StreamState& state(const StreamId& id);
  Result<No> record(const Submission& submission);
  Result<std::vector<keys::SealedField>> seal(const Step& step, PersonId& person, Position at);
  Recorded keep(std::size_t facts);

  const log::EventLog& log_;
  keys::Vault& vault_;
  std::vector<Workflow*> workflows_;
  const CodeBook& codes_;
  HotStreams hot_;
  RecordMaker maker_;
  Instant recorded_at_{};
  Position expected_last_;  // what the batch follows
  Position decided_last_;   // of what is decided, durable or not
  log::Batch batch_;
  // By dedup key, of this batch and of those that are not durable yet; by their last positions.
  std::unordered_map<std::string, Memo> memos_;
  std::deque<std::pair<Position, std::string>> memos_until_;

  // Of the submission at hand.
  std::string key_;
  Fingerprint asked_{};
  std::vector<Step> steps_;  // with their streams named
  std::vector<Made> made_;
  std::deque<std::pair<StreamId, StreamState>> left_;  // what each fact left, newest last
};

}  // namespace engine::writer
