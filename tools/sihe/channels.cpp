#include "tools/sihe/channels.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <string_view>
#include <utility>

#include "adapters/chat/answers.hpp"
#include "adapters/chat/news.hpp"
#include "adapters/chat/talk.hpp"
#include "adapters/client/client.hpp"
#include "adapters/hotline/gateway.hpp"
#include "adapters/http/accept.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/roles.hpp"
#include "adapters/intake/office.hpp"
#include "adapters/onebot/gateway.hpp"
#include "adapters/open311/gateway.hpp"
#include "adapters/webhook/webhook.hpp"
#include "adapters/wecom/gateway.hpp"
#include "adapters/wecom/sender.hpp"
#include "engine/outbox/outbox.hpp"
#include "engine/react/bell.hpp"
#include "tools/sihe/open311_services.hpp"

namespace tools {

using adapters::http::Handler;
using adapters::http::Metric;
using adapters::http::Reply;
using adapters::http::Request;
using adapters::intake::Traffic;
using engine::Error;
using engine::Fault;
using engine::Result;

namespace {

constexpr std::chrono::hours waiting_max{1};  // of a message, before an operator is told

double chance() {
  thread_local std::mt19937_64 luck{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(luck);
}

// RFC 4122, 4.4: version 4, of random bits.
std::string random_uuid() {
  std::random_device device;
  std::array<std::uint32_t, 4> bits{device(), device(), device(), device()};
  bits[1] = (bits[1] & 0xffff0fffU) | 0x4000U;
  bits[2] = (bits[2] & 0x3fffffffU) | 0x80000000U;
  char text[37];
  std::snprintf(text, sizeof text, "%08x-%04x-%04x-%04x-%04x%08x", bits[0], bits[1] >> 16,
                bits[1] & 0xffffU, bits[2] >> 16, bits[2] & 0xffffU, bits[3]);
  return text;
}

adapters::chat::TalkConfig talk_of(const Settings& settings) {
  adapters::chat::TalkConfig out;
  out.prefixes = settings.channels.prefixes;
  for (const GroupSetting& each : settings.channels.groups) {
    out.groups.push_back({each.channel, each.id, each.area, each.liaison});
  }
  for (const MemberSetting& each : settings.channels.members) {
    const auto role =
        each.role == "clerk" ? adapters::chat::Role::clerk : adapters::chat::Role::liaison;
    out.members.push_back(
        {each.channel, each.account, each.name, role, each.area, each.department});
  }
  out.offset_minutes = settings.utc_offset_minutes;
  return out;
}

adapters::wecom::WecomSettings wecom_of(const WecomSettings& from) {
  return {from.token,  from.encoding_aes_key, from.corp_id,
          from.secret, from.agent_id,         from.api_url};
}

Result<adapters::open311::Config> open311_of(const Settings& settings) {
  const Open311Settings& from = settings.channels.open311;
  adapters::open311::Config out;
  out.jurisdiction = from.jurisdiction;
  for (const std::string& each : from.api_keys) {
    out.api_keys.push_back(adapters::open311::api_key_of(each));
  }
  out.mode = adapters::open311::mode_of(from.mode).value_or(out.mode);
  out.public_descriptions = from.public_descriptions;
  auto services = read_services(from.services);
  if (!services) return services.error();
  out.services = *std::move(services);
  return out;
}

// One request to somebody else, as WeCom's API wants it.
void call_api(adapters::client::Client& client, std::string url, std::string body,
              adapters::wecom::ApiDone done) {
  adapters::client::Request request;
  request.url = std::move(url);
  request.method = body.empty() ? "GET" : "POST";
  if (!body.empty()) request.headers = {{"Content-Type", "application/json"}};
  request.never_twice = !body.empty();
  request.body = std::move(body);
  client.ask(std::move(request), [done = std::move(done)](adapters::client::Outcome outcome) {
    if (auto* answer = std::get_if<adapters::client::Answer>(&outcome)) {
      return done(answer->status, std::move(answer->body), true);
    }
    const auto& failed = std::get<adapters::client::Failed>(outcome);
    done(0, failed.why, failed.left != adapters::client::Left::no);
  });
}

void post_action(adapters::client::Client& client, const OnebotSettings& settings,
                 const std::string& path, std::string body,
                 std::function<void(adapters::onebot::Posted)> done) {
  using adapters::chat::Sent;
  adapters::client::Request request;
  request.url = settings.api_url + path;
  request.headers = {{"Content-Type", "application/json"}};
  if (!settings.access_token.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + settings.access_token);
  }
  request.body = std::move(body);
  request.never_twice = true;
  client.post(std::move(request), [done = std::move(done)](adapters::client::Outcome outcome) {
    if (auto* answer = std::get_if<adapters::client::Answer>(&outcome)) {
      return done({Sent::done, answer->status, std::move(answer->body)});
    }
    auto& failed = std::get<adapters::client::Failed>(outcome);
    const bool left = failed.left != adapters::client::Left::no;
    done({left ? Sent::doubtful : Sent::later, 0, std::move(failed.why)});
  });
}

}  // namespace

struct Channels::Impl {
  Impl(const Settings& settings_given, Engine& engine_given,
       const adapters::http::TokenBook& tokens_given)
      : settings(settings_given),
        engine(engine_given),
        tokens(tokens_given),
        office(engine.writer(), wall_clock()) {}

  Result<void> open(const TakeDown& take_down);
  Result<void> open_ways_out();
  void take_call(Request request, Reply reply, const Handler& api);
  std::vector<engine::outbox::Route> routes();
  std::unique_ptr<engine::outbox::Carrier> answers(const char* channel,
                                                   adapters::chat::Sender& sender);
  void add_traffic(const char* channel, const Traffic& traffic, std::vector<Metric>& out) const;

  bool has_onebot() const {
    const OnebotSettings& it = settings.channels.onebot;
    return !it.secret.empty() || !it.access_token.empty() || !it.require_signature;
  }
  bool says_anything() const {
    return has_onebot() || wecom->has_wecom() || wecom->has_wechat() || !hooks.empty();
  }
  bool has_open311() const {
    const Open311Settings& it = settings.channels.open311;
    return !it.jurisdiction.empty() || !it.api_keys.empty();
  }

  const Settings settings;
  Engine& engine;
  const adapters::http::TokenBook& tokens;
  adapters::intake::Office office;
  std::unique_ptr<adapters::client::Client> client;
  std::unique_ptr<adapters::chat::Talk> talk;
  std::unique_ptr<adapters::wecom::Gateway> wecom;
  Handler wecom_handler;
  std::unique_ptr<adapters::wecom::WecomSender> wecom_sender;
  adapters::wecom::WechatSender wechat_sender;
  std::unique_ptr<adapters::onebot::Gateway> onebot;
  std::unique_ptr<adapters::open311::Gateway> open311;
  std::unique_ptr<adapters::hotline::Gateway> hotline;
  std::vector<adapters::webhook::Hook> hooks;
  std::vector<std::string> findings;
  std::unique_ptr<engine::react::Bell> bell;
  std::unique_ptr<engine::outbox::Courier> courier;
  std::unique_ptr<engine::outbox::CourierThread> courier_at_work;
};

Result<void> Channels::Impl::open(const TakeDown& take_down) {
  auto started = adapters::client::Client::start();
  if (!started) return started.error();
  client = *std::move(started);
  const adapters::intake::Hold hold = office.as_function();
  talk = std::make_unique<adapters::chat::Talk>(
      adapters::chat::TalkParts{engine.log(), engine.vault(), engine.writer(), engine.directory(),
                                wall_clock(), hold},
      talk_of(settings));
  const auto wecom_settings = wecom_of(settings.channels.wecom);
  wecom = std::make_unique<adapters::wecom::Gateway>(
      adapters::wecom::GatewayParts{*talk, hold, wall_clock()}, wecom_settings,
      adapters::wecom::WechatSettings{settings.channels.wechat_token});
  wecom_handler = wecom->handler();
  wecom_sender = std::make_unique<adapters::wecom::WecomSender>(
      wecom_settings,
      [this](std::string url, std::string body, adapters::wecom::ApiDone done) {
        call_api(*client, std::move(url), std::move(body), std::move(done));
      },
      wall_clock(), &wecom->response_urls());
  const OnebotSettings& bot = settings.channels.onebot;
  onebot = std::make_unique<adapters::onebot::Gateway>(
      adapters::onebot::Config{bot.secret, bot.access_token, bot.require_signature, bot.api_url},
      *talk, hold,
      [this](const std::string& path, std::string body,
             std::function<void(adapters::onebot::Posted)> done) {
        post_action(*client, settings.channels.onebot, path, std::move(body), std::move(done));
      });
  auto config = open311_of(settings);
  if (!config) return config.error();
  adapters::open311::Parts parts{engine.log(),
                                 engine.vault(),
                                 engine.writer(),
                                 engine.directory(),
                                 engine.paths().board(),
                                 wall_clock(),
                                 settings.utc_offset_minutes,
                                 hold,
                                 {},
                                 random_uuid};
  parts.on_personal_read = [take_down](const std::vector<std::uint64_t>& issues,
                                       const std::string& peer, const std::string& key) {
    return take_down({key.empty() ? "open311" : key, "open311", issues, wall_clock()(), peer});
  };
  open311 = std::make_unique<adapters::open311::Gateway>(*std::move(config), std::move(parts));
  hotline = std::make_unique<adapters::hotline::Gateway>(
      engine.writer(), hold, [this](std::string_view area, std::string_view root) {
        if (root.empty() || area == root) return true;
        const auto below = engine.directory().tree()->subtree("area", root);
        return std::find(below.begin(), below.end(), area) != below.end();
      });
  return open_ways_out();
}

// A call sheet comes by the API's own tokens. Where there is none that is good, the API says so.
void Channels::Impl::take_call(Request request, Reply reply, const Handler& api) {
  const auto given = adapters::http::find_field(request.headers, "Authorization");
  const auto token = given ? tokens.find(adapters::http::bearer_token(*given)) : nullptr;
  if (!token) return api(std::move(request), std::move(reply));
  if (adapters::http::may_command(token->role, "report") == adapters::http::Grant::no) {
    adapters::http::Problem no{
        "not_permitted",
        "A token of the role " + std::string(role_name(token->role)) + " may not report."};
    return reply(adapters::http::to_response(std::move(no), request.path));
  }
  hotline->handle(std::move(request), std::move(reply), {token->name, token->area});
}

Result<void> Channels::Impl::open_ways_out() {
  for (const WebhookSetting& each : settings.channels.webhooks) {
    adapters::webhook::Hook hook{each.name, each.url, each.secrets, each.types};
    if (const auto checked = adapters::webhook::check_hook(hook); !checked) {
      return Error{Fault::invalid, "webhook " + each.name + ": " + checked.error().detail};
    }
    hooks.push_back(std::move(hook));
  }
  const auto file = engine.paths().root / std::string(engine::outbox::file_name);
  std::error_code ignored;
  // Once there was something to say to somebody, what waits is seen to. Until then nothing is.
  if (!says_anything() && !std::filesystem::exists(file, ignored)) return {};
  auto outbox = engine::outbox::Outbox::open(file, engine.log(), wall_clock()());
  if (!outbox) return outbox.error();
  findings = (*outbox)->findings();
  const engine::outbox::Plan to_hooks = adapters::webhook::plan_hooks(hooks);
  const engine::outbox::Plan plan = [to_hooks](const engine::log::RecordView& record) {
    static const std::vector<std::string> told{"qq", "wecom", "wechat"};
    auto out = adapters::chat::news_of(record, told);
    for (auto& each : to_hooks(record)) out.push_back(std::move(each));
    return out;
  };
  bell = engine::react::wall_bell(wall_clock(), engine::outbox::courier_gather_max);
  courier = std::make_unique<engine::outbox::Courier>(engine.log(), *std::move(outbox), plan,
                                                      routes(), chance, [this] { bell->ring(); });
  courier_at_work = std::make_unique<engine::outbox::CourierThread>(*courier, *bell);
  return {};
}

std::unique_ptr<engine::outbox::Carrier> Channels::Impl::answers(const char* channel,
                                                                 adapters::chat::Sender& sender) {
  const auto& directory = engine.directory();
  return adapters::chat::make_answers({channel, sender, engine.log(), engine.vault(),
                                       [&directory](std::string_view code) {
                                         const auto tree = directory.tree();
                                         const auto* entry = tree->find("department", code);
                                         return entry == nullptr ? std::string() : entry->name;
                                       },
                                       settings.utc_offset_minutes});
}

std::vector<engine::outbox::Route> Channels::Impl::routes() {
  std::vector<engine::outbox::Route> out;
  out.push_back({"qq", answers("qq", *onebot)});
  out.push_back({"wecom", answers("wecom", *wecom_sender)});
  out.push_back({"wechat", answers("wechat", wechat_sender)});
  const std::string& place = settings.channels.open311.jurisdiction;
  for (const auto& hook : hooks) {
    out.push_back({adapters::webhook::route_of(hook),
                   adapters::webhook::make_hook({hook, *client, engine.log(), wall_clock(),
                                                 place.empty() ? "/sihe" : "/sihe/" + place,
                                                 settings.utc_offset_minutes}),
                   engine::outbox::webhook_rate});
  }
  return out;
}

Result<std::unique_ptr<Channels>> Channels::start(const Settings& settings, Engine& engine,
                                                  const adapters::http::TokenBook& tokens,
                                                  TakeDown take_down) {
  std::unique_ptr<Channels> out(new Channels(std::make_unique<Impl>(settings, engine, tokens)));
  if (auto opened = out->impl_->open(take_down); !opened) return opened.error();
  return out;
}

Channels::Channels(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Channels::~Channels() { stop(); }

Handler Channels::front(Handler api) {
  return [it = impl_.get(), api = std::move(api)](Request request, Reply reply) {
    const std::string_view path = request.path;
    if (path.starts_with("/wecom/") || path.starts_with("/wechat/")) {
      return it->wecom_handler(std::move(request), std::move(reply));
    }
    if (path == "/onebot" || path.starts_with("/onebot/")) {
      return it->onebot->handle(std::move(request), std::move(reply));
    }
    if (path.starts_with("/open311/") && it->has_open311()) {
      return it->open311->handle(std::move(request), std::move(reply));
    }
    if (path == "/v1/hotline/calls") {
      return it->take_call(std::move(request), std::move(reply), api);
    }
    api(std::move(request), std::move(reply));
  };
}

void Channels::appended() {
  if (impl_->bell) impl_->bell->ring();
}

void Channels::stop() {
  if (impl_->wecom) impl_->wecom->stop();
  if (impl_->open311) impl_->open311->stop();
  if (impl_->talk) impl_->talk->stop();
  impl_->courier_at_work.reset();
  if (impl_->client) impl_->client->stop();
}

void Channels::Impl::add_traffic(const char* channel, const Traffic& traffic,
                                 std::vector<Metric>& out) const {
  const auto counter = [&](const char* what, const char* help,
                           const std::atomic<std::uint64_t>& count) {
    out.push_back({"sihe_" + std::string(channel) + "_" + what + "_total", help, "counter",
                   static_cast<double>(count.load(std::memory_order_relaxed))});
  };
  counter("requests", "Requests that came by this channel.", traffic.requests);
  counter("taken", "Those that became a command or a question.", traffic.taken);
  counter("repeats", "Those that had come before.", traffic.repeats);
  counter("not_for_us", "Those that did not call the service.", traffic.not_for_us);
  counter("held", "Those that were kept for a person.", traffic.held);
  counter("unverified", "Those that were not from whom they claimed.", traffic.unverified);
  counter("failed", "Those that could not be taken at the time.", traffic.failed);
  out.push_back({"sihe_" + std::string(channel) + "_trouble",
                 "1 while the channel does not work; /readyz says why.", "gauge",
                 traffic.trouble().empty() ? 0.0 : 1.0});
}

std::vector<Metric> Channels::metrics() const {
  std::vector<Metric> out;
  if (impl_->wecom->has_wecom()) impl_->add_traffic("wecom", impl_->wecom->wecom_traffic(), out);
  if (impl_->wecom->has_wechat()) impl_->add_traffic("wechat", impl_->wecom->wechat_traffic(), out);
  if (impl_->has_onebot()) impl_->add_traffic("qq", impl_->onebot->traffic(), out);
  if (impl_->has_open311()) impl_->add_traffic("open311", impl_->open311->traffic(), out);
  out.push_back({"sihe_intake_turned_away_total",
                 "Requests that nobody can vouch for and that were not kept: too many came.",
                 "counter", static_cast<double>(impl_->office.turned_away())});
  impl_->add_traffic("hotline", impl_->hotline->traffic(), out);
  if (!impl_->courier) return out;
  const auto state = impl_->courier->state();
  const auto gauge = [&](const char* name, const char* help, double value) {
    out.push_back({name, help, "gauge", value});
  };
  gauge("sihe_outbox_waiting", "Messages that wait to be sent.",
        static_cast<double>(state.waiting));
  gauge("sihe_outbox_failed", "Messages that were given up.", static_cast<double>(state.failed));
  gauge("sihe_outbox_doubtful", "Messages of which nobody knows whether they arrived.",
        static_cast<double>(state.doubtful));
  gauge("sihe_outbox_position", "All facts up to here have their messages.",
        static_cast<double>(state.position.value));
  return out;
}

std::vector<std::string> Channels::warnings() const {
  std::vector<std::string> out;
  const auto look = [&](const char* channel, const Traffic& traffic) {
    const std::string trouble = traffic.trouble();
    if (!trouble.empty()) out.push_back(std::string("the channel ") + channel + ": " + trouble);
  };
  look("wecom", impl_->wecom->wecom_traffic());
  look("wechat", impl_->wecom->wechat_traffic());
  look("qq", impl_->onebot->traffic());
  look("open311", impl_->open311->traffic());
  const auto tree = impl_->engine.directory().tree();
  for (const GroupSetting& each : impl_->settings.channels.groups) {
    const auto* area = tree->find("area", each.area);
    if (area == nullptr || area->retired) {
      out.push_back("the group " + each.id + " of " + each.channel + " is bound to the area " +
                    each.area + ", which the directory does not know: what it says goes to intake");
    }
  }
  if (!impl_->courier) return out;
  const auto state = impl_->courier->state();
  if (!state.trouble.empty()) out.push_back("messages cannot be sent: " + state.trouble);
  if (state.oldest_waiting && *state.oldest_waiting + waiting_max < wall_clock()()) {
    out.push_back(std::to_string(state.waiting) +
                  " messages wait to be sent, some for over an hour: sihe outbox list");
  }
  return out;
}

const std::vector<std::string>& Channels::findings() const { return impl_->findings; }

}  // namespace tools
