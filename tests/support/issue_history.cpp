#include "tests/support/issue_history.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "engine/core/ensure.hpp"
#include "engine/core/rfc3339.hpp"
#include "workflows/issue/clocks.hpp"
#include "workflows/issue/issue.hpp"

namespace support {

using namespace engine;
using workflows::issue::Standing;
namespace fb = engine::log::fb;

namespace {

std::vector<std::uint8_t> bytes_of(const void* data, std::size_t size) {
  const auto* begin = static_cast<const std::uint8_t*>(data);
  return {begin, begin + size};
}

template <class Struct, class Array>
Struct struct_of(const Array& bytes) {
  Struct out;
  static_assert(sizeof out == sizeof bytes);
  std::memcpy(static_cast<void*>(&out), bytes.data(), sizeof out);
  return out;
}

void put_dims(const log::Dims& before, const log::Dims& after, fb::RecordT& record) {
  record.area = after.area;
  record.category = after.category;
  record.channel = after.channel;
  record.department = after.department;
  record.area_before = before.area;
  record.category_before = before.category;
  record.channel_before = before.channel;
  record.department_before = before.department;
}

// RecordT writes an empty text as absent, which reads "unchanged"; what was empty must say so.
std::string packed(const fb::RecordT& record) {
  flatbuffers::FlatBufferBuilder b;
  const auto text = [&b](const std::string& s) { return b.CreateString(s); };
  const auto personal = [&] {
    std::vector<flatbuffers::Offset<fb::Commitment>> out;
    for (const auto& each : record.personal) out.push_back(fb::CreateCommitment(b, each.get()));
    return b.CreateVector(out);
  }();
  const auto offsets = std::array{text(record.area),           text(record.category),
                                  text(record.channel),        text(record.department),
                                  text(record.area_before),    text(record.category_before),
                                  text(record.channel_before), text(record.department_before)};
  const auto actor = text(record.actor);
  const auto source = text(record.source);
  const auto command_id = text(record.command_id);
  const auto after = b.CreateVector(record.after);
  const auto before = b.CreateVector(record.before);
  const auto fact = b.CreateVector(record.fact);
  fb::RecordBuilder out(b);
  out.add_head(record.head.get());
  out.add_actor(actor);
  out.add_source(source);
  out.add_command_id(command_id);
  out.add_area(offsets[0]);
  out.add_category(offsets[1]);
  out.add_channel(offsets[2]);
  out.add_department(offsets[3]);
  out.add_area_before(offsets[4]);
  out.add_category_before(offsets[5]);
  out.add_channel_before(offsets[6]);
  out.add_department_before(offsets[7]);
  out.add_after(after);
  out.add_before(before);
  out.add_fact(fact);
  out.add_person(record.person.get());
  out.add_personal(personal);
  fb::FinishRecordBuffer(b, out.Finish());
  return {reinterpret_cast<const char*>(b.GetBufferPointer()), b.GetSize()};
}

}  // namespace

Instant shanghai(std::string_view minute) {
  std::string text(minute);
  text[10] = 'T';
  return parse_rfc3339(text + ":00+08:00").value();
}

IssueHistory::IssueHistory() : log_(log::memory_log()), vault_(keys::memory_vault()) {}

std::uint64_t IssueHistory::number(std::uint32_t sequence) {
  return workflows::issue::make_number({25, 1, sequence});
}

void IssueHistory::seal(const std::string& field, const std::string& words, fb::RecordT& record,
                        log::Batch& batch) {
  const PersonId person = vault_->person_id("resident");
  const Position position{record.head->position()};
  const auto sealed = vault_->seal(person, position, field, words).value();
  fb::CommitmentT commitment;
  commitment.field = field;
  commitment.digest = std::make_unique<fb::Digest>(struct_of<fb::Digest>(sealed.commitment));
  commitment.person = std::make_unique<fb::Person>(struct_of<fb::Person>(person));
  commitment.key_version = sealed.key_version;
  record.personal.push_back(std::make_unique<fb::CommitmentT>(std::move(commitment)));
  if (lose_words_) return;
  batch.sealed.push_back(swap_words_
                             ? vault_->seal(person, position, field, "other words").value().sealed
                             : sealed.sealed);
}

void IssueHistory::fact(std::uint64_t issue, std::string_view verb, schema::Object body,
                        std::string_view at) {
  const auto& schema = workflows::issue::schema();
  const auto* table = schema.by_verb(verb);
  ENSURE(table != nullptr);
  const auto made = schema.compose(*table, schema::Value(std::move(body)));
  ENSURE(made.composed.has_value());
  const Instant time = shanghai(at);
  Stream& stream = streams_[issue];
  const Standing before = stream.standing;
  workflows::issue::apply(stream.standing, table->type, made.composed->body, time);
  if (stream.version.value == 0) stream.opened_at = time;
  stream.version = next(stream.version);

  const Position position = next(log_->last());
  const auto& marks = stream.standing.marks;
  fb::RecordT record;
  record.head = std::make_unique<fb::Head>(
      position.value, issue, to_ms(shanghai("2026-03-01 08:00")), to_ms(time),
      to_ms(stream.opened_at), to_ms(workflows::issue::due_until_end(marks)),
      workflows::issue::machine_digest(), stream.version.value, table->type.value, std::uint16_t{1},
      std::uint8_t{1}, static_cast<std::uint8_t>(before.marks.stage()),
      static_cast<std::uint8_t>(marks.stage()), std::uint8_t{0}, 0U);
  record.actor = "clerk";
  record.source = "test";
  record.command_id = std::to_string(position.value);
  put_dims(before.dims, stream.standing.dims, record);
  record.after = bytes_of(&marks, sizeof marks);
  if (stream.version.value > 1) record.before = bytes_of(&before.marks, sizeof before.marks);
  record.fact = bytes_of(made.composed->body.data(), made.composed->body.size());
  record.person =
      std::make_unique<fb::Person>(struct_of<fb::Person>(vault_->person_id("resident")));
  log::Batch batch;
  for (const auto& field : made.composed->personal) seal(field.field, field.words, record, batch);
  const std::string key = log::dedup_key(record.source, record.command_id).value();
  if (!forget_dedup_) batch.dedups.push_back({key, "answer"});
  if (spoil_) spoil_(record);
  batch.entries.push_back(
      {position, {workflows::issue::workflow_id, issue}, stream.version, packed(record)});
  log_->append(log_->last(), batch).value();
  spoil_ = {};
  forget_dedup_ = swap_words_ = lose_words_ = false;
}

workflows::issue::Words IssueHistory::words() const {
  return
      [this](const log::RecordView& record, std::string_view field) -> std::optional<std::string> {
        const PersonId person = vault_->person_id("resident");
        auto sealed = log_->sealed(person, record.position(), field);
        if (!sealed || !*sealed) return std::nullopt;
        auto words = vault_->unseal({person, record.position(), std::string(field), **sealed});
        if (!words) return std::nullopt;
        return *words;
      };
}

}  // namespace support
