// How a file writes its times.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/files/zone.hpp"
#include "engine/core/time.hpp"

namespace adapters::files {

// A pattern of strptime's kind, or one of the words `rfc3339`, `unix` (seconds since 1970),
// `unix_ms`. A pattern must match the whole text; what it leaves open is zero, so a date alone is
// the beginning of that day.
//   %Y four digits · %y two (69–99 are 19xx) · %m %d %H %I %M %S one or two digits · %p AM or PM ·
//   %b or %B an English month, short or long · %f one to nine digits of a second's fraction ·
//   %z an offset or Z, which goes before the zone · %% a percent sign ·
//   a space: any number of spaces, none included · everything else stands for itself.
class TimeFormat {
 public:
  // Nothing: the pattern has an unknown letter or lacks year, month or day.
  static std::optional<TimeFormat> parse(std::string_view pattern);

  // Nothing: the text is not written like this, or is no real date and time.
  std::optional<engine::Instant> read(std::string_view text, const Zone& zone) const;

 private:
  std::string pattern_;
};

}  // namespace adapters::files
