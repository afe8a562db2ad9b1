#include "workflows/issue/issue.hpp"

#include <array>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/tree/tree.hpp"
#include "workflows/issue/deadlines.hpp"
#include "workflows/issue/decide.hpp"
#include "workflows/issue/issue_bfbs.hpp"
#include "workflows/issue/rows.hpp"
#include "workflows/issue/rules_in_force.hpp"

namespace workflows::issue {
namespace {

using engine::StreamId;
using engine::writer::Step;

constexpr std::uint32_t sequence_max = 9'999'999;
constexpr unsigned years = 100;  // two digits

constexpr std::array stage_names_zh{"无",     "已上报",   "已受理", "就地办理", "会诊中",
                                    "待签收", "办理中",   "面商中", "挂起",     "已办结",
                                    "已归档", "不予受理", "已撤回", "已并案"};
static_assert(stage_names_zh.size() == static_cast<std::size_t>(fb::Stage::MAX) + 1);

std::uint64_t first_8_bytes(const engine::Sha256& digest) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i) out = out << 8 | digest[i];
  return out;
}

// The two digits of the year in which it happened where the residents live.
unsigned year_of(engine::Instant at) {
  const auto there = at + std::chrono::minutes(engine::offset_minutes_default);
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(there)};
  const int year = static_cast<int>(day.year()) % 100;
  return static_cast<unsigned>(year < 0 ? year + 100 : year);
}

class IssueWorkflow : public engine::writer::Workflow {
 public:
  IssueWorkflow(unsigned partition, std::shared_ptr<const DeadlineRules> rules, ParentOf parent_of)
      : partition_(partition),
        own_(std::make_unique<RulesInForce>(std::move(rules))),
        rules_(*own_),
        parent_of_(std::move(parent_of)) {
    ENSURE(partition < 100);
  }
  IssueWorkflow(unsigned partition, const RulesInForce& rules, ParentOf parent_of)
      : partition_(partition), rules_(rules), parent_of_(std::move(parent_of)) {
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

  std::vector<StreamId> addresses(const Step& step) const override {
    std::uint64_t other = 0;
    if (step.verb.value == static_cast<std::uint16_t>(fb::Fact::Merged)) {
      other = flatbuffers::GetRoot<fb::Merged>(step.body.data())->into();
    } else if (step.verb.value == static_cast<std::uint16_t>(fb::Fact::Unmerged)) {
      other = flatbuffers::GetRoot<fb::Unmerged>(step.body.data())->from();
    }
    if (other == 0 || other == step.stream.number) return {};
    return {{workflow_id, other}};
  }

  engine::writer::Decision decide(const engine::writer::Desk& desk,
                                  const Step& step) const override {
    const RulesInForce::Rules rules = rules_.now();
    return issue::decide(desk, step, rules.get(), parent_of_);
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
  unsigned partition_;
  const std::unique_ptr<const RulesInForce> own_;  // where nobody else has them
  const RulesInForce& rules_;
  ParentOf parent_of_;
  std::array<std::uint32_t, years> last_{};  // the last sequence given, by year
};

}  // namespace

const engine::schema::Schema& schema() {
  static const std::shared_ptr<const engine::schema::Schema> loaded =
      engine::schema::Schema::load(issue_bfbs()).value();
  return *loaded;
}

std::unique_ptr<engine::writer::Workflow> make_issue_workflow(unsigned partition) {
  return make_issue_workflow(partition, std::shared_ptr<const DeadlineRules>());
}

std::unique_ptr<engine::writer::Workflow> make_issue_workflow(
    unsigned partition, std::shared_ptr<const DeadlineRules> rules, ParentOf parent_of) {
  return std::make_unique<IssueWorkflow>(partition, std::move(rules), std::move(parent_of));
}

std::unique_ptr<engine::writer::Workflow> make_issue_workflow(unsigned partition,
                                                              const RulesInForce& rules,
                                                              ParentOf parent_of) {
  return std::make_unique<IssueWorkflow>(partition, rules, std::move(parent_of));
}

std::string stage_name(std::uint8_t stage) {
  if (stage > static_cast<std::uint8_t>(fb::Stage::MAX)) return "stage-" + std::to_string(stage);
  return fb::EnumNameStage(static_cast<fb::Stage>(stage));
}

std::string stage_name_zh(std::uint8_t stage) {
  if (stage >= stage_names_zh.size()) return "阶段" + std::to_string(stage);
  return stage_names_zh[stage];
}

bool in_hand(std::uint8_t stage) {
  return stage >= static_cast<std::uint8_t>(fb::Stage::reported) &&
         stage <= static_cast<std::uint8_t>(fb::Stage::paused);
}

std::uint64_t machine_digest() {
  static const std::uint64_t digest = [] {
    const std::string text = machine_text();
    const std::array<std::string_view, 1> parts{text};
    return first_8_bytes(engine::tree::sha256(parts));
  }();
  return digest;
}

}  // namespace workflows::issue
