#include "adapters/wecom/crypt.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "adapters/signing/signing.hpp"

namespace adapters::wecom {
namespace {

const std::string salt = "0123456789abcdef";

Account account(const std::string& receiver = "ww0ouhai7171") {
  return make_account("liaison", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", receiver).value();
}

struct Sealed {
  std::string encrypted;
  std::string signature;
};

Sealed seal(const Account& by, const std::string& encrypted) {
  return {encrypted, signature_of({by.token, "1700000000", "nonce", encrypted})};
}

Outcome<std::string> unseal(const Account& by, const Sealed& sealed) {
  return unseal(by, {sealed.signature, "1700000000", "nonce"}, sealed.encrypted);
}

// What an account's key makes of a frame of our own choice, padding and all.
std::string encrypted_frame(const Account& by, const std::string& frame) {
  return signing::to_base64(
      signing::aes_256_cbc_encrypted(by.aes_key, by.aes_key.substr(0, 16), frame));
}

std::string padded(std::string frame) {
  const std::size_t count = 32 - frame.size() % 32;
  return frame.append(count, static_cast<char>(count));
}

Flaw flaw_of_frame(const std::string& frame) {
  const auto by = account();
  const auto plain = unseal(by, seal(by, encrypted_frame(by, frame)));
  return plain ? Flaw{} : plain.error().flaw;
}

TEST(Signing, GivesThePublishedDigests) {
  EXPECT_EQ(signing::sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");  // FIPS 180
  // RFC 2202, case 2; RFC 4231, case 2; RFC 2104 with an empty key.
  EXPECT_EQ(signing::hmac_sha1_hex("Jefe", "what do ya want for nothing?"),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(signing::to_base64(signing::hmac_sha256("Jefe", "what do ya want for nothing?")),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
  EXPECT_EQ(signing::hmac_sha1_hex("", ""), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

TEST(Signing, ReadsBase64ThatIsWholeAndNothingElse) {
  EXPECT_EQ(signing::to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(signing::to_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(signing::from_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(signing::from_base64(""), "");
  for (const char* text : {"Zm9vYg=", "Zm9vY", "Zm9v\n", "Zm-v", "Z===", "Zm=v", "===="}) {
    EXPECT_FALSE(signing::from_base64(text)) << text;
  }
}

RC_GTEST_PROP(Signing, ReadsBackTheBytesItWrote, (const std::string& bytes)) {
  RC_ASSERT(signing::from_base64(signing::to_base64(bytes)) == bytes);
}

TEST(WecomCrypt, TakesAKeyOfFortyThreeCharactersOnly) {
  EXPECT_EQ(make_account("t", "short", "ww").error().flaw, Flaw::aes_key);
  EXPECT_EQ(make_account("t", std::string(44, 'a'), "ww").error().flaw, Flaw::aes_key);
  EXPECT_EQ(make_account("t", std::string(42, 'a') + "-", "ww").error().flaw, Flaw::aes_key);
  EXPECT_EQ(account().aes_key.size(), 32U);
}

TEST(WecomCrypt, SortsThePartsBeforeItJoinsThem) {
  EXPECT_EQ(signature_of({"b", "a", "c"}), signing::sha1_hex("abc"));
  EXPECT_EQ(signature_of({"10", "9", "token", "Z"}), signing::sha1_hex("109Ztoken"));
}

RC_GTEST_PROP(WecomCrypt, UnsealsWhatItSealed, (const std::string& message)) {
  for (const auto& by : {account(), account("")}) {
    RC_ASSERT(unseal(by, seal(by, encrypt(by, message, salt))).value() == message);
  }
}

TEST(WecomCrypt, PadsToWholeBlocksOfThirtyTwoAlsoWhereNothingIsLacking) {
  const auto by = account("");
  for (std::size_t size = 0; size < 70; ++size) {
    const auto bytes = signing::from_base64(encrypt(by, std::string(size, 'x'), salt)).value();
    EXPECT_EQ(bytes.size(), (16 + 4 + size) / 32 * 32 + 32) << size;
  }
}

TEST(WecomCrypt, RefusesWhatAnotherSignedOrSomebodyChanged) {
  const auto by = account();
  const auto sealed = seal(by, encrypt(by, "报修", salt));
  EXPECT_TRUE(unseal(by, sealed));
  auto changed = sealed;
  changed.encrypted[5] = changed.encrypted[5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(unseal(by, changed).error().flaw, Flaw::signature);
  changed = sealed;
  changed.signature[0] = changed.signature[0] == '0' ? '1' : '0';
  EXPECT_EQ(unseal(by, changed).error().flaw, Flaw::signature);
  changed.signature = "";
  EXPECT_EQ(unseal(by, changed).error().flaw, Flaw::signature);
  auto other = account();
  other.token = "another";
  EXPECT_EQ(unseal(other, sealed).error().flaw, Flaw::signature);
  EXPECT_EQ(unseal(account("ww0another"), sealed).error().flaw, Flaw::receiver);
}

TEST(WecomCrypt, RefusesASignedFrameThatIsMalformed) {
  const auto by = account();
  const std::string head = salt + std::string("\0\0\0\2", 4);
  EXPECT_EQ(flaw_of_frame(padded(head + "hi" + by.receiver)), Flaw{});
  EXPECT_EQ(flaw_of_frame(padded(head + "hi" + by.receiver + "x")), Flaw::receiver);
  EXPECT_EQ(flaw_of_frame(padded(head + "h")), Flaw::buffer) << "shorter than its length says";
  EXPECT_EQ(flaw_of_frame(padded(salt + "\xff\xff\xff\xff")), Flaw::buffer);
  EXPECT_EQ(flaw_of_frame(padded(salt)), Flaw::buffer) << "no length";
  EXPECT_EQ(flaw_of_frame(std::string(32, '\x20')), Flaw::buffer) << "padding alone";
  EXPECT_EQ(flaw_of_frame(std::string(31, 'x') + '\x00'), Flaw::buffer);
  EXPECT_EQ(flaw_of_frame(std::string(63, 'x') + '\x21'), Flaw::buffer) << "33 is no padding";
  EXPECT_EQ(flaw_of_frame(std::string(63, 'x') + '\x02'), Flaw::buffer) << "one byte of two";
  EXPECT_EQ(flaw_of_frame(std::string(48, '\x10')), Flaw::buffer) << "one and a half blocks";
  EXPECT_EQ(flaw_of_frame(""), Flaw::buffer);
  EXPECT_EQ(unseal(by, seal(by, "no base64!")).error().flaw, Flaw::base64);
}

}  // namespace
}  // namespace adapters::wecom
