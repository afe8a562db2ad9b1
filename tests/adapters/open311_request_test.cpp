// A request that is handed in becomes an issue; what is wrong with it is told, all at once.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "adapters/open311/documents.hpp"
#include "adapters/open311/form.hpp"
#include "adapters/open311/report_text.hpp"
#include "tests/support/open311_service.hpp"
#include "tests/support/places.hpp"
#include "workflows/issue/timeline.hpp"

namespace adapters::open311 {
namespace {

using support::Open311Service;

Config asking() {
  Config out = Open311Service::plain_config();
  out.notice = "七个工作日内答复";
  ServiceEntry lamp;
  lamp.code = "lamp";
  lamp.notice = "三天内修好";
  AttributeEntry pole{"POLE", Datatype::singlevaluelist, "杆子?", "", true, true, {}};
  pole.values = {{"W", "木"}, {"S", "钢"}};
  AttributeEntry when{"WHEN", Datatype::datetime, "", "", false, true, {}};
  AttributeEntry count{"COUNT", Datatype::number, "几盏?", "", false, true, {}};
  AttributeEntry line{"LINE", Datatype::string, "", "", false, true, {}};
  AttributeEntry many{"MANY", Datatype::multivaluelist, "还有?", "", false, true, {}};
  many.values = {{"A", "闪烁"}, {"B", "倒伏"}};
  lamp.attributes = {pole, when, count, line, many};
  out.services = {lamp};
  return out;
}

class Open311Request : public ::testing::Test {
 protected:
  explicit Open311Request(const Config& config = asking()) : service_(config) {
    service_.add({"category", "001", "道路", "", "", false, false});
    service_.add({"category", "lamp", "路灯", "", "", false, false});
    service_.add({"area", "330304005", "潘桥街道", "", "town", false, false});
  }

  static std::vector<std::string> errors(const http::Response& response) {
    std::vector<std::string> out;
    const auto flaws = read_flaws(response.body, Format::json);
    if (!flaws) return {response.body};
    for (const Flaw& flaw : *flaws) {
      out.push_back(std::string(text_in(flaw.code)) + " " + std::string(text_in(flaw.description)));
    }
    return out;
  }
  std::vector<std::string> wrong(const std::string& body) {
    const auto said = service_.post("/v2/requests.json", body);
    EXPECT_NE(said.status, 200U);
    EXPECT_EQ(service_.log().last(), before_) << "something was recorded";
    return errors(said);
  }
  static std::uint64_t number_in(const http::Response& response) {
    const auto receipts = read_receipts(response.body, Format::json);
    if (!receipts || receipts->empty()) ADD_FAILURE() << response.body;
    return workflows::issue::parse_number(text_in(receipts->front().service_request_id)).value();
  }
  std::uint64_t reported(const std::string& body, http::Fields headers = {}) {
    return number_in(service_.post("/v2/requests.json", body, std::move(headers)));
  }
  workflows::issue::IssueState state(std::uint64_t number) {
    return workflows::issue::read_timeline(service_.log(), number, {}).value().state;
  }
  void SetUp() override { before_ = service_.log().last(); }

  Open311Service service_;
  engine::Position before_;
};

TEST_F(Open311Request, BecomesAnIssueWithAllThatWasSaid) {
  const auto said = service_.post(
      "/v2/requests.json",
      "service_code=001&lat=27.99&long=120.6&address_string=%E8%8F%9C%E5%B8%82%E5%9C%BA%E4%B8%9C"
      "&address_id=330304005&email=a%40example.org&account_id=77&first_name=%E4%B8%89"
      "&last_name=%E5%BC%A0&phone=13800000000&description=hole%0Adeep"
      "&media_url=http%3A%2F%2Fa.example%2F1.jpg&attribute[fixmystreet_id]=4711");
  ASSERT_EQ(said.status, 200U) << said.body;
  EXPECT_EQ(said.content_type, "application/json; charset=utf-8");
  const Receipt receipt = read_receipts(said.body, Format::json).value().front();
  EXPECT_EQ(receipt.service_request_id->kind, Scalar::Kind::number);
  EXPECT_EQ(text_in(receipt.service_notice), "七个工作日内答复");
  EXPECT_EQ(text_in(receipt.account_id), "77");
  EXPECT_FALSE(receipt.token);
  const std::uint64_t number = number_in(said);
  const auto issue = state(number);
  EXPECT_EQ(issue.dims.channel, "open311");
  EXPECT_EQ(issue.dims.category, "001");
  EXPECT_EQ(issue.dims.area, "330304005");
  EXPECT_EQ(issue.latitude, 27.99);
  EXPECT_EQ(issue.longitude, 120.6);
  EXPECT_EQ(issue.external_id, "4711");
  EXPECT_EQ(service_.sealed(number, "text"),
            "hole\ndeep\n\n· fixmystreet_id: 4711\n· media_url: http://a.example/1.jpg");
  EXPECT_EQ(service_.sealed(number, "place"), "菜市场东");
  EXPECT_EQ(service_.sealed(number, "name"), "张三");
  EXPECT_EQ(service_.sealed(number, "phone"), "13800000000");
  EXPECT_EQ(service_.sealed(number, "account"), "a@example.org");
}

TEST_F(Open311Request, OfTheStandardsOwnExampleIsTaken) {
  const auto folder = support::real_data("open311");
  if (!folder) GTEST_SKIP() << "skipped: no real data";
  const std::string http = support::contents(*folder / "spec/post-request.http.txt");
  Config config;
  config.jurisdiction = "city.gov";
  config.api_keys = {api_key_of("xyz")};
  Open311Service service(config);
  service.add({"category", "001", "Street", "", "", false, false});
  std::string body = http.substr(http.find("api_key="));
  while (body.ends_with('\n')) body.pop_back();
  const auto said =
      service.ask("POST", "/v2/requests.xml", body,
                  {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}});
  ASSERT_EQ(said.status, 200U) << said.body;
  const auto receipt = read_receipts(said.body, Format::xml).value().front();
  EXPECT_EQ(text_in(receipt.account_id), "123456");
  const auto number = *workflows::issue::parse_number(text_in(receipt.service_request_id));
  EXPECT_EQ(service.sealed(number, "name"), "john smith");
  EXPECT_EQ(service.sealed(number, "account"), "smit333@sfgov.edu");
  EXPECT_EQ(service.sealed(number, "place"), "1234 5th street");
  EXPECT_EQ(service.sealed(number, "text"),
            "A large sinkhole is destroying the street\n\n· WHISPAWN: 123456\n"
            "· WHISDORN: COISL001\n"
            "· media_url: http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg");
}

TEST_F(Open311Request, WithoutWordsIsAboutItsService) {
  const auto number = reported("service_code=001&address_id=NO-AREA");
  EXPECT_EQ(service_.sealed(number, "text"), "道路\n\n· address_id: NO-AREA");
  EXPECT_EQ(state(number).dims.area, "");
}

TEST_F(Open311Request, ServiceMustBeNamedAndKnown) {
  using Errors = std::vector<std::string>;
  EXPECT_EQ(wrong("address_string=x"), (Errors{"400 service_code was not provided."}));
  EXPECT_EQ(wrong("service_code=999&address_string=x"),
            (Errors{"404 service_code 999 was not found."}));
  EXPECT_EQ(service_.post("/v2/requests.json", "service_code=999&address_string=x").status, 404U);
  EXPECT_EQ(service_.post("/v2/requests.xml", "address_string=x").status, 400U);
}

TEST_F(Open311Request, LocationMustBeWhole) {
  using Errors = std::vector<std::string>;
  EXPECT_EQ(wrong("service_code=001"),
            (Errors{"400 No location was provided: give lat and long, or address_string, or "
                    "address_id."}));
  EXPECT_EQ(wrong("service_code=001&lat=1&address_string=x"),
            (Errors{"400 long was not provided: lat and long go together."}));
  EXPECT_EQ(wrong("service_code=001&lat=91&long=east"),
            (Errors{"400 lat must be degrees (WGS84) from -90 to 90.",
                    "400 long must be degrees (WGS84) from -180 to 180."}));
  EXPECT_EQ(wrong("service_code=001&lat=nan&long=1").size(), 1U);
}

TEST_F(Open311Request, EveryFlawIsToldAtOnce) {
  const std::vector<std::string> expected{
      "400 No location was provided: give lat and long, or address_string, or address_id.",
      "400 attribute[POLE] must be one of W, S.",
      "400 attribute[WHEN] must be a time with its offset, like 2010-01-01T00:00:00Z.",
      "400 attribute[COUNT] must be a number.",
      "400 attribute[LINE] must be one line.",
      "400 attribute[MANY] must be one of A, B.",
      "400 media_url must be one address that begins with http:// or https://.",
      "400 email must be an e-mail address."};
  EXPECT_EQ(wrong("service_code=lamp&attribute[POLE]=X&attribute[WHEN]=today&attribute[COUNT]=few"
                  "&attribute[LINE]=a%0Ab&attribute[MANY][]=A&attribute[MANY][]=C"
                  "&media_url=javascript%3A1&email=nobody"),
            expected);
}

TEST_F(Open311Request, AnswersThatAreRequiredMustBeThere) {
  using Errors = std::vector<std::string>;
  EXPECT_EQ(wrong("service_code=lamp&address_string=x"),
            (Errors{"400 attribute[POLE] was not provided."}));
  EXPECT_EQ(wrong("service_code=lamp&address_string=x&attribute[POLE]="),
            (Errors{"400 attribute[POLE] was not provided."}));
  EXPECT_EQ(wrong("service_code=lamp&address_string=x&attribute[POLE]=W&attribute[POLE]=S"),
            (Errors{"400 attribute[POLE] takes one value."}));
}

TEST_F(Open311Request, AnswersStandInTheTextInWords) {
  const auto said = service_.post("/v2/requests.json",
                                  "service_code=lamp&address_string=x&description=dark"
                                  "&attribute[POLE]=W&attribute[COUNT]=2.5"
                                  "&attribute[WHEN]=2026-03-01T08:15%2B08:00"
                                  "&attribute[MANY][]=A&attribute[MANY][]=B&attribute[OTHER]=o");
  ASSERT_EQ(said.status, 200U) << said.body;
  EXPECT_EQ(text_in(read_receipts(said.body, Format::json)->front().service_notice), "三天内修好");
  EXPECT_EQ(service_.sealed(number_in(said), "text"),
            "dark\n\n· 杆子?: 木\n· WHEN: 2026-03-01T08:15+08:00\n· 几盏?: 2.5\n"
            "· 还有?: 闪烁, 倒伏\n· OTHER: o");
}

TEST_F(Open311Request, RepeatedNamesWithoutBracketsAreSeveralValues) {
  const auto number = reported(
      "service_code=lamp&address_string=x&attribute[POLE]=S&attribute[MANY]=B&attribute[MANY]=A");
  EXPECT_EQ(service_.sealed(number, "text"), "路灯\n\n· 杆子?: 钢\n· 还有?: 倒伏, 闪烁");
}

TEST_F(Open311Request, DescriptionHasFourThousandCharactersAtMost) {
  std::string words;
  for (int i = 0; i < 4'000; ++i) words += "灯";
  EXPECT_EQ(state(reported("service_code=001&address_string=x&description=" + words)).number != 0,
            true);
  before_ = service_.log().last();
  EXPECT_EQ(wrong("service_code=001&address_string=x&description=" + words + "x"),
            std::vector<std::string>{"400 description has more than 4000 characters."});
}

TEST_F(Open311Request, WhatTheRecordCannotHoldIsToldInTheSendersWords) {
  const auto flaws = wrong("service_code=001&address_string=" + std::string(1025, 'x') +
                           "&phone=" + std::string(65, '1'));
  ASSERT_EQ(flaws.size(), 2U);
  EXPECT_TRUE(flaws[0].starts_with("400 address_string ")) << flaws[0];
  EXPECT_TRUE(flaws[1].starts_with("400 phone ")) << flaws[1];
}

TEST_F(Open311Request, SameKeyIsTheSameRequestForEver) {
  const std::string body = "service_code=001&address_string=x&description=once";
  const auto first = reported(body, {{"Idempotency-Key", "k-1"}});
  const auto facts = service_.log().last();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(reported(body, {{"Idempotency-Key", "k-1"}}), first);
  EXPECT_EQ(service_.log().last(), facts);
  EXPECT_EQ(service_.gateway().traffic().repeats, 4U);
  EXPECT_NE(reported(body, {{"Idempotency-Key", "k-2"}}), first);
  EXPECT_NE(reported(body), first);
  const auto other = service_.post("/v2/requests.json", body + "x", {{"Idempotency-Key", "k-1"}});
  EXPECT_EQ(other.status, 400U);
  EXPECT_EQ(number_in(service_.ask("POST", "/v2/requests.json",
                                   "api_key=abc&jurisdiction_id=ouhai&" + body,
                                   {{"Idempotency-Key", "k-1"}})) == first,
            false)
      << "another client's key is another key";
}

TEST_F(Open311Request, ThatCannotBeWrittenNowMayBeSentAgainLater) {
  service_.writer().stop();
  const auto said = service_.post("/v2/requests.json", "service_code=001&address_string=x");
  EXPECT_EQ(said.status, 503U);
  EXPECT_EQ(http::find_field(said.headers, "Retry-After"), "1");
  EXPECT_EQ(errors(said), std::vector<std::string>{"503 The service is shutting down; nothing of "
                                                   "this was taken."});
  EXPECT_EQ(service_.gateway().traffic().failed, 1U);
}

TEST_F(Open311Request, PersonIsKnownByTelephoneElseByAccount) {
  const auto person = [&](std::uint64_t number) {
    const auto last = service_.log().last_of({workflows::issue::workflow_id, number}).value();
    return engine::log::RecordView(*last).person();
  };
  const std::string body = "service_code=001&address_string=x";
  const auto a = person(reported(body + "&phone=138-0000-0000&email=a@example.org"));
  EXPECT_EQ(person(reported(body + "&phone=13800000000")), a);
  const auto b = person(reported(body + "&email=a@example.org"));
  EXPECT_EQ(person(reported(body + "&email=a@example.org")), b);
  EXPECT_NE(a, b);
  EXPECT_NE(person(reported(body)), person(reported(body)));
}

TEST_F(Open311Request, MultipartFormIsTakenButNoFiles) {
  const auto part = [](const std::string& head, const std::string& value) {
    return "--B\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + value + "\r\n";
  };
  const http::Fields type{{"Content-Type", "multipart/form-data; boundary=\"B\""}};
  const std::string fields =
      part("name=\"api_key\"", "xyz") + part("name=\"jurisdiction_id\"", "ouhai") +
      part("name=\"service_code\"", "001") + part("name=\"address_string\"", "a & b") +
      part("name=\"media\"; filename=\"\"", "");
  const auto good = service_.ask("POST", "/v2/requests.json", fields + "--B--\r\n", type);
  ASSERT_EQ(good.status, 200U) << good.body;
  EXPECT_EQ(service_.sealed(number_in(good), "place"), "a & b");
  const auto file = service_.ask(
      "POST", "/v2/requests.json",
      fields + part("name=\"media\"; filename=\"a.jpg\"", "\xff\xd8") + "--B--\r\n", type);
  EXPECT_EQ(errors(file), std::vector<std::string>{"400 Files are not taken; give the address of a "
                                                   "picture as media_url."});
  EXPECT_EQ(service_.ask("POST", "/v2/requests.json", fields, type).status, 400U);
}

TEST(Open311Form, SaysOfManyFlawsTheFirst) {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "f" + std::to_string(i) + "=%01&";
  EXPECT_EQ(read_form("", body).flaws.size(), form_flaws_max);
  EXPECT_EQ(read_form("", body + "a=1").fields, (http::Fields{{"a", "1"}}));
}

// Each semicolon was once read on from to the equals sign: of so many, that took minutes.
TEST(Open311Form, ReadsAHeaderOfSemicolons) {
  const std::string many(1'000'000, ';');
  const std::string part =
      "--B\r\nContent-Disposition: form-data" + many + " name=\"a\"\r\n\r\n1\r\n";
  EXPECT_EQ(read_form("multipart/form-data; boundary=B", part + "--B--").fields,
            (http::Fields{{"a", "1"}}));
  EXPECT_EQ(read_form("multipart/form-data" + many + "=", "--B--").flaws.size(), 1U);
}

TEST(Open311Form, ReadsPairsAndSaysWhatItCannot) {
  const Form form = read_form("", "a=1+2&b=%E7%81%AF&&c&=x&a=3");
  EXPECT_EQ(form.fields,
            (http::Fields{{"a", "1 2"}, {"b", "灯"}, {"c", ""}, {"", "x"}, {"a", "3"}}));
  EXPECT_TRUE(form.flaws.empty());
  EXPECT_EQ(read_form("", "a=%ff&b=2").fields, (http::Fields{{"b", "2"}}));
  EXPECT_EQ(read_form("", "a=%ff&b=%0").flaws.size(), 2U);
  EXPECT_EQ(read_form("multipart/form-data", "x").flaws.size(), 1U);
  EXPECT_EQ(read_form("multipart/form-data; boundary=B", "--B--").flaws.size(), 0U);
}

TEST(Open311Text, IsTakenApartAgain) {
  const ReportText parts{"one\n\ntwo", {{"Q", "a\nb"}, {"R", "c"}}, {"http://a/1", "http://a/2"}};
  const ReportText back = from_text(to_text(parts));
  EXPECT_EQ(back.description, parts.description);
  EXPECT_EQ(back.lines, parts.lines);
  EXPECT_EQ(back.media, parts.media);
  EXPECT_EQ(from_text("just words").description, "just words");
  EXPECT_EQ(from_text("words\n\n· no colon").description, "words\n\n· no colon");
}

Config with_tokens() {
  Config out = asking();
  out.mode = Mode::token;
  return out;
}

class Open311Token : public Open311Request {
 protected:
  Open311Token() : Open311Request(with_tokens()) {}
};

TEST_F(Open311Token, LeadsToTheNumber) {
  const auto said = service_.post("/v2/requests.json", "service_code=001&address_string=x");
  const Receipt receipt = read_receipts(said.body, Format::json).value().front();
  EXPECT_FALSE(receipt.service_request_id);
  const std::string token(text_in(receipt.token));
  ASSERT_FALSE(token.empty());
  const auto json = service_.get("/v2/tokens/" + token + ".json");
  ASSERT_EQ(json.status, 200U) << json.body;
  const Receipt found = read_receipts(json.body, Format::json).value().front();
  EXPECT_EQ(text_in(found.token), token);
  EXPECT_EQ(state(*workflows::issue::parse_number(text_in(found.service_request_id))).dims.category,
            "001");
  EXPECT_EQ(read_receipts(service_.get("/v2/tokens/" + token + ".xml").body, Format::xml)->front(),
            found);
  const auto services = read_services(service_.get("/v2/services.json").body, Format::json).value();
  EXPECT_EQ(text_in(services.front().type), "batch");
}

TEST_F(Open311Token, OfTheSameKeyIsTheSame) {
  const std::string body = "service_code=001&address_string=x";
  const auto first = service_.post("/v2/requests.json", body, {{"Idempotency-Key", "\"k\""}});
  EXPECT_EQ(service_.post("/v2/requests.json", body, {{"Idempotency-Key", "k"}}).body, first.body);
  const std::string token(text_in(read_receipts(first.body, Format::json)->front().token));
  EXPECT_EQ(service_.get("/v2/tokens/" + token + ".json").status, 200U);
}

TEST_F(Open311Token, UnknownOneIsNotFoundAndNoneIsMissed) {
  using Errors = std::vector<std::string>;
  EXPECT_EQ(errors(service_.get("/v2/tokens/no.json")), (Errors{"404 token no was not found."}));
  EXPECT_EQ(errors(service_.get("/v2/tokens.json")), (Errors{"400 token was not provided."}));
  EXPECT_EQ(service_.get("/v2/tokens/.xml").status, 400U);
  EXPECT_EQ(service_.get("/v2/tokens/" + std::string(900, 'x') + ".xml").status, 404U);
}

}  // namespace
}  // namespace adapters::open311
