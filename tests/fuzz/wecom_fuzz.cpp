// Any bytes as what somebody sends to a WeCom callback: unsigned, as the body of a request; and as
// what lies within a signed envelope. Refused with a reason, or read into a message that can be
// answered.
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/wecom/callback.hpp"
#include "adapters/xml/xml.hpp"
#include "engine/core/ensure.hpp"

using namespace adapters::wecom;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const Account account =
      make_account("liaison", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "ww0").value();
  static const std::string salt(salt_bytes, 's');
  const engine::Instant now = engine::from_ms(1'700'000'000'000);
  ReplayGuard guard;
  const Query forged{{"msg_signature", "x"}, {"timestamp", "1700000000"}, {"nonce", "n"}};
  const auto refused = open(account, guard, now, forged, text);
  ENSURE(!refused && !refused.error().detail.empty());

  const std::string encrypted = encrypt(account, text, salt);
  const Query signed_by_us{
      {"msg_signature", signature_of({account.token, "1700000000", "n", encrypted})},
      {"timestamp", "1700000000"},
      {"nonce", "n"}};
  const auto opened =
      open(account, guard, now, signed_by_us, "<xml><Encrypt>" + encrypted + "</Encrypt></xml>");
  if (!opened) {
    ENSURE(!opened.error().detail.empty());
    return 0;
  }
  ENSURE(!identity_of(opened->message).empty());
  const std::string reply = reply_to(opened->message, opened->message.text, 1'700'000'000);
  const auto root =
      adapters::xml::parse(sealed_reply(account, Notation::xml, reply, "1700000000", "n", salt),
                           {.bytes_max = SIZE_MAX})
          .value();
  const Envelope envelope{root.text_of("MsgSignature"), "1700000000", "n"};
  const auto back = unseal(account, envelope, root.text_of("Encrypt")).value();
  ENSURE(back == reply);
  if (!opened->message.robot) {
    ENSURE(adapters::xml::parse(back, {.bytes_max = SIZE_MAX})->text_of("Content") ==
           opened->message.text);
  }
  return 0;
}
