#include "adapters/files/encoding.hpp"

#include <iconv.h>

#include <array>
#include <cerrno>
#include <utility>

#include "engine/core/ensure.hpp"
#include "engine/schema/text.hpp"

namespace adapters::files {

Encoding detect_encoding(std::istream& in) {
  constexpr std::size_t block_bytes = 64 * 1024;
  constexpr std::size_t character_bytes_max = 4;
  std::uint64_t characters = 0;  // beyond ASCII
  std::uint64_t broken = 0;
  std::string block;
  std::string rest;  // a character cut by the block's end
  while (in) {
    block.resize(block_bytes);
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    block.resize(static_cast<std::size_t>(in.gcount()));
    const std::string text = std::exchange(rest, {}) + block;
    std::size_t at = 0;
    while (at < text.size()) {
      if (static_cast<unsigned char>(text[at]) < 0x80) {
        ++at;
        continue;
      }
      const std::size_t length = engine::schema::character_bytes(text, at);
      if (length > 0) {
        ++characters;
        at += length;
      } else if (in && text.size() - at < character_bytes_max) {
        rest = text.substr(at);
        break;
      } else {
        ++broken;
        ++at;
      }
    }
  }
  return broken > characters / 4 ? Encoding::gb18030 : Encoding::utf8;
}

struct Converter::Impl {
  iconv_t handle;
};

Converter::Converter(To to) : impl_(std::make_unique<Impl>()) {
  impl_->handle =
      to == To::utf8 ? ::iconv_open("UTF-8", "GB18030") : ::iconv_open("GB18030", "UTF-8");
  // glibc always has both. NOLINTNEXTLINE(performance-no-int-to-ptr): so POSIX says it
  ENSURE(impl_->handle != reinterpret_cast<iconv_t>(-1));
}

Converter::~Converter() { ::iconv_close(impl_->handle); }

std::optional<std::string> Converter::operator()(std::string_view bytes) {
  std::string out;
  std::array<char, 4096> part;
  // iconv does not write to its input; its signature is older than const.
  char* from = const_cast<char*>(bytes.data());
  std::size_t left = bytes.size();
  ::iconv(impl_->handle, nullptr, nullptr, nullptr, nullptr);
  while (left > 0) {
    char* to = part.data();
    std::size_t room = part.size();
    const std::size_t result = ::iconv(impl_->handle, &from, &left, &to, &room);
    out.append(part.data(), part.size() - room);
    if (result == static_cast<std::size_t>(-1) && errno != E2BIG) return std::nullopt;
  }
  return out;
}

}  // namespace adapters::files
