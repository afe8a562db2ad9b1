// Any bytes as a stored record, and a sound record with some of its bytes changed: refused, or read
// without harm, its fact too.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/json.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/record.hpp"
#include "tests/support/fuzz_seeds.hpp"
#include "workflows/issue/issue.hpp"

namespace {

std::string sound_record() {
  namespace fb = engine::log::fb;
  const auto& schema = workflows::issue::schema();
  const engine::schema::Object body{{"department", "水利局"},
                                    {"co_units", engine::schema::List{"住建局", "交警"}},
                                    {"meeting", 7}};
  const auto& table = *schema.by_verb("hand_over");
  const auto composed = schema.compose(table, body);
  ENSURE(composed.composed.has_value());
  const std::vector<std::uint8_t> fact(composed.composed->body.begin(),
                                       composed.composed->body.end());
  const std::vector<std::uint8_t> marks(136, 1);
  const fb::Head head(1, 26'01'0000001'00, 2, 2, 1, 0, 77, 3, table.type.value, 1, 1, 2, 5, 0, 0);
  const fb::Person person;
  const fb::Digest digest;
  flatbuffers::FlatBufferBuilder builder;
  const std::vector<flatbuffers::Offset<fb::Commitment>> personal{
      fb::CreateCommitmentDirect(builder, "note", &digest, &person, 1)};
  builder.Finish(fb::CreateRecordDirect(builder, &head, "li", nullptr, "hotline", "4711", "330304",
                                        nullptr, "hotline", nullptr, "", nullptr, nullptr, nullptr,
                                        &marks, &marks, &fact, &person, &personal),
                 fb::RecordIdentifier());
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

void read(std::string_view bytes) {
  if (!engine::log::verify_record(bytes)) return;
  const engine::log::RecordView view(bytes);
  std::size_t size =
      view.area().size() + view.category().size() + view.channel().size() +
      view.department().size() + view.area_before().size() + view.category_before().size() +
      view.channel_before().size() + view.department_before().size() + view.actor().size() +
      view.on_behalf_of().size() + view.source().size() + view.command_id().size() +
      view.fact().size() + view.after().size() + view.before().size() + view.person().size();
  const auto marks = engine::log::summary<std::array<std::uint8_t, 256>>(view.after());
  size += marks.size() + view.stage_before() + view.stage_after();
  ENSURE(size < 20 * bytes.size() + 1024);
  const auto& schema = workflows::issue::schema();
  const auto* table = schema.by_type(view.type());
  if (table == nullptr || !schema.verify(*table, view.fact())) return;
  const engine::schema::Value shown(schema.show(*table, view.fact(), 480));
  ENSURE(!adapters::json::write(shown).empty());
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with({sound_record(), std::string("\1\0\4\377\0\7\1", 7)}, count,
                                     values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string sound = sound_record();
  // Records lie aligned in memory; words give the copies here the same.
  const std::size_t room = size > sound.size() ? size : sound.size();
  std::vector<std::uint64_t> words(room / sizeof(std::uint64_t) + 1);
  auto* bytes = reinterpret_cast<char*>(words.data());
  if (size > 0 && data[0] % 2 == 1) {
    std::memcpy(bytes, sound.data(), sound.size());
    for (std::size_t i = 1; i + 2 < size; i += 3) {
      bytes[(data[i] * 256U + data[i + 1]) % sound.size()] = static_cast<char>(data[i + 2]);
    }
    read({bytes, sound.size()});
  } else {
    if (size > 0) std::memcpy(bytes, data, size);
    read({bytes, size});
  }
  return 0;
}
