// One client: bytes in, requests to the handler, answers back in order. Lives on its loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/loop.hpp"
#include "adapters/http/request_reader.hpp"
#include "adapters/http/websocket.hpp"

namespace adapters::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  enum class Kind : std::uint8_t { served, rejected };

  Connection(Loop& loop, Socket socket, Kind kind);

  void start();
  // An answer has come, or a stream or line has more: sends what can be sent, reads what can be
  // read.
  void pump();
  // Looks at the deadlines.
  void sweep(Clock::time_point now);
  // Takes no more requests; closes once those in flight are answered.
  void shut_down();
  void close();

  Kind kind() const { return kind_; }
  std::size_t place = 0;  // the loop's

 private:
  // What the client is being waited for, with one deadline for it.
  enum class Wait : std::uint8_t { nothing, request, header, body, farewell };

  bool has_room() const;
  std::size_t unsent() const { return output_.size() - sent_; }
  bool parse();
  void ask(Request request);
  void refuse(const Refusal& refusal);
  void add_answered(Response response, RequestReader::Manner manner);
  bool collect();
  void begin_answer(Exchange& exchange);
  void pull_stream();
  void finish_front();
  void become(std::shared_ptr<WebSocket> end);
  void try_upgrade();
  void abandon();
  void write();
  void await_writable();
  void read();
  void on_read(std::size_t bytes);
  void on_read_end(bool orderly);
  void say_farewell();
  void wait_for_client();

  Loop& loop_;
  Socket socket_;
  const Kind kind_;
  std::string peer_;
  RequestReader reader_;

  std::vector<char> input_;  // [input_begin_, input_end_) is not used yet
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::string output_;
  std::size_t sent_ = 0;
  std::deque<std::shared_ptr<Exchange>> exchanges_;  // in the order of the requests
  std::shared_ptr<Stream> stream_;                   // what the first exchange is answered with
  bool stream_chunked_ = false;
  std::shared_ptr<WebSocket> end_;      // what the connection is about to become
  std::shared_ptr<Upgraded> upgraded_;  // what it has become: everything is its from then on
  std::size_t requests_ = 0;

  Wait wait_ = Wait::nothing;
  Clock::time_point input_deadline_ = Clock::time_point::max();
  Clock::time_point output_deadline_ = Clock::time_point::max();
  std::size_t body_progress_ = 0;

  bool open_ = true;
  bool pumping_ = false;
  bool reading_ = false;
  bool upgrade_asked_ = false;    // by the last request: what follows depends on its answer
  bool writing_ = false;          // waits until the socket takes more
  bool input_finished_ = false;   // no request will be taken any more
  bool client_finished_ = false;  // it has closed its side
};

}  // namespace adapters::http
