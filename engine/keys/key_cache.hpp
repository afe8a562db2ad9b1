// The persons' keys that were used last, unwrapped, so that sealing needs no database.
#pragma once

#include <cstddef>
#include <cstring>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include "engine/keys/sealing.hpp"

namespace engine::keys {

// A person's id is a hash already.
struct PersonHash {
  std::size_t operator()(const PersonId& person) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, person.data(), sizeof hash);
    return hash;
  }
};

class KeyCache {
 public:
  explicit KeyCache(std::size_t keys_max) : keys_max_(keys_max) {}

  std::optional<PersonKey> find(const PersonId& person) {
    const auto found = places_.find(person);
    if (found == places_.end()) return std::nullopt;
    newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
    return found->second->second;
  }

  void put(const PersonId& person, const PersonKey& key) {
    if (places_.contains(person)) return;
    newest_first_.emplace_front(person, key);
    places_.emplace(person, newest_first_.begin());
    if (places_.size() <= keys_max_) return;
    places_.erase(newest_first_.back().first);
    newest_first_.pop_back();
  }

 private:
  using Entries = std::list<std::pair<PersonId, PersonKey>>;
  std::size_t keys_max_;
  Entries newest_first_;
  std::unordered_map<PersonId, Entries::iterator, PersonHash> places_;
};

}  // namespace engine::keys
