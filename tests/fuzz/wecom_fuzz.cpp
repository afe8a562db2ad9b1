// Any bytes as what somebody sends to a WeCom callback: unsigned, as the body of a request; and as
// what lies within a signed envelope. Refused with a reason, or read into a message that can be
// answered. The same through the gateway: each request is answered once, with a status that says
// what is wrong, and what does not verify never reaches the desk.
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/wecom/api.hpp"
#include "adapters/wecom/callback.hpp"
#include "adapters/wecom/gateway.hpp"
#include "adapters/xml/xml.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

using namespace adapters::wecom;

namespace {

const char* const key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

struct Echo : adapters::chat::Desk {
  void take(adapters::chat::Message message,
            std::function<void(adapters::chat::Answer)> answer) override {
    ++taken;
    ENSURE(!message.id.empty() && !message.account.empty());
    answer({adapters::chat::Heard::answered, message.text});
  }
  int taken = 0;
};

struct Callbacks {
  Echo desk;
  int letters = 0;
  Gateway gateway{{desk,
                   [this](adapters::intake::Letter letter, const auto& done) {
                     ++letters;
                     ENSURE(!letter.detail.empty());
                     done(adapters::intake::Held::kept);
                   },
                   [] { return engine::from_ms(1'700'000'000'000); }},
                  [] {
                    WecomSettings out;
                    out.token = "liaison";
                    out.encoding_aes_key = key;
                    out.corp_id = "ww0";
                    return out;
                  }(),
                  {"plain"}};
  adapters::http::Handler handler = gateway.handler();

  unsigned post(std::string_view path, const Query& query, std::string body) {
    adapters::http::Request request;
    request.method = "POST";
    request.path = path;
    request.query = query;
    request.body = std::move(body);
    int answers = 0;
    unsigned status = 0;
    handler(std::move(request), [&](const adapters::http::Response& response) {
      ++answers;
      status = response.status;
      ENSURE(status == 200 || !response.body.empty());
    });
    ENSURE(answers == 1);
    return status;
  }
};

// Through the callbacks as they are served. Their memory of nonces is one for all inputs, so every
// input has a nonce of its own.
void through_the_gateway(const Account& account, std::string_view text, const std::string& salt) {
  static Callbacks callbacks;
  static std::uint64_t inputs = 0;
  const std::string nonce = std::to_string(++inputs);
  const int before = callbacks.desk.taken;
  const Query forged{{"msg_signature", "x"}, {"timestamp", "1700000000"}, {"nonce", nonce}};
  const unsigned unsigned_status = callbacks.post(wecom_path, forged, std::string(text));
  ENSURE(unsigned_status == 400 || unsigned_status == 403 || unsigned_status == 413);
  ENSURE(callbacks.post(wechat_path, forged, std::string(text)) >= 400);
  ENSURE(callbacks.desk.taken == before);

  const std::string encrypted = encrypt(account, text, salt);
  const Query proper{
      {"msg_signature", signature_of({account.token, "1700000000", nonce, encrypted})},
      {"timestamp", "1700000000"},
      {"nonce", nonce}};
  const unsigned status =
      callbacks.post(wecom_path, proper, "<xml><Encrypt>" + encrypted + "</Encrypt></xml>");
  ENSURE(status == 200 || status == 400 || status == 413 || status == 503);
  ENSURE(status == 200 || callbacks.desk.taken == before);

  // A signature of plain mode is of the query alone.
  const Query plain{{"signature", signature_of({"plain", "1700000000", nonce})},
                    {"timestamp", "1700000000"},
                    {"nonce", nonce}};
  const unsigned plain_status = callbacks.post(wechat_path, plain, std::string(text));
  ENSURE(plain_status == 200 || plain_status == 400 || plain_status == 413 || plain_status == 503);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with(
      {"<xml><FromUserName>lin</FromUserName><CreateTime>1700000000</CreateTime>"
       "<MsgType>text</MsgType><Content><![CDATA[7171 路灯不亮]]></Content><MsgId>7</MsgId></xml>",
       "<xml><FromUserName>lin</FromUserName><CreateTime>1700000000</CreateTime>"
       "<MsgType>event</MsgType><Event>subscribe</Event></xml>",
       R"({"msgid":"m1","chatid":"c","from":{"userid":"lin"},"msgtype":"text",)"
       R"("text":{"content":"@7171 路灯不亮"}})",
       R"({"errcode":0,"errmsg":"ok","access_token":"T","expires_in":7200})"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const Account account = make_account("liaison", key, "ww0").value();
  static const std::string salt(salt_bytes, 's');
  const engine::Instant now = engine::from_ms(1'700'000'000'000);
  through_the_gateway(account, text, salt);
  (void)read_sent(200, text);
  (void)read_token(200, text);

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
