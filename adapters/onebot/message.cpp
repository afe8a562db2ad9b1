#include "adapters/onebot/message.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace adapters::onebot {
namespace {

constexpr std::size_t pictures_max = 32;
constexpr std::int64_t seconds_max = 253'402'300'799;  // the end of the year 9999
constexpr double latitude_max = 90;
constexpr double longitude_max = 180;
constexpr std::string_view bytes_inline = "base64://";  // no address, but the picture itself
constexpr std::string_view blanks = " \t\r\n";

std::optional<double> degrees(std::string_view text, double most) {
  double out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  if (!whole || !(out >= -most && out <= most)) return std::nullopt;
  return out;
}

std::optional<chat::Place> place_of(const Segment& segment) {
  const auto latitude = degrees(segment.value("lat"), latitude_max);
  const auto longitude = degrees(segment.value("lon"), longitude_max);
  if (!latitude || !longitude) return std::nullopt;
  std::string label(segment.value("title"));
  const std::string_view content = segment.value("content");
  if (!label.empty() && !content.empty()) label += " ";
  return chat::Place{*latitude, *longitude, label.append(content)};
}

std::string mention_of(const Segment& segment) {
  const std::string_view who = segment.value("qq");
  if (who == "all") return "@全体成员";
  const std::string_view name = segment.value("name");
  return "@" + std::string(name.empty() ? who : name);
}

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(blanks) - begin + 1));
}

void add_picture(const Segment& segment, chat::Message& out) {
  const std::string_view url = segment.value("url");
  const std::string_view where = url.empty() ? segment.value("file") : url;
  if (where.empty() || where.starts_with(bytes_inline)) return;
  if (out.pictures.size() < pictures_max) out.pictures.emplace_back(where);
}

}  // namespace

chat::Message message_of(const Event& event) {
  chat::Message out;
  out.channel = "qq";
  out.id = identity_of(event);
  out.group = event.kind == "group" ? event.group_id : std::string();
  out.account = event.user_id;
  out.name = event.name;
  out.called = event.kind == "private" || calls_us(event);
  std::string words;
  for (const Segment& segment : event.message) {
    if (segment.type == "text") {
      words += segment.value("text");
    } else if (segment.type == "at") {
      if (segment.value("qq") != event.self_id) words += mention_of(segment);
    } else if (segment.type == "image") {
      add_picture(segment, out);
    } else if (segment.type == "location" && !out.place) {
      out.place = place_of(segment);
    }
  }
  out.text = trimmed(words);
  if (event.time > 0 && event.time <= seconds_max) {
    out.said_at = engine::from_ms(event.time * 1000);
  }
  return out;
}

bool is_silent(const Event& event) {
  return (!event.self_id.empty() && event.user_id == event.self_id) ||
         (event.kind == "group" && event.message.empty());
}

}  // namespace adapters::onebot
