// Keys that vanish with the process.
#include <map>
#include <mutex>

#include "engine/keys/sealing.hpp"

namespace engine::keys {

namespace {

class MemoryVault final : public Vault {
 public:
  MemoryVault() : secret_(Key::random()) {}

  PersonId person_id(std::string_view handle) const override { return person_of(secret_, handle); }
  PersonId anonymous() override { return random_person(); }

  Result<SealedField> seal(const PersonId& person, Position position, std::string_view field,
                           std::string_view words) override {
    PersonKey key;
    {
      const std::lock_guard lock(mutex_);
      const auto [found, made] = keys_.try_emplace(person);
      if (made) found->second.key = Key::random();
      key = found->second;
    }
    return seal_words(key, person, position, field, words);
  }

  Result<void> flush() override { return {}; }

  Result<std::string> unseal(const log::Sealed& sealed) const override {
    auto opened = open(sealed);
    if (!opened) return opened.error();
    return std::move(opened->words);
  }

  Result<bool> matches(const log::Sealed& sealed, const Sha256& commitment) const override {
    const auto opened = open(sealed);
    if (!opened) return opened.error();
    return opened->commitment == commitment;
  }

 private:
  Result<Opened> open(const log::Sealed& sealed) const {
    PersonKey key;
    {
      const std::lock_guard lock(mutex_);
      const auto found = keys_.find(sealed.person);
      if (found == keys_.end()) return Error{Fault::not_found, "this person has no key here"};
      key = found->second;
    }
    return open_words(key, sealed);
  }

  mutable std::mutex mutex_;
  std::map<PersonId, PersonKey> keys_;
  Key secret_;
};

}  // namespace

std::unique_ptr<Vault> memory_vault() {
  prepare();
  return std::make_unique<MemoryVault>();
}

}  // namespace engine::keys
