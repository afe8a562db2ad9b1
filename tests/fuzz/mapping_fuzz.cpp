// Any bytes as a mapping: it is refused, or it maps rows without harm. The first line is the header
// of a file, the rest the mapping.
#include <cstdint>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/files/row_mapper.hpp"
#include "adapters/files/shipped.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"
#include "workflows/issue/issue.hpp"

using namespace adapters::files;

// Every quoted word once, as a header: the columns that a mapping names are among them.
static std::string columns_of(std::string_view mapping) {
  std::set<std::string> words;
  for (std::size_t at = mapping.find('"'); at != std::string_view::npos;) {
    const std::size_t end = mapping.find('"', at + 1);
    if (end == std::string_view::npos) break;
    words.emplace(mapping.substr(at, end + 1 - at));
    at = mapping.find('"', end + 1);
  }
  std::string header;
  for (const std::string& word : words) header += (header.empty() ? "" : ",") + word;
  return header;
}

// The shipped mappings, each below a header of the columns that it names.
extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  std::vector<std::string> seeds;
  for (const std::string_view name : shipped_mappings()) {
    const std::string mapping(shipped_mapping(name).value());
    seeds.push_back(columns_of(mapping) + "\n" + mapping);
  }
  return support::begin_fuzzing_with(seeds, count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return 0;
  const auto& schema = workflows::issue::schema();
  const auto mapping = Mapping::read(input.substr(end + 1), "fuzz.toml", schema);
  if (!mapping) {
    ENSURE(!mapping.error().detail.empty());
    return 0;
  }
  // The header twice: once as such, once as a row, so that its cells are values too.
  const std::string header(input.substr(0, end));
  auto reader = CsvReader::open(std::make_unique<std::istringstream>(header + "\n" + header + "\n"),
                                (*mapping)->csv);
  if (!reader) return 0;
  const auto mapper = RowMapper::bind(*mapping, schema, (*reader)->header());
  if (!mapper) return 0;
  for (Row row; (*reader)->next(row);) {
    if (!row.flaw.empty()) continue;
    const MappedRow mapped = mapper->map(row);
    if (!mapped.flaw.empty()) continue;
    ENSURE(!mapped.submission.steps.empty());
    for (const auto& step : mapped.submission.steps) {
      ENSURE(schema.verify(*schema.by_type(step.verb), step.body).has_value());
    }
  }
  return 0;
}
