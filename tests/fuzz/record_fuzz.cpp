// Any bytes as a stored record: refused, or read without harm, its fact too.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/json.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/record.hpp"
#include "workflows/issue/issue.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Records are read where they lie; a vector of words gives them the alignment of real memory.
  std::vector<std::uint64_t> words(size / sizeof(std::uint64_t) + 1);
  std::memcpy(words.data(), data, size);
  const std::string_view bytes(reinterpret_cast<const char*>(words.data()), size);
  if (!engine::log::verify_record(bytes)) return 0;
  const engine::log::RecordView view(bytes);
  std::size_t read =
      view.area().size() + view.category().size() + view.channel().size() +
      view.department().size() + view.area_before().size() + view.category_before().size() +
      view.channel_before().size() + view.department_before().size() + view.actor().size() +
      view.on_behalf_of().size() + view.source().size() + view.command_id().size() +
      view.fact().size() + view.after().size() + view.before().size() + view.person().size();
  const auto marks = engine::log::summary<std::array<std::uint8_t, 256>>(view.after());
  read += marks.size() + view.stage_before() + view.stage_after();
  ENSURE(read < 20 * size + 1024);
  const auto& schema = workflows::issue::schema();
  const auto* table = schema.by_type(view.type());
  if (table == nullptr || !schema.verify(*table, view.fact())) return 0;
  const std::string shown =
      adapters::json::write(engine::schema::Value(schema.show(*table, view.fact(), 480)));
  ENSURE(!shown.empty());
  return 0;
}
