// Any bytes as what others answer to what is sent to them: OneBot's HTTP API, WeCom's API with its
// tokens, and a webhook's settings and signature. Each message is told of once, and why not in
// words. The first byte says with which status.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/onebot/gateway.hpp"
#include "adapters/webhook/hook.hpp"
#include "adapters/webhook/signature.hpp"
#include "adapters/wecom/sender.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

using namespace adapters;

namespace {

constexpr std::array<unsigned, 10> statuses{200, 200, 200, 0, 204, 401, 404, 429, 500, 503};

struct Answered {
  unsigned status = 200;
  std::string body;
};
Answered answered;

struct Nobody : chat::Desk {
  void take(chat::Message, std::function<void(chat::Answer)> answer) override { answer({}); }
};

void check(chat::Sender& sender, chat::Outgoing message) {
  int told = 0;
  sender.send(std::move(message), [&](chat::Sent sent, const std::string& why) {
    ++told;
    ENSURE(sent == chat::Sent::done || !why.empty());
  });
  ENSURE(told == 1);
}

void check_onebot() {
  static Nobody nobody;
  static onebot::Gateway gateway(
      {"secret", "token", true, "http://127.0.0.1"}, nobody,
      [](const intake::Letter&, const auto& done) { done(intake::Held::later); },
      [](const std::string&, const std::string&, const auto& done) {
        const bool came = answered.status != 0;
        done({came ? chat::Sent::done : chat::Sent::doubtful, answered.status,
              came ? answered.body : "it ended on the way"});
      });
  check(gateway, {"7", "20002", "已受理"});
  check(gateway, {"", "20002", "已受理"});
  check(gateway, {"", answered.body, answered.body});
}

// Its token is either a good one or what was answered.
void check_wecom(bool good_token) {
  wecom::WecomSettings settings;
  settings.corp_id = "ww0";
  settings.secret = "s";
  settings.agent_id = "1000002";
  wecom::WecomSender sender(
      settings,
      [good_token](const std::string& url, const std::string&, const wecom::ApiDone& done) {
        if (good_token && url.find("gettoken") != std::string::npos) {
          return done(200, R"({"errcode":0,"access_token":"t","expires_in":7200})", true);
        }
        done(answered.status, answered.body, answered.status != 0);
      },
      [] { return engine::from_ms(1'700'000'000'000); }, nullptr);
  check(sender, {"", "lin", "已受理"});
  check(sender, {"chat", "lin", "已受理"});
}

void check_hook(std::string_view text) {
  const std::string words(text);
  for (const webhook::Hook& hook : {webhook::Hook{words, "https://x/", {"whsec_x"}, {}},
                                    webhook::Hook{"n", words, {words}, {words}},
                                    webhook::Hook{"n", "https://x/", {"whsec_" + words}, {}}}) {
    const auto checked = webhook::check_hook(hook);
    ENSURE(checked.has_value() || !checked.error().detail.empty());
  }
  if (const auto key = webhook::key_of(text)) {
    ENSURE(webhook::signature({*key, *key}, "id", 1, text).starts_with("v1,"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string good(1, '\0');
  return support::begin_fuzzing_with(
      {good + R"({"status":"ok","retcode":0,"data":{"message_id":7}})",
       good + R"({"status":"failed","retcode":1404,"wording":"muted"})",
       good + R"({"errcode":0,"errmsg":"ok","access_token":"T","expires_in":7200})",
       good + R"({"errcode":42001,"errmsg":"access_token expired"})",
       good + R"({"errcode":0,"invaliduser":"lin","msgid":"m"})",
       good + "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  answered = {statuses[data[0] % statuses.size()], std::string(text)};
  check_onebot();
  check_wecom(true);
  check_wecom(false);
  check_hook(text);
  return 0;
}
