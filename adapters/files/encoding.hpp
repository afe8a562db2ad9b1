// Which of the two encodings a file is in, and the way from one to the other.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/files/csv.hpp"

namespace adapters::files {

// Reads the stream to its end. UTF-8 unless the bytes that are none outnumber a quarter of the
// characters that are: Chinese in GB18030 is hardly ever UTF-8 by chance, and one broken character
// in a UTF-8 file shall not turn the rest into noise.
Encoding detect_encoding(std::istream& in);

// Converts between UTF-8 and GB18030 (iconv).
class Converter {
 public:
  enum class To : std::uint8_t { utf8, gb18030 };
  explicit Converter(To to);
  ~Converter();
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  // Nothing if the bytes are not what they should be.
  std::optional<std::string> operator()(std::string_view bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace adapters::files
