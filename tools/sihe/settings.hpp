// What `sihe serve` goes by, and where each value comes from: built in, a TOML file, the
// environment (SIHE_PORT for port, SIHE_WECOM_TOKEN for token in [wecom], and so on), the command
// line; the later one wins.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "engine/core/error.hpp"
#include "engine/core/rfc3339.hpp"
#include "tools/sihe/channel_settings.hpp"

namespace tools {

enum class LogLevel : std::uint8_t { debug = 1, info, warning, error };

// One setting as people see it; a secret's value is not in it.
struct InForce {
  std::string name;
  std::string value;  // of a secret: "(secret)" if there is one
  std::string from;   // "default", "file", "environment" or "flag"
  std::string where;  // "/etc/sihe.toml:3", "SIHE_PORT", "--port"; "" for a default
};

struct Settings {
  std::filesystem::path data;  // empty: nobody has named one
  std::string listen;          // an IP address
  std::uint16_t port = 0;      // 0: any free one
  unsigned threads = 0;        // of the network; at least 1
  std::size_t body_bytes_max = 0;
  std::size_t connections_max = 0;
  std::chrono::seconds idle_max{};
  int utc_offset_minutes = 0;
  LogLevel log_level = LogLevel::info;
  std::string policy;    // by name or file, "none": deadlines are set by hand only
  std::string calendar;  // by name or file
  ChannelSettings channels;

  std::vector<InForce> in_force;  // all of them, in a fixed order
};

// What stands on the command line, as it stands there.
struct Flags {
  std::string config;
  std::map<std::string, std::string, std::less<>> values;  // by the setting's name
};

// Adds --config and a flag per setting, but for those of the channels. Requires: `flags` outlives
// the command.
void add_settings(CLI::App& command, Flags& flags);

// The value of an environment variable; nothing if there is none of that name.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> process_environment(const std::string& name);

// invalid: the file cannot be read or is no TOML, a key is unknown, a value cannot be meant; all
// that is wrong with the file at once, with its lines. The file is --config's, or SIHE_CONFIG's.
engine::Result<Settings> read_settings(const Flags& flags,
                                       const Environment& environment = process_environment);

// "+08:00" in minutes; nothing if it is no offset.
std::optional<int> parse_utc_offset(std::string_view text);

}  // namespace tools
