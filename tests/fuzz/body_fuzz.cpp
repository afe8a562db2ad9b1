// Any bytes as the JSON body of any command: refused with a reason, or composed into a fact that
// holds and shows what was asked.
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/json/json.hpp"
#include "engine/core/ensure.hpp"
#include "workflows/issue/issue.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto& schema = workflows::issue::schema();
  const auto& tables = schema.tables();
  const auto& table = tables[data[0] % tables.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto value = adapters::json::parse(text);
  if (!value) {
    ENSURE(!value.error().detail.empty());
    return 0;
  }
  const std::string again = adapters::json::write(*value);
  ENSURE(adapters::json::write(adapters::json::parse(again, {.bytes_max = SIZE_MAX}).value()) ==
         again);
  const auto result = schema.compose(table, *value, (data[0] & 0x80) != 0);
  ENSURE(result.composed.has_value() == result.flaws.empty());
  for (const auto& flaw : result.flaws) ENSURE(!flaw.detail.empty());
  if (!result.composed) return 0;
  ENSURE(schema.verify(table, result.composed->body).has_value());
  auto shown = schema.show(table, result.composed->body, 480);
  for (const auto& words : result.composed->personal) shown.emplace_back(words.field, words.words);
  const auto second = schema.compose(table, engine::schema::Value(shown));
  ENSURE(second.composed && second.composed->body == result.composed->body);
  return 0;
}
