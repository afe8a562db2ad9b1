#include "workflows/issue/rows.hpp"

#include <algorithm>

#include "engine/core/ensure.hpp"
#include "workflows/issue/expand.hpp"

namespace workflows::issue {
namespace {

using namespace table;

// --- names --------------------------------------------------------------------------------------

template <class C>
struct Named {
  static std::string text() { return C::about.name; }
};
template <class C>
struct Named<unless<C>> {
  static std::string text() { return "unless " + Named<C>::text(); }
};
template <fb::Conclusion c>
struct Named<concludes<c>> {
  static std::string text() { return std::string("concludes ") + fb::EnumNameConclusion(c); }
};
template <fb::Stage s>
struct Named<called_from<s>> {
  static std::string text() { return std::string("called from ") + fb::EnumNameStage(s); }
};
template <fb::Stage s>
struct Named<paused_in<s>> {
  static std::string text() { return std::string("paused in ") + fb::EnumNameStage(s); }
};
template <fb::Stage s>
struct Named<merged_in<s>> {
  static std::string text() { return std::string("merged in ") + fb::EnumNameStage(s); }
};
template <fb::Stage s>
struct Named<worked_in<s>> {
  static std::string text() { return std::string("worked in ") + fb::EnumNameStage(s); }
};
template <class First, class... More>
struct Named<all<First, More...>> {
  static std::string text() { return (Named<First>::text() + ... + (", " + Named<More>::text())); }
};
template <class Fact>
struct Named<record<Fact>> {
  static std::string text() {
    return schema()
        .by_type(engine::FactType{static_cast<std::uint16_t>(fb::FactTraits<Fact>::enum_value)})
        ->fact;
  }
};
template <class Rule>
struct Named<escalate<Rule>> {
  static std::string text() { return std::string("escalated by ") + Rule::rule; }
};
template <class First, class... More>
struct Named<then<First, More...>> {
  static std::string text() { return (Named<First>::text() + ... + (", " + Named<More>::text())); }
};
template <>
struct Named<nothing> {
  static std::string text() { return "-"; }
};

// --- parts --------------------------------------------------------------------------------------

template <fb::Stage stage>
constexpr std::uint8_t number(At<stage>) {
  return static_cast<std::uint8_t>(stage);
}
template <fb::Supervision state>
constexpr std::uint8_t number(Clock<state>) {
  return static_cast<std::uint8_t>(state);
}

// A condition on the stage alone says so by `at`; it stands first.
template <class C>
struct Stages {
  static constexpr bool (*at)(fb::Stage) = nullptr;
};
template <class C>
requires requires { C::at(fb::Stage::none); }
struct Stages<C> {
  static constexpr bool (*at)(fb::Stage) = &C::at;
};
template <class First, class... More>
struct Stages<all<First, More...>> : Stages<First> {};

template <class Action>
constexpr bool rises = false;
template <class Rule>
constexpr bool rises<escalate<Rule>> = true;
template <class... Action>
constexpr bool rises<then<Action...>> = (rises<Action> || ...);

template <class Asked>
constexpr bool is_half = std::is_same_v<Asked, Absorb> || std::is_same_v<Asked, LetGo>;

template <class From, class Asked, class To, class Record, class OnlyIf>
RowInfo info(bool life, Row<From, Asked, To, Record, OnlyIf>) {
  RowInfo out;
  out.life = life;
  out.from = number(From{});
  if constexpr (std::is_same_v<To, stays>) {
    out.to = out.from;
  } else {
    out.to = number(To{});
  }
  out.type = engine::FactType{
      static_cast<std::uint16_t>(fb::FactTraits<typename Asked::Fact>::enum_value)};
  out.half = is_half<Asked>;
  out.records = !std::is_same_v<Record, nothing>;
  out.at = Stages<OnlyIf>::at;
  out.escalates = rises<Record>;
  out.asked = schema().by_type(out.type)->verb;
  out.records_what = Named<Record>::text();
  out.only_if = Named<OnlyIf>::text();
  return out;
}

template <class... R>
void collect(bool life, Rows<R...>, std::vector<RowInfo>& out) {
  (out.push_back(info(life, R{})), ...);
}

bool on_at(const RowInfo& row, fb::Stage stage) { return row.at == nullptr || row.at(stage); }

}  // namespace

const std::vector<RowInfo>& rows() {
  static const std::vector<RowInfo> all_rows = [] {
    std::vector<RowInfo> out;
    collect(true, LifeRows{}, out);
    collect(false, SupervisionRows{}, out);
    return out;
  }();
  return all_rows;
}

bool has_row(fb::Stage stage, engine::FactType type, bool half) {
  return std::any_of(rows().begin(), rows().end(), [&](const RowInfo& row) {
    const bool here = !row.life || row.from == static_cast<std::uint8_t>(stage);
    return row.records && here && row.type == type && row.half == half && on_at(row, stage);
  });
}

}  // namespace workflows::issue
