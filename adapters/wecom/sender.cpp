#include "adapters/wecom/sender.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

#include "adapters/wecom/api.hpp"

namespace adapters::wecom {

using chat::Outgoing;
using chat::Sent;

namespace {

using Done = std::function<void(Sent, std::string why)>;

struct Sending {
  Outgoing message;
  Done done;
  bool token_renewed = false;  // once is enough
};

// The setting without which nothing can be sent; "" if all are there.
std::string missing(const WecomSettings& settings) {
  const auto unset = [](const char* name) {
    return std::string("wecom.") + name + " is not set, so nothing can be sent to WeCom";
  };
  if (settings.corp_id.empty()) return unset("corp_id");
  if (settings.secret.empty()) return unset("secret");
  if (settings.agent_id.empty()) return unset("agent_id");
  const bool digits = settings.agent_id.size() <= 18 &&
                      std::all_of(settings.agent_id.begin(), settings.agent_id.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  return digits ? "" : "wecom.agent_id must be the application's number, digits only";
}

}  // namespace

struct WecomSender::Impl : std::enable_shared_from_this<WecomSender::Impl> {
  void begin(Sending sending);
  void with_token(Sending sending);
  void fetch_token();
  void token_came(unsigned status, const std::string& body);
  void post(Sending sending, const std::string& by);
  void by_robot(const std::string& url, Sending sending);
  void sent(Sending sending, const std::string& by, unsigned status, const std::string& body,
            bool left);

  WecomSettings settings;
  ApiCall call;
  engine::Clock clock;
  ResponseUrls* urls = nullptr;
  std::string wrong;

  std::mutex mutex;
  std::string token;
  engine::Instant good_until{};
  bool fetching = false;
  std::vector<Sending> waiting;
};

void WecomSender::Impl::begin(Sending sending) {
  if (urls != nullptr) {
    const auto url = urls->take(sending.message.group, sending.message.account, clock());
    if (!url.empty()) return by_robot(url, std::move(sending));
  }
  if (!wrong.empty()) return sending.done(Sent::later, wrong);
  with_token(std::move(sending));
}

void WecomSender::Impl::by_robot(const std::string& url, Sending sending) {
  ApiRequest request = robot_request(url, sending.message);
  call(std::move(request.url), std::move(request.body),
       [self = shared_from_this(), sending = std::move(sending)](
           unsigned status, const std::string& body, bool left) mutable {
         if (status == 0 && left) {
           return sending.done(Sent::doubtful, "the connection ended before WeCom answered");
         }
         const SendRead read =
             status == 0 ? SendRead{SendOutcome::later, "no connection"} : read_sent(status, body);
         if (read.outcome == SendOutcome::done) return sending.done(Sent::done, "");
         if (read.outcome == SendOutcome::doubtful) return sending.done(Sent::doubtful, read.why);
         // The address was good for nothing: there is the other way, if it is configured.
         if (!self->wrong.empty()) return sending.done(Sent::later, read.why + "; " + self->wrong);
         self->with_token(std::move(sending));
       });
}

void WecomSender::Impl::with_token(Sending sending) {
  std::string by;
  bool first = false;
  {
    const std::lock_guard lock(mutex);
    if (!token.empty() && clock() < good_until) {
      by = token;
    } else if (waiting.size() < waiting_for_token_max) {
      waiting.push_back(std::move(sending));
      first = !std::exchange(fetching, true);
      if (!first) return;
    }
  }
  if (first) return fetch_token();
  // Moved from only where it waits. NOLINTNEXTLINE(bugprone-use-after-move)
  if (by.empty()) return sending.done(Sent::later, "too many messages wait for an access token");
  post(std::move(sending), by);
}

void WecomSender::Impl::fetch_token() {
  call(token_url(settings.api_url, settings.corp_id, settings.secret), "",
       [self = shared_from_this()](unsigned status, const std::string& body, bool) {
         self->token_came(status, body);
       });
}

void WecomSender::Impl::token_came(unsigned status, const std::string& body) {
  TokenGiven given;
  if (status == 0) {
    given.why = "no connection to " + settings.api_url + " for an access token";
  } else {
    given = read_token(status, body);
  }
  std::vector<Sending> all;
  {
    const std::lock_guard lock(mutex);
    fetching = false;
    all.swap(waiting);
    token = given.token;
    good_until = clock() + std::max(std::chrono::seconds(0), given.lasts - token_renewed_before);
  }
  for (Sending& each : all) {
    if (given.token.empty()) {
      each.done(Sent::later, given.why);
    } else {
      post(std::move(each), given.token);
    }
  }
}

void WecomSender::Impl::post(Sending sending, const std::string& by) {
  ApiRequest request = send_request(settings.api_url, by, settings.agent_id, sending.message);
  call(std::move(request.url), std::move(request.body),
       [self = shared_from_this(), by, sending = std::move(sending)](
           unsigned status, const std::string& body, bool left) mutable {
         self->sent(std::move(sending), by, status, body, left);
       });
}

void WecomSender::Impl::sent(Sending sending, const std::string& by, unsigned status,
                             const std::string& body, bool left) {
  if (status == 0) {
    return sending.done(left ? Sent::doubtful : Sent::later,
                        left ? "the connection ended before WeCom answered"
                             : "no connection to " + settings.api_url);
  }
  const SendRead read = read_sent(status, body);
  switch (read.outcome) {
    case SendOutcome::done:
      return sending.done(Sent::done, "");
    case SendOutcome::never:
      return sending.done(Sent::never, read.why);
    case SendOutcome::doubtful:
      return sending.done(Sent::doubtful, read.why);
    case SendOutcome::later:
      return sending.done(Sent::later, read.why);
    case SendOutcome::token_gone:
      break;
  }
  {
    const std::lock_guard lock(mutex);
    if (token == by) token.clear();
  }
  if (std::exchange(sending.token_renewed, true)) return sending.done(Sent::later, read.why);
  with_token(std::move(sending));
}

WecomSender::WecomSender(WecomSettings settings, ApiCall call, engine::Clock clock,
                         ResponseUrls* urls)
    : impl_(std::make_shared<Impl>()) {
  impl_->wrong = missing(settings);
  impl_->settings = std::move(settings);
  impl_->call = std::move(call);
  impl_->clock = std::move(clock);
  impl_->urls = urls;
}

WecomSender::~WecomSender() = default;

void WecomSender::send(Outgoing message, Done done) {
  impl_->begin({std::move(message), std::move(done)});
}

void WechatSender::send(Outgoing, Done done) {
  done(Sent::never,
       "nobody was told: a WeChat official account in plain mode can only answer what it is asked. "
       "Call the resident, or wait until he asks with 进度 and the number");
}

}  // namespace adapters::wecom
