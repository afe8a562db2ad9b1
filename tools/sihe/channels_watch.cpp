// What an operator sees of the channels.
#include <atomic>
#include <chrono>
#include <utility>

#include "tools/sihe/channels_impl.hpp"

namespace tools {

using adapters::http::Metric;
using adapters::intake::Traffic;

namespace {

constexpr std::chrono::hours waiting_max{1};  // of a message, before an operator is told

}  // namespace

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
  if (impl_->has_onebot()) look("qq", impl_->onebot->traffic());
  look("open311", impl_->open311->traffic());
  const auto tree = impl_->engine.directory().tree();
  for (const GroupSetting& each : impl_->settings.channels.groups) {
    const auto* area = tree->find("area", each.area);
    if (area == nullptr || area->retired) {
      out.push_back("the group " + each.id + " of " + each.channel + " is bound to the area " +
                    each.area + ", which the directory does not know: what it says goes to intake");
    }
  }
  if (const std::string trouble = impl_->talk->trouble(); !trouble.empty()) {
    out.push_back("questions in chats may be answered again after a restart: " + trouble);
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
