#include "adapters/onebot/gateway.hpp"

#include <utility>

#include "adapters/onebot/core.hpp"
#include "adapters/onebot/problem.hpp"

namespace adapters::onebot {
namespace {

http::Response other_method(const char* allowed) {
  http::Response out = problem(405, "method_not_allowed", "Another method is needed here",
                               std::string("send ") + allowed);
  out.headers.emplace_back("Allow", allowed);
  return out;
}

}  // namespace

Gateway::Gateway(Config config, chat::Desk& desk, intake::Hold hold, PostAction post, Waits waits)
    : core_(std::make_shared<Core>(std::move(config), desk, std::move(hold), std::move(post),
                                   waits)) {}

Gateway::~Gateway() { core_->stop(); }

void Gateway::handle(http::Request request, http::Reply reply) {
  if (request.path == post_path) {
    if (request.method != "POST") return reply(other_method("POST"));
    core_->post(request, reply);
  } else if (request.path == socket_path) {
    if (request.method != "GET") return reply(other_method("GET"));
    core_->open(request, reply);
  } else {
    reply(problem(404, "no_such_path", "There is nothing at this path",
                  "events are posted to /onebot, WebSockets opened to /onebot/ws"));
  }
}

void Gateway::send(chat::Outgoing message, std::function<void(chat::Sent, std::string why)> done) {
  core_->send(message, std::move(done));
}

engine::Result<chat::Message> Gateway::read_again(const intake::Letter& letter) const {
  return core_->read_again(letter);
}

intake::Traffic& Gateway::traffic() { return core_->traffic(); }

}  // namespace adapters::onebot
