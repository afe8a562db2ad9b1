#include "workflows/issue/deadline_replay.hpp"

namespace workflows::issue {

bool set_by_policy(const fb::DeadlineSet& fact) {
  return fact.policy() != nullptr && fact.policy()->size() != 0;
}

void DeadlineReplay::take(const engine::log::RecordView& record) {
  constexpr auto deadline_set_type = static_cast<std::uint16_t>(fb::Fact::DeadlineSet);
  if (record.type().value > static_cast<std::uint16_t>(fb::Fact::MAX)) return;
  if (record.type().value == deadline_set_type) {
    const auto& fact = *flatbuffers::GetRoot<fb::DeadlineSet>(record.fact().data());
    if (set_by_policy(fact) || fact.kind() > fb::DeadlineKind::MAX) return;
    by_rule_[index(fact.kind())].reset();
  }
  const Standing before = standing_;
  apply(standing_, record.type(), record.fact(), record.occurred_at());
  const Standing after = standing_;
  for (Deadline& each :
       deadlines_set_by(rules_, {record.type(), record.fact(), before, after, record.occurred_at()},
                        parent_of_)) {
    apply(standing_, engine::FactType{deadline_set_type}, deadline_set(rules_, each),
          record.occurred_at());
    by_rule_[index(each.kind)] = std::move(each);
  }
}

}  // namespace workflows::issue
