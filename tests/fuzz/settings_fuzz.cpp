// Any bytes as a settings file, channels and all: it is refused with a reason, or read, and no
// secret of it is shown.
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "engine/core/ensure.hpp"
#include "tests/support/fuzz_seeds.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/sihe/settings.hpp"

extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  return support::begin_fuzzing_with(
      {"port = 7171\nlisten = \"127.0.0.1\"\n[wecom]\ntoken = \"t\"\nencoding_aes_key = \"k\"\n",
       "[onebot]\nsecret = \"s\"\naccess_token = \"a\"\nrequire_signature = true\n"
       "[open311]\njurisdiction = \"ouhai\"\napi_keys = [\"a\", \"b\"]\nmode = \"id\"\n",
       "[[group]]\nchannel = \"qq\"\nid = 123456\narea = \"330304001001\"\nliaison = 10001\n"
       "[[member]]\nchannel = \"wecom\"\naccount = \"lin\"\nname = \"林\"\nrole = \"clerk\"\n",
       "[[webhook]]\nname = \"n\"\nurl = \"https://x/\"\nsecrets = [\"whsec_x\"]\ntypes = []\n"
       "[chat]\nprefixes = [\"四和\"]\n"},
      count, values);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const support::TemporaryFolder folder;
  const auto path = folder.path() / "sihe.toml";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  tools::Flags flags;
  flags.config = path.string();
  const auto settings =
      tools::read_settings(flags, [](const std::string&) { return std::nullopt; });
  if (!settings) {
    ENSURE(!settings.error().detail.empty());
    return 0;
  }
  for (const tools::InForce& each : settings->in_force) {
    const bool secret = each.name == "wecom.token" || each.name == "onebot.secret" ||
                        each.name == "onebot.access_token" || each.name == "open311.api_keys";
    ENSURE(!secret || each.value.empty() || each.value == "(secret)");
  }
  for (const auto& each : settings->channels.groups) ENSURE(!each.channel.empty());
  return 0;
}
