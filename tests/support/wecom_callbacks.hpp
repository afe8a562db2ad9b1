// WeCom's callbacks between a desk of the test's and a client that speaks only the protocol.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "adapters/wecom/callback.hpp"
#include "adapters/wecom/gateway.hpp"
#include "adapters/xml/xml.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/wecom_client.hpp"

namespace adapters::wecom {

// Says what it is told to say; "" until then holds the answer back.
class SomeDesk : public chat::Desk {
 public:
  void take(chat::Message message, std::function<void(chat::Answer)> answer) override {
    const std::lock_guard lock(mutex_);
    messages.push_back(std::move(message));
    if (holds) {
      held.push_back(std::move(answer));
    } else {
      const bool again = !known_.insert(messages.back().id).second;
      answer({again && says.heard == chat::Heard::answered ? chat::Heard::repeat : says.heard,
              says.text});
    }
  }
  chat::Answer says{chat::Heard::answered, "已收到"};
  bool holds = false;
  std::vector<chat::Message> messages;
  std::vector<std::function<void(chat::Answer)>> held;

 private:
  std::mutex mutex_;
  std::set<std::string> known_;
};

// Waits for the answer.
inline http::Response ask_handler(const http::Handler& handler, http::Request request) {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<http::Response> out;
  handler(std::move(request), [&](http::Response response) {
    const std::lock_guard lock(mutex);
    ENSURE(!out.has_value());
    out = std::move(response);
    answered.notify_one();
  });
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return out.has_value(); });
  return *std::move(out);
}

// As the server would give it to the handler.
inline http::Request to_request(const std::string& method, const std::string& target,
                                const std::string& body) {
  const auto decoded = [](std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        out += text[i];
        continue;
      }
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
    return out;
  };
  http::Request out;
  out.method = method;
  out.body = body;
  const std::size_t mark = target.find('?');
  out.path = target.substr(0, mark);
  std::string_view rest = std::string_view(target).substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    out.query.emplace_back(pair.substr(0, equals), decoded(pair.substr(equals + 1)));
  }
  return out;
}

class WecomGateway : public ::testing::Test {
 public:
  static WecomSettings settings() {
    const support::WecomKeys keys;
    WecomSettings out;
    out.token = keys.token;
    out.encoding_aes_key = keys.encoding_aes_key;
    out.corp_id = keys.receiver;
    return out;
  }

 protected:
  WecomGateway() { begin(settings()); }

  void begin(const WecomSettings& wecom, std::chrono::milliseconds patience = answer_within) {
    gateway_ =
        std::make_unique<Gateway>(GatewayParts{desk_,
                                               [this](intake::Letter letter, const auto& done) {
                                                 letters_.push_back(std::move(letter));
                                                 done(keeps_);
                                               },
                                               [this] { return now_; }, patience},
                                  wecom, WechatSettings{"AAAAA"});
    handler_ = gateway_->handler();
  }

  http::Response ask(http::Request request) { return ask_handler(handler_, std::move(request)); }
  http::Response ask(const std::string& method, const std::string& path, Query query,
                     std::string body = "") {
    http::Request request;
    request.method = method;
    request.path = path;
    request.query = std::move(query);
    request.body = std::move(body);
    return ask(std::move(request));
  }

  http::Response ask_target(const std::string& method, const std::string& target,
                            const std::string& body) {
    return ask(to_request(method, target, body));
  }

  Query plain_query(const std::string& nonce = "n1") const {
    const std::string time = std::to_string(engine::to_ms(now_) / 1000);
    return {
        {"signature", signature_of({"AAAAA", time, nonce})}, {"timestamp", time}, {"nonce", nonce}};
  }
  static std::string plain_text(const std::string& words) {
    return "<xml><ToUserName>gh_1</ToUserName><FromUserName>o9Ag</"
           "FromUserName><CreateTime>1700000000"
           "</CreateTime><MsgType>text</MsgType><Content>" +
           xml::cdata(words) + "</Content><MsgId>77</MsgId></xml>";
  }
  static std::string code(const http::Response& response) {
    const auto body = json::parse(response.body);
    return body && body->find("code") != nullptr ? *body->find("code")->string() : response.body;
  }

  engine::Instant now_ = engine::from_ms(1'700'000'000'000);
  SomeDesk desk_;
  std::vector<intake::Letter> letters_;
  intake::Held keeps_ = intake::Held::kept;
  std::unique_ptr<Gateway> gateway_;
  http::Handler handler_;
  support::WecomClient client_{{},
                               [this](const auto& method, const auto& target, const auto& body) {
                                 const auto response = ask_target(method, target, body);
                                 return support::WecomAnswer{response.status, response.body};
                               },
                               [this] { return engine::to_ms(now_) / 1000; }};
};

}  // namespace adapters::wecom
