// Reverse WebSockets: who may open one, and what comes over it.
#include <algorithm>
#include <utility>

#include "adapters/onebot/core.hpp"
#include "adapters/onebot/problem.hpp"
#include "adapters/signing/signing.hpp"

namespace adapters::onebot {
namespace {

constexpr std::size_t self_id_digits_max = 20;

// One that an implementation has opened to us.
class Implementation final : public http::WebSocket {
 public:
  Implementation(std::shared_ptr<Gateway::Core> core, std::string self_id, Role role)
      : core_(std::move(core)), self_id_(std::move(self_id)), role_(role) {}

  void on_open(std::shared_ptr<http::Line> line) override {
    number_ = core_->actions().open(self_id_, role_, line);
    if (number_ == 0) return line->close();
    core_->opened(role_);
  }
  void on_text(std::string text) override {
    if (number_ != 0) core_->hear(number_, self_id_, std::move(text));
  }
  void on_closed() override { core_->actions().close(number_); }

 private:
  const std::shared_ptr<Gateway::Core> core_;
  const std::string self_id_;
  const Role role_;
  std::uint64_t number_ = 0;  // of the connection; 0: it is not taken
};

// The header, or, as for the HTTP API, the query.
Access judge_token(const std::string& access_token, const http::Request& request) {
  const auto header = http::find_field(request.headers, "Authorization").value_or("");
  if (!header.empty()) return judge_authorization(access_token, header);
  for (const auto& [name, value] : request.query) {
    if (name != "access_token") continue;
    return signing::same(value, access_token) ? Access::granted : Access::wrong;
  }
  return Access::missing;
}

http::Response token_problem(Access access) {
  if (access == Access::wrong) {
    return problem(403, "unknown_token", "The access token is not good",
                   "send the access_token that is configured here");
  }
  http::Response out = problem(401, "no_token", "An access token is needed",
                               "send Authorization: Bearer and the access token");
  out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

bool is_account(std::string_view text) {
  return !text.empty() && text.size() <= self_id_digits_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void Gateway::Core::open(const http::Request& request, const http::Reply& reply) {
  if (config_.access_token.empty()) {
    return reply(problem(403, "no_token_configured", "No WebSocket is let in",
                         "no access token is configured here: set [onebot] access_token"));
  }
  const Access access = judge_token(config_.access_token, request);
  if (access != Access::granted) {
    ++traffic_.unverified;
    return reply(token_problem(access));
  }
  const Role role = role_of(http::find_field(request.headers, "X-Client-Role").value_or(""));
  const std::string self_id(http::find_field(request.headers, "X-Self-ID").value_or(""));
  if (role == Role::none || !is_account(self_id)) {
    return reply(problem(400, "bad_header", "A header is wrong",
                         role == Role::none ? "X-Client-Role must be API, Event or Universal"
                                            : "X-Self-ID must be the number of the account"));
  }
  http::Response out;
  out.socket = std::make_shared<Implementation>(shared_from_this(), self_id, role);
  reply(std::move(out));
}

}  // namespace adapters::onebot
