// Answers as bytes.
#pragma once

#include <string>
#include <string_view>

#include "adapters/http/message.hpp"

namespace adapters::http {

// What the connection knows about an answer beside the answer itself.
struct Framing {
  bool head_only = false;  // the request was HEAD
  bool http_1_0 = false;
  bool close = false;     // the last answer of its connection
  std::string_view date;  // IMF-fixdate
};

// Appends the head of the answer and, unless it is a stream, its body. Bytes that could end a
// header early become spaces, names that are no token and fields that the server sets are left out.
void append_response(std::string& out, const Response& response, const Framing& framing);

// One piece of a stream. Requires: it is not empty.
void append_chunk(std::string& out, std::string_view bytes);
void append_last_chunk(std::string& out);

// {"type":"about:blank","title":...,"status":...,"detail":...}. Requires: `detail` needs no
// escaping in JSON.
Response problem(unsigned status, std::string_view detail);

}  // namespace adapters::http
