// The service as `sihe serve` runs it, with every channel configured, in this process; and one good
// request for each way in, as bytes, so that a test can spoil it.
//
// Threads: as HttpClient's; a request is made by one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/tokens.hpp"
#include "adapters/signing/signing.hpp"
#include "adapters/wecom/crypt.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/record.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/sihe/bench_load.hpp"
#include "tools/sihe/demo_directory.hpp"
#include "tools/sihe/service.hpp"

namespace support {

class ChannelService {
 public:
  static constexpr const char* secret = "onebot-secret";
  static constexpr const char* access_token = "onebot-token";
  static constexpr const char* wecom_token = "wecom-token";
  static constexpr const char* wecom_key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  static constexpr const char* corp_id = "ww0";
  static constexpr const char* wechat_token = "wechat-token";

  ChannelService() : data_(folder_.path() / "data") {
    std::filesystem::create_directories(data_);
    token_ = adapters::http::add_token(tools::Paths{data_}.tokens(), "all",
                                       adapters::http::Role::supervisor, "", tools::wall_clock()())
                 .value();
    hotline_ = adapters::http::add_token(tools::Paths{data_}.tokens(), "hotline",
                                         adapters::http::Role::adapter, "", tools::wall_clock()())
                   .value();
    tools::Flags flags;
    flags.values["data"] = data_.string();
    flags.values["port"] = "0";
    auto settings = tools::read_settings(flags, [](const auto&) { return std::nullopt; }).value();
    tools::ChannelSettings& channels = settings.channels;
    channels.onebot = {secret, access_token, true, ""};
    channels.wecom.token = wecom_token;
    channels.wecom.encoding_aes_key = wecom_key;
    channels.wecom.corp_id = corp_id;
    channels.wechat_token = wechat_token;
    channels.open311.jurisdiction = "ouhai";
    channels.open311.api_keys = {"xyz"};
    channels.open311.mode = "id";
    channels.groups = {{"qq", "100", area(), ""}};
    service_ = tools::Service::start(settings, {}).value();
    ENSURE(tools::bench::add_directory(engine().writer()));
  }

  std::uint16_t port() const { return service_->port(); }
  tools::Engine& engine() { return service_->engine(); }
  static std::string area() { return tools::demo::communities().front().code; }

  // The answer to these bytes over a connection of their own; nothing if there is none.
  std::optional<HttpAnswer> ask(std::string_view bytes) const {
    HttpClient client(port());
    client.send(bytes);
    return client.answer();
  }

  // A POST whose body is whole.
  static std::string post(const std::string& target, const std::string& headers,
                          const std::string& body) {
    return head(target, headers, body.size()) + body;
  }
  static std::string head(const std::string& target, const std::string& headers,
                          std::size_t length) {
    return "POST " + target + " HTTP/1.1\r\nHost: sihe\r\n" + headers +
           "Content-Length: " + std::to_string(length) + "\r\n\r\n";
  }

  // OneBot's events, signed.
  static std::string onebot(const std::string& body) {
    return post("/onebot",
                "X-Self-ID: 10001\r\nX-Signature: sha1=" +
                    adapters::signing::hmac_sha1_hex(secret, body) + "\r\n",
                body);
  }
  std::string event(const std::string& group = "100") {
    return R"({"post_type":"message","message_type":"group","self_id":10001,"group_id":)" + group +
           R"(,"user_id":20002,"message_id":)" + std::to_string(++messages_) +
           R"(,"message":"[CQ:at,qq=10001] 路灯不亮","sender":{"nickname":"林"}})";
  }

  // A WeCom message in its envelope, signed and encrypted.
  std::string wecom(const std::string& message) {
    const auto account = adapters::wecom::make_account(wecom_token, wecom_key, corp_id).value();
    const std::string encrypted =
        adapters::wecom::encrypt(account, message, std::string(adapters::wecom::salt_bytes, 's'));
    const std::string time = now_seconds();
    const std::string nonce = std::to_string(++messages_);
    const std::string target =
        "/wecom/callback?msg_signature=" +
        adapters::wecom::signature_of({wecom_token, time, nonce, encrypted}) +
        "&timestamp=" + time + "&nonce=" + nonce;
    return post(target, "Content-Type: text/xml\r\n",
                "<xml><Encrypt>" + encrypted + "</Encrypt></xml>");
  }
  // The same in WeChat's plain mode.
  std::string wechat(const std::string& message) {
    const std::string time = now_seconds();
    const std::string nonce = std::to_string(++messages_);
    return post(
        "/wechat/callback?signature=" + adapters::wecom::signature_of({wechat_token, time, nonce}) +
            "&timestamp=" + time + "&nonce=" + nonce,
        "Content-Type: text/xml\r\n", message);
  }
  std::string message() {
    return "<xml><ToUserName>ww0</ToUserName><FromUserName>lin</FromUserName><CreateTime>" +
           now_seconds() +
           "</CreateTime><MsgType>text</MsgType><Content>路灯不亮</Content><MsgId>" +
           std::to_string(++messages_) + "</MsgId></xml>";
  }

  static std::string open311(const std::string& format, const std::string& type,
                             const std::string& body) {
    return post("/open311/v2/requests." + format + "?api_key=xyz&jurisdiction_id=ouhai",
                "Content-Type: " + type + "\r\n", body);
  }
  static std::string form() {
    std::string category;
    for (const auto& each : tools::demo::directory_entries()) {
      if (each.kind == "category") category = each.code;
    }
    return "service_code=" + category + "&address_string=x&description=x";
  }

  // With a token that may.
  std::string api(const std::string& target, const std::string& type,
                  const std::string& body) const {
    const std::string& token = target.starts_with("/v1/hotline/") ? hotline_ : token_;
    return post(target, "Authorization: Bearer " + token + "\r\nContent-Type: " + type + "\r\n",
                body);
  }
  std::string sheet() {
    return R"({"call_id":")" + std::to_string(++messages_) +
           R"(","called":"0577-88887171","caller":"13800001234","text":"路灯不亮",)"
           R"("started_at":"2026-03-01T09:24:15+08:00","area":")" +
           area() + R"("})";
  }
  // A letter of a group that is nobody's; the target to accept it at.
  std::string letter_to_accept() {
    ENSURE(ask(onebot(event("999"))));
    engine().settle().value();
    const auto listed = ask("GET /v1/intake HTTP/1.1\r\nHost: sihe\r\nAuthorization: Bearer " +
                            token_ + "\r\n\r\n");
    ENSURE(listed && listed->status == 200);
    const std::string mark = R"("number":")";
    const std::size_t at = listed->body.find(mark);
    ENSURE(at != std::string::npos);
    const std::size_t begin = at + mark.size();
    return "/v1/intake/" + listed->body.substr(begin, listed->body.find('"', begin) - begin) +
           "/accept";
  }

  // How many streams the workflow has begun.
  std::size_t begun(engine::WorkflowId workflow) {
    std::size_t out = 0;
    ENSURE(engine().log().read(
        engine::Position{0}, engine().log().last(), [&](engine::Position, std::string_view bytes) {
          const engine::log::RecordView record(bytes);
          out += record.stream().workflow == workflow && record.version().value == 1;
          return true;
        }));
    return out;
  }

 private:
  static std::string now_seconds() {
    return std::to_string(engine::to_ms(tools::wall_clock()()) / 1000);
  }

  TemporaryFolder folder_;
  const std::filesystem::path data_;
  std::string token_;
  std::string hotline_;
  std::unique_ptr<tools::Service> service_;
  std::uint64_t messages_ = 0;
};

}  // namespace support
