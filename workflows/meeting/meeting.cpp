#include "workflows/meeting/meeting.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/tree/tree.hpp"
#include "workflows/meeting/decide.hpp"
#include "workflows/meeting/meeting_bfbs.hpp"

namespace workflows::meeting {
namespace {

using engine::StreamId;
using engine::writer::Step;

constexpr unsigned years = 100;  // two digits

constexpr std::array stage_names_zh{"无", "已召集", "已召开", "已取消"};
static_assert(stage_names_zh.size() == static_cast<std::size_t>(fb::Stage::MAX) + 1);
constexpr std::array kind_names_zh{"无", "会诊会", "交办会", "面商会"};
static_assert(kind_names_zh.size() == static_cast<std::size_t>(fb::Kind::MAX) + 1);
constexpr std::array conclusion_names_zh{"无",       "退回受理", "交办",     "转面商",
                                         "就地办理", "当场办结", "继续办理", "未议"};
static_assert(conclusion_names_zh.size() == static_cast<std::size_t>(fb::Conclusion::MAX) + 1);

// The two digits of the year in which it happened where the residents live.
unsigned year_of(engine::Instant at) {
  const auto there = at + std::chrono::minutes(engine::offset_minutes_default);
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(there)};
  const int year = static_cast<int>(day.year()) % 100;
  return static_cast<unsigned>(year < 0 ? year + 100 : year);
}

class MeetingWorkflow : public engine::writer::Workflow {
 public:
  MeetingWorkflow(engine::WorkflowId issues, unsigned partition)
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

  // The issues on the agenda of a meeting that is called: that they are there is looked at.
  std::vector<StreamId> addresses(const Step& step) const override {
    if (step.verb.value != static_cast<std::uint16_t>(fb::Fact::MeetingCalled)) return {};
    std::vector<StreamId> out;
    for (const std::uint64_t issue :
         *flatbuffers::GetRoot<fb::MeetingCalled>(step.body.data())->agenda()) {
      out.push_back({issues_, issue});
    }
    return out;
  }

  engine::writer::Decision decide(const engine::writer::Desk& desk,
                                  const Step& step) const override {
    return meeting::decide(desk, step, issues_);
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

template <std::size_t n>
std::string zh(const std::array<const char*, n>& names, std::size_t which, const char* otherwise) {
  return which < n ? names[which] : otherwise + std::to_string(which);
}

}  // namespace

const engine::schema::Schema& schema() {
  static const std::shared_ptr<const engine::schema::Schema> loaded =
      engine::schema::Schema::load(meeting_bfbs()).value();
  return *loaded;
}

std::unique_ptr<engine::writer::Workflow> make_meeting_workflow(engine::WorkflowId issues,
                                                                unsigned partition) {
  return std::make_unique<MeetingWorkflow>(issues, partition);
}

std::string stage_name(std::uint8_t stage) {
  if (stage > static_cast<std::uint8_t>(fb::Stage::MAX)) return "stage-" + std::to_string(stage);
  return fb::EnumNameStage(static_cast<fb::Stage>(stage));
}

std::string stage_name_zh(std::uint8_t stage) { return zh(stage_names_zh, stage, "阶段"); }

std::string kind_name(fb::Kind kind) {
  if (kind > fb::Kind::MAX) return "kind-" + std::to_string(static_cast<int>(kind));
  return fb::EnumNameKind(kind);
}

std::string kind_name_zh(fb::Kind kind) {
  return zh(kind_names_zh, static_cast<std::size_t>(kind), "类别");
}

std::string conclusion_name_zh(std::string_view conclusion) {
  for (std::size_t i = 0; i < conclusion_names_zh.size(); ++i) {
    if (conclusion == fb::EnumNameConclusion(static_cast<fb::Conclusion>(i))) {
      return conclusion_names_zh[i];
    }
  }
  return std::string(conclusion);
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

std::vector<std::uint64_t> agenda_of(const fb::Marks& marks) {
  std::vector<std::uint64_t> out;
  for (std::uint16_t i = 0; i < std::min<std::size_t>(marks.issues(), agenda_max); ++i) {
    out.push_back(marks.agenda()->Get(i));
  }
  return out;
}

}  // namespace workflows::meeting
