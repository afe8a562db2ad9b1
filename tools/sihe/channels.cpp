#include "tools/sihe/channels.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <string_view>
#include <utility>

#include "adapters/chat/answers.hpp"
#include "adapters/chat/news.hpp"
#include "adapters/intake/settle.hpp"
#include "engine/outbox/outbox.hpp"
#include "tools/sihe/channels_impl.hpp"
#include "tools/sihe/open311_services.hpp"

namespace tools {

using adapters::http::Handler;
using adapters::http::Reply;
using adapters::http::Request;
using engine::Error;
using engine::Fault;
using engine::Result;

namespace {

constexpr const char* answered_file = "chat-answered";  // in the data folder

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

Result<void> Channels::Impl::open(const TakeDown& take_down) {
  auto started = adapters::client::Client::start();
  if (!started) return started.error();
  client = *std::move(started);
  const adapters::intake::Hold hold = office.as_function();
  auto talk_config = talk_of(settings);
  talk_config.answered = engine.paths().root / answered_file;
  talk = std::make_unique<adapters::chat::Talk>(
      adapters::chat::TalkParts{engine.log(), engine.vault(), engine.writer(), engine.directory(),
                                wall_clock(), hold},
      std::move(talk_config));
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
      engine.writer(), hold,
      [this](std::string_view area, std::string_view root) {
        if (root.empty() || area == root) return true;
        const auto below = engine.directory().tree()->subtree("area", root);
        return std::find(below.begin(), below.end(), area) != below.end();
      },
      [this](const std::string& id, std::uint64_t issue, const engine::writer::Actor& by,
             std::function<void()> done) {
        adapters::intake::settle(engine.log(), engine.writer(), "hotline", id, issue, by,
                                 std::move(done));
      });
  return ways == Ways::both ? open_ways_out() : Result<void>();
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
                                                  TakeDown take_down, Ways ways) {
  std::unique_ptr<Channels> out(new Channels(std::make_unique<Impl>(settings, engine, ways)));
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
    if (it->has_onebot() && (path == "/onebot" || path.starts_with("/onebot/"))) {
      return it->onebot->handle(std::move(request), std::move(reply));
    }
    if (path.starts_with("/open311/") && it->has_open311()) {
      return it->open311->handle(std::move(request), std::move(reply));
    }
    api(std::move(request), std::move(reply));
  };
}

void Channels::take_call(Request request, Reply reply, const adapters::http::Token& caller) {
  impl_->hotline->handle(std::move(request), std::move(reply), {caller.name, caller.area});
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

}  // namespace tools
