// The arguments of one request, from its query and its body. "A null parameter should be treated as
// equivalent to a non-declared parameter": empty ones are not there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/message.hpp"
#include "engine/core/time.hpp"

namespace adapters::open311 {

// "attribute[CODE]=value", "attribute[CODE][]=value": what was said under one code, in order.
struct Said {
  std::string code;
  std::vector<std::string> values;
};

class Arguments {
 public:
  // Those in `body` go before those in `query`.
  Arguments(http::Fields body, const http::Fields& query);

  // The first that is not empty, without blanks around it; "" if there is none.
  std::string_view one(std::string_view name) const;
  // All of them.
  std::vector<std::string> all(std::string_view name) const;
  // All of them, taken apart at commas.
  std::vector<std::string> list(std::string_view name) const;
  std::vector<Said> attributes() const;

 private:
  http::Fields fields_;
};

// A time as the W3C's note has it: with its offset, seconds may be missing ("2010-01-01T08:15Z").
// Also a day, which begins, or with `end_of_day` ends, at the given offset. A blank in the offset's
// place is the '+' of one who did not encode it.
std::optional<engine::Instant> time_in(std::string_view text, int offset_minutes,
                                       bool end_of_day = false);

}  // namespace adapters::open311
