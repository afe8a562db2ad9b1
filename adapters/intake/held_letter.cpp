#include "adapters/intake/held_letter.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "adapters/json/json.hpp"
#include "adapters/signing/signing.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/log/record.hpp"
#include "engine/schema/text.hpp"
#include "workflows/intake/intake.hpp"

namespace adapters::intake {

namespace intake = workflows::intake;
using engine::Error;
using engine::Fault;
using engine::Result;
using engine::log::RecordView;
using engine::schema::Object;
using engine::schema::Value;

namespace {

constexpr std::size_t first_words_bytes_max = 90;

intake::Words unsealed_words(const engine::log::LogReader& log, const engine::keys::Vault& vault) {
  return [&log, &vault](const RecordView& record,
                        std::string_view field) -> std::optional<std::string> {
    const auto* commitments = record.raw()->personal();
    if (commitments == nullptr) return std::nullopt;
    for (const auto* each : *commitments) {
      if (each->field()->string_view() != field) continue;
      engine::log::Sealed sealed{{}, record.position(), std::string(field), {}};
      std::memcpy(sealed.person.data(), each->person(), sealed.person.size());
      auto bytes = log.sealed(sealed.person, sealed.position, field);
      if (!bytes || !*bytes) return std::nullopt;
      sealed.bytes = std::move(**bytes);
      auto words = vault.unseal(sealed);
      if (words) return std::move(*words);
    }
    return std::nullopt;
  };
}

const Value* member(const Object& object, std::string_view name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string text(const Object& object, std::string_view name) {
  const Value* value = member(object, name);
  return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
}

bool is_true(const Object& object, std::string_view name) {
  const Value* value = member(object, name);
  return value != nullptr && *value == Value(true);
}

std::vector<std::pair<std::string, std::string>> pairs(const Object& object,
                                                       std::string_view name) {
  std::vector<std::pair<std::string, std::string>> out;
  const Value* value = member(object, name);
  if (value == nullptr || value->list() == nullptr) return out;
  for (const Value& each : *value->list()) {
    const auto* pair = each.list();
    if (pair == nullptr || pair->size() != 2) continue;
    if ((*pair)[0].string() == nullptr || (*pair)[1].string() == nullptr) continue;
    out.emplace_back(*(*pair)[0].string(), *(*pair)[1].string());
  }
  return out;
}

std::optional<Reason> reason_of(std::string_view name) {
  for (const Reason each : {Reason::unverified, Reason::unreadable, Reason::unplaced,
                            Reason::refused, Reason::call_back}) {
    const auto number = static_cast<int>(each) + 1;  // the schema's 0 is none
    if (name == intake::reason_name(static_cast<intake::fb::Reason>(number))) return each;
  }
  return std::nullopt;
}

Error not_again(std::uint64_t number, const char* why) {
  return Error{Fault::invalid, "the letter " + intake::format_number(number) + " " + why +
                                   ", so it cannot be handed in again"};
}

}  // namespace

Result<LetterStanding> standing_of(const engine::log::LogReader& log, std::uint64_t number) {
  const auto last = log.last_of({intake::workflow_id, number});
  if (!last) return last.error();
  if (!*last) {
    return Error{Fault::not_found, "there is no letter " + intake::format_number(number)};
  }
  const RecordView record(**last);
  const auto marks = engine::log::summary<intake::fb::Marks>(record.after());
  return LetterStanding{marks.stage() == intake::fb::Stage::held, engine::from_ms(marks.held_at()),
                        marks.issue(), record.version()};
}

Result<Object> letter_document(const engine::log::LogReader& log, std::uint64_t number,
                               const intake::Words& words, int offset_minutes) {
  auto out = intake::show_letter(log, number, words, offset_minutes);
  if (!out) return out;
  for (auto& [name, value] : *out) {
    if ((name != "query" && name != "headers") || value.string() == nullptr) continue;
    auto parsed = json::parse(*value.string());
    if (!parsed)
      return Error{Fault::corrupt, "the letter's " + name + ": " + parsed.error().detail};
    value = *std::move(parsed);
  }
  return out;
}

Result<Letter> read_letter(const engine::log::LogReader& log, const engine::keys::Vault& vault,
                           std::uint64_t number) {
  const auto held =
      letter_document(log, number, unsealed_words(log, vault), engine::offset_minutes_default);
  if (!held) return held.error();
  if (is_true(*held, "cut")) return not_again(number, "was not kept whole");
  for (const char* name : {"body", "query", "headers", "said", "account"}) {
    const Value* value = member(*held, name);
    if (value != nullptr && value->object() != nullptr) {
      return not_again(number, "has words that are erased");
    }
  }
  const auto reason = reason_of(text(*held, "reason"));
  if (!reason) return not_again(number, "is of a later program");
  Letter out;
  out.channel = text(*held, "channel");
  out.reason = *reason;
  out.detail = text(*held, "detail");
  out.path = text(*held, "path");
  out.query = pairs(*held, "query");
  out.headers = pairs(*held, "headers");
  out.body = text(*held, "body");
  if (is_true(*held, "base64")) {
    auto bytes = signing::from_base64(out.body);
    if (!bytes) return Error{Fault::corrupt, "the letter's body is no base64"};
    out.body = *std::move(bytes);
  }
  out.said = text(*held, "said");
  out.group = text(*held, "group");
  out.account = text(*held, "account");
  out.area = text(*held, "area");
  return out;
}

Result<Offered> offered_by(const engine::log::LogReader& log, const engine::keys::Vault& vault,
                           std::uint64_t number) {
  const auto held =
      intake::show_letter(log, number, unsealed_words(log, vault), engine::offset_minutes_default);
  if (!held) return held.error();
  return Offered{text(*held, "channel"), text(*held, "said"), text(*held, "account"),
                 text(*held, "group")};
}

std::string first_words(const engine::log::LogReader& log, std::uint64_t number,
                        const intake::Words& words) {
  std::string out;
  if (!words) return out;
  const auto visit = [&](engine::Position, std::string_view bytes) {
    const std::string said = words(RecordView(bytes), "said").value_or("");
    for (std::size_t i = 0; i < said.size();) {
      const std::size_t size = std::max<std::size_t>(engine::schema::character_bytes(said, i), 1);
      if (out.size() + size > first_words_bytes_max) {
        out += "…";
        break;
      }
      const bool blank = said[i] == '\n' || said[i] == '\r' || said[i] == '\t';
      out += blank ? std::string(" ") : said.substr(i, size);
      i += size;
    }
    return false;  // the first record is what was held
  };
  if (!log.read_stream({intake::workflow_id, number}, engine::Version{0}, visit)) return {};
  return out;
}

}  // namespace adapters::intake
