// Any bytes as a CSV file: no byte is lost, no row is longer than its limit, reading ends.
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>

#include "adapters/files/csv.hpp"
#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"

using adapters::files::CsvReader;
using adapters::files::Encoding;
using adapters::files::Row;

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with(
      {"\x01no,text\r\n1,\"two\nlines, and a \"\"quote\"\"\"\r\n2,x\r\n",
       std::string("\0\xEF\xBB\xBF", 4) + "编号,内容\n1,路灯坏了\n2,too,many\n3\n",
       "\x02no;text\n1;\xC2\xB7\xB5\xC6\n",
       "\x04"
       "a;b\n\"open;\n"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  constexpr Encoding encodings[] = {Encoding::detect, Encoding::utf8, Encoding::gb18030};
  const adapters::files::CsvOptions options{encodings[data[0] % 3], (data[0] & 4) ? ';' : ','};
  const std::string file(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto reader = CsvReader::open(std::make_unique<std::istringstream>(file), options);
  if (!reader) return 0;
  std::uint64_t line = 0;
  std::size_t bytes = (*reader)->header_bytes().size();
  for (Row row; (*reader)->next(row);) {
    ENSURE(row.line > line);
    ENSURE(!row.flaw.empty() || row.cells.size() == (*reader)->header().size());
    ENSURE(file.find(row.bytes) != std::string::npos);
    line = row.line;
    bytes += row.bytes.size();
  }
  ENSURE(bytes <= file.size());
  ENSURE((*reader)->bytes_read() == file.size());
  return 0;
}
