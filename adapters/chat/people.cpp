#include "adapters/chat/people.hpp"

#include <utility>

namespace adapters::chat {

using workflows::directory::Tree;

namespace {

constexpr int levels_max = 16;  // of the directory; a bent tree ends there

std::string key_of(std::string_view channel, std::string_view id) {
  std::string out(channel);
  out += '\n';
  out += id;
  return out;
}

bool lies_in(const Tree& tree, std::string_view area, std::string_view root) {
  for (int level = 0; level < levels_max && !area.empty(); ++level) {
    if (area == root) return true;
    const auto* entry = tree.find("area", area);
    area = entry == nullptr ? std::string_view{} : std::string_view(entry->parent);
  }
  return false;
}

}  // namespace

bool may(Role role, Verb verb) {
  switch (verb) {
    case Verb::supplement:
    case Verb::accept:
    case Verb::resolve:
    case Verb::consult:
    case Verb::progress:
      return true;
    case Verb::claim:
      return role == Role::liaison;
    case Verb::none:
    case Verb::withdraw:
    case Verb::rate:
    case Verb::complain:
    case Verb::help:
      break;
  }
  return false;
}

bool covers(const Member& member, const engine::log::RecordView& issue, const Tree& tree) {
  if (!member.area.empty()) return lies_in(tree, issue.area(), member.area);
  return member.department.empty() || issue.department() == member.department;
}

People::People(std::vector<Group> groups, std::vector<Member> members) {
  for (Member& each : members) {
    if (each.name.empty()) each.name = each.account;
    members_[key_of(each.channel, each.account)].push_back(std::move(each));
  }
  for (Group& each : groups) {
    if (!each.liaison.empty()) {
      auto& known = members_[key_of(each.channel, each.liaison)];
      const std::string name = known.empty() ? each.liaison : known.front().name;
      known.push_back({each.channel, each.liaison, name, Role::liaison, each.area, ""});
    }
    std::string key = key_of(each.channel, each.id);
    groups_.insert_or_assign(std::move(key), std::move(each));
  }
}

const Group* People::group(std::string_view channel, std::string_view id) const {
  const auto found = groups_.find(key_of(channel, id));
  return found == groups_.end() ? nullptr : &found->second;
}

const std::vector<Member>& People::members(std::string_view channel,
                                           std::string_view account) const {
  static const std::vector<Member> none;
  const auto found = members_.find(key_of(channel, account));
  return found == members_.end() ? none : found->second;
}

std::string People::liaison_of(const Group& group) const {
  if (group.liaison.empty()) return {};
  const auto& known = members(group.channel, group.liaison);
  return known.empty() ? group.liaison : known.front().name;
}

}  // namespace adapters::chat
