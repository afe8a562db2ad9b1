#include "adapters/wecom/inbound.hpp"

#include <cstdint>
#include <string>

namespace adapters::wecom {
namespace {

constexpr std::int64_t seconds_max = 253'402'300'799;  // the end of the year 9999

// WeCom writes a mention as "@name" and a blank, which may be one of its own.
std::string without_mention(std::string_view text) {
  constexpr std::string_view wide_blank = "\xe2\x80\x85";  // U+2005
  if (!text.starts_with('@')) return std::string(text);
  const std::size_t plain = text.find_first_of(" \t\n");
  const std::size_t wide = text.find(wide_blank);
  const std::size_t end = plain < wide ? plain : wide;
  // Without a blank nobody can tell where the name ends: no word is thrown away.
  if (end == std::string_view::npos) return std::string(text.substr(1));
  text.remove_prefix(end + (end == wide ? wide_blank.size() : 1));
  return std::string(text);
}

void add_line(std::string& text, const std::string& line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

}  // namespace

Meant meant_by(const Message& message) {
  switch (message.kind) {
    case Kind::event:
      return message.event == "subscribe" ? Meant::help : Meant::nothing;
    case Kind::text:
    case Kind::image:
    case Kind::location:
    case Kind::link:
    case Kind::mixed:
      return Meant::words;
    case Kind::voice:
    case Kind::video:
    case Kind::other:
      break;
  }
  return message.text.empty() ? Meant::unheard : Meant::words;
}

chat::Message chat_message(const Message& message, std::string_view channel) {
  chat::Message out;
  out.channel = channel;
  out.id = identity_of(message);
  out.group = message.chat;
  out.account = message.from;
  out.text = message.robot ? without_mention(message.text) : message.text;
  if (message.kind == Kind::link) add_line(out.text, message.url);
  if (meant_by(message) == Meant::help) out.text = "帮助";
  out.called = message.chat.empty() || message.robot;
  out.pictures = message.pictures;
  if (message.place) {
    out.place =
        chat::Place{message.place->latitude, message.place->longitude, message.place->label};
  }
  if (message.created_at > 0 && message.created_at <= seconds_max) {
    out.said_at = engine::Instant{std::chrono::seconds(message.created_at)};
  }
  return out;
}

}  // namespace adapters::wecom
