#include "tools/sihe/bench_chat_traffic.hpp"

#include <ctime>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "adapters/signing/signing.hpp"
#include "tools/sihe/bench_connection.hpp"
#include "workflows/issue/number.hpp"

namespace tools::bench {

using engine::Error;
using engine::Fault;
using engine::Result;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::uint64_t residents = 5'000;
constexpr std::uint64_t resident_first = 20'000'000;
constexpr std::uint64_t account_first = 10'001;  // that implementations run for
constexpr std::chrono::seconds answers_wait_max{30};
constexpr std::chrono::milliseconds look_every{1};
constexpr std::string_view number_mark = "编号 ";
constexpr std::size_t number_digits = 13;

constexpr unsigned text_frame = 0x1;
constexpr unsigned ping_frame = 0x9;
constexpr unsigned pong_frame = 0xa;

// What is between the marks; "" if they are not there.
std::string_view between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + begin.size());
  return text.substr(0, text.find(end));
}

std::uint64_t whole(std::string_view digits) {
  std::uint64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

// As a client sends it: masked, in one piece.
std::string frame_of(unsigned kind, std::string_view payload) {
  constexpr std::string_view mask = "sihe";
  std::string out(1, static_cast<char>(0x80U | kind));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80U | payload.size());
  } else {
    out += static_cast<char>(0x80U | 126U);
    out += static_cast<char>(payload.size() >> 8U);
    out += static_cast<char>(payload.size() & 0xffU);
  }
  out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ mask[i % mask.size()]);
  }
  return out;
}

struct Frame {
  unsigned kind = 0;
  std::string_view payload;
  std::size_t size = 0;  // of all of it; 0: it is not whole yet
};

// The frame at the front of what a server sent.
Frame read_frame(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2) return {};
  std::size_t size = at(1) & 0x7fU;
  const std::size_t length_bytes = size == 126 ? 2 : size == 127 ? 8 : 0;
  const std::size_t head = 2 + length_bytes;
  if (bytes.size() < head) return {};
  if (length_bytes > 0) size = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) size = size << 8U | at(2 + i);
  if (bytes.size() - head < size) return {};
  return {at(0) & 0xfU, bytes.substr(head, size), head + size};
}

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

class Traffic {
 public:
  explicit Traffic(const TrafficWanted& wanted)
      : wanted_(wanted),
        total_(static_cast<std::uint64_t>(wanted.rate * wanted.seconds)),
        said_by_(residents) {}

  Result<TrafficDone> run();

 private:
  bool by_socket(std::uint64_t message) const {
    return wanted_.way == Way::sockets || (wanted_.way == Way::both && message % 2 == 1);
  }
  SteadyClock::time_point due(std::uint64_t message) const {
    const std::chrono::duration<double> after(static_cast<double>(message) / wanted_.rate);
    return begin_ + std::chrono::duration_cast<SteadyClock::duration>(after);
  }
  double waited_ms(std::uint64_t message) const {
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - due(message)).count();
  }
  std::size_t socket_of(std::uint64_t message) const { return message / 2 % websockets; }

  Result<void> connect();
  void write_messages();
  std::string event(std::uint64_t message) const;
  std::string post(std::uint64_t message) const;
  void send_what_is_due();
  void send_posts();
  Result<void> take(std::size_t connection);
  void take_answer(std::size_t connection);
  void take_frame(std::size_t connection, const Frame& frame);
  void answered(std::uint64_t message, std::string_view text, std::vector<double>& times);

  const TrafficWanted wanted_;
  const std::uint64_t total_;
  ConnectionSet connections_;          // the WebSockets first
  std::vector<std::string> messages_;  // as bytes to send
  std::vector<std::uint64_t> posted_;  // the message under way on a connection
  std::vector<std::size_t> free_;      // connections for POSTs
  std::deque<std::uint64_t> waiting_;  // POSTs that are due, until a connection is free
  std::vector<std::deque<std::uint64_t>> said_by_;  // over WebSockets and not answered yet
  std::uint64_t next_ = 0;
  std::uint64_t answers_ = 0;
  SteadyClock::time_point begin_;
  TrafficDone done_;
};

std::string Traffic::event(std::uint64_t message) const {
  const std::uint64_t account = account_first + (by_socket(message) ? socket_of(message) : 0);
  const std::string self = std::to_string(account);
  const std::string& group = wanted_.groups[message % wanted_.groups.size()];
  const std::string resident = std::to_string(resident_first + message % residents);
  return R"({"time":)" + std::to_string(std::time(nullptr)) + R"(,"self_id":)" + self +
         R"(,"post_type":"message","message_type":"group","sub_type":"normal","message_id":)" +
         std::to_string(wanted_.first + message) + R"(,"group_id":)" + group + R"(,"user_id":)" +
         resident + R"(,"anonymous":null,"message":[{"type":"at","data":{"qq":")" + self +
         R"("}},{"type":"text","data":{"text":" 锦绣路)" + std::to_string(message % 997) +
         R"(号门口的路灯坏了三天，晚上老人出门看不见路"}}],"raw_message":"[CQ:at,qq=)" + self +
         R"(] 路灯","font":0,"sender":{"user_id":)" + resident +
         R"(,"nickname":"居民","card":"林阿姨","role":"member","sex":"unknown","age":0}})";
}

std::string Traffic::post(std::uint64_t message) const {
  const std::string body = event(message);
  return "POST /onebot HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
         "X-Self-ID: " +
         std::to_string(account_first) +
         "\r\nX-Signature: sha1=" + adapters::signing::hmac_sha1_hex(wanted_.secret, body) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Beforehand, so that the client takes as little as it can of the processor that is measured.
void Traffic::write_messages() {
  messages_.reserve(total_);
  for (std::uint64_t i = 0; i < total_; ++i) {
    messages_.push_back(by_socket(i) ? frame_of(text_frame, event(i)) : post(i));
  }
}

Result<void> Traffic::connect() {
  const bool sockets = wanted_.way != Way::posts;
  for (std::size_t i = 0; i < websockets && sockets; ++i) {
    auto opened = connections_.add(wanted_.port);
    if (!opened) return opened.error();
    const auto head = connections_.ask_at_once(
        *opened,
        "GET /onebot/ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "X-Client-Role: Universal\r\nX-Self-ID: " +
            std::to_string(account_first + i) + "\r\nAuthorization: Bearer " +
            wanted_.access_token + "\r\n\r\n");
    if (!head) return head.error();
    if (!head->starts_with("HTTP/1.1 101 ")) {
      return Error{Fault::storage, "a WebSocket is refused: " + head->substr(0, head->find('\r'))};
    }
  }
  const std::size_t posts = wanted_.way == Way::sockets ? 0 : wanted_.connections;
  for (std::size_t i = 0; i < posts; ++i) {
    auto opened = connections_.add(wanted_.port);
    if (!opened) return opened.error();
    free_.push_back(*opened);
  }
  posted_.resize(connections_.size());
  return {};
}

Result<TrafficDone> Traffic::run() {
  if (auto connected = connect(); !connected) return connected.error();
  write_messages();
  const double cpu_before = thread_seconds();
  begin_ = SteadyClock::now();
  auto last_answer = begin_;
  const auto give_up = due(total_) + answers_wait_max;
  std::vector<std::size_t> ready;
  while (answers_ < total_) {
    const auto now = SteadyClock::now();
    if (now >= give_up) break;
    send_what_is_due();
    send_posts();
    if (auto waited = connections_.wait(look_every, ready); !waited) return waited.error();
    for (const std::size_t each : ready) {
      if (auto taken = take(each); !taken) return taken.error();
    }
    if (!ready.empty()) last_answer = SteadyClock::now();
  }
  done_.sent = next_;
  done_.seconds = std::chrono::duration<double>(last_answer - begin_).count();
  done_.client_seconds = thread_seconds() - cpu_before;
  done_.unanswered = next_ - answers_;
  return std::move(done_);
}

void Traffic::send_what_is_due() {
  const auto now = SteadyClock::now();
  for (; next_ < total_ && due(next_) <= now; ++next_) {
    if (!by_socket(next_)) {
      waiting_.push_back(next_);
      continue;
    }
    said_by_[next_ % residents].push_back(next_);
    connections_.send(socket_of(next_), messages_[next_]);
  }
}

void Traffic::send_posts() {
  while (!waiting_.empty() && !free_.empty()) {
    const std::size_t connection = free_.back();
    free_.pop_back();
    posted_[connection] = waiting_.front();
    connections_.send(connection, messages_[waiting_.front()]);
    waiting_.pop_front();
  }
}

Result<void> Traffic::take(std::size_t connection) {
  if (!connections_.read(connection)) {
    return Error{Fault::storage, "the service has closed a connection"};
  }
  const bool socket = connection < websockets && wanted_.way != Way::posts;
  if (!socket) {
    take_answer(connection);
    return {};
  }
  for (Frame frame = read_frame(connections_.unread(connection)); frame.size > 0;
       frame = read_frame(connections_.unread(connection))) {
    take_frame(connection, frame);
    connections_.used(connection, frame.size);
  }
  return {};
}

// One answer is under way on a connection at most.
void Traffic::take_answer(std::size_t connection) {
  const std::string_view bytes = connections_.unread(connection);
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string_view::npos) return;
  const std::string_view size = between(bytes.substr(0, head), "Content-Length: ", "\r\n");
  const std::size_t all = head + 4 + whole(size);
  if (bytes.size() < all) return;
  answered(posted_[connection], bytes.substr(0, all), done_.posts_ms);
  connections_.used(connection, all);
  free_.push_back(connection);
}

void Traffic::take_frame(std::size_t connection, const Frame& frame) {
  if (frame.kind == ping_frame) {
    connections_.send(connection, frame_of(pong_frame, frame.payload));
    return;
  }
  const std::uint64_t resident = whole(between(frame.payload, R"("qq":")", "\""));
  const std::string_view echo = between(frame.payload, R"("echo":")", "\"");
  if (echo.empty()) return;
  connections_.send(connection,
                    frame_of(text_frame, R"({"status":"ok","retcode":0,"data":{"message_id":1},)"
                                         R"("echo":")" +
                                             std::string(echo) + "\"}"));
  if (resident < resident_first || resident >= resident_first + residents) return;
  auto& said = said_by_[resident - resident_first];
  if (said.empty()) return;
  answered(said.front(), frame.payload, done_.sockets_ms);
  said.pop_front();
}

void Traffic::answered(std::uint64_t message, std::string_view text, std::vector<double>& times) {
  times.push_back(waited_ms(message));
  ++answers_;
  const std::size_t at = text.find(number_mark);
  const auto number =
      at == std::string_view::npos
          ? std::nullopt
          : workflows::issue::parse_number(text.substr(at + number_mark.size(), number_digits));
  if (number) {
    done_.numbers.push_back(*number);
  } else {
    ++done_.unlike;
  }
}

}  // namespace

Result<TrafficDone> run_traffic(const TrafficWanted& wanted) { return Traffic(wanted).run(); }

}  // namespace tools::bench
