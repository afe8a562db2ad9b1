// Discovery, services, formats, keys, jurisdictions: what every request meets before it is one.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#include "adapters/open311/documents.hpp"
#include "adapters/open311/readers.hpp"
#include "adapters/open311/route.hpp"
#include "adapters/xml/xml.hpp"
#include "tests/support/open311_service.hpp"

namespace adapters::open311 {
namespace {

using support::Open311Service;

constexpr const char* xml_type = "text/xml; charset=utf-8";
constexpr const char* json_type = "application/json; charset=utf-8";

Config with_services() {
  Config out = Open311Service::plain_config();
  ServiceEntry lamp;
  lamp.code = "lamp";
  lamp.group = "市政设施";
  lamp.keywords = {"路灯", "lamp"};
  lamp.description = "不亮、闪烁、倒伏";
  AttributeEntry pole{"POLE", Datatype::singlevaluelist, "杆子?", "one", true, true, {}};
  pole.values = {{"1", "木"}, {"STEEL", "钢"}};
  lamp.attributes = {pole, {"NOTE", Datatype::text, "夜间有人值守", "", false, false, {}}};
  out.services = {lamp};
  return out;
}

class Open311Gateway : public ::testing::Test {
 protected:
  Open311Gateway() : service_(with_services()) {
    service_.add({"category", "road", "道路", "", "", false, false});
    service_.add({"category", "lamp", "路灯", "road", "", false, false});
    service_.add({"category", "hole", "坑洞", "road", "", false, false});
  }

  // The one error that the answer names, in whichever format: "404 what".
  static std::string only_error(const http::Response& response) {
    const bool json = response.content_type == json_type;
    const auto flaws = read_flaws(response.body, json ? Format::json : Format::xml);
    if (!flaws) return flaws.error().detail;
    if (flaws->size() != 1) return std::to_string(flaws->size()) + " errors";
    const std::string code(text_in(flaws->front().code));
    if (code != std::to_string(response.status)) return "status is not the code";
    return code + " " + std::string(text_in(flaws->front().description));
  }

  Open311Service service_;
};

TEST_F(Open311Gateway, DiscoveryIsThereInBothFormatsAndAtBothPlaces) {
  for (const char* path : {"/discovery", "/v2/discovery"}) {
    const auto xml = service_.ask("GET", std::string(path) + ".xml", "", {{"Host", "a.example"}});
    EXPECT_EQ(xml.status, 200U);
    EXPECT_EQ(xml.content_type, xml_type);
    const auto json = service_.ask("GET", std::string(path) + ".json", "", {{"Host", "a.example"}});
    EXPECT_EQ(json.content_type, json_type);
    const auto discovery = read_discovery(json.body, Format::json).value();
    EXPECT_EQ(discovery, read_discovery(xml.body, Format::xml).value());
    ASSERT_EQ(discovery.endpoints.size(), 1U);
    EXPECT_EQ(text_in(discovery.endpoints[0].url), "http://a.example/open311/v2");
    EXPECT_EQ(text_in(discovery.endpoints[0].specification),
              "http://wiki.open311.org/GeoReport_v2");
    EXPECT_EQ(discovery.endpoints[0].formats,
              (std::vector<std::string>{"text/xml", "application/json"}));
  }
}

TEST_F(Open311Gateway, HostThatIsNoneIsNotRepeated) {
  const auto said = service_.ask("GET", "/discovery.json", "", {{"Host", "a\"><script>"}});
  EXPECT_EQ(said.body.find("script"), std::string::npos);
}

TEST_F(Open311Gateway, ServicesAreTheCategories) {
  const auto json = service_.get("/v2/services.json");
  EXPECT_EQ(json.status, 200U);
  const auto services = read_services(json.body, Format::json).value();
  ASSERT_EQ(services.size(), 3U);
  EXPECT_EQ(services, read_services(service_.get("/v2/services.xml").body, Format::xml).value());
  EXPECT_EQ(text_in(services[0].service_code), "hole");
  EXPECT_EQ(text_in(services[0].service_name), "坑洞");
  EXPECT_EQ(text_in(services[0].group), "道路");
  EXPECT_EQ(services[0].metadata, flag_field(false));
  EXPECT_EQ(text_in(services[0].type), "realtime");
  EXPECT_EQ(text_in(services[1].keywords), "路灯, lamp");
  EXPECT_EQ(text_in(services[1].group), "市政设施");
  EXPECT_EQ(services[1].metadata, flag_field(true));
}

TEST_F(Open311Gateway, DefinitionSaysWhatIsAsked) {
  const auto json = service_.get("/v2/services/lamp.json");
  const auto definition = read_definition(json.body, Format::json).value();
  EXPECT_EQ(definition,
            read_definition(service_.get("/v2/services/lamp.xml").body, Format::xml).value());
  EXPECT_EQ(text_in(definition.service_code), "lamp");
  ASSERT_EQ(definition.attributes.size(), 2U);
  const Attribute& pole = definition.attributes[0];
  EXPECT_EQ(text_in(pole.code), "POLE");
  EXPECT_EQ(text_in(pole.datatype), "singlevaluelist");
  EXPECT_EQ(pole.required, flag_field(true));
  EXPECT_EQ(pole.order, number_field("1"));
  ASSERT_EQ(pole.values.size(), 2U);
  EXPECT_EQ(pole.values[0].key, number_field("1"));
  EXPECT_EQ(text_in(pole.values[1].name), "钢");
  EXPECT_EQ(definition.attributes[1].variable, flag_field(false));
  EXPECT_EQ(read_definition(service_.get("/v2/services/hole.json").body, Format::json)
                .value()
                .attributes.size(),
            0U);
}

TEST_F(Open311Gateway, ServiceThatIsNotThereIsNotFound) {
  for (const char* format : {".xml", ".json"}) {
    EXPECT_EQ(only_error(service_.get(std::string("/v2/services/none") + format)),
              "404 service_code none was not found.");
    EXPECT_EQ(only_error(service_.get(std::string("/v2/services/") + format)),
              "400 service_code was not provided.");
  }
}

TEST_F(Open311Gateway, JurisdictionMustBeOurs) {
  for (const char* path : {"/v2/services", "/v2/services/lamp", "/v2/requests", "/v2/tokens/x",
                           "/v2/requests/2601000000102", "/v2/servicerequestupdates"}) {
    for (const char* format : {".xml", ".json"}) {
      const std::string target = std::string(path) + format;
      EXPECT_EQ(only_error(service_.ask("GET", target)), "400 jurisdiction_id was not provided.");
      EXPECT_EQ(only_error(service_.ask("GET", target + "?jurisdiction_id=")),
                "400 jurisdiction_id was not provided.");
      EXPECT_EQ(only_error(service_.ask("GET", target + "?jurisdiction_id=city.gov")),
                "404 jurisdiction_id city.gov was not found.");
    }
  }
  EXPECT_EQ(only_error(service_.ask("POST", "/v2/requests.json", "api_key=xyz")),
            "400 jurisdiction_id was not provided.");
}

TEST(Open311Jurisdiction, MayBeLeftOutWhereThereIsNone) {
  Open311Service service{Config{}};
  EXPECT_EQ(service.ask("GET", "/v2/services.xml").status, 200U);
  EXPECT_EQ(service.ask("GET", "/v2/services.xml?jurisdiction_id=city.gov").status, 200U);
}

TEST_F(Open311Gateway, KeyMustBeValid) {
  for (const char* path : {"/v2/requests", "/v2/servicerequestupdates"}) {
    for (const char* format : {".xml", ".json"}) {
      const std::string target = std::string(path) + format;
      const std::string rest = "&jurisdiction_id=ouhai&service_code=lamp";
      EXPECT_EQ(only_error(service_.ask("POST", target, rest)), "403 api_key was not provided.");
      EXPECT_EQ(only_error(service_.ask("POST", target, "api_key=no" + rest)),
                "403 Invalid api_key received.");
    }
  }
  EXPECT_EQ(only_error(service_.get("/v2/requests.xml?api_key=no")),
            "403 Invalid api_key received.");
  EXPECT_EQ(service_.gateway().traffic().unverified, 9U);
}

TEST_F(Open311Gateway, KeyWithoutCharactersMatchesNothing) {
  Config config = Open311Service::plain_config();
  config.api_keys = {{"empty", ""}};
  Open311Service service(config);
  EXPECT_EQ(only_error(service.ask("POST", "/v2/requests.xml?jurisdiction_id=ouhai", "api_key=")),
            "403 api_key was not provided.");
}

TEST_F(Open311Gateway, FormatFollowsThePathOrElseTheAcceptHeader) {
  EXPECT_EQ(service_.ask("GET", "/discovery.XML").content_type, xml_type);
  EXPECT_EQ(service_.ask("GET", "/discovery", "", {{"Accept", "application/json"}}).content_type,
            json_type);
  EXPECT_EQ(service_.ask("GET", "/discovery", "", {{"Accept", "text/xml"}}).content_type, xml_type);
  EXPECT_EQ(only_error(service_.ask("GET", "/discovery.html")),
            "404 There is no format .html; ask for .xml or .json.");
  EXPECT_EQ(only_error(service_.ask("GET", "/discovery")),
            "400 The format was not provided: end the path with .xml or .json.");
}

TEST(Open311Accept, HeavierWins) {
  EXPECT_EQ(accepted_format("text/html, application/xml;q=0.9, application/json;q=0.8"),
            Format::xml);
  EXPECT_EQ(accepted_format("text/xml;q=0.2,application/json"), Format::json);
  EXPECT_EQ(accepted_format("application/json;q=0"), std::nullopt);
  EXPECT_EQ(accepted_format("*/*"), std::nullopt);
}

TEST_F(Open311Gateway, UnknownPathIsNotFound) {
  for (const char* path : {"/v2/none.xml", "/services.xml", "/v2/discovery/x.xml", "/v2.xml",
                           "/v3/services.xml", "/v2/.json", "/v2/"}) {
    EXPECT_EQ(only_error(service_.get(path)), "404 There is nothing at this path.") << path;
  }
}

TEST_F(Open311Gateway, AddressThatIsNoTextIsRefused) {
  for (const char* target :
       {"/v2/services.\x7fml", "/v2/services/\xff.json", "/v2/services.xml?jurisdiction_id=\x01"}) {
    EXPECT_EQ(only_error(service_.ask("GET", target)),
              "400 The address must be UTF-8 without control characters.");
  }
}

TEST_F(Open311Gateway, MethodThatIsNotTakenIsRefusedInBothFormats) {
  for (const char* format : {".xml", ".json"}) {
    const auto services = service_.ask("POST", std::string("/v2/services") + format);
    EXPECT_EQ(only_error(services), "405 This takes GET, HEAD.");
    EXPECT_EQ(http::find_field(services.headers, "Allow"), "GET, HEAD");
    EXPECT_EQ(only_error(service_.ask("DELETE", std::string("/v2/requests") + format)),
              "405 This takes GET, HEAD, POST.");
    EXPECT_EQ(only_error(service_.ask("G", std::string("/v2/requests") + format)),
              "405 This takes GET, HEAD, POST.");
  }
  EXPECT_EQ(service_.ask("HEAD", "/discovery.xml").status, 200U);
}

TEST_F(Open311Gateway, LongBodyIsRefused) {
  const std::string long_one(intake::letter_bytes_max + 1, 'x');
  EXPECT_EQ(only_error(service_.ask("POST", "/v2/requests.json?api_key=xyz", long_one)),
            "413 The body has more than 40960 bytes.");
  EXPECT_TRUE(service_.letters.empty());
}

TEST_F(Open311Gateway, BodyOfAKnownClientThatCannotBeReadIsKeptForAPerson) {
  const std::string body = "api_key=xyz&service_code=lamp&description=%zz&email=a@example.org";
  EXPECT_EQ(only_error(service_.ask("POST", "/v2/requests.xml?api_key=xyz&a=b", body)),
            "400 The body has a % that is not followed by two hexadecimal digits.");
  ASSERT_EQ(service_.letters.size(), 1U);
  const auto& letter = service_.letters.front();
  EXPECT_EQ(letter.channel, "open311");
  EXPECT_EQ(letter.reason, intake::Reason::unreadable);
  EXPECT_EQ(letter.path, "/open311/v2/requests.xml");
  EXPECT_EQ(letter.query, (http::Fields{{"a", "b"}}));
  EXPECT_EQ(letter.body, body);
  EXPECT_EQ(letter.account, "a@example.org");
  EXPECT_EQ(service_.gateway().traffic().held, 1U);
}

TEST_F(Open311Gateway, BodyOfAStrangerThatCannotBeReadIsNotKept) {
  EXPECT_EQ(only_error(service_.ask("POST", "/v2/requests.xml", "api_key=no&description=%zz")),
            "403 Invalid api_key received.");
  EXPECT_TRUE(service_.letters.empty());
}

TEST_F(Open311Gateway, BodyOfAnotherTypeIsRefused) {
  const auto said = service_.ask("POST", "/v2/requests.json?api_key=xyz", "{}",
                                 {{"Content-Type", "application/json"}});
  EXPECT_EQ(only_error(said),
            "400 Send the request with Content-Type: application/x-www-form-urlencoded; "
            "charset=utf-8.");
}

TEST_F(Open311Gateway, AfterTheStopReadsAreRefused) {
  service_.gateway().stop();
  const auto said = service_.get("/v2/requests.json");
  EXPECT_EQ(said.status, 503U);
  EXPECT_EQ(http::find_field(said.headers, "Retry-After"), "1");
}

TEST(Open311Readers, OneMoreThanTheQueueHoldsIsNotTaken) {
  Readers readers("nowhere");
  std::mutex mutex;
  std::condition_variable changed;
  unsigned running = 0;
  bool go = false;
  const auto busy = [&](Desk*) {
    std::unique_lock lock(mutex);
    ++running;
    changed.notify_all();
    changed.wait(lock, [&] { return go; });
  };
  for (unsigned i = 0; i < reader_threads; ++i) ASSERT_TRUE(readers.post(busy));
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return running == reader_threads; });
  }
  std::size_t ended = 0;
  for (std::size_t i = 0; i < waiting_reads_max; ++i) {
    ASSERT_TRUE(readers.post([&](Desk*) {
      const std::lock_guard lock(mutex);
      ++ended;
    }));
  }
  EXPECT_FALSE(readers.post([](Desk*) {}));
  {
    const std::lock_guard lock(mutex);
    go = true;
  }
  changed.notify_all();
  readers.stop();
  EXPECT_EQ(ended, waiting_reads_max) << "each has run, or was told that it will not";
  EXPECT_FALSE(readers.post([](Desk*) {}));
}

TEST(Open311Config, KeyMayHaveAName) {
  EXPECT_EQ(api_key_of("app:xyz").name, "app");
  EXPECT_EQ(api_key_of("app:x:z").key, "x:z");
  EXPECT_EQ(api_key_of("xyz").name, "open311");
  EXPECT_EQ(mode_of("token"), Mode::token);
  EXPECT_EQ(mode_of("batch"), std::nullopt);
}

TEST(Open311Services, BookThatCannotBeIsToldWhy) {
  ServiceEntry entry;
  entry.code = "a";
  entry.attributes = {{"L", Datatype::singlevaluelist, "", "", false, true, {}},
                      {"L", Datatype::text, "", "", true, false, {{"k", "v"}, {"k", "w"}}},
                      {"x[", Datatype::text, "", "", false, true, {}}};
  const auto flaws = flaws_of({entry, entry, {}});
  const auto says = [&](std::string_view words) {
    return std::any_of(flaws.begin(), flaws.end(), [&](const std::string& flaw) {
      return flaw.find(words) != std::string::npos;
    });
  };
  EXPECT_TRUE(says("is a list and needs values"));
  EXPECT_TRUE(says("has values, so its datatype must be"));
  EXPECT_TRUE(says("cannot be required"));
  EXPECT_TRUE(says("has the key \"k\" twice"));
  EXPECT_TRUE(says("attribute \"L\" is there twice"));
  EXPECT_TRUE(says("no brackets"));
  EXPECT_TRUE(says("service \"a\" is there twice"));
  EXPECT_TRUE(says("A service has no code"));
  EXPECT_TRUE(flaws_of(with_services().services).empty());
}

}  // namespace
}  // namespace adapters::open311
