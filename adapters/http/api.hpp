// The API: every request becomes a command or a question, every answer a response. It knows no
// socket (server.hpp does that) and decides nothing about issues (their workflow does that).
//
// Promises
//   - Each request is answered exactly once; a command after it is durable, or with what became
//     of it.
//   - The handler never blocks: what reads the disk runs on a few threads of the API's own, behind
//     a bounded queue (503 with Retry-After where it is full).
//   - Who may not do something is told so before anything is looked up for him; without a token
//     there are only /livez and /readyz.
//   - No personal words leave without `on_personal_read` having taken them down.
//
// Threads: handler, appended and stop may be called from any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/http/message.hpp"
#include "adapters/http/tokens.hpp"
#include "adapters/intake/again.hpp"
#include "engine/core/error.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/core/time.hpp"
#include "engine/keys/vault.hpp"
#include "engine/log/event_log.hpp"
#include "engine/view/projector.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/directory/directory.hpp"

namespace adapters::http {

// Somebody read personal words: who, of which issues and meetings, by what way, when.
struct PersonalRead {
  std::string token;
  std::string what;  // "issue", "history", "list", "events", "moved", "meeting"
  std::vector<std::uint64_t> issues;
  engine::Instant when{};
  std::string peer;
  std::vector<std::uint64_t> meetings = {};
};

// One figure of somebody else for /metrics.
struct Metric {
  std::string name;  // "sihe_http_connections"
  std::string help;
  std::string type;  // counter or gauge
  double value = 0;
};

// Takes a call sheet of the hotline from whom the token names, for its area; answers once, from any
// thread.
using TakeCall = std::function<void(Request request, Reply reply, const Token& caller)>;

// What came of applying the policy and the calendar as their files are now.
struct PolicyApplied {
  std::string policy;  // the version that the file gives itself
  std::string policy_digest;
  std::string calendar;
  std::string calendar_digest;
  std::uint64_t issues = 0;   // open ones with a clock that runs
  std::uint64_t set = 0;      // their deadlines that were moved,
  std::uint64_t kept = 0;     // and those that stay as they were,
  std::uint64_t by_hand = 0;  // of these: set by hand
};
using PolicyDone = std::function<void(engine::Result<PolicyApplied>)>;
// Applies them in the name of the token; `done` once, from any thread. invalid, not_found: a file
// is wrong, the detail says where; busy: again later; else nothing could be written.
using ApplyPolicy = std::function<void(const std::string& token, PolicyDone done)>;

// What the API stands on. All of it outlives the Api.
struct ApiParts {
  engine::log::EventLog& log;
  engine::keys::Vault& vault;
  engine::writer::Writer& writer;
  workflows::directory::DirectoryWorkflow& directory;
  engine::view::Projector& projector;
  TokenBook& tokens;
  std::filesystem::path board;
  engine::Clock clock;
  int offset_minutes = engine::offset_minutes_default;  // of the times shown
  // Takes the read down before the words leave; false: it cannot, and they do not leave. Called
  // from several threads. Unset: nothing is taken down, which only a test may want.
  std::function<bool(const PersonalRead&)> on_personal_read = {};
  std::function<std::vector<Metric>()> more_metrics = {};  // the server's own; may be unset
  std::string version = {};                                // the program's
  // What else /readyz warns of: what takes nobody's service away. A sentence each; may be unset.
  std::function<std::vector<std::string>()> more_warnings = {};
  // Seconds of working time between two moments, by the calendar in force; unset: figures give
  // calendar time only. Called from several threads.
  std::function<std::int64_t(engine::Instant from, engine::Instant to)> working = {};
  TakeCall take_call = {};  // unset: there is nothing at /v1/hotline/calls
  // Gives a letter to its channel again; unset: there are no channels here.
  intake::HandIn hand_in = {};
  std::filesystem::path outbox = {};          // its file, there or not yet; "": there is none
  std::function<void()> outbox_changed = {};  // by hand, just now; may be unset
  ApplyPolicy apply_policy = {};              // unset: there is nothing at /v1/policy/apply
};

class Api {
 public:
  explicit Api(ApiParts parts);
  ~Api();  // as stop()
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // To be given to the server, which must have ended before the Api does.
  Handler handler();

  // To be called with every new last position (the log's on_appended); never blocks. It wakes
  // those who follow /v1/events.
  void appended(engine::Position last);

  // From now on /readyz says that the end is near, so that nobody new is sent here.
  void drain();

  // Ends the feeds, answers what waits for a thread (503), and joins the threads.
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// The OpenAPI 3.1 document that /openapi.json serves, as text.
std::string openapi_document(const std::string& version);

}  // namespace adapters::http
