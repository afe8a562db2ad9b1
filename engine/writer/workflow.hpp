// What the engine asks of a workflow: to decide, and to keep no secret from the log. It never
// learns what the workflow is about.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"
#include "engine/log/event_log.hpp"
#include "engine/log/record.hpp"
#include "engine/writer/command.hpp"

namespace engine::writer {

// What the last record of a stream says of it: all that a decision may rest on. Version 0: the
// stream does not exist yet. Made from that one record alone (state_of), so a cold stream costs
// one read.
struct StreamState {
  Version version;
  Instant occurred_at{};  // of the last fact; the next one may not have happened earlier
  Instant opened_at{};
  Instant due_at{};
  std::uint8_t stage = 0;
  log::Dims dims;
  PersonId person{};
  std::string summary;  // the workflow's own struct, as bytes
};

StreamState state_of(const log::RecordView& last);

// Which codes exist. The directory workflow is one.
class CodeBook {
 public:
  virtual ~CodeBook() = default;
  virtual bool known(std::string_view kind, std::string_view code) const = 0;
  // The known codes of that kind most like this one, best first, as "code name".
  virtual std::vector<std::string> nearest(std::string_view kind, std::string_view code,
                                           std::size_t at_most) const = 0;
};

// What a decision may look at. The states of the streams the step addresses are loaded.
struct Desk {
  // Requires: `id` is the step's stream or one of those that addresses() named.
  std::function<const StreamState&(const StreamId&)> state;
  Instant now{};  // recorded_at of what is decided here
  // For codes that only the decision can tell apart from other text (a correction's). The writer
  // sets it to the book that it checks the step's own CodeRefs against.
  const CodeBook* codes = nullptr;
};

// A fact to be recorded. The engine adds position, version, times of recording, actor, command id,
// what the dims were before, and the commitments.
struct Draft {
  StreamId stream;
  FactType type;
  Instant occurred_at{};
  Instant opened_at{};
  Instant due_at{};  // as it stands after this fact; {} none
  std::uint8_t stage_after = 0;
  log::Dims dims;                 // after this fact
  std::string summary;            // the workflow's struct after this fact
  std::string fact;               // the fact's table, a finished FlatBuffer
  bool carries_personal = false;  // the step's personal fields belong to this fact (one draft only)
};

using Decision = std::variant<std::vector<Draft>, Refusal>;

class Workflow {
 public:
  virtual ~Workflow() = default;

  virtual WorkflowId id() const = 0;
  virtual std::uint16_t schema_version() const = 0;
  // First 8 bytes of the SHA-256 of the printed transition table.
  virtual std::uint64_t machine() const = 0;

  // Names a new stream for a step whose stream number is 0. Called once per step that needs it,
  // on the writer's thread. The number is spent even if the step is refused afterwards.
  virtual StreamId fresh(const Step& step, Instant now) = 0;

  // Whether fresh() never names a stream that exists already, so that nobody needs to look.
  virtual bool fresh_is_new() const { return false; }

  // The other streams that the step touches (merge: the issue that goes on).
  virtual std::vector<StreamId> addresses(const Step& step) const = 0;

  // Pure: same states, same step, same decision. Changes nothing.
  virtual Decision decide(const Desk& desk, const Step& step) const = 0;

  // Takes in a fact of this workflow that was recorded, for what it keeps beside the streams (the
  // directory's tree, the last number given). Called in order, on the writer's thread.
  virtual void recorded(const log::RecordView& record) = 0;

  // Fills what `recorded` keeps, from the log, before the first decision.
  virtual Result<void> restore(const log::LogReader& log) = 0;
};

}  // namespace engine::writer
