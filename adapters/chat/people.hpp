// Which group is whose, and who may do what: what the operator has bound to the chat's accounts.
//
// Threads: immutable once made; share it freely.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/chat/grammar.hpp"
#include "engine/log/record.hpp"
#include "workflows/directory/directory.hpp"

namespace adapters::chat {

// A chat group that belongs to an area.
struct Group {
  std::string channel;
  std::string id;
  std::string area;
  std::string liaison;  // the account of its liaison there; "": it has none
};

enum class Role : std::uint8_t { liaison, clerk };

// Somebody on duty, known by his account.
struct Member {
  std::string channel;
  std::string account;
  std::string name;  // stands in the record; "": the account does
  Role role = Role::liaison;
  std::string area;        // his rights end there; "": everywhere
  std::string department;  // of a clerk without an area: his rights are for what it has in hand
};

// Whether the role has the verb at all: as the same role has it over HTTP.
bool may(Role role, Verb verb);

// Whether what was recorded last of an issue lies where the member's rights are.
bool covers(const Member& member, const engine::log::RecordView& issue,
            const workflows::directory::Tree& tree);

class People {
 public:
  // The liaison of a group is a member with its area, whether or not he is listed.
  People(std::vector<Group> groups, std::vector<Member> members);

  // nullptr: the group is bound to no area. Valid as long as this.
  const Group* group(std::string_view channel, std::string_view id) const;
  // What an account may be there as; empty: a resident.
  const std::vector<Member>& members(std::string_view channel, std::string_view account) const;
  // What the liaison of a group is called; "" if it has none.
  std::string liaison_of(const Group& group) const;

 private:
  std::unordered_map<std::string, Group> groups_;
  std::unordered_map<std::string, std::vector<Member>> members_;
};

}  // namespace adapters::chat
