// Reads the part of the mapping language that every value is written in. Internal to
// adapters/files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/files/mapping.hpp"
#include "adapters/files/toml_reader.hpp"

namespace adapters::files {

class ValueReader {
 public:
  ValueReader(Mapping& out, const engine::schema::Schema& schema, Problems& problems)
      : out_(out), schema_(schema), problems_(problems) {}

  // What a value is for: some keys make sense in some places only.
  struct Use {
    bool trim = false;  // unless the mapping says otherwise
    const engine::schema::Field* field = nullptr;
    bool fact_time = false;
  };

  // A column's name, or a table that says more. An absent key gives a value from nothing.
  ValueSpec value(const TomlTable& table, std::string_view key, const Use& use);
  ValueSpec value(const toml::node& node, const std::string& what, const Use& use);

  Condition condition(const toml::node& node);

  // What a table or a constant gives for a choice must be one.
  void check_choices(const toml::node& node, const engine::schema::Field& field,
                     const ValueSpec& value);

  std::optional<Zone> read_zone(const TomlTable& table);
  std::vector<TimeFormat> read_formats(const TomlTable& table);

 private:
  std::size_t column(const std::string& name);
  void read_source(const TomlTable& table, ValueSpec& out);
  void read_refinements(const TomlTable& table, ValueSpec& out);

  Mapping& out_;
  const engine::schema::Schema& schema_;
  Problems& problems_;
};

}  // namespace adapters::files
