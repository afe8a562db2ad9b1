// How a connection becomes a WebSocket.
#include <boost/asio/error.hpp>
#include <utility>

#include "adapters/http/connection.hpp"
#include "adapters/http/response_writer.hpp"

namespace adapters::http {

using boost::system::error_code;

void Connection::become(std::shared_ptr<WebSocket> end) {
  if (client_finished_) return close();
  end_ = std::move(end);
  input_finished_ = true;
}

// Hands the socket on once nothing of ours is under way on it.
void Connection::try_upgrade() {
  if (writing_) return;
  if (client_finished_) return close();
  if (input_begin_ != input_end_) {
    end_.reset();
    abandon();
    add_answered(
        problem(400, "A WebSocket's frames may not come before its handshake is answered."), {});
    return pump();
  }
  if (reading_) {
    error_code failed;
    socket_.cancel(failed);
    if (failed) close();
    return;  // the end of the read comes back here
  }
  upgraded_ = upgrade(loop_, std::move(socket_), std::exchange(end_, nullptr), exchanges_.front(),
                      [self = shared_from_this()] { self->close(); });
}

}  // namespace adapters::http
