// A log of a small desk: things that come in, move and end, with words that can be searched.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/board/board.hpp"
#include "engine/log/open.hpp"
#include "engine/view/projection.hpp"

namespace support {

struct DeskFact {
  std::uint64_t stream = 1;
  std::uint8_t stage = 1;  // up to 8: open
  engine::log::Dims dims{};
  std::int64_t opened_at = 1'000;
  std::int64_t occurred_at = 1'000;
  std::int64_t due_at = 0;
  std::optional<std::string> title{};
  std::optional<std::string> text{};
  engine::WorkflowId workflow{1};
};

constexpr engine::WorkflowId desk_workflow{1};

// Appends facts to a log, giving them positions and versions.
class Desk {
 public:
  explicit Desk(engine::log::EventLog& log);  // goes on where the log is

  void append(const std::vector<DeskFact>& facts);
  // So many facts on about a quarter as many streams, the same for the same seed.
  void append_some(std::size_t facts, std::uint64_t seed = 1);

 private:
  engine::log::EventLog& log_;
  std::map<engine::StreamId, engine::Version> versions_;
};

// The card of a desk's record.
std::optional<engine::board::Card> describe_desk(const engine::log::RecordView& record,
                                                 const engine::board::Words& words);
engine::board::Words no_words();

// Facts per area, and each stream's last position and number of facts: what depends on the order
// shows if parts are merged in a wrong one.
class Tally final : public engine::view::Projection {
 public:
  explicit Tally(std::uint32_t version = 1) : version_(version) {}

  std::string_view name() const override { return "tally"; }
  std::uint32_t version() const override { return version_; }
  std::unique_ptr<engine::view::Projection> empty() const override {
    return std::make_unique<Tally>(version_);
  }
  void apply(const engine::log::RecordView& record) override;
  void merge(Projection& other) override;
  void save(const engine::view::PutRow& put, bool all) override;
  engine::Result<void> load(std::string_view key, std::string_view value) override;

  std::uint64_t facts() const;  // over all streams

 private:
  struct Seen {
    std::uint64_t last = 0;
    std::uint64_t facts = 0;
    bool is_changed = false;
  };
  std::uint32_t version_;
  std::map<std::string, Seen, std::less<>> rows_;
};

// Every row of a projection, by key.
std::map<std::string, std::string> rows_of(engine::view::Projection& projection);

}  // namespace support
