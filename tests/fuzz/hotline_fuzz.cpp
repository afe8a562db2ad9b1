// Any bytes as a call sheet: refused with a reason, or a report or a call back that the engine
// takes.
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/hotline/sheet.hpp"
#include "adapters/intake/office.hpp"
#include "adapters/json/json.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  const std::string sheet =
      R"({"call_id":"1","called":"0577-88887171","caller":"13800001234",)"
      R"("started_at":"2026-03-01T09:24:15+08:00","answered_at":"2026-03-01T09:24:20+08:00",)"
      R"("operator":"4120","text":"路灯不亮","area":"T1","emergency":false,"latitude":28.0})";
  const std::string silent =
      R"({"call_id":"2","called":"88887171","caller":"+8613800001234","text":" ",)"
      R"("started_at":"2026-03-01T09:24:15+08:00"})";
  return support::begin_fuzzing_with({sheet, silent}, count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto value = adapters::json::parse(body);
  if (!value) return 0;
  const auto read = adapters::hotline::read_sheet(*value, "");
  ENSURE(read.sheet.has_value() == read.flaws.empty());
  for (const auto& flaw : read.flaws) ENSURE(!flaw.detail.empty());
  if (!read.sheet) return 0;
  ENSURE(read.sheet->called.ends_with("7171"));
  if (read.sheet->says_something) {
    const auto asked = adapters::hotline::report_of(*read.sheet, {"hotline", ""});
    ENSURE(asked.submission.has_value() == asked.flaws.empty());
    return 0;
  }
  const auto letter = adapters::hotline::call_back_of(*read.sheet, "/v1/hotline/calls", body);
  ENSURE(adapters::intake::submission_of(letter).steps.size() == 1);
  return 0;
}
