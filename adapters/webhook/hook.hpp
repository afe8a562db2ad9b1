// Webhooks: programs of others that want to know at once what happened to issues. Each event is
// posted until it is taken, in order, signed by Standard Webhooks, its body a CloudEvent. Every try
// of one event has the same webhook-id, so that a receiver knows a repeat.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/client/client.hpp"
#include "engine/core/error.hpp"
#include "engine/core/time.hpp"
#include "engine/log/event_log.hpp"
#include "engine/outbox/courier.hpp"

namespace adapters::webhook {

constexpr std::size_t secrets_max = 4;
constexpr std::size_t name_bytes_max = 64;
constexpr std::chrono::seconds post_max{20};

struct Hook {
  std::string name;  // letters, digits, "-", "_" and "."
  std::string url;
  std::vector<std::string>
      secrets;  // "whsec_…", the newest first; more than one: while they change
  std::vector<std::string> types;  // "sihe.issue.accepted"; empty: all
};

// invalid: what is wrong with it, and what would be right.
engine::Result<void> check_hook(const Hook& hook);

// "webhook:NAME"
std::string route_of(const Hook& hook);

// Which events go to which hooks. Order is kept per hook.
engine::outbox::Plan plan_hooks(std::vector<Hook> hooks);

struct HookParts {
  Hook hook;
  client::Client& client;
  const engine::log::LogReader& log;
  engine::Clock clock;
  std::string source;  // of the events: a URI reference, what tells this installation from others
  int offset_minutes = 0;
};
// All that it is given by reference outlives it and its answers.
// 2xx: sent. 410: the receiver is gone, nothing more is posted to it until the program starts
// anew. Everything else is tried again, after Retry-After if that is later; also where it is not
// known whether it arrived. Requires: check_hook() has nothing against it.
std::unique_ptr<engine::outbox::Carrier> make_hook(HookParts parts);

}  // namespace adapters::webhook
