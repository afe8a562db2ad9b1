// How single settings are described and taken. Internal to the settings.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/files/toml_reader.hpp"
#include "tools/sihe/settings.hpp"

namespace tools {

// Takes the text over; false if it cannot be meant.
using Take = bool (*)(const std::string& text, Settings& settings);

struct Setting {
  const char* name;       // "port"; of a table "wecom.token"
  std::string otherwise;  // the default, as text
  const char* meant;      // what is right, as the end of "must be …"
  const char* about;
  Take take;
  bool secret = false;  // never shown
};

// Those of the channels: each stands in a table, and none is a flag, as flags are for all to see.
const std::vector<Setting>& channel_settings();

// [[group]], [[member]], [[webhook]].
bool is_list(std::string_view key);
void take_list(std::string_view key, const toml::node& node, const std::string& file,
               const Environment& environment, Settings& out, adapters::files::Problems& problems);

// "a, b" as its parts, without blanks around them and without empty ones.
std::vector<std::string> parts_of(std::string_view text);

}  // namespace tools
