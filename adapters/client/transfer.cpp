#include "adapters/client/transfer.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace adapters::client {

namespace {

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

std::string flaw_of(const Request& request) {
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://")) {
    return "the address begins neither with https:// nor with http://";
  }
  if (has_line_break(request.url)) return "the address holds a line break";
  if (request.method != "POST" && request.method != "GET") {
    return "the method is neither POST nor GET";
  }
  if (request.body.size() > request_bytes_max) {
    return "the body is longer than " + std::to_string(request_bytes_max) + " bytes";
  }
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || has_line_break(name) || has_line_break(value)) {
      return "a header holds a line break or has no name";
    }
  }
  return {};
}

Transfer::Transfer(Request request, Done then, const Options& options)
    : done(std::move(then)), request_(std::move(request)), easy_(curl_easy_init()) {
  if (easy_) prepare(options);
}

void Transfer::prepare(const Options& options) {
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, options.proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  if (request_.never_twice) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A name that is still being looked up does not hold up the end.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  const auto connect = std::min<std::chrono::milliseconds>(connect_max, request_.wait_max);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.wait_max.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "sihe");
  const auto add = [this](const std::string& line) {
    if (auto* longer = curl_slist_append(headers_.get(), line.c_str())) {
      static_cast<void>(headers_.release());
      headers_.reset(longer);
    }
  };
  if (request_.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    add("Expect:");  // the body goes at once
  }
  // libcurl's own way to say that a header is empty is a semicolon.
  for (const auto& [name, value] : request_.headers) {
    add(value.empty() ? name + ";" : name + ": " + value);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t Transfer::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t given = size * count;
  const std::size_t room = body_bytes_max - transfer.answer_.body.size();
  transfer.answer_.body.append(bytes, std::min(given, room));
  if (given <= room) return given;
  transfer.answer_.is_whole = false;
  return 0;  // ends the transfer
}

std::size_t Transfer::take_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t given = size * count;
  const std::string_view line(bytes, given);
  transfer.header_bytes_ += given;
  if (transfer.header_bytes_ > headers_bytes_max) return 0;  // ends the transfer
  if (line.starts_with("HTTP/")) {
    transfer.answer_.headers.clear();  // what came before was a 1xx
    return given;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return given;
  transfer.answer_.headers.emplace_back(trimmed(line.substr(0, colon)),
                                        trimmed(line.substr(colon + 1)));
  return given;
}

Left Transfer::left() const {
  long sent = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &sent);
  return sent > 0 ? Left::unknown : Left::no;
}

Outcome Transfer::outcome(CURLcode code) {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  // A body that is too long comes with an answer; what it begins with is enough for most.
  if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && !answer_.is_whole)) {
    answer_.status = static_cast<unsigned>(status);
    curl_off_t retry_after = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &retry_after);
    if (retry_after > 0) answer_.retry_after = std::chrono::seconds{retry_after};
    return std::move(answer_);
  }
  std::string why = error_;
  if (why.empty()) why = curl_easy_strerror(code);
  return Failed{left(), std::move(why)};
}

Outcome Transfer::given_up(const std::string& why) { return Failed{left(), why}; }

}  // namespace adapters::client
