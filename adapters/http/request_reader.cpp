#include "adapters/http/request_reader.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "adapters/http/target.hpp"

namespace adapters::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using beast::http::error;

// What a request line holds beside its target: a method, a version, blanks.
constexpr std::size_t request_line_rest_max = 64;
constexpr std::size_t version_bytes = sizeof " HTTP/1.1\r\n" - 1;
// A body in chunks of one byte each takes six; more than this is no body but a burden.
constexpr std::size_t chunked_overhead_max = 8;
// "0\r\n\r\n": a chunked body never ends with less, and Beast requires it to be there at once.
constexpr std::size_t last_chunk_bytes = 5;
constexpr std::size_t body_reserve_max = 64 * 1024;

std::string_view plain(beast::string_view text) { return {text.data(), text.size()}; }

Refusal refusal_of(const error_code& failed) {
  if (failed == error::bad_method) return {400, "The request line begins with no method."};
  if (failed == error::bad_target) return {400, "The request target is malformed."};
  if (failed == error::bad_version) return {400, "The request line does not end in HTTP/1.1."};
  if (failed == error::bad_field) return {400, "A header name is malformed."};
  if (failed == error::bad_value) return {400, "A header value is malformed."};
  if (failed == error::body_limit) return {413, "The body is longer than is allowed."};
  if (failed == error::bad_content_length || failed == error::multiple_content_length ||
      failed == error::bad_transfer_encoding) {
    return {400, "Content-Length and Transfer-Encoding must say one thing, once."};
  }
  if (failed == error::bad_chunk || failed == error::bad_chunk_extension) {
    return {400, "A chunk of the body is malformed."};
  }
  return {400, "The request is malformed."};
}

// Beast's machine, which calls back for each part; what it lets pass and we do not is refused here.
class Message final : public beast::http::basic_parser<true> {
 public:
  explicit Message(const Limits& limits)
      : limits_(limits), line_bytes_max_(limits.target_bytes_max + request_line_rest_max) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes_max + request_line_rest_max));
    body_limit(limits.body_bytes_max);
    // Stops behind the header, whose length Beast does not tell otherwise.
    eager(false);
  }

  // Reads on; `used` as in RequestReader. An error other than need_more is final.
  error_code read(std::string_view bytes, std::size_t& used) {
    error_code failed;
    if (!is_header_done()) failed = read_header(bytes, used);
    bytes.remove_prefix(used);
    if (failed || !is_header_done() || is_done() || bytes.empty()) return failed;
    if (chunked() && bytes.size() < last_chunk_bytes) return error::need_more;
    const std::size_t body = put(bytes, failed);
    used += body;
    body_wire_bytes_ += body;
    if (failed && failed != error::need_more) return failed;
    const std::size_t framing_max = limits_.header_bytes_max;
    if ((!is_done() && bytes.size() - body >= framing_max) ||
        body_wire_bytes_ > chunked_overhead_max * limits_.body_bytes_max + 2 * framing_max) {
      return refuse(400, "The chunks of the body are mostly framing.");
    }
    return failed;
  }

  const std::optional<Refusal>& refusal() const { return refusal_; }
  Request& request() { return request_; }
  bool head_only() const { return request_.method == "HEAD"; }
  bool http_1_0() const { return version_ == 10; }
  bool take_continue() { return std::exchange(continue_due_, false); }

 private:
  std::size_t put(std::string_view bytes, error_code& failed) {
    input_ = bytes;
    return basic_parser::put(boost::asio::buffer(bytes.data(), bytes.size()), failed);
  }

  error_code read_header(std::string_view bytes, std::size_t& used) {
    error_code failed;
    used = put(bytes, failed);
    header_bytes_ += used;
    if (failed && failed != error::need_more && failed != error::header_limit) return failed;
    const std::size_t left = is_header_done() ? 0 : bytes.size() - used;
    const bool line_too_long =
        !line_seen_ && left > line_bytes_max_ &&
        bytes.substr(0, line_bytes_max_).find('\n') == std::string_view::npos;
    if (failed == error::header_limit || line_too_long ||
        header_bytes_ + left > limits_.header_bytes_max) {
      return too_long(line_too_long);
    }
    if (is_header_done()) eager(true);
    return failed;
  }

  error_code refuse(unsigned status, std::string_view detail) {
    refusal_ = Refusal{status, detail};
    return error::bad_value;
  }

  error_code too_long(bool line) {
    return line ? refuse(414, "The request target is longer than is allowed.")
                : refuse(431, "The header is longer than is allowed.");
  }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, error_code& ec) override {
    const char* const target_end = target.data() + target.size();
    const auto line_bytes = static_cast<std::size_t>(target_end - input_.data()) + version_bytes;
    if (target.size() > limits_.target_bytes_max || line_bytes > line_bytes_max_) {
      ec = too_long(true);
      return;
    }
    line_seen_ = true;
    version_ = version;
    std::optional<Target> parsed = http::parse_target(plain(target));
    if (!parsed) {
      ec = refuse(400, "The request target is no path, or its percent-encoding is wrong.");
      return;
    }
    request_.method = plain(method);
    request_.path = std::move(parsed->path);
    request_.query = std::move(parsed->query);
    request_.headers.reserve(8);
  }

  // A value that was folded over lines is not where the bytes came in, or does not follow its name.
  bool folded(std::string_view name, std::string_view value) const {
    const std::less<> before;
    const char* const end = input_.data() + input_.size();
    if (before(value.data(), input_.data()) || before(end, value.data())) return true;
    const char* const name_end = name.data() + name.size();
    return before(name_end, value.data()) &&
           std::find(name_end, value.data(), '\n') != value.data();
  }

  void on_field_impl(beast::http::field field, beast::string_view name_seen,
                     beast::string_view value_seen, error_code& ec) override {
    if (trailers_) return;
    const std::string_view name = plain(name_seen);
    const std::string_view value = plain(value_seen);
    if (folded(name, value)) {
      ec = refuse(400, "A header value is folded over several lines.");
    } else if (request_.headers.size() >= limits_.header_fields_max) {
      ec = too_long(false);
    } else {
      check_field(field, value, ec);
      request_.headers.emplace_back(name, value);
    }
  }

  void check_field(beast::http::field name, std::string_view value, error_code& ec) {
    using beast::http::field;
    if (name == field::host && ++hosts_ > 1) {
      ec = refuse(400, "There is more than one Host.");
    } else if (name == field::content_length) {
      const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return c >= '0' && c <= '9';
      });
      if (++lengths_ > 1 || !digits) ec = refuse(400, "Content-Length must be one number, once.");
    } else if (name == field::transfer_encoding) {
      if (version_ == 10) {
        ec = refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
      } else if (!beast::iequals({value.data(), value.size()}, "chunked")) {
        ec = refuse(501, "The only Transfer-Encoding understood is chunked.");
      }
    } else if (name == field::expect) {
      expects_ = version_ == 11;
      if (!beast::iequals({value.data(), value.size()}, "100-continue")) {
        ec = refuse(417, "The only expectation understood is 100-continue.");
      }
    }
  }

  void on_header_impl(error_code& ec) override {
    trailers_ = true;
    if (version_ == 11 && hosts_ == 0) ec = refuse(400, "There is no Host.");
    continue_due_ = expects_ && !is_done();
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) request_.body.reserve(std::min<std::size_t>(*length, body_reserve_max));
  }

  std::size_t on_body_impl(beast::string_view bytes, error_code&) override {
    continue_due_ = continue_due_ && bytes.empty();
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& ec) override {
    return on_body_impl(bytes, ec);
  }

  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {
    continue_due_ = false;
  }

  void on_finish_impl(error_code&) override { continue_due_ = false; }

  void on_response_impl(int, beast::string_view, int, error_code&) override {}

  const Limits& limits_;
  const std::size_t line_bytes_max_;
  Request request_;
  std::optional<Refusal> refusal_;
  std::string_view input_;
  std::size_t header_bytes_ = 0;
  std::size_t body_wire_bytes_ = 0;
  int version_ = 11;
  int hosts_ = 0;
  int lengths_ = 0;
  bool line_seen_ = false;
  bool trailers_ = false;
  bool expects_ = false;
  bool continue_due_ = false;
};

}  // namespace

class RequestReader::Parser {
 public:
  explicit Parser(const Limits& limits) : limits_(limits) {}

  const Limits& limits_;
  std::optional<Message> message_;
  std::optional<Refusal> refusal_;
  Manner manner_;
};

RequestReader::RequestReader(const Limits& limits) : parser_(std::make_unique<Parser>(limits)) {}
RequestReader::~RequestReader() = default;

RequestReader::Step RequestReader::read(std::string_view bytes, std::size_t& used) {
  Parser& self = *parser_;
  used = 0;
  if (self.refusal_) return Step::refused;
  if (!self.message_) {
    // Old clients send an empty line behind a body; RFC 9112, 2.2 lets it pass.
    while (bytes.substr(used).starts_with("\r\n")) used += 2;
    bytes.remove_prefix(used);
    if (bytes.empty() || bytes == "\r") return Step::more;
    self.message_.emplace(self.limits_);
  }
  if (bytes.empty()) return Step::more;
  std::size_t read = 0;
  const error_code failed = self.message_->read(bytes, read);
  used += read;
  if (failed && failed != error::need_more) {
    self.refusal_ = self.message_->refusal().value_or(refusal_of(failed));
    self.manner_ = {false, self.message_->head_only(), self.message_->http_1_0()};
    return Step::refused;
  }
  if (!self.message_->is_done()) return Step::more;
  self.manner_ = {self.message_->keep_alive(), self.message_->head_only(),
                  self.message_->http_1_0()};
  return Step::request;
}

Request RequestReader::take() {
  Request out = std::move(parser_->message_->request());
  parser_->message_.reset();
  return out;
}

RequestReader::Manner RequestReader::manner() const { return parser_->manner_; }
Refusal RequestReader::refusal() const { return parser_->refusal_.value_or(Refusal{}); }

RequestReader::Phase RequestReader::phase() const {
  if (!parser_->message_) return Phase::between;
  return parser_->message_->is_header_done() ? Phase::body : Phase::header;
}

bool RequestReader::take_continue() {
  return parser_->message_ && parser_->message_->take_continue();
}

}  // namespace adapters::http
