// sihe outbox: listed, shown, sent again, dropped.
#include <string>

#include <gtest/gtest.h>

#include "adapters/json/json.hpp"
#include "engine/outbox/outbox.hpp"
#include "tests/support/process.hpp"
#include "tests/support/sent_log.hpp"
#include "tests/support/temporary_folder.hpp"
#include "workflows/issue/number.hpp"

namespace {

using namespace engine::outbox;
using engine::Position;
using engine::schema::Value;
using support::run_sihe;

constexpr engine::Instant noon = engine::from_ms(1'750'000'000'000);

// Message 1 failed, 2 waits, 3 is under way.
struct OutboxCommand : testing::Test {
  OutboxCommand() {
    sent.say("");
    box = Outbox::open(folder.path() / file_name, sent.log(), noon).value();
    const std::uint64_t lamp = workflows::issue::make_number({25, 1, 1});
    const std::vector<Planned> rows{{Position{2}, {"qq", "a", lamp, "accepted"}},
                                    {Position{3}, {"qq", "b", lamp, "resolved"}},
                                    {Position{4}, {"webhook:oa", "oa", lamp, "x"}}};
    box->add(rows, Position{4}, {}, noon).value();
    const std::vector<Quota> quotas{{"qq", 1}, {"webhook:oa", 1}};
    box->begin(quotas, noon).value();
    const std::vector<Change> changes{{1, State::failed, noon, "the group is gone"}};
    box->end(changes, noon).value();
  }
  support::Ran outbox(std::vector<std::string> words) {
    words.insert(words.begin(), "outbox");
    words.insert(words.begin() + 2, {"--data", folder.path()});
    return run_sihe(words);
  }
  std::string state_of(int id) {
    const auto shown = outbox({"show", std::to_string(id), "--json"});
    return *adapters::json::parse(shown.out).value().find("state")->string();
  }

  support::TemporaryFolder folder;
  support::SentLog sent;
  std::unique_ptr<Outbox> box;  // open, as a server has it
};

TEST_F(OutboxCommand, lists_beside_a_server_what_is_asked_for) {
  const auto all = outbox({"list"});
  ASSERT_EQ(all.code, 0) << all.err;
  EXPECT_NE(all.out.find("the group is gone"), std::string::npos);
  EXPECT_NE(all.out.find("2501000000133"), std::string::npos);
  const auto page = adapters::json::parse(outbox({"list", "--limit", "2", "--json"}).out).value();
  EXPECT_EQ(page.find("messages")->list()->size(), 2u);
  EXPECT_EQ(*page.find("next"), Value(2));
  const auto failed =
      adapters::json::parse(outbox({"list", "--state", "failed", "--route", "qq", "--json"}).out)
          .value();
  ASSERT_EQ(failed.find("messages")->list()->size(), 1u);
  EXPECT_EQ(*failed.find("messages")->list()->front().find("last_error"),
            Value("the group is gone"));
  const auto none = outbox({"list", "--issue", "2501000000230", "--json"});
  EXPECT_EQ(none.code, 0) << none.err;
  EXPECT_TRUE(adapters::json::parse(none.out)->find("messages")->list()->empty());
}

TEST_F(OutboxCommand, counts_by_route_and_state) {
  const auto counts = adapters::json::parse(outbox({"list", "--counts", "--json"}).out).value();
  const auto& routes = *counts.find("routes")->list();
  ASSERT_EQ(routes.size(), 2u);
  EXPECT_EQ(*routes[0].find("route"), Value("qq"));
  EXPECT_EQ(*routes[0].find("failed"), Value(1));
  EXPECT_EQ(*routes[0].find("waiting"), Value(1));
  EXPECT_EQ(*routes[1].find("sending"), Value(1));
  EXPECT_EQ(*routes[1].find("waiting"), Value(0));
}

TEST_F(OutboxCommand, sends_again_and_drops_what_can_be) {
  EXPECT_EQ(outbox({"resend", "1"}).code, 0);
  EXPECT_EQ(state_of(1), "waiting");
  EXPECT_EQ(outbox({"drop", "--state", "waiting", "--route", "qq"}).code, 0);
  EXPECT_EQ(state_of(1), "dropped");
  EXPECT_EQ(state_of(2), "dropped");
  EXPECT_EQ(outbox({"drop", "3"}).code, 1) << "under way";
  EXPECT_EQ(state_of(3), "sending");
}

TEST_F(OutboxCommand, what_is_not_there_or_not_meant_is_told_apart) {
  EXPECT_EQ(outbox({"show", "99"}).code, 1);
  EXPECT_EQ(outbox({"resend"}).code, 2);
  EXPECT_EQ(outbox({"resend", "1", "--state", "failed"}).code, 2);
  EXPECT_EQ(outbox({"list", "--state", "lost"}).code, 2);
  const support::TemporaryFolder empty;
  const auto none = run_sihe({"outbox", "list", "--data", empty.path()});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.err.find("no outbox"), std::string::npos);
}

}  // namespace
