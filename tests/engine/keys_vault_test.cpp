#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "engine/keys/sealing.hpp"
#include "engine/keys/vault.hpp"
#include "engine/tree/tree.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace engine;
using namespace engine::keys;

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Vault>(const std::filesystem::path&)> open;
};

class AnyVault : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override { vault_ = GetParam().open(folder_.path() / "keys"); }

  support::TemporaryFolder folder_;
  std::unique_ptr<Vault> vault_;
};

constexpr std::string_view words = "王阿姨 住在三楼";

TEST_P(AnyVault, GivesTheWordsBackToWhoHasTheKey) {
  const PersonId person = vault_->person_id("13800138000");
  const auto field = vault_->seal(person, Position{7}, "reporter", words).value();
  EXPECT_EQ(field.sealed.bytes.find("王阿姨"), std::string::npos);
  EXPECT_TRUE(vault_->flush());
  EXPECT_EQ(vault_->unseal(field.sealed).value(), words);
  EXPECT_TRUE(vault_->matches(field.sealed, field.commitment).value());
  EXPECT_FALSE(vault_->matches(field.sealed, Sha256{}).value());
}

TEST_P(AnyVault, OpensWordsOnlyWhereTheyWerePut) {
  const PersonId person = vault_->person_id("13800138000");
  const auto field = vault_->seal(person, Position{7}, "reporter", words).value();
  const auto refused = [&](auto change) {
    log::Sealed other = field.sealed;
    change(other);
    const auto opened = vault_->unseal(other);
    return !opened && opened.error().fault == Fault::corrupt;
  };
  EXPECT_TRUE(refused([](log::Sealed& s) { s.position = Position{8}; }));
  EXPECT_TRUE(refused([](log::Sealed& s) { s.field = "phone"; }));
  EXPECT_TRUE(refused([](log::Sealed& s) { s.bytes[30] = static_cast<char>(s.bytes[30] ^ 1); }));
  EXPECT_TRUE(refused([](log::Sealed& s) { s.bytes.pop_back(); }));
  EXPECT_TRUE(refused([](log::Sealed& s) { s.bytes.clear(); }));
}

TEST_P(AnyVault, SealsTheSameWordsNeverTheSameWay) {
  const PersonId person = vault_->anonymous();
  const auto one = vault_->seal(person, Position{1}, "reporter", words).value();
  const auto two = vault_->seal(person, Position{1}, "reporter", words).value();
  EXPECT_NE(one.commitment, two.commitment);
  EXPECT_NE(one.sealed.bytes, two.sealed.bytes);
}

TEST_P(AnyVault, KnowsAPersonByTheNumberHoweverItIsWritten) {
  const PersonId person = vault_->person_id("13800138000");
  for (const char* same : {"138 0013 8000", "138-0013-8000", "+8613800138000", "+86 138-0013-8000",
                           "008613800138000", " 13800138000 "}) {
    EXPECT_EQ(vault_->person_id(same), person) << same;
  }
  for (const char* other : {"13800138001", "+113800138000", "wx_13800138000", "138 0013 800O"}) {
    EXPECT_NE(vault_->person_id(other), person) << other;
  }
  EXPECT_NE(vault_->person_id("user-one"), vault_->person_id("userone"));
}

TEST_P(AnyVault, NeverGivesAnAnonymousPersonTwice) {
  EXPECT_NE(vault_->anonymous(), vault_->anonymous());
}

INSTANTIATE_TEST_SUITE_P(Vaults, AnyVault,
                         testing::Values(Kind{"Memory", [](const auto&) { return memory_vault(); }},
                                         Kind{"Rocks",
                                              [](const auto& path) {
                                                return open_vault(path, Access::read_write).value();
                                              }}),
                         [](const auto& info) { return info.param.name; });

TEST(Commitment, IsTheHashOfLabelSaltAndWords) {
  prepare();
  const PersonKey key{Key::random(), 3};
  const auto field = seal_words(key, {}, Position{1}, "reporter", words);
  EXPECT_EQ(field.key_version, 3U);
  const auto opened = open_words(key, field.sealed).value();
  EXPECT_EQ(opened.words, words);
  EXPECT_EQ(opened.commitment, field.commitment);
  // nonce 24 ‖ salt 32 ‖ words ‖ tag 16
  EXPECT_EQ(field.sealed.bytes.size(), 24 + 32 + words.size() + 16);
  EXPECT_FALSE(open_words({key.key, 4}, field.sealed));
}

TEST(Keys, AreNeverDrawnTwiceNotEvenByAForkedChild) {
  prepare();
  random_person();  // so that the parent has bytes in store
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const PersonId drawn = random_person();
    ::_exit(::write(pipe[1], drawn.data(), drawn.size()) == sizeof drawn ? 0 : 1);
  }
  PersonId childs{};
  ASSERT_EQ(::read(pipe[0], childs.data(), childs.size()), static_cast<ssize_t>(sizeof childs));
  EXPECT_NE(random_person(), childs);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

class VaultFolder : public testing::Test {
 protected:
  std::unique_ptr<Vault> open(Access access = Access::read_write) {
    return open_vault(path(), access).value();
  }
  std::filesystem::path path() const { return folder_.path() / "keys"; }

  support::TemporaryFolder folder_;
};

TEST_F(VaultFolder, KeepsFlushedKeysAndTheSamePersonsAcrossReopening) {
  auto vault = open();
  const PersonId person = vault->person_id("13800138000");
  const auto field = vault->seal(person, Position{7}, "reporter", words).value();
  ASSERT_TRUE(vault->flush());
  vault.reset();
  vault = open();
  EXPECT_EQ(vault->person_id("13800138000"), person);
  EXPECT_EQ(vault->unseal(field.sealed).value(), words);
}

TEST_F(VaultFolder, AReaderBesideTheWriterFindsNewKeys) {
  const auto vault = open();
  const auto reader = open(Access::read_only);
  const PersonId person = vault->anonymous();
  const auto field = vault->seal(person, Position{7}, "reporter", words).value();
  EXPECT_EQ(reader->unseal(field.sealed).error().fault, Fault::corrupt);
  ASSERT_TRUE(vault->flush());
  EXPECT_EQ(reader->unseal(field.sealed).value(), words);
  EXPECT_EQ(reader->person_id("1"), vault->person_id("1"));
  EXPECT_FALSE(reader->seal(person, Position{8}, "reporter", words));
}

TEST_F(VaultFolder, PersonsWithoutAHandleHaveDurableKeysFromTheFirstFlushOn) {
  auto vault = open();
  vault->anonymous();
  ASSERT_TRUE(vault->flush());
  std::set<PersonId> persons;
  std::vector<log::Sealed> sealed;
  constexpr std::size_t without_a_flush = 100;
  for (std::size_t i = 0; i < without_a_flush; ++i) {
    const PersonId person = vault->anonymous();
    EXPECT_TRUE(persons.insert(person).second);
    sealed.push_back(vault->seal(person, Position{i + 1}, "reporter", words).value().sealed);
  }
  vault.reset();
  vault = open();
  for (const log::Sealed& each : sealed) EXPECT_EQ(vault->unseal(each).value(), words);
  EXPECT_FALSE(persons.contains(vault->anonymous()));
}

TEST_F(VaultFolder, NeverGivesAPersonWithoutAHandleTwice) {
  const auto vault = open();
  std::set<PersonId> persons;
  for (std::size_t i = 0; i < 2'000; ++i) {
    EXPECT_TRUE(persons.insert(vault->anonymous()).second);
    if (i % 7 == 0) {
      ASSERT_TRUE(vault->flush());
    }
  }
}

TEST_F(VaultFolder, IsWrittenByOneAtATime) {
  const auto vault = open();
  EXPECT_EQ(open_vault(path(), Access::read_write).error().fault, Fault::busy);
}

TEST_F(VaultFolder, WithoutAStoreGivesNoReader) {
  EXPECT_EQ(open_vault(path(), Access::read_only).error().fault, Fault::not_found);
}

TEST_F(VaultFolder, TheMasterKeyIsItsOwnersAlone) {
  open();
  struct stat about {};
  ASSERT_EQ(::stat((path() / "master.key").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  EXPECT_EQ(about.st_size, 32);
}

TEST_F(VaultFolder, OpensUnderNoOtherMasterKeyAndMakesNoNewOne) {
  open();
  const auto master = path() / "master.key";
  std::filesystem::remove(master);
  EXPECT_EQ(open_vault(path(), Access::read_write).error().fault, Fault::not_found);
  EXPECT_FALSE(std::filesystem::exists(master));
  std::ofstream(master) << std::string(32, 'x');
  EXPECT_EQ(open_vault(path(), Access::read_write).error().fault, Fault::corrupt);
  std::ofstream(master) << "short";
  EXPECT_EQ(open_vault(path(), Access::read_write).error().fault, Fault::corrupt);
}

TEST_F(VaultFolder, TheMasterKeyMayLieElsewhere) {
  const auto elsewhere = folder_.path() / "stick.key";
  ASSERT_EQ(::setenv("SIHE_MASTER_KEY_FILE", elsewhere.c_str(), 1), 0);
  const PersonId person = open()->person_id("1");
  EXPECT_TRUE(std::filesystem::exists(elsewhere));
  EXPECT_FALSE(std::filesystem::exists(path() / "master.key"));
  EXPECT_EQ(open()->person_id("1"), person);
  ASSERT_EQ(::unsetenv("SIHE_MASTER_KEY_FILE"), 0);
}

// What stands in the key store's files, all of them, as one text.
std::string bytes_in(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename() == "master.key") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

TEST_F(VaultFolder, TheStoreHoldsNeitherTheMasterKeyNorHandlesNorWords) {
  auto vault = open();
  const auto field =
      vault->seal(vault->person_id("13800138000"), Position{7}, "reporter", words).value();
  ASSERT_TRUE(vault->flush());
  vault.reset();
  std::ifstream file(path() / "master.key", std::ios::binary);
  const std::string master(std::istreambuf_iterator<char>(file), {});
  const std::string all = bytes_in(path());
  ASSERT_GT(all.size(), 100U);
  EXPECT_EQ(all.find(master), std::string::npos);
  EXPECT_EQ(all.find("13800138000"), std::string::npos);
  EXPECT_EQ(all.find("王阿姨"), std::string::npos);
}

}  // namespace
