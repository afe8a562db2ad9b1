// Which questions were answered, over restarts, damage and a full book.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "adapters/chat/answered_book.hpp"
#include "tests/support/temporary_folder.hpp"

namespace adapters::chat {
namespace {

using engine::Fault;

constexpr engine::Instant noon = engine::from_ms(1'772'500'000'000);

class ChatAnsweredBook : public ::testing::Test {
 protected:
  std::unique_ptr<AnsweredBook> open(engine::Instant now = noon) {
    return AnsweredBook::open(file_, now).value();
  }
  std::string bytes() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  void write(const std::string& bytes) const { std::ofstream(file_, std::ios::binary) << bytes; }

  const support::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "answered";
};

TEST_F(ChatAnsweredBook, KnowsForADayWhatItWasGiven) {
  open()->add("qq\n1", noon);
  auto book = open(noon + remembered_for);
  EXPECT_TRUE(book->has("qq\n1", noon + remembered_for));
  EXPECT_FALSE(book->has("qq\n2", noon + remembered_for));
  const auto later = noon + remembered_for + std::chrono::milliseconds(1);
  EXPECT_FALSE(book->has("qq\n1", later));
  EXPECT_FALSE(open(later)->has("qq\n1", later));
  EXPECT_EQ(bytes().size(), 16U) << "the old ones are gone from the file, too";
}

TEST_F(ChatAnsweredBook, KeepsNoIdAsItIs) {
  open()->add("qq\nsecret-id", noon);
  EXPECT_EQ(bytes().find("secret"), std::string::npos);
  EXPECT_EQ(bytes().size(), 16U + 24U);
}

TEST_F(ChatAnsweredBook, ReadsAFileThatWasCutShortAsFarAsItGoes) {
  {
    auto book = open();
    book->add("a", noon);
    book->add("b", noon);
    book->add("b", noon);
  }
  const std::string whole = bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(whole.substr(0, size));
    if (size > 0 && size < 16) {
      EXPECT_EQ(AnsweredBook::open(file_, noon).error().fault, Fault::invalid) << size;
      continue;
    }
    auto book = open();
    EXPECT_EQ(book->size(), size < 16 ? 0 : (size - 16) / 24) << size;
    book->add("c", noon);
    EXPECT_TRUE(open()->has("c", noon)) << "what comes behind a torn entry is read: " << size;
  }
}

TEST_F(ChatAnsweredBook, LeavesAForeignFileAlone) {
  write("a list for the market");
  const auto opened = AnsweredBook::open(file_, noon);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().fault, Fault::invalid);
  EXPECT_EQ(bytes(), "a list for the market");
  EXPECT_EQ(AnsweredBook::open(folder_.path() / "no" / "folder", noon).error().fault,
            Fault::storage);
}

TEST_F(ChatAnsweredBook, StaysBoundedInMemoryAndOnDisk) {
  auto book = open();
  for (std::size_t i = 0; i < 2 * remembered_max + 10; ++i) book->add(std::to_string(i), noon);
  EXPECT_FALSE(book->has("0", noon));
  EXPECT_TRUE(book->has(std::to_string(2 * remembered_max + 9), noon));
  EXPECT_EQ(book->size(), remembered_max);
  EXPECT_LE(bytes().size(), 16 + (remembered_max + 20) * 24) << "written anew when it was full";
  EXPECT_EQ(open()->size(), remembered_max);
  EXPECT_EQ(book->trouble(), "");
}

}  // namespace
}  // namespace adapters::chat
