#include "adapters/files/rejected.hpp"

#include <system_error>
#include <utility>

#include "adapters/files/json_rows.hpp"
#include "adapters/json/json.hpp"

namespace adapters::files {
namespace {

using engine::Error;
using engine::Fault;

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out + "\"";
}

bool ends_a_line(std::string_view bytes) {
  return !bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r');
}

// "INPUT.rejected.reasons.jsonl"
std::filesystem::path reasons_path(std::filesystem::path rejected) {
  rejected.replace_extension();
  rejected += ".reasons.jsonl";
  return rejected;
}

}  // namespace

std::filesystem::path rejected_path(const std::filesystem::path& input) {
  std::filesystem::path out = input;
  if (is_json(input)) {
    out.replace_extension();
    out += ".rejected.jsonl";
    return out;
  }
  if (out.extension() == ".csv" || out.extension() == ".CSV") out.replace_extension();
  out += ".rejected.csv";
  return out;
}

engine::Result<RejectedFile> RejectedFile::prepare(std::filesystem::path path,
                                                   const RowReader& input, char delimiter) {
  std::error_code failed;
  std::filesystem::remove(path, failed);
  if (!failed) std::filesystem::remove(reasons_path(path), failed);
  if (failed) {
    return Error{Fault::storage,
                 "cannot remove the older " + path.string() + ": " + failed.message()};
  }
  RejectedFile out;
  out.path_ = std::move(path);
  out.delimiter_ = delimiter;
  out.encoding_ = input.encoding();
  out.json_lines_ = input.header_bytes().empty();
  std::string_view header = input.header_bytes();
  if (header.starts_with(utf8_mark)) {
    out.header_ = utf8_mark;
    header.remove_prefix(utf8_mark.size());
  }
  out.header_ += std::string("line") + delimiter + "reason" + delimiter;
  out.header_ += header;
  if (!ends_a_line(header)) out.header_ += '\n';
  return out;
}

engine::Result<void> RejectedFile::add(const Row& row, std::string_view reason) {
  if (json_lines_) return add_line(row, reason);
  if (!out_.is_open()) {
    out_.open(path_, std::ios::binary | std::ios::trunc);
    out_ << header_;
  }
  std::string why = quoted(reason);
  if (encoding_ == Encoding::gb18030) {
    // The file stays in one encoding, so that the program that opens it can read both parts.
    why = Converter(Converter::To::gb18030)(why).value_or(why);
  }
  out_ << row.line << delimiter_ << why << delimiter_ << row.bytes;
  if (!ends_a_line(row.bytes)) out_ << '\n';
  out_.flush();
  if (!out_) return Error{Fault::storage, "cannot write " + path_.string()};
  return {};
}

engine::Result<void> RejectedFile::add_line(const Row& row, std::string_view reason) {
  if (!out_.is_open()) {
    out_.open(path_, std::ios::binary | std::ios::trunc);
    reasons_.open(reasons_path(path_), std::ios::binary | std::ios::trunc);
  }
  out_ << row.bytes;
  if (!ends_a_line(row.bytes)) out_ << '\n';
  out_.flush();
  const engine::schema::Object why{{"line", row.line}, {"reason", reason}};
  reasons_ << json::write(engine::schema::Value(why)) << '\n';
  reasons_.flush();
  if (!out_ || !reasons_) return Error{Fault::storage, "cannot write " + path_.string()};
  return {};
}

}  // namespace adapters::files
