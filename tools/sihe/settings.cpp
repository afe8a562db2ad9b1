#include "tools/sihe/settings.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <utility>

#include "adapters/files/toml_reader.hpp"
#include "engine/schema/text.hpp"
#include "tools/sihe/rules.hpp"
#include "tools/sihe/settings_table.hpp"
#include "tools/sihe/terminal.hpp"

namespace tools {
namespace {

using engine::Error;
using engine::Fault;
using engine::Result;

constexpr std::size_t file_bytes_max = 1024 * 1024;  // a district has some hundred groups
constexpr unsigned threads_max = 64;
constexpr std::size_t body_bytes_least = 1024;
constexpr std::size_t body_bytes_most = 8 * 1024 * 1024;
constexpr std::size_t connections_most = 100'000;
constexpr unsigned idle_seconds_most = 3'600;

template <class Number>
bool take_number(const std::string& text, Number least, Number most, Number& out) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return false;
  if (number < least || number > most) return false;
  out = number;
  return true;
}

bool take_listen(const std::string& text, Settings& settings) {
  unsigned char parsed[sizeof(in6_addr)];
  if (inet_pton(AF_INET, text.c_str(), parsed) != 1 &&
      inet_pton(AF_INET6, text.c_str(), parsed) != 1) {
    return false;
  }
  settings.listen = text;
  return true;
}

bool take_idle(const std::string& text, Settings& settings) {
  unsigned seconds = 0;
  if (!take_number(text, 1U, idle_seconds_most, seconds)) return false;
  settings.idle_max = std::chrono::seconds(seconds);
  return true;
}

bool take_offset(const std::string& text, Settings& settings) {
  const auto minutes = parse_utc_offset(text);
  if (minutes) settings.utc_offset_minutes = *minutes;
  return minutes.has_value();
}

bool take_level(const std::string& text, Settings& settings) {
  constexpr std::pair<const char*, LogLevel> levels[] = {{"debug", LogLevel::debug},
                                                         {"info", LogLevel::info},
                                                         {"warning", LogLevel::warning},
                                                         {"error", LogLevel::error}};
  const auto* found = std::find_if(std::begin(levels), std::end(levels),
                                   [&](const auto& level) { return text == level.first; });
  if (found == std::end(levels)) return false;
  settings.log_level = found->second;
  return true;
}

const std::vector<Setting>& program_settings() {
  static const std::vector<Setting> all = {
      {"data", "", "a folder", "The data folder",
       [](const std::string& text, Settings& s) {
         s.data = text;
         return !text.empty();
       }},
      {"listen", "127.0.0.1", "an IP address", "The address to listen on", take_listen},
      {"port", "7171", "a number from 0 (any free port) to 65535", "The port to listen on",
       [](const std::string& text, Settings& s) {
         return take_number<std::uint16_t>(text, 0, 65'535, s.port);
       }},
      {"threads", std::to_string(std::clamp(std::thread::hardware_concurrency(), 1U, threads_max)),
       "a number from 1 to 64", "Threads for the network",
       [](const std::string& text, Settings& s) {
         return take_number(text, 1U, threads_max, s.threads);
       }},
      {"body_bytes_max", "262144", "a number from 1024 to 8388608", "Longest body of a request",
       [](const std::string& text, Settings& s) {
         return take_number(text, body_bytes_least, body_bytes_most, s.body_bytes_max);
       }},
      {"connections_max", "1024", "a number from 1 to 100000", "Most connections at a time",
       [](const std::string& text, Settings& s) {
         return take_number(text, std::size_t{1}, connections_most, s.connections_max);
       }},
      {"idle_seconds", "60", "a number from 1 to 3600", "How long a connection may stay silent",
       take_idle},
      {"utc_offset", "+08:00", "an offset like +08:00", "The offset that times are shown with",
       take_offset},
      {"log_level", "info", "debug, info, warning or error", "What to log on stderr", take_level},
      {"policy", default_policy, "the name of a policy, a file, or none",
       "The policy that deadlines are set by",
       [](const std::string& text, Settings& s) {
         s.policy = text;
         return !text.empty();
       }},
      {"calendar", default_calendar, "the name of a calendar, or a file",
       "The calendar of working days",
       [](const std::string& text, Settings& s) {
         s.calendar = text;
         return !text.empty();
       }},
  };
  return all;
}

const std::vector<Setting>& all_settings() {
  static const std::vector<Setting> all = [] {
    std::vector<Setting> out = program_settings();
    const auto& channels = channel_settings();
    out.insert(out.end(), channels.begin(), channels.end());
    return out;
  }();
  return all;
}

bool has_flag(const Setting& setting) {
  return std::string_view(setting.name).find('.') == std::string_view::npos;
}

std::string flag_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

std::string variable_of(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c == '.') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return "SIHE_" + name;
}

// A value with the place it was found at.
struct Found {
  std::string text;
  std::string from;
  std::string where;
};
using FoundValues = std::map<std::string, Found, std::less<>>;

std::optional<std::string> plain_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  const auto* list = node.as_array();
  if (list == nullptr || (!list->empty() && !list->is_homogeneous<std::string>())) {
    return std::nullopt;
  }
  std::string out;
  for (const toml::node& each : *list) out += (out.empty() ? "" : ", ") + each.as_string()->get();
  return out;
}

std::string unknown_key(std::string_view key) {
  std::vector<std::string_view> names;
  std::string list;
  for (const Setting& each : all_settings()) {
    names.emplace_back(each.name);
    list += (list.empty() ? "" : ", ") + std::string(each.name);
  }
  for (const char* each : {"[[group]]", "[[member]]", "[[webhook]]"}) {
    list += ", " + std::string(each);
  }
  const std::string_view nearest = engine::schema::nearest_name(key, names);
  return "no setting \"" + printable(key) + "\"; " +
         (nearest.empty() ? "there are " + list : "did you mean " + std::string(nearest) + "?");
}

struct Taking {
  const std::string& file;
  const Environment& environment;
  FoundValues& values;
  Settings& lists;  // what stands in [[…]] goes in at once
  adapters::files::Problems& problems;
};

bool begins_a_setting(const std::string& table) {
  const auto& all = all_settings();
  return std::any_of(all.begin(), all.end(),
                     [&](const Setting& s) { return std::string_view(s.name).starts_with(table); });
}

// Values that can be meant go into the settings; of all others the problems tell. `within`: "" or
// the table's name with a dot.
void take_table(const toml::table& table, const std::string& within, const Taking& into) {
  const auto& all = all_settings();
  for (const auto& [key, node] : table) {
    const std::string name = within + std::string(key.str());
    if (within.empty() && is_list(name)) {
      take_list(name, node, into.file, into.environment, into.lists, into.problems);
      continue;
    }
    const toml::table* inner = node.as_table();
    if (within.empty() && inner != nullptr && begins_a_setting(name + ".")) {
      take_table(*inner, name + ".", into);
      continue;
    }
    const auto setting =
        std::find_if(all.begin(), all.end(), [&](const Setting& s) { return s.name == name; });
    if (setting == all.end()) {
      into.problems.add(node, unknown_key(name));
      continue;
    }
    const auto text = plain_text(node);
    Settings tried;
    const bool unset = text && text->empty() && setting->otherwise.empty() && !has_flag(*setting);
    if (!text || (!unset && !setting->take(*text, tried))) {
      into.problems.add(node, std::string(setting->name) + " must be " + setting->meant);
      continue;
    }
    into.values[setting->name] = {*text, "file",
                                  into.file + ":" + std::to_string(node.source().begin.line)};
  }
}

Result<void> take_file(const std::string& file, const Environment& environment, FoundValues& out,
                       Settings& lists) {
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, ignored)) {
    return Error{Fault::invalid, "no configuration file " + file};
  }
  std::string toml(file_bytes_max + 1, '\0');
  in.read(toml.data(), static_cast<std::streamsize>(toml.size()));
  if (in.bad()) return Error{Fault::invalid, "the configuration file " + file + " cannot be read"};
  toml.resize(static_cast<std::size_t>(in.gcount()));
  if (toml.size() > file_bytes_max) {
    return Error{Fault::invalid, file + " is no configuration: it is over 1 MiB"};
  }
  if (const unsigned line = adapters::files::line_of_stray_character(toml); line > 0) {
    return Error{Fault::invalid,
                 file + ":" + std::to_string(line) + ": texts must stand in quotes"};
  }
  const toml::parse_result parsed = toml::parse(toml);
  if (!parsed) {
    return Error{Fault::invalid, file + ":" + std::to_string(parsed.error().source().begin.line) +
                                     ": " + std::string(parsed.error().description())};
  }
  adapters::files::Problems problems;
  take_table(parsed.table(), "", {file, environment, out, lists, problems});
  if (!problems.none()) return Error{Fault::invalid, file + ": " + problems.text()};
  return {};
}

}  // namespace

void add_settings(CLI::App& command, Flags& flags) {
  command.add_option("--config", flags.config, "A TOML file with settings (SIHE_CONFIG)");
  for (const Setting& each : program_settings()) {
    std::string about = std::string(each.about) + " (" + variable_of(each.name);
    about += each.otherwise.empty() ? ")" : "; " + each.otherwise + ")";
    command.add_option_function<std::string>(
        flag_of(each.name),
        [&flags, name = each.name](const std::string& text) { flags.values[name] = text; }, about);
  }
}

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<Settings> read_settings(const Flags& flags, const Environment& environment) {
  FoundValues found;
  for (const Setting& each : all_settings()) found[each.name] = {each.otherwise, "default", ""};
  const std::string file =
      flags.config.empty() ? environment("SIHE_CONFIG").value_or("") : flags.config;
  Settings out;
  if (!file.empty()) {
    if (auto taken = take_file(file, environment, found, out); !taken) return taken.error();
  }
  std::vector<InForce> lists = std::move(out.in_force);
  out.in_force.clear();
  for (const Setting& each : all_settings()) {
    Found& value = found[each.name];
    if (const auto text = environment(variable_of(each.name))) {
      value = {*text, "environment", variable_of(each.name)};
    }
    if (const auto flag = flags.values.find(each.name); flag != flags.values.end()) {
      value = {flag->second, "flag", flag_of(each.name)};
    }
    const bool may_be_unset = value.from == "default" || !has_flag(each);
    const bool unset = may_be_unset && value.text.empty() && each.otherwise.empty();
    if (!unset && !each.take(value.text, out)) {
      return Error{Fault::invalid, value.where + " must be " + each.meant + ", it is " +
                                       (each.secret ? "not" : "\"" + printable(value.text) + "\"")};
    }
    const bool hidden = each.secret && !value.text.empty();
    out.in_force.push_back({each.name, hidden ? "(secret)" : value.text, value.from, value.where});
  }
  for (InForce& each : lists) out.in_force.push_back(std::move(each));
  return out;
}

std::optional<int> parse_utc_offset(std::string_view text) {
  // Let the reader of times judge it, so that both take the same offsets.
  constexpr std::string_view midday = "2000-01-02T12:00:00";
  const auto here = engine::parse_rfc3339(std::string(midday) + std::string(text));
  const auto there = engine::parse_rfc3339(std::string(midday) + "Z");
  if (!here || text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(*there - *here).count());
}

}  // namespace tools
