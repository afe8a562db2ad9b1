// Any bytes as a JSON file of rows: every row comes with its cells or with a flaw, and of JSON
// Lines no byte of a line is lost.
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>

#include "adapters/files/json_rows.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with(
      {"{\"no\":1,\"in\":{\"x\":[1,\"a\"]}}\r\n\n{\"no\":\n{\"no\":\"\\u706f\"}",
       "\xEF\xBB\xBF[ {\"no\":\"a,]}\\\"\",\n \"in\":{\"x\":null}},{\"no\":2}] "},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using adapters::files::JsonReader;
  const std::string text(reinterpret_cast<const char*>(data), size);
  auto reader = JsonReader::open(std::make_unique<std::istringstream>(text), {"no", "in.x", "in"});
  if (!reader) {
    ENSURE(!reader.error().detail.empty());
    return 0;
  }
  std::uint64_t line = 0;
  for (adapters::files::Row row; (*reader)->next(row);) {
    ENSURE(row.flaw.empty() ? row.cells.size() == 3 : row.cells.empty());
    ENSURE(row.line >= line && row.bytes.size() <= adapters::files::row_bytes_max);
    line = row.line;
  }
  ENSURE((*reader)->bytes_read() == size);
  return 0;
}
