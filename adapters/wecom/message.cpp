#include "adapters/wecom/message.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "adapters/json/json.hpp"
#include "adapters/signing/signing.hpp"
#include "adapters/wecom/members.hpp"

namespace adapters::wecom {
namespace {

Kind kind_of(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, Kind>, 9> kinds{{
      {"text", Kind::text},
      {"image", Kind::image},
      {"voice", Kind::voice},
      {"video", Kind::video},
      {"shortvideo", Kind::video},
      {"location", Kind::location},
      {"link", Kind::link},
      {"event", Kind::event},
      {"mixed", Kind::mixed},
  }};
  for (const auto& [name, kind] : kinds) {
    if (name == type) return kind;
  }
  return Kind::other;
}

std::optional<double> number(std::string_view text) {
  double out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size() || out < 0) return std::nullopt;
  return out;
}

void add_line(std::string& text, std::string_view line) {
  if (line.empty()) return;
  if (!text.empty()) text += '\n';
  text += line;
}

void add_picture(Message& out, std::string_view address) {
  if (!address.empty()) out.pictures.emplace_back(address);
}

// Messages and events of applications and official accounts: one flat record.
std::optional<Trouble> take_flat(const Members& record, Message& out) {
  out.to = record.text("ToUserName");
  out.from = record.text("FromUserName");
  out.chat = record.text("ChatId");
  out.agent = record.text("AgentID");
  out.id = record.text("MsgId");
  out.media_id = record.text("MediaId");
  out.event = record.text("Event");
  out.event_key = record.text("EventKey");
  out.url = record.text("Url");
  if (const auto created = record.text("CreateTime"); !created.empty()) {
    const auto seconds = whole(created);
    if (!seconds) return Trouble{Flaw::document, "CreateTime must be seconds since 1970"};
    out.created_at = *seconds;
  }
  out.text = record.text("Content");
  add_line(out.text, record.text("Recognition"));
  if (out.kind == Kind::link) {
    add_line(out.text, record.text("Title"));
    add_line(out.text, record.text("Description"));
  }
  add_picture(out, record.text("PicUrl"));
  if (out.kind == Kind::image && out.pictures.empty()) add_picture(out, out.media_id);
  const bool sent = out.kind == Kind::location;
  const auto latitude = record.text(sent ? "Location_X" : "Latitude");
  const auto longitude = record.text(sent ? "Location_Y" : "Longitude");
  if (latitude.empty() && longitude.empty() && !sent) return std::nullopt;
  const auto north = number(latitude);
  const auto east = number(longitude);
  if (!north || !east || !(*north >= -90 && *north <= 90) || !(*east >= -180 && *east <= 180)) {
    return Trouble{Flaw::document, "a place must have a latitude and a longitude in degrees"};
  }
  out.place = Place{*north, *east, record.text("Label")};
  return std::nullopt;
}

// One part of a robot's message; a mixed one has several.
void take_part(std::string_view type, const Members& record, Message& out) {
  if (type == "text") add_line(out.text, record.within("text").text("content"));
  if (type == "voice") add_line(out.text, record.within("voice").text("content"));
  if (type == "image") add_picture(out, record.within("image").text("url"));
}

// Messages of intelligent robots: what is said lies under the name of its kind.
void take_robot(const Members& record, Message& out) {
  out.robot = true;
  out.to = record.text("aibotid");
  out.from = record.within("from").text("userid");
  out.chat = record.text("chatid");
  out.id = record.text("msgid");
  out.response_url = record.text("response_url");
  out.created_at = whole(record.text("create_time")).value_or(0);
  out.event = record.within("event").text("eventtype");
  take_part(out.type, record, out);
  for (const Members& item : record.within("mixed").list("msg_item")) {
    take_part(item.text("msgtype"), item, out);
  }
}

Outcome<Message> read_record(const Members& record, Notation notation) {
  Message out;
  out.notation = notation;
  const bool robot = notation == Notation::json && record.has("msgtype");
  out.type = record.text(robot ? "msgtype" : "MsgType");
  out.kind = kind_of(out.type);
  if (robot) {
    take_robot(record, out);
  } else if (auto trouble = take_flat(record, out)) {
    return *std::move(trouble);
  }
  if (out.type.empty())
    return Trouble{Flaw::document, "the message does not say of what kind it is"};
  if (out.from.empty()) return Trouble{Flaw::document, "the message does not say who sent it"};
  if (out.kind == Kind::event) {
    if (out.event.empty()) return Trouble{Flaw::document, "the event does not say which it is"};
    // Of the flat ones, who and when is what the documents tell them apart by.
    if (!robot) out.id.clear();
  } else if (out.id.empty() && out.created_at == 0) {
    return Trouble{Flaw::document, "the message has neither MsgId nor CreateTime"};
  }
  if (out.kind == Kind::text && out.text.empty()) {
    return Trouble{Flaw::document, "the text message has no text"};
  }
  return out;
}

}  // namespace

Outcome<Message> read_message(std::string_view document) {
  auto members = read_members(document);
  if (!members) return members.error();
  return read_record(members->members, members->notation);
}

std::string identity_of(const Message& message) {
  if (!message.id.empty()) return "message/" + message.id;
  const std::string who = message.from + "/" + std::to_string(message.created_at);
  if (message.kind == Kind::event) return "event/" + who;
  return "message/" + who + "/" + signing::sha1_hex(message.type + "\n" + message.text);
}

}  // namespace adapters::wecom
