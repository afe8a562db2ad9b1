// Any bytes as the JSON body of any command: refused with a reason, or composed into a fact that
// holds and shows what was asked.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/json/json.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"
#include "workflows/issue/issue.hpp"

// One body with a value of every kind for each table, its number before it as the target reads it.
extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string text = R"({"text":"路灯坏了","area":"330304","phone":"138","into":"1",)"
                           R"("at":"2026-03-01T08:00:00+08:00","co_units":["a","b"],"meeting":7,)"
                           R"("ok":true,"none":null,"deep":{"a":[1.5e3,-0,{}]},"\ud83d\ude00":""})";
  std::vector<std::string> seeds;
  for (std::size_t i = 0; i < workflows::issue::schema().tables().size(); ++i) {
    seeds.push_back(static_cast<char>(i) + text);
  }
  return support::begin_fuzzing_with(seeds, count, values);
}

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
