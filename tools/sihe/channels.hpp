// All channels put together: the gateways behind the paths that they are asked at, what becomes of
// what they take (desk, intake), and what goes out by them (outbox, webhooks). `sihe serve` runs
// it.
//
// One that is not configured, or wrongly, keeps none of the others from working.
//
// Threads: handler and appended from any; the rest from the owner's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/api.hpp"
#include "adapters/http/message.hpp"
#include "adapters/http/tokens.hpp"
#include "adapters/intake/again.hpp"
#include "engine/core/error.hpp"
#include "engine/outbox/courier.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/settings.hpp"

namespace tools {

class Channels {
 public:
  using TakeDown = std::function<bool(const adapters::http::PersonalRead&)>;

  // `in`: nothing goes out, and the outbox is left alone.
  enum class Ways : std::uint8_t { in, both };

  // invalid: a setting that cannot be meant. Others: the outbox cannot be opened.
  // All that is given by reference outlives it, and the engine's writer has stopped before it ends.
  static engine::Result<std::unique_ptr<Channels>> start(const Settings& settings, Engine& engine,
                                                         TakeDown take_down,
                                                         Ways ways = Ways::both);
  ~Channels();
  Channels(const Channels&) = delete;
  Channels& operator=(const Channels&) = delete;

  // What the channels are asked for goes to them, all else to `api`.
  adapters::http::Handler front(adapters::http::Handler api);

  // A call sheet, from whom the API has let in.
  void take_call(adapters::http::Request request, adapters::http::Reply reply,
                 const adapters::http::Token& caller);

  // Letters to the channels that they came by. What becomes an issue by it is told where it was
  // reported, at once or not at all. Lives as long as this.
  adapters::intake::HandIn hand_in();

  // To be called with every new last position, and when the outbox was changed by hand; never
  // blocks.
  void appended();

  // No request comes any more: answers what waits, ends what is under way, joins all threads.
  void stop();

  std::vector<adapters::http::Metric> metrics() const;
  // What an operator should know: a channel that is configured and does not work, an outbox that
  // falls behind. One sentence each.
  std::vector<std::string> warnings() const;
  // What opening the outbox found.
  const std::vector<std::string>& findings() const;

 private:
  struct Impl;
  explicit Channels(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tools
