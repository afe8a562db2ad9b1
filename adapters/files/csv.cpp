#include "adapters/files/csv.hpp"

#include <csv.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

#include "adapters/files/encoding.hpp"
#include "engine/core/ensure.hpp"
#include "engine/schema/text.hpp"

namespace adapters::files {
namespace {

using engine::Error;
using engine::Fault;

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

// libcsv's machine, fed byte by byte, so that it is known which byte ended a row or broke a rule.
class Parser {
 public:
  enum class State : std::uint8_t { within, row_ended, broken };

  explicit Parser(char delimiter) : delimiter_(delimiter) { begin(); }
  ~Parser() { csv_free(&machine_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  State feed(char byte) {
    row_ended_ = false;
    if (csv_parse(&machine_, &byte, 1, &Parser::cell, &Parser::row, this) != 1) {
      return State::broken;
    }
    return row_ended_ ? State::row_ended : State::within;
  }

  // At the end of the file: the last row may lack its line break.
  State finish() {
    row_ended_ = false;
    if (csv_fini(&machine_, &Parser::cell, &Parser::row, this) != 0) return State::broken;
    return row_ended_ ? State::row_ended : State::within;
  }

  // Forgets a row that began.
  void restart() {
    csv_free(&machine_);
    begin();
  }

  std::vector<std::string> take_cells() { return std::exchange(cells_, {}); }

 private:
  void begin() {
    // Requires memory only; libcsv 3.0.3 has no other way to fail here.
    ENSURE(csv_init(&machine_, CSV_STRICT | CSV_STRICT_FINI) == 0);
    csv_set_delim(&machine_, static_cast<unsigned char>(delimiter_));
    // RFC 4180: spaces are part of a cell.
    csv_set_space_func(&machine_, [](unsigned char) { return 0; });
    cells_.clear();
  }

  static void cell(void* bytes, std::size_t size, void* self) {
    auto& cells = static_cast<Parser*>(self)->cells_;
    // One more than is allowed is enough to know.
    if (cells.size() <= columns_max) cells.emplace_back(static_cast<const char*>(bytes), size);
  }

  static void row(int, void* self) { static_cast<Parser*>(self)->row_ended_ = true; }

  csv_parser machine_{};
  char delimiter_;
  bool row_ended_ = false;
  std::vector<std::string> cells_;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace

struct CsvReader::Impl {
  std::unique_ptr<std::istream> in;
  CsvOptions options;
  Parser parser;
  std::optional<Converter> to_utf8;
  std::string header_bytes;
  std::vector<std::string> header;
  std::uint64_t total = 0;
  std::uint64_t read = 0;  // bytes handed out as rows
  std::uint64_t line = 1;  // of the next byte
  std::string block;       // read from the file, not yet handed out from `at` on
  std::size_t at = 0;

  explicit Impl(const CsvOptions& wanted) : options(wanted), parser(wanted.delimiter) {}

  // True if there is a byte at block[at].
  bool available() {
    if (at < block.size()) return true;
    constexpr std::size_t block_bytes = 256 * 1024;
    block.resize(block_bytes);
    in->read(block.data(), static_cast<std::streamsize>(block.size()));
    block.resize(static_cast<std::size_t>(in->gcount()));
    at = 0;
    return !block.empty();
  }

  // Makes `bytes` one whole line: puts back what follows it, or reads on to its end.
  void keep_one_line(std::string& bytes) {
    std::size_t end = bytes.find_first_of("\r\n");
    if (end != std::string::npos) {
      end += bytes[end] == '\r' && end + 1 < bytes.size() && bytes[end + 1] == '\n' ? 2 : 1;
      const std::size_t too_many = bytes.size() - end;
      if (at >= too_many) {
        at -= too_many;
      } else {
        block.replace(0, at, bytes, end);
        at = 0;
      }
      bytes.resize(end);
      return;
    }
    while (available()) {
      const char byte = block[at++];
      if (bytes.size() < row_bytes_max || byte == '\n')
        bytes.push_back(byte);
      else
        ++read;
      if (byte == '\n' || (byte == '\r' && !next_is_lf())) break;
    }
  }

  // The bytes of the next row and its cells as they stand in the file.
  bool raw_row(Row& row) {
    row.bytes.clear();
    row.cells.clear();
    row.flaw.clear();
    row.line = line;
    auto state = Parser::State::within;
    while (state == Parser::State::within && row.bytes.size() < row_bytes_max && available()) {
      const char byte = block[at++];
      row.bytes.push_back(byte);
      state = parser.feed(byte);
      // An empty line is no row.
      if (state == Parser::State::within && (byte == '\n' || byte == '\r') && blank(row)) {
        skip(row);
      }
    }
    if (row.bytes.empty()) return false;
    if (state == Parser::State::within && row.bytes.size() < row_bytes_max) {
      state = parser.finish();
    }
    if (state == Parser::State::row_ended) {
      if (row.bytes.back() == '\r' && available() && block[at] == '\n') {
        row.bytes.push_back(block[at++]);
      }
      row.cells = parser.take_cells();
    } else {
      row.flaw = state == Parser::State::broken && row.bytes.size() < row_bytes_max
                     ? "has a quote where none may stand (RFC 4180), or one that is never closed"
                     : "is longer than " + std::to_string(row_bytes_max) +
                           " bytes (what is over that is not kept)";
      parser.restart();
      keep_one_line(row.bytes);
    }
    count(row.bytes);
    return true;
  }

  static bool blank(const Row& row) {
    return row.bytes.find_first_not_of("\r\n") == std::string::npos;
  }

  void skip(Row& row) {
    count(row.bytes);
    row.bytes.clear();
    row.line = line;
  }

  // Lines end with CRLF, LF or CR. (The LF of a CRLF may come alone, after its CR was counted.)
  void count(std::string_view bytes) {
    read += bytes.size();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const bool lone_cr =
          bytes[i] == '\r' && (i + 1 == bytes.size() ? !next_is_lf() : bytes[i + 1] != '\n');
      if (bytes[i] == '\n' || lone_cr) ++line;
    }
  }

  bool next_is_lf() { return available() && block[at] == '\n'; }

  void convert(Row& row) {
    for (std::string& cell : row.cells) {
      if (to_utf8) {
        std::optional<std::string> text = (*to_utf8)(cell);
        if (!text) {
          row.flaw = "holds bytes that are no GB18030";
          return;
        }
        cell = std::move(*text);
      } else if (!well_formed(cell)) {
        row.flaw = "holds bytes that are no UTF-8";
        return;
      }
    }
  }

  static bool well_formed(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t length =
          static_cast<unsigned char>(text[i]) < 0x80 ? 1 : engine::schema::character_bytes(text, i);
      if (length == 0) return false;
      i += length;
    }
    return true;
  }

  engine::Result<void> read_header() {
    const auto invalid = [](std::string what) { return Error{Fault::invalid, std::move(what)}; };
    if (available() && block.starts_with(utf8_mark)) {
      at = utf8_mark.size();
      read = at;
      header_bytes = utf8_mark;
    }
    if (block.starts_with("\xFF\xFE") || block.starts_with("\xFE\xFF")) {
      return invalid("the file is UTF-16; save it as UTF-8 or GB18030");
    }
    Row row;
    if (!raw_row(row)) return invalid("the file is empty; a header was expected");
    if (row.flaw.empty()) convert(row);
    if (!row.flaw.empty()) return invalid("the header " + row.flaw);
    if (row.cells.size() > columns_max) {
      return invalid("the header has more than " + std::to_string(columns_max) + " columns");
    }
    header_bytes += row.bytes;
    for (const std::string& cell : row.cells) {
      std::string name(trimmed(cell));
      if (!name.empty() && std::find(header.begin(), header.end(), name) != header.end()) {
        return invalid("the header names the column \"" + name + "\" twice");
      }
      header.push_back(std::move(name));
    }
    return {};
  }
};

CsvReader::CsvReader() = default;
CsvReader::~CsvReader() = default;

engine::Result<std::unique_ptr<CsvReader>> CsvReader::open(const std::filesystem::path& file,
                                                           const CsvOptions& options) {
  std::error_code failed;
  if (std::filesystem::is_directory(file, failed)) {
    return Error{Fault::not_found, file.string() + " is a folder"};
  }
  auto in = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!*in) return Error{Fault::not_found, "cannot read " + file.string()};
  return open(std::move(in), options);
}

engine::Result<std::unique_ptr<CsvReader>> CsvReader::open(std::unique_ptr<std::istream> in,
                                                           const CsvOptions& options) {
  std::unique_ptr<CsvReader> out(new CsvReader());
  out->impl_ = std::make_unique<Impl>(options);
  Impl& impl = *out->impl_;
  impl.in = std::move(in);
  impl.in->seekg(0, std::ios::end);
  impl.total = static_cast<std::uint64_t>(std::max<std::streamoff>(0, impl.in->tellg()));
  impl.in->seekg(0);
  if (impl.options.encoding == Encoding::detect) {
    impl.options.encoding = detect_encoding(*impl.in);
    impl.in->clear();
    impl.in->seekg(0);
  }
  if (!*impl.in) return Error{Fault::not_found, "the file cannot be read from its beginning"};
  if (impl.options.encoding == Encoding::gb18030) impl.to_utf8.emplace(Converter::To::utf8);
  if (auto read = impl.read_header(); !read) return read.error();
  return out;
}

const std::vector<std::string>& CsvReader::header() const { return impl_->header; }
std::string_view CsvReader::header_bytes() const { return impl_->header_bytes; }
Encoding CsvReader::encoding() const { return impl_->options.encoding; }
std::uint64_t CsvReader::bytes_read() const { return impl_->read; }
std::uint64_t CsvReader::bytes_total() const { return impl_->total; }

bool CsvReader::next(Row& row) {
  if (!impl_->raw_row(row)) return false;
  if (!row.flaw.empty()) return true;
  if (row.cells.size() != impl_->header.size()) {
    row.flaw = "has " + std::to_string(row.cells.size()) + " cells where the header has " +
               std::to_string(impl_->header.size());
    return true;
  }
  impl_->convert(row);
  return true;
}

}  // namespace adapters::files
