// Settings: built in, file, environment, command line; the later one wins, and each says where it
// comes from.
#include "tools/sihe/settings.hpp"

#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace {

using namespace tools;

class SettingsRead : public testing::Test {
 protected:
  void file(const std::string& toml) {
    flags.config = folder.path() / "sihe.toml";
    std::ofstream(flags.config) << toml;
  }
  Settings read() { return tried().value(); }
  engine::Result<Settings> tried() {
    return read_settings(flags, [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment.find(name);
      if (found == environment.end()) return std::nullopt;
      return found->second;
    });
  }
  std::string refusal() {
    const auto result = tried();
    return result ? "" : result.error().detail;
  }
  static InForce of(const Settings& settings, const std::string& name) {
    for (const InForce& each : settings.in_force) {
      if (each.name == name) return each;
    }
    return {};
  }

  support::TemporaryFolder folder;
  Flags flags;
  std::map<std::string, std::string> environment;
};

TEST_F(SettingsRead, AreSafeWithoutAnything) {
  const Settings settings = read();
  EXPECT_EQ(settings.listen, "127.0.0.1");
  EXPECT_EQ(settings.port, 7171);
  EXPECT_GE(settings.threads, 1U);
  EXPECT_EQ(settings.utc_offset_minutes, 8 * 60);
  EXPECT_TRUE(settings.data.empty());
  for (const InForce& each : settings.in_force) EXPECT_EQ(each.from, "default") << each.name;
}

TEST_F(SettingsRead, TheLaterOneWinsAndSaysSo) {
  file("# of the district\nport = 8001\nthreads = 3\nlisten = \"::1\"\n");
  environment["SIHE_PORT"] = "8002";
  environment["SIHE_THREADS"] = "4";
  flags.values["port"] = "8003";
  const Settings settings = read();
  EXPECT_EQ(settings.port, 8003);
  EXPECT_EQ(of(settings, "port").from, "flag");
  EXPECT_EQ(of(settings, "port").where, "--port");
  EXPECT_EQ(settings.threads, 4U);
  EXPECT_EQ(of(settings, "threads").where, "SIHE_THREADS");
  EXPECT_EQ(settings.listen, "::1");
  EXPECT_EQ(of(settings, "listen").from, "file");
  EXPECT_EQ(of(settings, "listen").where, flags.config + ":4");
  EXPECT_EQ(of(settings, "idle_seconds").from, "default");
}

TEST_F(SettingsRead, TheFileMayBeNamedByTheEnvironment) {
  file("utc_offset = \"-03:30\"\n");
  environment["SIHE_CONFIG"] = std::exchange(flags.config, "");
  EXPECT_EQ(read().utc_offset_minutes, -210);
}

TEST_F(SettingsRead, AllThatIsWrongWithAFileIsToldAtOnceWithItsLines) {
  file("port = 8001\nprot = 1\n\nthreads = 0\nlisten = true\nzebra = 1\n");
  const std::string said = refusal();
  EXPECT_NE(said.find("line 2: no setting \"prot\"; did you mean port?"), std::string::npos)
      << said;
  EXPECT_NE(said.find("line 4: threads must be a number from 1 to 64"), std::string::npos) << said;
  EXPECT_NE(said.find("line 5: listen must be an IP address"), std::string::npos) << said;
  EXPECT_NE(said.find("line 6: no setting \"zebra\"; there are data, listen"), std::string::npos)
      << said;
}

TEST_F(SettingsRead, AFileThatIsNoTomlIsRefusedWithItsLine) {
  file("port = 8001\nlisten = \"127.0.0.1\n");
  EXPECT_NE(refusal().find("sihe.toml:2"), std::string::npos) << refusal();
  file("port = 8001\n端口 = 1\n");
  EXPECT_NE(refusal().find("sihe.toml:2"), std::string::npos) << refusal();
}

TEST_F(SettingsRead, AFileThatIsNoneIsRefused) {
  flags.config = folder.path();
  EXPECT_NE(refusal().find("no configuration file"), std::string::npos) << refusal();
  flags.config = folder.path() / "none.toml";
  EXPECT_NE(refusal().find("no configuration file"), std::string::npos) << refusal();
}

TEST_F(SettingsRead, AWrongValueIsRefusedWithThePlaceItStandsAt) {
  environment["SIHE_BODY_BYTES_MAX"] = "1k";
  EXPECT_EQ(refusal(), "SIHE_BODY_BYTES_MAX must be a number from 1024 to 8388608, it is \"1k\"");
  flags.values["body_bytes_max"] = "2048";
  EXPECT_EQ(read().body_bytes_max, 2048U) << "a flag stands in front of it";
  flags.values["data"] = "";
  EXPECT_EQ(refusal(), "--data must be a folder, it is \"\"");
}

TEST_F(SettingsRead, OfTheChannelsStandInTablesOfTheirOwn) {
  file(R"(port = 8001
[wecom]
token = "QDG6eK"
corp_id = "wx5823bf96d3bd56c7"
[wechat]
token = ""
[onebot]
secret = "quiet"
require_signature = false
[open311]
jurisdiction = "ouhai"
api_keys = ["one", "two"]
mode = "token"
[[group]]
channel = "qq"
id = 123456
area = "330304001001"
liaison = "10001"
[[group]]
channel = "wecom"
id = "wrkSFfCgAA"
area = "330304001002"
[[member]]
channel = "qq"
account = 10002
name = "陈晓"
role = "clerk"
)");
  const Settings settings = read();
  EXPECT_EQ(settings.port, 8001);
  const ChannelSettings& all = settings.channels;
  EXPECT_EQ(all.wecom.token, "QDG6eK");
  EXPECT_EQ(all.wecom.corp_id, "wx5823bf96d3bd56c7");
  EXPECT_EQ(all.wechat_token, "");
  EXPECT_EQ(all.onebot.secret, "quiet");
  EXPECT_FALSE(all.onebot.require_signature);
  EXPECT_EQ(all.open311.api_keys, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(all.open311.mode, "token");
  EXPECT_EQ(all.prefixes, (std::vector<std::string>{"四和", "7171"}));
  ASSERT_EQ(all.groups.size(), 2U);
  EXPECT_EQ(all.groups[0].id, "123456");
  EXPECT_EQ(all.groups[0].liaison, "10001");
  EXPECT_EQ(all.groups[1].channel, "wecom");
  ASSERT_EQ(all.members.size(), 1U);
  EXPECT_EQ(all.members[0].account, "10002");
}

TEST_F(SettingsRead, ASecretIsTakenFromTheEnvironmentAndNeverShown) {
  file(
      "[wecom]\ntoken = \"of-the-file\"\n[[webhook]]\nname = \"town\"\n"
      "url = \"https://example.org/hook\"\n");
  environment["SIHE_WECOM_TOKEN"] = "of-the-environment";
  environment["SIHE_WEBHOOK_TOWN_SECRET"] = "whsec_c2VjcmV0";
  environment["SIHE_OPEN311_API_KEYS"] = "first, second";
  const Settings settings = read();
  EXPECT_EQ(settings.channels.wecom.token, "of-the-environment");
  EXPECT_EQ(of(settings, "wecom.token").value, "(secret)");
  EXPECT_EQ(of(settings, "wecom.token").where, "SIHE_WECOM_TOKEN");
  EXPECT_EQ(of(settings, "wecom.secret").value, "");
  EXPECT_EQ(settings.channels.open311.api_keys, (std::vector<std::string>{"first", "second"}));
  ASSERT_EQ(settings.channels.webhooks.size(), 1U);
  EXPECT_EQ(settings.channels.webhooks[0].secrets, std::vector<std::string>{"whsec_c2VjcmV0"});
  for (const InForce& each : settings.in_force) {
    for (const char* secret : {"of-the-file", "of-the-environment", "whsec_", "first"}) {
      EXPECT_EQ(each.value.find(secret), std::string::npos) << each.name;
    }
  }
}

TEST_F(SettingsRead, WhatIsWrongWithTheChannelsIsToldAtOnceWithItsLines) {
  file(R"([wecom]
tokn = "x"
[onebot]
require_signature = "yes"
[open311]
mode = "both"
[[group]]
channel = "sms"
id = "1"
area = "330304001001"
[[group]]
channel = "qq"
area = "330304001001"
[[member]]
channel = "qq"
account = "1"
name = "陈晓"
role = "mayor"
[[webhook]]
name = "town"
url = "ftp://example.org"
)");
  const std::string told = refusal();
  for (const char* part :
       {"no setting \"wecom.tokn\"; did you mean wecom.token?", "onebot.require_signature must be",
        "open311.mode must be id or token", "channel", "qq, wecom, wechat", "liaison, clerk", "url",
        "SIHE_WEBHOOK_TOWN_SECRET"}) {
    EXPECT_NE(told.find(part), std::string::npos) << part << " in " << told;
  }
}

TEST(UtcOffset, IsReadAsItIsWritten) {
  EXPECT_EQ(parse_utc_offset("+08:00"), 480);
  EXPECT_EQ(parse_utc_offset("-05:30"), -330);
  EXPECT_EQ(parse_utc_offset("+00:00"), 0);
  for (const char* wrong : {"", "8", "08:00", "+8", "+08", "+08:0", "+24:00", "+08:60", "Z"}) {
    EXPECT_EQ(parse_utc_offset(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
