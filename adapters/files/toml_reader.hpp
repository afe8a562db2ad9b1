// Reads a TOML table key by key and remembers what was wrong and where. Internal to adapters/files.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

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
