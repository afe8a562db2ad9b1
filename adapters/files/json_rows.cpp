#include "adapters/files/json_rows.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "adapters/json/json.hpp"

namespace adapters::files {

using engine::Error;
using engine::Fault;
using engine::schema::Value;

namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::string_view spaces = " \t\r\n";

bool is_space(char c) { return spaces.find(c) != std::string_view::npos; }

// A column, and the way to it where its name is none of a member.
struct Column {
  std::string name;
  std::vector<std::string> way;
};

Column column_of(std::string name) {
  Column out{std::move(name), {}};
  if (out.name.find('.') == std::string::npos) return out;
  std::string_view rest = out.name;
  while (true) {
    const std::size_t dot = rest.find('.');
    out.way.emplace_back(rest.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    rest.remove_prefix(dot + 1);
  }
}

const Value* step_into(const Value& at, const std::string& name) {
  const auto* items = at.list();
  if (items == nullptr) return at.find(name);
  std::size_t which = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), which);
  const bool number = failed == std::errc{} && end == name.data() + name.size();
  return number && which < items->size() ? &(*items)[which] : nullptr;
}

const Value* find(const Value& row, const Column& column) {
  const Value* at = row.find(column.name);
  if (at != nullptr || column.way.empty()) return at;
  at = &row;
  for (const std::string& name : column.way) {
    at = step_into(*at, name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool is_plain(const Value& value) { return value.list() == nullptr && value.object() == nullptr; }

std::string cell_of(const Value* value) {
  if (value == nullptr || *value == Value()) return {};
  if (const auto* text = value->string()) return *text;
  const auto* items = value->list();
  if (items == nullptr || !std::all_of(items->begin(), items->end(), is_plain)) {
    return json::write(*value);
  }
  std::string out;
  for (const Value& each : *items) {
    if (&each != &items->front()) out += ',';
    out += cell_of(&each);
  }
  return out;
}

}  // namespace

struct JsonReader::Impl {
  std::unique_ptr<std::istream> in;
  std::vector<std::string> header;
  std::vector<Column> columns;
  bool array = false;
  bool over = false;  // of an array: its end was met
  std::uint64_t total = 0;
  std::uint64_t read = 0;
  std::uint64_t line = 1;  // of the next byte
  std::string block;
  std::size_t at = 0;

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

  char take() {
    const char byte = block[at++];
    ++read;
    if (byte == '\n') ++line;
    return byte;
  }

  void skip_spaces() {
    while (available() && is_space(block[at])) take();
  }

  engine::Result<void> begin() {
    if (available() && block.starts_with(utf8_mark)) {
      at = utf8_mark.size();
      read = at;
    }
    if (block.starts_with("\xFF\xFE") || block.starts_with("\xFE\xFF")) {
      return Error{Fault::invalid, "the file is UTF-16; save it as UTF-8"};
    }
    skip_spaces();
    if (!available()) {
      return Error{Fault::invalid, "the file is empty; JSON objects were expected"};
    }
    array = block[at] == '[';
    if (array) take();
    return {};
  }

  // Keeps a byte unless the row is too long already.
  static void keep(Row& row, char byte) {
    if (row.bytes.size() < row_bytes_max) {
      row.bytes.push_back(byte);
    } else {
      row.flaw = "is longer than " + std::to_string(row_bytes_max) +
                 " bytes (what is over that is not kept)";
    }
  }

  bool next_line(Row& row) {
    while (available()) {
      row = Row{};
      row.line = line;
      while (available()) {
        const char byte = take();
        keep(row, byte);
        if (byte == '\n') break;
      }
      if (row.bytes.find_first_not_of(spaces) != std::string::npos) return true;
    }
    return false;
  }

  // From one element's first byte to before the comma or bracket behind it.
  void take_element(Row& row) {
    int depth = 0;
    bool quoted = false, escaped = false;
    while (available()) {
      const char next = block[at];
      if (!quoted && depth == 0 && (next == ',' || next == ']')) break;
      take();
      keep(row, next == '\n' || next == '\r' ? ' ' : next);
      if (quoted) {
        if (!escaped && next == '"') quoted = false;
        escaped = !escaped && next == '\\';
      } else if (next == '"') {
        quoted = true;
      } else if (next == '{' || next == '[') {
        ++depth;
      } else if (next == '}' || next == ']') {
        depth = std::max(depth - 1, 0);
      }
    }
    const std::size_t last = row.bytes.find_last_not_of(spaces);
    row.bytes.resize(last == std::string::npos ? 0 : last + 1);
  }

  bool next_element(Row& row) {
    row = Row{};
    skip_spaces();
    row.line = line;
    if (over) return rest_behind(row);
    if (first_ && available() && block[at] == ']') {
      take();
      over = true;
      skip_spaces();
      row.line = line;
      return rest_behind(row);
    }
    first_ = false;
    take_element(row);
    skip_spaces();
    if (!available()) {
      over = true;
      if (row.flaw.empty()) row.flaw = "stands in an array that is never closed";
    } else if (take() == ']') {
      over = true;
    }
    return true;
  }

  // Nothing may follow an array.
  bool rest_behind(Row& row) {
    if (!available()) return false;
    while (available()) {
      const char byte = take();
      keep(row, byte == '\n' || byte == '\r' ? ' ' : byte);
    }
    row.flaw = "stands behind the end of the array";
    return true;
  }

  void fill(Row& row) {
    if (!row.flaw.empty()) return;
    const auto value = json::parse(row.bytes, {.bytes_max = row_bytes_max});
    if (!value) {
      row.flaw = "is no JSON object: " + value.error().detail;
    } else if (value->object() == nullptr) {
      row.flaw = "is no JSON object";
    } else {
      row.cells.reserve(columns.size());
      for (const Column& column : columns) row.cells.push_back(cell_of(find(*value, column)));
    }
  }

 private:
  bool first_ = true;
};

JsonReader::JsonReader() = default;
JsonReader::~JsonReader() = default;

engine::Result<std::unique_ptr<JsonReader>> JsonReader::open(const std::filesystem::path& file,
                                                             std::vector<std::string> columns) {
  std::error_code failed;
  if (std::filesystem::is_directory(file, failed)) {
    return Error{Fault::not_found, file.string() + " is a folder"};
  }
  auto in = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!*in) return Error{Fault::not_found, "cannot read " + file.string()};
  auto out = open(std::move(in), std::move(columns));
  if (out) {
    const auto size = std::filesystem::file_size(file, failed);
    (*out)->impl_->total = failed ? 0 : size;
  }
  return out;
}

engine::Result<std::unique_ptr<JsonReader>> JsonReader::open(std::unique_ptr<std::istream> in,
                                                             std::vector<std::string> columns) {
  std::unique_ptr<JsonReader> out(new JsonReader());
  out->impl_ = std::make_unique<Impl>();
  out->impl_->in = std::move(in);
  for (const std::string& name : columns) out->impl_->columns.push_back(column_of(name));
  out->impl_->header = std::move(columns);
  if (auto begun = out->impl_->begin(); !begun) return begun.error();
  return out;
}

const std::vector<std::string>& JsonReader::header() const { return impl_->header; }

bool JsonReader::next(Row& row) {
  const bool more = impl_->array ? impl_->next_element(row) : impl_->next_line(row);
  if (more) impl_->fill(row);
  return more;
}

std::uint64_t JsonReader::bytes_read() const { return impl_->read; }
std::uint64_t JsonReader::bytes_total() const { return impl_->total; }

bool is_json(const std::filesystem::path& file) {
  std::string end = file.extension().string();
  std::transform(end.begin(), end.end(), end.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return end == ".json" || end == ".jsonl" || end == ".ndjson";
}

}  // namespace adapters::files
