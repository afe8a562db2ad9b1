// Command lines that cannot be meant: each gets exit code 2, a sentence that says what is wrong
// and what would be right, nothing on stdout, and leaves nothing behind.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "workflows/issue/number.hpp"

namespace {

using support::run_sihe;

struct BadLine {
  const char* name;
  std::vector<std::string> line;   // DIR stands for a folder that is empty, CSV for a file
  std::vector<std::string> told;   // what must stand in what is said
  std::vector<std::string> under;  // environment
};
void PrintTo(const BadLine& bad, std::ostream* out) { *out << bad.name; }

const std::string number =
    workflows::issue::format_number(workflows::issue::make_number({25, 1, 1}));

std::vector<BadLine> bad_lines() {
  return {
      {"NoCommand", {}, {"A subcommand is required", "sihe --help"}, {}},
      {"NoSuchCommand", {"isue"}, {"isue", "did you mean issue?"}, {}},
      {"NoSuchSubcommand", {"issue", "lst"}, {"lst", "did you mean list?"}, {}},
      {"SubcommandLeftOut", {"issue"}, {"subcommand is required", "sihe issue --help"}, {}},
      {"OptionMistyped", {"verify", "--dat", "DIR"}, {"no option --dat; did you mean --data?"}, {}},
      {"OptionUnknown",
       {"verify", "--data", "DIR", "--jsno"},
       {"--jsno", "did you mean --json?", "sihe verify --help"},
       {}},
      {"WordTooMany", {"verify", "now", "--data", "DIR"}, {"no use for now"}, {}},
      {"DataLeftOut", {"issue", "list"}, {"--data is required"}, {}},
      {"ValueLeftOut", {"issue", "list", "--data"}, {"--data", "1 required"}, {}},
      {"NoDataFolder", {"issue", "list", "--data", "DIR"}, {"DIR"}, {}},
      {"NoDataFolderToVerify", {"verify", "--data", "DIR/none"}, {"DIR/none"}, {}},
      {"NumberTooShort", {"replay", "25010", "--data", "DIR"}, {"13 digits"}, {}},
      {"NumberOfLetters", {"issue", "show", "abc", "--data", "DIR"}, {"abc"}, {}},
      {"CheckDigitsWrong",
       {"issue", "show", "2501000000100", "--data", "DIR"},
       {"2501000000100", "check digits"},
       {}},
      {"NoMoment",
       {"issue", "show", number, "--data", "DIR", "--at", "yesterday"},
       {"yesterday", "2025-03-04"},
       {}},
      {"LimitOfZero", {"issue", "list", "--data", "DIR", "--limit", "0"}, {"--limit", "1"}, {}},
      {"SortByNothing",
       {"issue", "list", "--data", "DIR", "--sort", "colour"},
       {"colour", "opened"},
       {}},
      {"OpenAndAll", {"issue", "list", "--data", "DIR", "--open", "--all"}, {"excludes --all"}, {}},
      {"MachineInNoForm", {"issue", "machine"}, {"--mermaid", "--matrix"}, {}},
      {"MachineInTwoForms", {"issue", "machine", "--mermaid", "--matrix"}, {"1"}, {}},
      {"DemoOfNone", {"demo", "--data", "DIR", "--issues", "0"}, {"--issues", "1"}, {}},
      {"DemoOfText", {"demo", "--data", "DIR", "--issues", "many"}, {"--issues", "many"}, {}},
      {"NoMapping",
       {"import", "--data", "DIR", "--mapping", "bostn", "CSV"},
       {"bostn", "boston-311"},
       {}},
      {"NoInput",
       {"import", "--data", "DIR", "--mapping", "boston-311", "DIR/none.csv"},
       {"DIR/none.csv"},
       {}},
      {"InputLeftOut", {"import", "--data", "DIR", "--mapping", "boston-311"}, {"INPUT"}, {}},
      {"PortTooHigh", {"config", "--port", "70000"}, {"--port", "65535", "70000"}, {}},
      {"PortOfText", {"config", "--port", "http"}, {"--port", "number"}, {}},
      {"ListenByName", {"config", "--listen", "localhost"}, {"--listen", "IP address"}, {}},
      {"OffsetOfText", {"config", "--utc-offset", "Shanghai"}, {"--utc-offset", "+08:00"}, {}},
      {"NoConfigurationFile", {"config", "--config", "DIR/none.toml"}, {"DIR/none.toml"}, {}},
      {"EnvironmentWrong", {"config"}, {"SIHE_PORT", "65535", "-1"}, {"SIHE_PORT=-1"}},
      {"LogLevelUnknown", {"config"}, {"SIHE_LOG_LEVEL", "warning"}, {"SIHE_LOG_LEVEL=loud"}},
  };
}

std::string with_folder(std::string text, const support::TemporaryFolder& folder) {
  for (const auto& [word, path] : {std::pair<std::string, std::string>{"DIR", folder.path() / "d"},
                                   {"CSV", folder.path() / "in.csv"}}) {
    if (const auto at = text.find(word); at != std::string::npos) text.replace(at, 3, path);
  }
  return text;
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> out;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
    out.push_back(each.path().filename());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class CommandLine : public testing::TestWithParam<BadLine> {};

TEST_P(CommandLine, ThatCannotBeMeantIsToldSo) {
  const support::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "d");
  std::ofstream(folder.path() / "in.csv") << "a,b\n1,2\n";
  const auto before = names_in(folder.path());
  std::vector<std::string> line;
  for (const std::string& each : GetParam().line) line.push_back(with_folder(each, folder));

  const auto ran = run_sihe(line, GetParam().under);

  EXPECT_EQ(ran.code, 2) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(ran.err.starts_with("sihe: ")) << ran.err;
  for (const std::string& told : GetParam().told) {
    EXPECT_NE(ran.err.find(with_folder(told, folder)), std::string::npos)
        << "not told: " << told << "\nsaid: " << ran.err;
  }
  EXPECT_EQ(names_in(folder.path()), before);
}

INSTANTIATE_TEST_SUITE_P(Bad, CommandLine, testing::ValuesIn(bad_lines()),
                         [](const auto& info) { return std::string(info.param.name); });

// The commands that a command's help lists.
std::vector<std::string> commands_in(const std::string& help) {
  std::vector<std::string> out;
  const auto begin = help.find("\nSubcommands:\n");
  if (begin == std::string::npos) return out;
  std::istringstream lines(help.substr(begin + std::string_view("\nSubcommands:\n").size()));
  for (std::string line; std::getline(lines, line) && line.starts_with("  ");) {
    if (line[2] != ' ') out.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return out;
}

void expect_help(const std::vector<std::string>& command, int depth) {
  std::vector<std::string> line = command;
  line.emplace_back("--help");
  const auto ran = run_sihe(line);
  std::string name;
  for (const std::string& each : command) name += each + " ";
  SCOPED_TRACE(name);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  EXPECT_NE(ran.out.find("Usage:"), std::string::npos) << ran.out;
  const auto below = commands_in(ran.out);
  if (depth == 0) {
    EXPECT_GE(below.size(), 8U) << ran.out;
  }
  for (const std::string& each : below) {
    std::vector<std::string> next = command;
    next.push_back(each);
    expect_help(next, depth + 1);
  }
}

TEST(Help, IsThereForEachCommand) { expect_help({}, 0); }

TEST(Help, TellsTheVersion) {
  const auto ran = run_sihe({"--version"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_TRUE(ran.out.starts_with("sihe ")) << ran.out;
}

}  // namespace
