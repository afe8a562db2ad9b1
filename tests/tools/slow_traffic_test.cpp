// Whoever is slow, ends in the middle, or sends far too much to the channels: it costs a
// connection for a while, no memory, and nobody else's time.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/channel_service.hpp"
#include "tools/sihe/bench.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/issue.hpp"

namespace {

using support::ChannelService;
using support::HttpClient;

const std::vector<std::string> targets{"/wecom/callback?msg_signature=x&timestamp=1&nonce=1",
                                       "/wechat/callback?signature=x&timestamp=1&nonce=1",
                                       "/onebot",
                                       "/open311/v2/requests.json",
                                       "/open311/v2/requests.xml",
                                       "/v1/hotline/calls",
                                       "/v1/intake/26010000000398/accept"};

class SlowTraffic : public testing::Test {
 protected:
  ChannelService service;

  std::size_t kept() {
    return service.begun(workflows::intake::workflow_id) +
           service.begun(workflows::issue::workflow_id);
  }
};

TEST_F(SlowTraffic, BodiesThatDribbleAreEndedAndTheOthersGoOn) {
  std::vector<std::unique_ptr<HttpClient>> slow;
  std::vector<std::thread> waiting;
  std::atomic<std::size_t> refused{0};
  for (const std::string& target : targets) {
    slow.push_back(std::make_unique<HttpClient>(service.port()));
    slow.back()->send(ChannelService::head(target, "", 30'000));
    waiting.emplace_back([client = slow.back().get(), &refused] {
      const auto answer = client->answer();
      refused += answer && answer->status == 408 &&
                 answer->body.find("did not arrive in time") != std::string::npos;
    });
  }
  // A byte now and then, and good messages beside them, until all of them have been told.
  std::size_t reports = 0;
  const auto begin = std::chrono::steady_clock::now();
  auto next_byte = begin;
  while (refused < targets.size() && next_byte < begin + std::chrono::seconds(60)) {
    if (std::chrono::steady_clock::now() >= next_byte) {
      next_byte += std::chrono::milliseconds(100);
      for (const auto& client : slow) client->send("x");
    }
    const auto answer = service.ask(ChannelService::onebot(service.event()));
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status, 200U) << answer->body;
    ++reports;
  }
  for (const auto& client : slow) client->cut();
  for (std::thread& each : waiting) each.join();
  EXPECT_EQ(refused, targets.size());
  EXPECT_EQ(service.begun(workflows::issue::workflow_id), reports);
  EXPECT_EQ(service.begun(workflows::intake::workflow_id), 0U);
}

TEST_F(SlowTraffic, HalfABodyIsNothing) {
  for (const std::string& target : targets) {
    HttpClient client(service.port());
    client.send(ChannelService::head(target, "", 100) + "{\"half\":");
    client.finish_sending();
    EXPECT_TRUE(client.closed()) << target;
    HttpClient gone(service.port());
    gone.send(ChannelService::head(target, "", 100) + "{\"half\":");
  }
  EXPECT_EQ(kept(), 0U);
}

// As the operating system counts it: what this process, the service and its clients, keeps in
// memory. The clients' own part is the same in both rounds.
TEST_F(SlowTraffic, TenMegabytesAgainAndAgainDoNotMakeItGrow) {
  constexpr std::size_t large_bytes = 10 * 1024 * 1024;
  constexpr std::uint64_t growth_max = 32 * 1024 * 1024;
  const std::string body(large_bytes, 'x');
  const auto round = [&](int times) {
    for (int i = 0; i < times; ++i) {
      for (const std::string& target : targets) {
        HttpClient client(service.port());
        client.send(ChannelService::head(target, "", large_bytes));
        client.send(body);
        const auto answer = client.answer();
        ASSERT_TRUE(answer) << target;
        ASSERT_EQ(answer->status, 413U) << target;
      }
    }
  };
  round(2);
  const std::uint64_t before = tools::bench::resident_bytes();
  round(20);
  EXPECT_LT(tools::bench::resident_bytes(), before + growth_max);
  EXPECT_EQ(kept(), 0U);
}

}  // namespace
