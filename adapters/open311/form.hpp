// The body of a POST: application/x-www-form-urlencoded (WHATWG URL, 5.1), or multipart/form-data
// (RFC 7578) without files. UTF-8 whatever charset is named, as the standard says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/message.hpp"

namespace adapters::open311 {

constexpr std::size_t form_fields_max = 512;
constexpr std::size_t form_flaws_max = 32;

struct Form {
  http::Fields fields;  // in order; names may repeat
  // A sentence each, the first ones. The fields beside what is wrong were read all the same.
  std::vector<std::string> flaws;
};

// `content_type`: "" is taken as urlencoded. Its time grows with the sizes of both, whatever they
// hold.
Form read_form(std::string_view content_type, std::string_view body);

}  // namespace adapters::open311
