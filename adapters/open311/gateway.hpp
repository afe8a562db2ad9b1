// An Open311 GeoReport v2 server: services, requests, tokens, discovery, and the updates of
// requests in both directions, under /open311/. Its requests are issues, its services the
// directory's categories.
//
// Promises
//   - Each request is answered exactly once; one that is handed in, after it is durable.
//   - handle() never blocks: what reads the disk runs on a few threads of its own behind a bounded
//     queue (503 where it is full).
//   - Names, telephones and accounts never leave. Other personal words (description, address,
//     replies) leave only for a valid api_key, or for all where `public_descriptions` says so, and
//     only once `on_personal_read` has taken it down.
//   - What went wrong is told in the standard's form, everything at once: an array of errors.
//
// Threads: handle() and traffic() from any; stop() once, from the owner's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/http/message.hpp"
#include "adapters/intake/again.hpp"
#include "adapters/intake/letter.hpp"
#include "adapters/intake/traffic.hpp"
#include "adapters/open311/services.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/core/time.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/directory/directory.hpp"

namespace adapters::open311 {

constexpr std::size_t requests_max = 1'000;      // in one answer: the standard's
constexpr std::size_t updates_max = 1'000;       // in one answer
constexpr std::size_t rows_walked_max = 10'000;  // for one answer: what pages and filters pass over
constexpr std::size_t changed_max = 2'000;       // issues looked at for one answer of updates
constexpr int span_days_max = 90;                // of start_date and end_date: the standard's

struct ApiKey {
  std::string name;  // stands in the record as the one who handed in
  std::string key;   // "": never matches
};
// "name:key", or a key alone, which goes by the name "open311".
ApiKey api_key_of(std::string_view setting);

// What is answered to a request that is handed in: its number at once, or a token for it.
enum class Mode : std::uint8_t { id, token };
// "id", "token".
std::optional<Mode> mode_of(std::string_view name);

struct Config {
  // "": requests need not name one, whichever they name is taken.
  std::string jurisdiction;
  bool jurisdiction_required = true;  // if there is one
  std::vector<ApiKey> api_keys;       // none: nothing can be handed in
  Mode mode = Mode::id;
  ServiceBook services;
  bool public_descriptions = false;  // personal words (never names and numbers) also without a key
  // Issues of other channels are not there for Open311. Empty: all are.
  std::vector<std::string> channels = {"open311"};
  std::string notice;  // service_notice where the service has none of its own
  // For discovery.
  std::string url;  // of /open311/v2 as others reach it; "": by the request's Host
  std::string contact;
  std::string key_service;  // how to get an api_key
  std::string changeset = "2026-03-01T00:00:00+08:00";
  std::string type = "production";  // or "test"
};

// `issues`: whose words are about to leave, to whom. `api_key_name` "": without a key.
using PersonalRead = std::function<bool(const std::vector<std::uint64_t>& issues,
                                        const std::string& peer, const std::string& api_key_name)>;

// What the gateway stands on. All of it outlives the gateway; the writer also all answers that it
// still owes.
struct Parts {
  const engine::log::LogReader& log;
  const engine::keys::Vault& vault;
  engine::writer::Writer& writer;
  const workflows::directory::DirectoryWorkflow& directory;
  std::filesystem::path board;
  engine::Clock clock;
  int offset_minutes = engine::offset_minutes_default;  // of the times shown
  intake::Hold hold = {};                               // unset: what cannot be read is not kept
  PersonalRead on_personal_read = {};                   // false, or unset: words do not leave
  std::function<std::string()> random_token = {};       // a new random UUID; with Mode::token
};

class Gateway {
 public:
  // Requires: `random_token` with Mode::token.
  Gateway(Config config, Parts parts);
  ~Gateway();  // as stop()
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // For paths that begin with "/open311/".
  void handle(http::Request request, http::Reply reply);
  // A letter of this, again: a request whose body can be read by now, and whose api_key, which must
  // stand in its body, is good now.
  void take_again(const intake::Letter& letter, std::function<void(intake::Again)> done);
  const intake::Traffic& traffic() const;
  // Answers what waits for a thread (503) and joins the threads.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace adapters::open311
