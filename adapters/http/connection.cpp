#include "adapters/http/connection.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "adapters/http/response_writer.hpp"

namespace adapters::http {
namespace {

using boost::system::error_code;

constexpr std::size_t input_bytes_first = 4 * 1024;
constexpr std::size_t input_bytes_beyond_header = 4 * 1024;
constexpr std::size_t output_bytes_kept = 64 * 1024;  // of an empty buffer
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

std::string peer_of(const Socket& socket) {
  error_code failed;
  const auto endpoint = socket.remote_endpoint(failed);
  return failed ? std::string() : endpoint.address().to_string();
}

}  // namespace

Connection::Connection(Loop& loop, Socket socket, Kind kind)
    : loop_(loop),
      socket_(std::move(socket)),
      kind_(kind),
      peer_(peer_of(socket_)),
      reader_(loop.limits()),
      input_(input_bytes_first) {}

void Connection::start() {
  error_code failed;
  socket_.non_blocking(true, failed);
  if (!failed) socket_.set_option(boost::asio::ip::tcp::no_delay(true), failed);
  if (failed) return close();
  if (kind_ == Kind::rejected) {
    Response full = problem(503, "All connections are taken; try again shortly.");
    full.headers.emplace_back("Retry-After", "1");
    add_answered(std::move(full), {});
  }
  pump();
}

// Reads requests, sends answers, and again while one makes room for the other.
void Connection::pump() {
  if (pumping_ || !open_) return;
  if (upgraded_) return upgraded_->flush();
  const auto self = shared_from_this();
  pumping_ = true;
  bool held = false;
  for (bool again = true; open_ && again;) {
    const bool starved = parse();
    held = !collect();
    if (open_) write();
    again = !starved && has_room();
  }
  pumping_ = false;
  if (!open_) return;
  if (end_) return try_upgrade();
  // All is sent, but more is ready: after the other connections' turn.
  if (held && !writing_) await_writable();
  if ((input_finished_ || client_finished_) && exchanges_.empty() && unsent() == 0) {
    return say_farewell();
  }
  wait_for_client();
  read();
}

bool Connection::has_room() const {
  return !stream_ && !upgrade_asked_ && exchanges_.size() < loop_.limits().pipelining_max &&
         unsent() < loop_.limits().output_bytes_max;
}

// False: it stopped for lack of room, not of bytes.
bool Connection::parse() {
  while (!input_finished_ && input_begin_ < input_end_) {
    if (!has_room()) return false;
    std::size_t used = 0;
    const auto step = reader_.read({&input_[input_begin_], input_end_ - input_begin_}, used);
    input_begin_ += used;
    body_progress_ += used;
    if (step == RequestReader::Step::more) return true;
    if (step == RequestReader::Step::refused) {
      refuse(reader_.refusal());
    } else {
      ask(reader_.take());
    }
  }
  return true;
}

void Connection::ask(Request request) {
  request.peer = peer_;
  auto exchange = std::make_shared<Exchange>();
  exchange->connection = this;
  exchange->asked_at = loop_.now();
  exchange->manner = reader_.manner();
  exchange->upgrade = read_upgrade(request, exchange->manner);
  upgrade_asked_ = exchange->upgrade.asked;
  exchange->mailbox = loop_.mailbox();
  if (++requests_ >= loop_.limits().keep_alive_requests_max) exchange->manner.keep_alive = false;
  if (!exchange->manner.keep_alive) input_finished_ = true;
  exchanges_.push_back(exchange);
  wait_ = Wait::nothing;  // for the next request, time begins anew
  input_deadline_ = Clock::time_point::max();
  loop_.tallies().requests.add(1);
  call(loop_.handler(), std::move(request), exchange);
}

void Connection::refuse(const Refusal& refusal) {
  loop_.tallies().refused.add(1);
  add_answered(problem(refusal.status, refusal.detail), reader_.manner());
}

// An answer of the server's own, behind all that are due: the last one.
void Connection::add_answered(Response response, RequestReader::Manner manner) {
  auto exchange = std::make_shared<Exchange>();
  exchange->manner = manner;
  exchange->manner.keep_alive = false;
  exchange->response = std::move(response);
  exchange->ready = true;
  exchanges_.push_back(std::move(exchange));
  input_finished_ = true;
}

// Moves what is answered, in order, to the output. False: it stopped for lack of room there.
bool Connection::collect() {
  const Limits& limits = loop_.limits();
  while (open_ && !exchanges_.empty() && !end_) {
    if (stream_) {
      pull_stream();
      if (stream_) return unsent() < limits.stream_output_bytes_max;
    } else if (!exchanges_.front()->ready) {
      break;
    } else if (unsent() < limits.output_bytes_max) {
      begin_answer(*exchanges_.front());
    } else {
      return false;
    }
  }
  if (exchanges_.empty() && !input_finished_ && reader_.take_continue()) {
    output_.append(continue_line);
  }
  return true;
}

void Connection::begin_answer(Exchange& exchange) {
  Response response = std::move(exchange.response);
  if (response.socket && exchange.upgrade.asked) return become(std::move(response.socket));
  if (response.socket) response = refused_upgrade(exchange.upgrade);
  upgrade_asked_ = upgrade_asked_ && !exchange.upgrade.asked;
  const bool streams = response.stream && !exchange.manner.head_only;
  if (streams && exchange.manner.http_1_0) {
    // Without chunks, only the end of the connection can tell the end of the stream.
    exchange.manner.keep_alive = false;
    input_finished_ = true;
  }
  append_response(output_, response,
                  {exchange.manner.head_only, exchange.manner.http_1_0, !exchange.manner.keep_alive,
                   loop_.date()});
  loop_.tallies().answers[std::min(response.status / 100, 5U)].add(1);
  if (exchange.given_up) loop_.tallies().handler_faults.add(1);
  if (!streams) return finish_front();
  if (client_finished_) return close();
  stream_ = response.stream;
  stream_chunked_ = !exchange.manner.http_1_0;
  // The exchange, not the connection: the wake-up may outlive that, and comes from any thread.
  stream_->on_more([waking = exchanges_.front()] {
    if (!waking->woken.exchange(true)) waking->mailbox->put(waking);
  });
}

void Connection::pull_stream() {
  exchanges_.front()->woken.store(false);
  while (unsent() < loop_.limits().stream_output_bytes_max) {
    std::optional<std::string> piece;
    if (!loop_.stopping()) piece = stream_->next();
    if (!piece) {
      if (stream_chunked_) append_last_chunk(output_);
      stream_.reset();
      if (!stream_chunked_) return abandon();
      return finish_front();
    }
    if (piece->empty()) return;
    if (stream_chunked_) {
      append_chunk(output_, *piece);
    } else {
      output_.append(*piece);
    }
  }
}

void Connection::finish_front() {
  exchanges_.front()->connection = nullptr;
  exchanges_.pop_front();
}

void Connection::abandon() {
  for (const auto& exchange : exchanges_) exchange->connection = nullptr;
  exchanges_.clear();
}

// Sends as much as the socket takes, and the rest when it takes more.
void Connection::write() {
  if (writing_) return;
  bool progress = false;
  while (unsent() > 0) {
    error_code failed;
    const std::size_t sent =
        socket_.write_some(boost::asio::buffer(output_.data() + sent_, unsent()), failed);
    if (failed == boost::asio::error::would_block) {
      if (progress || output_deadline_ == Clock::time_point::max()) {
        output_deadline_ = loop_.after(loop_.limits().write_time);
      }
      if (sent_ > output_bytes_kept) {
        output_.erase(0, sent_);
        sent_ = 0;
      }
      await_writable();
      return;
    }
    if (failed) return close();
    progress = true;
    sent_ += sent;
    loop_.tallies().bytes_out.add(sent);
  }
  output_.clear();
  sent_ = 0;
  if (output_.capacity() > output_bytes_kept) output_.shrink_to_fit();
  output_deadline_ = Clock::time_point::max();
}

void Connection::await_writable() {
  writing_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code failed) {
    self->writing_ = false;
    if (failed) return self->close();
    self->pump();
  });
}

// Reads ahead while there is space, even if no request is wanted: so a client that goes is noticed.
void Connection::read() {
  if (reading_ || client_finished_) return;
  if (wait_ == Wait::farewell || input_begin_ == input_end_) {
    input_begin_ = input_end_ = 0;
  } else if (input_begin_ > 0) {
    std::copy(input_.begin() + static_cast<std::ptrdiff_t>(input_begin_),
              input_.begin() + static_cast<std::ptrdiff_t>(input_end_), input_.begin());
    input_end_ -= std::exchange(input_begin_, 0);
  }
  if (input_end_ == input_.size()) return;
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(&input_[input_end_], input_.size() - input_end_),
                          [self = shared_from_this()](error_code failed, std::size_t bytes) {
                            self->reading_ = false;
                            if (!self->open_) return;
                            if (failed == boost::asio::error::operation_aborted && self->end_) {
                              return self->pump();
                            }
                            if (failed) return self->on_read_end(failed == boost::asio::error::eof);
                            self->on_read(bytes);
                          });
}

void Connection::on_read(std::size_t bytes) {
  loop_.tallies().bytes_in.add(bytes);
  if (wait_ == Wait::farewell) return read();
  input_end_ += bytes;
  if (input_end_ == input_.size()) {
    // It sends much: make place for a whole header, and for larger pieces of a body.
    input_.resize(
        std::max(input_.size(), loop_.limits().header_bytes_max + input_bytes_beyond_header));
  }
  pump();
}

void Connection::on_read_end(bool orderly) {
  client_finished_ = true;
  // Half a connection is enough for an answer, but nobody follows a stream on it.
  if (!orderly || stream_ || wait_ == Wait::farewell) return close();
  pump();
}

// Closes our side and lets the other one follow: to close at once while bytes of it are under way
// would take the last answer from it.
void Connection::say_farewell() {
  if (wait_ == Wait::farewell) return;
  error_code failed;
  socket_.shutdown(Socket::shutdown_send, failed);
  if (failed || client_finished_) return close();
  wait_ = Wait::farewell;
  input_deadline_ = loop_.after(loop_.limits().linger_time);
  read();
}

// Decides what the client is waited for, and until when. While it waits for us, for nothing.
void Connection::wait_for_client() {
  Wait wait = Wait::nothing;
  if (!input_finished_ && !client_finished_ && exchanges_.empty() && unsent() == 0) {
    switch (reader_.phase()) {
      case RequestReader::Phase::between:
        wait = Wait::request;
        break;
      case RequestReader::Phase::header:
        wait = Wait::header;
        break;
      case RequestReader::Phase::body:
        wait = Wait::body;
        break;
    }
  }
  const bool moved = wait == Wait::body && body_progress_ >= loop_.limits().body_progress_bytes;
  if (wait == wait_ && !moved) return;
  wait_ = wait;
  body_progress_ = 0;
  const Limits& limits = loop_.limits();
  switch (wait) {
    case Wait::request:
      input_deadline_ = loop_.after(limits.idle_time);
      break;
    case Wait::header:
      input_deadline_ = loop_.after(limits.header_read_time);
      break;
    case Wait::body:
      input_deadline_ = loop_.after(limits.body_read_time);
      break;
    case Wait::nothing:
    case Wait::farewell:
      input_deadline_ = Clock::time_point::max();
      break;
  }
}

void Connection::sweep(Clock::time_point now) {
  if (!open_) return;
  if (upgraded_) return upgraded_->sweep(now);
  if (now >= output_deadline_) return close();
  if (now >= input_deadline_) {
    if (wait_ == Wait::header) {
      refuse({408, "The header did not arrive in time."});
    } else if (wait_ == Wait::body) {
      refuse({408, "The body did not arrive in time."});
    } else {
      return close();
    }
    return pump();
  }
  if (exchanges_.empty() || exchanges_.front()->ready) return;
  const Limits& limits = loop_.limits();
  if (now >= exchanges_.front()->asked_at + limits.answer_time + limits.sweep_every) {
    const RequestReader::Manner manner = exchanges_.front()->manner;
    abandon();
    add_answered(problem(504, "The answer is not known yet; ask again."), manner);
    pump();
  }
}

void Connection::shut_down() {
  if (upgraded_) return upgraded_->go_away();
  input_finished_ = true;
  if (exchanges_.empty() && unsent() == 0 && wait_ != Wait::farewell) return close();
  if (!exchanges_.empty()) exchanges_.back()->manner.keep_alive = false;
  pump();
}

void Connection::close() {
  if (!open_) return;
  open_ = false;
  abandon();
  stream_.reset();
  end_.reset();
  if (upgraded_) upgraded_->cut();
  error_code ignored;
  socket_.close(ignored);
  loop_.forget(*this);
}

}  // namespace adapters::http
