#include "tools/sihe/demo_telling.hpp"

#include <utility>

#include "engine/core/rfc3339.hpp"

namespace tools::demo {

using engine::Instant;
using engine::schema::List;
using engine::schema::Object;
using std::chrono::hours;

namespace {

struct Way {
  std::string_view channel;
  int percent;
};

// 7171 hotlines first, then liaisons and groups.
constexpr Way ways[] = {{"hotline", 38}, {"liaison", 22}, {"wecom", 12}, {"wechat", 10},
                        {"qq", 6},       {"visit", 8},    {"letter", 2}, {"patrol", 2}};

std::string some_channel(Chance& chance) {
  int dice = chance.between(1, 100);
  for (const Way& way : ways) {
    dice -= way.percent;
    if (dice <= 0) return std::string(way.channel);
  }
  return "hotline";
}

constexpr std::string_view thanks[] = {"很满意，谢谢你们。", "处理得很快。", "比上次快多了。",
                                       "满意，有人上门回复。", "好的，谢谢。"};

}  // namespace

std::string as_time(Instant t) { return engine::format_rfc3339(t, engine::offset_minutes_default); }

Telling::Telling(std::uint64_t seed, std::size_t index, const Outline& outline,
                 const workflows::issue::DeadlineRules* rules)
    : rules_(rules),
      chance_(seed, index + 1),
      community_(&communities()[outline.community]),
      turn_(outline.turn),
      case_(some_case(*community_, chance_)),
      resident_(some_resident(chance_)),
      channel_(some_channel(chance_)),
      known_(!chance_.percent(10)),
      department_(case_.situation->department) {
  // What a village usually settles alone needs a department in some plots all the same.
  if (department_.empty()) department_ = "enforcement";
  if (known_ || channel_ == "hotline") story_.handle = resident_.phone;
}

void Telling::take_matter(const Case& other) {
  const std::string text = said_again(other, chance_);
  case_ = other;
  case_.text = text;
  department_ = other.situation->department.empty() ? "enforcement" : other.situation->department;
}

void Telling::start(Instant first_day, int days) {
  now_ = daytime(first_day + std::chrono::days{chance_.between(0, days - 1)}, chance_);
}

Telling& Telling::after(int from, int to) {
  now_ = office(now_ + Minutes{chance_.between(from * 60, to * 60)});
  return *this;
}

Telling& Telling::sometime(int from_days, int to_days) {
  const Instant earliest = now_ + Minutes{40};
  const auto days = std::chrono::days{chance_.between(from_days, to_days)};
  now_ = std::max(earliest, daytime(now_ + days, chance_));
  return *this;
}

std::string Telling::liaison() const { return community_->name + "·" + liaison_of(*community_); }

std::string Telling::holder() const {
  return in_village_ ? liaison() : clerk_of(department_, turn_);
}

Telling& Telling::act(std::string_view verb, Object body, std::string actor,
                      std::string on_behalf_of) {
  story_.acts.push_back(
      {now_, std::string(verb), std::move(body), {std::move(actor), std::move(on_behalf_of)}, {}});
  return *this;
}

Telling& Telling::report() {
  Object body{{"title", case_.title}, {"text", case_.text}, {"channel", channel_}};
  // A caller may not know where he belongs; whoever accepts it does.
  const bool placed = channel_ != "hotline" || !chance_.percent(15);
  if (placed) body.emplace_back("area", community_->code);
  if (chance_.percent(60)) body.emplace_back("category", case_.situation->category);
  body.emplace_back("place", case_.place);
  if (known_) body.emplace_back("name", resident_.name);
  if (!story_.handle.empty()) body.emplace_back("phone", resident_.phone);
  if (channel_ == "wecom" || channel_ == "wechat" || channel_ == "qq") {
    body.emplace_back("account", resident_.account);
  }
  if (chance_.percent(25)) {
    body.emplace_back("latitude", chance_.between(279'000, 280'400) / 10'000.0);
    body.emplace_back("longitude", chance_.between(1'205'000, 1'206'600) / 10'000.0);
  }
  if (emergency()) body.emplace_back("emergency", true);
  if (channel_ == "hotline") {
    return act("report", std::move(body), operator_name(chance_.between(0, 7)));
  }
  if (channel_ == "liaison" || channel_ == "visit" || channel_ == "letter") {
    body.emplace_back("liaison", liaison_of(*community_));
    return act("report", std::move(body), liaison(), "居民");
  }
  return act("report", std::move(body), channel_ == "patrol" ? liaison() : channel_ + "-7171");
}

Telling& Telling::accept() {
  return act("accept",
             {{"area", community_->code},
              {"category", case_.situation->category},
              {"liaison", liaison_of(*community_)}},
             operator_name(turn_), chance_.percent(30) ? community_->town : "");
}

Instant Telling::days_after(Instant t, int days) const {
  return rules_ == nullptr ? weekdays_after(t, days) : rules_->calendar().due(t, 2 * days).at;
}

int Telling::accepted_version() const {
  if (rules_ == nullptr) return 2;
  return emergency() ? 4 : 3;
}

Telling& Telling::deadline(int days) {
  using workflows::issue::Limit;
  due_ = days_after(now_, days);
  const Limit limit{Limit::Unit::half_days, 2 * days};
  if (rules_ != nullptr && story_.acts.back().verb == "accept" && !emergency() &&
      rules_->limit(workflows::issue::fb::DeadlineKind::solve, false, case_.situation->category,
                    nullptr) == limit) {
    return *this;
  }
  return act("set_deadline", {{"kind", "solve"}, {"due", as_time(due_)}}, "时限规则");
}

Telling& Telling::claim() {
  in_village_ = true;
  return act("claim", {{"by", liaison()}, {"note", "我去现场看一下。"}}, liaison());
}

Telling& Telling::release() {
  act("release", {{"reason", "涉及地下管线，村里没有条件处理，需要部门来做。"}}, liaison());
  in_village_ = false;
  return *this;
}

Telling& Telling::call_consultation() {
  return act("call_consultation",
             {{"at", as_time(office(now_ + hours{30}))},
              {"place", community_->name + "文化礼堂"},
              {"units", List{department_, other_department()}},
              {"note", "请带资料到场。"}},
             supervisor(turn_), community_->town);
}

Telling& Telling::hold_consultation(std::string_view conclusion) {
  Object body{{"conclusion", conclusion}};
  if (conclusion == "hand_over") {
    body.emplace_back("department", department_);
    body.emplace_back("co_units", List{other_department()});
  } else if (conclusion == "resolve") {
    body.emplace_back("outcome", "solved");
  } else if (conclusion == "local") {
    body.emplace_back("by", liaison());
    in_village_ = true;
  }
  body.emplace_back("minutes", "到会单位逐一发表意见。" + case_.progress);
  return act("hold_consultation", std::move(body), supervisor(turn_));
}

Telling& Telling::hand_over(std::string_view department, std::string_view note) {
  department_ = department;
  in_village_ = false;
  Object body{{"department", department}};
  if (!note.empty()) body.emplace_back("note", note);
  return act("hand_over", std::move(body), supervisor(turn_));
}

Telling& Telling::sign() {
  return act("sign", {{"by", clerk_of(department_, turn_)}}, clerk_of(department_, turn_));
}

Telling& Telling::give_back(std::string_view reason, std::string_view ground) {
  return act("return", {{"reason", reason}, {"ground", ground}}, clerk_of(department_, turn_));
}

Telling& Telling::call_negotiation() {
  return act("call_negotiation",
             {{"at", as_time(office(now_ + hours{45}))},
              {"place", community_->name + "党群服务中心"},
              {"note", "双方当事人已通知。"}},
             holder());
}

Telling& Telling::hold_negotiation(std::string_view conclusion) {
  Object body{{"conclusion", conclusion}};
  if (conclusion == "resolve") body.emplace_back("outcome", "solved");
  if (conclusion == "hand_over") body.emplace_back("department", department_);
  if (conclusion == "local") {
    body.emplace_back("by", liaison());
    in_village_ = true;
  }
  body.emplace_back("minutes", "当面说开，双方签字。" + case_.reply);
  return act("hold_negotiation", std::move(body), supervisor(turn_));
}

Telling& Telling::progress(std::string_view text) {
  return act("note_progress", {{"text", text.empty() ? case_.progress : std::string(text)}},
             holder());
}

Telling& Telling::resolve(std::string_view outcome, std::string_view reply) {
  return act("resolve",
             {{"outcome", outcome}, {"reply", reply.empty() ? case_.reply : std::string(reply)}},
             holder());
}

Telling& Telling::follow_up(bool reached, bool solved, int satisfaction, std::string_view text) {
  Object body{{"reached", reached ? "yes" : "no"}};
  if (reached) {
    body.emplace_back("solved", solved ? "yes" : "no");
    body.emplace_back("satisfaction", satisfaction);
    if (!text.empty()) body.emplace_back("text", text);
  }
  return act("follow_up", std::move(body), operator_name(turn_ + 3), "督查室");
}

Telling& Telling::close() { return act("close", {}, operator_name(turn_ + 3)); }

Telling& Telling::happy_end() {
  after(20, 60);
  const int dice = chance_.between(1, 100);
  if (dice <= 8) {
    follow_up(false, false, 0);
  } else if (dice <= 16) {
    follow_up(true, false, chance_.between(1, 3), "只解决了一半，先这样吧。");
  } else {
    const bool pleased = chance_.percent(80);
    follow_up(true, true, pleased ? chance_.between(4, 5) : 3,
              pleased ? chance_.one_of(thanks) : "还可以，就是时间久了点。");
  }
  after(1, 40);
  return close();
}

Telling& Telling::missed() {
  now_ = std::max(now_, due_ + Minutes{1});
  return act("miss_deadline", {{"kind", "solve"}, {"due", as_time(due_)}}, "时限规则");
}

Telling& Telling::warned() {
  now_ = std::max(now_, due_ - hours{24});
  return act("warn", {{"kind", "solve"}, {"due", as_time(due_)}}, "时限规则");
}

Telling& Telling::extend(int weekdays) {
  asked_until_ = days_after(due_, weekdays);
  return act("request_extension",
             {{"until", as_time(asked_until_)}, {"reason", "材料订货和施工需要时间，申请延期。"}},
             holder());
}

Telling& Telling::granted() {
  due_ = asked_until_;
  return act("grant_extension", {{"until", as_time(due_)}, {"note", "同意，请先告知群众。"}},
             supervisor(turn_));
}

Telling& Telling::reassign(std::string_view department) {
  department_ = department;
  return act("reassign", {{"department", department}, {"reason", "按职责清单改派。"}},
             supervisor(turn_));
}

Telling& Telling::supervisor_does(std::string_view verb, Object body) {
  return act(verb, std::move(body), supervisor(turn_));
}

Telling& Telling::holder_does(std::string_view verb, Object body) {
  return act(verb, std::move(body), holder());
}

Telling& Telling::resident_does(std::string_view verb, Object body) {
  return act(verb, std::move(body), operator_name(turn_ + 1), "居民");
}

Telling& Telling::merge(std::string_view verb, std::string member, std::string_view reason) {
  act(verb, {{"reason", reason}}, operator_name(turn_));
  story_.acts.back().other = std::move(member);
  return *this;
}

std::string_view Telling::other_department() {
  constexpr std::string_view often[] = {"enforcement", "housing", "planning", "transport"};
  return often[department_ == often[turn_ % 4] ? (turn_ + 1) % 4 : turn_ % 4];
}

}  // namespace tools::demo
