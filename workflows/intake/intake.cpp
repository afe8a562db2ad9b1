#include "workflows/intake/intake.hpp"

#include <array>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/tree/tree.hpp"
#include "workflows/intake/decide.hpp"
#include "workflows/intake/intake_bfbs.hpp"

namespace workflows::intake {
namespace {

using engine::StreamId;
using engine::writer::Step;

constexpr unsigned years = 100;  // two digits

constexpr std::array stage_names_zh{"无", "待处理", "已转诉求", "已作废"};
static_assert(stage_names_zh.size() == static_cast<std::size_t>(fb::Stage::MAX) + 1);
constexpr std::array reason_names_zh{"无",       "未通过校验", "无法解析",
                                     "无法归属", "未被受理",   "需回拨"};
static_assert(reason_names_zh.size() == static_cast<std::size_t>(fb::Reason::MAX) + 1);

// The two digits of the year in which it happened where the residents live.
unsigned year_of(engine::Instant at) {
  const auto there = at + std::chrono::minutes(engine::offset_minutes_default);
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(there)};
  const int year = static_cast<int>(day.year()) % 100;
  return static_cast<unsigned>(year < 0 ? year + 100 : year);
}

class IntakeWorkflow : public engine::writer::Workflow {
 public:
  IntakeWorkflow(engine::WorkflowId issues, unsigned partition)
      : issues_(issues), partition_(partition) {
    ENSURE(partition < 100);
  }

  engine::WorkflowId id() const override { return workflow_id; }
  std::uint16_t schema_version() const override { return 1; }
  std::uint64_t machine() const override { return machine_digest(); }

  StreamId fresh(const Step& step, engine::Instant now) override {
    const unsigned year = year_of(step.occurred_at.value_or(now));
    std::uint32_t& last = last_[year];
    if (last == sequence_max) return {workflow_id, 0};  // decide() refuses: no_number
    return {workflow_id, make_number({year, partition_, ++last})};
  }

  bool fresh_is_new() const override { return true; }  // numbers rise, and restore() saw the last

  // The issue that a letter becomes: that it is there is looked at.
  std::vector<StreamId> addresses(const Step& step) const override {
    if (step.verb.value != static_cast<std::uint16_t>(fb::Fact::LetterAdmitted)) return {};
    return {{issues_, flatbuffers::GetRoot<fb::LetterAdmitted>(step.body.data())->issue()}};
  }

  engine::writer::Decision decide(const engine::writer::Desk& desk,
                                  const Step& step) const override {
    return intake::decide(desk, step, issues_);
  }

  void recorded(const engine::log::RecordView& record) override {
    const NumberParts parts = parts_of(record.stream().number);
    if (record.stream().workflow != workflow_id || parts.partition != partition_) return;
    if (parts.year < years && last_[parts.year] < parts.sequence) {
      last_[parts.year] = parts.sequence;
    }
  }

  engine::Result<void> restore(const engine::log::LogReader& log) override {
    for (unsigned year = 0; year < years; ++year) {
      const StreamId from{workflow_id, make_number({year, partition_, 1})};
      const StreamId to{workflow_id, make_number({year, partition_, sequence_max})};
      const auto highest = log.highest_stream(from, to);
      if (!highest) return highest.error();
      last_[year] = *highest ? parts_of((*highest)->number).sequence : 0;
    }
    return {};
  }

 private:
  engine::WorkflowId issues_;
  unsigned partition_;
  std::array<std::uint32_t, years> last_{};  // the last sequence given, by year
};

}  // namespace

const engine::schema::Schema& schema() {
  static const std::shared_ptr<const engine::schema::Schema> loaded =
      engine::schema::Schema::load(intake_bfbs()).value();
  return *loaded;
}

std::unique_ptr<engine::writer::Workflow> make_intake_workflow(engine::WorkflowId issues,
                                                               unsigned partition) {
  return std::make_unique<IntakeWorkflow>(issues, partition);
}

std::string stage_name(std::uint8_t stage) {
  if (stage > static_cast<std::uint8_t>(fb::Stage::MAX)) return "stage-" + std::to_string(stage);
  return fb::EnumNameStage(static_cast<fb::Stage>(stage));
}

std::string stage_name_zh(std::uint8_t stage) {
  return stage < stage_names_zh.size() ? stage_names_zh[stage] : "阶段" + std::to_string(stage);
}

std::string reason_name(fb::Reason reason) {
  if (reason > fb::Reason::MAX) return "reason-" + std::to_string(static_cast<int>(reason));
  return fb::EnumNameReason(reason);
}

std::string reason_name_zh(fb::Reason reason) {
  const auto which = static_cast<std::size_t>(reason);
  return which < reason_names_zh.size() ? reason_names_zh[which] : "原因" + std::to_string(which);
}

std::string reason_name_zh(std::string_view name) {
  for (const auto reason : fb::EnumValuesReason()) {
    if (name == reason_name(reason)) return reason_name_zh(reason);
  }
  return std::string(name);
}

std::string stage_name_zh(std::string_view name) {
  for (const auto stage : fb::EnumValuesStage()) {
    const auto number = static_cast<std::uint8_t>(stage);
    if (name == stage_name(number)) return stage_name_zh(number);
  }
  return std::string(name);
}

std::string fact_name_zh(std::string_view fact) {
  const auto* table = schema().by_fact(fact);
  if (table == nullptr) return std::string(fact);
  return table->doc.substr(0, table->doc.find(':'));
}

std::uint64_t machine_digest() {
  static const std::uint64_t digest = [] {
    const std::string text = machine_text();
    const std::array<std::string_view, 1> parts{text};
    const engine::Sha256 hash = engine::tree::sha256(parts);
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i) out = out << 8 | hash[i];
    return out;
  }();
  return digest;
}

}  // namespace workflows::intake
