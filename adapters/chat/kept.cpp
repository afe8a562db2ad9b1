#include "adapters/chat/kept.hpp"

#include <utility>

#include "adapters/json/json.hpp"

namespace adapters::chat {

using engine::Error;
using engine::Fault;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

std::string text_at(const Value& from, std::string_view name) {
  const Value* found = from.find(name);
  return found == nullptr || found->string() == nullptr ? std::string() : *found->string();
}

double number_at(const Value& from, std::string_view name) {
  const Value* found = from.find(name);
  if (found == nullptr) return 0;
  if (const auto* real = std::get_if<double>(&found->it)) return *real;
  const auto* whole = std::get_if<std::int64_t>(&found->it);
  return whole == nullptr ? 0 : static_cast<double>(*whole);
}

}  // namespace

std::string to_kept(const Message& message) {
  Object out{{"channel", message.channel}, {"id", message.id},     {"group", message.group},
             {"account", message.account}, {"name", message.name}, {"text", message.text}};
  if (!message.pictures.empty()) {
    out.emplace_back("pictures", List(message.pictures.begin(), message.pictures.end()));
  }
  if (message.place) {
    out.emplace_back("place", Object{{"latitude", message.place->latitude},
                                     {"longitude", message.place->longitude},
                                     {"label", message.place->label}});
  }
  if (message.said_at) out.emplace_back("said_at_ms", engine::to_ms(*message.said_at));
  return json::write(out);
}

engine::Result<Message> kept_message(const intake::Letter& letter) {
  const auto body = json::parse(letter.body, {.bytes_max = intake::letter_bytes_max});
  if (!body || body->object() == nullptr || text_at(*body, "channel") != letter.channel) {
    return Error{Fault::invalid, "the message was not kept whole, so it cannot be read again"};
  }
  Message out;
  out.channel = letter.channel;
  out.id = text_at(*body, "id");
  out.group = text_at(*body, "group");
  out.account = text_at(*body, "account");
  out.name = text_at(*body, "name");
  out.text = text_at(*body, "text");
  out.called = true;
  if (const Value* pictures = body->find("pictures"); pictures != nullptr && pictures->list()) {
    for (const Value& each : *pictures->list()) {
      if (each.string() != nullptr) out.pictures.push_back(*each.string());
    }
  }
  if (const Value* place = body->find("place"); place != nullptr) {
    out.place = Place{number_at(*place, "latitude"), number_at(*place, "longitude"),
                      text_at(*place, "label")};
  }
  if (const Value* at = body->find("said_at_ms"); at != nullptr) {
    if (const auto* ms = std::get_if<std::int64_t>(&at->it)) out.said_at = engine::from_ms(*ms);
  }
  return out;
}

}  // namespace adapters::chat
