// Reads a TOML table key by key and remembers what was wrong and where. Whoever reads TOML does it
// by this header, so that its remarks on toml++ hold everywhere.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// toml++ 3.3.0 asserts that a table's name begins well before it has looked ("[?]" aborts, or is
// undefined with clang's NDEBUG); without the assertion it goes on to say what is wrong. Its parser
// without exceptions has symbols of its own, so no other file's toml++ is meant by this.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expr) static_cast<void>(0)
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "engine/core/error.hpp"

namespace adapters::files {

class Problems {
 public:
  void add(const toml::node& where, const std::string& what);
  bool none() const { return all_.empty(); }
  // One line each, in the order of the file.
  std::string text() const;

 private:
  std::vector<std::pair<unsigned, std::string>> all_;
};

// The line of the first character that is not ASCII and stands outside of strings and comments,
// where TOML 1.0 has no use for one; 0 if there is none. To be asked before toml++ 3.3.0 is: it
// reaches what it calls unreachable when it meets "é" or "。" there.
unsigned line_of_stray_character(std::string_view toml);

// What the file says, byte order mark or not. too_large: it is longer than `bytes_max`; invalid: it
// is no TOML, with line and reason. `what`: how the file is called in them, "the mapping
// town.toml".
engine::Result<toml::table> read_toml(std::string_view toml, std::size_t bytes_max,
                                      const std::string& what);
// The error for what is wrong with such a file.
engine::Error cannot_be_used(const std::string& what, const std::string& why);

// A list of texts with at least one in it; nothing if the node is something else.
std::optional<std::vector<std::string>> texts_of(const toml::node& node);

// A table whose keys are all known: those that nobody may ask for are told as problems at once.
class TomlTable {
 public:
  TomlTable(const toml::table& table, std::string what,
            std::initializer_list<std::string_view> known, Problems& problems);

  // Each gives nothing if the key is absent; another type is a problem, and gives nothing too.
  std::optional<std::string> text(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;
  std::optional<std::vector<std::string>> texts(std::string_view key) const;
  const toml::table* table(std::string_view key) const;
  std::vector<const toml::table*> tables(std::string_view key) const;
  const toml::node* node(std::string_view key) const { return table_.get(key); }

  // The same for a key that must be there and not be empty.
  std::string needed(std::string_view key) const;

  void wrong(std::string_view key, const std::string& what) const;
  const toml::table& raw() const { return table_; }

 private:
  const toml::table& table_;
  std::string what_;
  Problems& problems_;
};

}  // namespace adapters::files
