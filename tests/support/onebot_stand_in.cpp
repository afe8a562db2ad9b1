#include "tests/support/onebot_stand_in.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <random>
#include <utility>

#include "adapters/json/json.hpp"
#include "tests/support/websocket_client.hpp"

namespace support {
namespace {

using adapters::json::parse;
using adapters::json::write;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

constexpr std::chrono::seconds patience{20};
constexpr std::chrono::milliseconds between_tries{20};
constexpr std::int64_t time_of_events = 1'700'000'000;

// RFC 2104 with SHA-1, by OpenSSL itself: the service's own must agree with it.
std::string signature(const std::string& secret, const std::string& body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &size);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "sha1=";
  for (unsigned i = 0; i < size; ++i) {
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 0x0f];
  }
  return out;
}

Value number(std::string_view digits) {
  std::int64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

std::string text_of(const Value* value) {
  if (value == nullptr) return {};
  return value->string() != nullptr ? *value->string() : write(*value);
}

// The words of a message and who is mentioned in it.
void read_message(const Value* message, OnebotStandIn::Said& out) {
  if (message == nullptr) return;
  if (message->list() == nullptr) {
    out.text = text_of(message);
    return;
  }
  for (const Value& segment : *message->list()) {
    const Value* data = segment.find("data");
    if (data == nullptr) continue;
    if (text_of(segment.find("type")) == "text") out.text += text_of(data->find("text"));
    if (text_of(segment.find("type")) == "at") out.user = text_of(data->find("qq"));
  }
  if (!out.user.empty() && out.text.starts_with(' ')) out.text.erase(0, 1);
}

Object failed_with(std::int64_t retcode, const char* wording) {
  return {{"status", "failed"}, {"retcode", retcode}, {"data", Value()}, {"wording", wording}};
}

}  // namespace

struct OnebotStandIn::Socket {
  std::string role;
  std::shared_ptr<WebSocketClient> client;  // null while it is not open
  bool refused = false;
  std::mutex sending;
  std::thread thread;
};

OnebotStandIn::OnebotStandIn(Options options)
    : options_(std::move(options)), port_(options_.port) {}

OnebotStandIn::~OnebotStandIn() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& socket : sockets_) {
      if (socket->client) socket->client->cut();
    }
    changed_.notify_all();
  }
  for (const auto& socket : sockets_) socket->thread.join();
}

std::string OnebotStandIn::message(std::string_view group, std::string_view user,
                                   std::string_view words, std::int64_t message_id) const {
  Object event{{"time", time_of_events},
               {"self_id", number(options_.self_id)},
               {"post_type", "message"},
               {"message_type", group.empty() ? "private" : "group"},
               {"sub_type", group.empty() ? "friend" : "normal"},
               {"message_id", message_id},
               {"user_id", number(user)}};
  List segments;
  if (!group.empty()) {
    event.emplace_back("group_id", number(group));
    segments.emplace_back(Object{{"type", "at"}, {"data", Object{{"qq", options_.self_id}}}});
  }
  const std::string text = (group.empty() ? "" : " ") + std::string(words);
  segments.emplace_back(Object{{"type", "text"}, {"data", Object{{"text", text}}}});
  event.emplace_back("message", std::move(segments));
  event.emplace_back("sender", Object{{"user_id", number(user)}, {"nickname", "林"}});
  return write(event);
}

std::optional<HttpAnswer> OnebotStandIn::post(const std::string& event) {
  const auto client = HttpClient::try_connect(port_);
  if (!client) return std::nullopt;
  std::string head = "POST /onebot HTTP/1.1\r\nHost: sihe\r\nContent-Type: application/json\r\n";
  head += "X-Self-ID: " + options_.self_id + "\r\n";
  if (!options_.secret.empty()) {
    head += "X-Signature: " + signature(options_.secret, event) + "\r\n";
  }
  client->send(head + "Content-Length: " + std::to_string(event.size()) + "\r\n\r\n" + event);
  auto answer = client->answer();
  if (!answer || answer->status != 200) return answer;
  const auto asked = parse(event, {.last_member_counts = true});
  const auto reply = parse(answer->body);
  if (!asked || !reply || reply->find("reply") == nullptr) return answer;
  const bool mentions =
      reply->find("at_sender") == nullptr || *reply->find("at_sender") == Value(true);
  const std::string group = text_of(asked->find("group_id"));
  note({"quick_reply", group, group.empty() || mentions ? text_of(asked->find("user_id")) : "",
        text_of(reply->find("reply"))});
  return answer;
}

bool OnebotStandIn::connect(const std::string& role) {
  std::unique_lock lock(mutex_);
  Socket& socket = *sockets_.emplace_back(std::make_unique<Socket>());
  socket.role = role;
  socket.thread = std::thread([this, &socket] { keep_open(socket); });
  changed_.wait_for(lock, patience, [&] { return socket.client || socket.refused; });
  return socket.client != nullptr;
}

std::string OnebotStandIn::headers(const std::string& role) const {
  std::string out = "X-Self-ID: " + options_.self_id + "\r\nX-Client-Role: " + role + "\r\n";
  if (!options_.access_token.empty()) {
    out += "Authorization: Bearer " + options_.access_token + "\r\n";
  }
  return out;
}

// The socket's thread.
void OnebotStandIn::keep_open(Socket& socket) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    std::shared_ptr<WebSocketClient> client;
    if (auto connection = HttpClient::try_connect(port_)) {
      client = std::make_shared<WebSocketClient>(std::move(connection), "/onebot/ws",
                                                 headers(socket.role));
    }
    lock.lock();
    if (client && client->open() && !stopping_) {
      socket.client = client;
      changed_.notify_all();
      lock.unlock();
      listen(socket, client);
      lock.lock();
      socket.client.reset();
    } else {
      socket.refused = socket.refused || (client && !client->head().empty());
      changed_.notify_all();
    }
    if (!stopping_) changed_.wait_for(lock, between_tries, [this] { return stopping_; });
  }
}

void OnebotStandIn::listen(Socket& socket, const std::shared_ptr<WebSocketClient>& client) {
  while (auto frame = client->frame()) {
    const bool goes = frame->opcode == WebSocketClient::goodbye;
    std::string answer;
    if (frame->opcode == WebSocketClient::text) answer = do_action(frame->payload);
    const std::lock_guard lock(socket.sending);
    if (goes) client->send(*frame);
    if (frame->opcode == WebSocketClient::ping) {
      client->send({WebSocketClient::pong, true, frame->payload});
    }
    if (!answer.empty()) client->say(answer);
    if (goes) return;
  }
}

// The answer to the frame, "" for none.
std::string OnebotStandIn::do_action(const std::string& frame) {
  const auto action = parse(frame);
  if (!action) return {};
  if (manner_ == Manner::silent) return {};
  const std::string name = text_of(action->find("action"));
  Object answer;
  if (name != "send_group_msg" && name != "send_private_msg" && name != "send_msg") {
    answer = failed_with(1404, "no such action");
  } else if (manner_ == Manner::failed) {
    answer = failed_with(100, "muted");
  } else {
    const Value* params = action->find("params");
    Said said{name, text_of(params->find("group_id")), text_of(params->find("user_id")), {}};
    read_message(params->find("message"), said);
    note(std::move(said));
    const std::lock_guard lock(mutex_);
    answer = {
        {"status", "ok"}, {"retcode", 0}, {"data", Object{{"message_id", ++last_message_id_}}}};
  }
  if (const Value* echo = action->find("echo")) answer.emplace_back("echo", *echo);
  return write(answer);
}

void OnebotStandIn::drop_connections() {
  const std::lock_guard lock(mutex_);
  for (const auto& socket : sockets_) {
    if (socket->client) socket->client->cut();
  }
}

void OnebotStandIn::tell(const std::string& event) {
  for (;;) {
    Socket* found = nullptr;
    std::shared_ptr<WebSocketClient> client;
    {
      std::unique_lock lock(mutex_);
      const auto find = [&] {
        for (const auto& socket : sockets_) {
          if (!socket->client || socket->role == "API") continue;
          found = socket.get();
          client = socket->client;
          return true;
        }
        return false;
      };
      if (!changed_.wait_for(lock, patience, find)) return;
    }
    const std::lock_guard lock(found->sending);
    if (client->say(event)) return;
  }
}

void OnebotStandIn::tell_shuffled(const std::vector<std::string>& events, int times,
                                  unsigned seed) {
  std::vector<std::string> all;
  for (int i = 0; i < times; ++i) all.insert(all.end(), events.begin(), events.end());
  std::mt19937 chance(seed);
  std::shuffle(all.begin(), all.end(), chance);
  for (const std::string& event : all) tell(event);
}

void OnebotStandIn::note(Said said) {
  const std::lock_guard lock(mutex_);
  said_.push_back(std::move(said));
  changed_.notify_all();
}

std::vector<OnebotStandIn::Said> OnebotStandIn::said() const {
  const std::lock_guard lock(mutex_);
  return said_;
}

bool OnebotStandIn::wait_until_said(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return said_.size() >= count; });
}

}  // namespace support
