// An engine with its API on a port: what `sihe serve` runs, and benchmarks with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/http/api.hpp"
#include "adapters/http/server.hpp"
#include "adapters/http/tokens.hpp"
#include "engine/core/error.hpp"
#include "engine/react/clerk.hpp"
#include "tools/sihe/channels.hpp"
#include "tools/sihe/data_folder.hpp"
#include "tools/sihe/policy_keeper.hpp"
#include "tools/sihe/settings.hpp"

namespace tools {

// Who read whose words, a JSON object a line, in `personal-reads.jsonl` of the data folder, mode
// 0600. Threads: any.
class ReadBook {
 public:
  // storage: the file cannot be opened for appending.
  static engine::Result<std::unique_ptr<ReadBook>> open(const std::filesystem::path& file);
  ~ReadBook();
  // False: it could not be written down.
  bool take(const adapters::http::PersonalRead& read);

 private:
  explicit ReadBook(int file) : file_(file) {}
  int file_;
  std::mutex mutex_;
};

class Service {
 public:
  using Log = std::function<void(LogLevel, const std::string&)>;

  // The settings as they are now, for a policy that is to be applied while it serves.
  using Reread = std::function<engine::Result<Settings>()>;

  // Errors: those of Engine::open and Server::start, and what is wrong with the token file.
  // `reread` unset: the settings stay, though the files that they name may change.
  // Requires: settings.data is named.
  static engine::Result<std::unique_ptr<Service>> start(const Settings& settings, Log log,
                                                        Reread reread = {});
  // Takes no more requests, answers those in flight for at most `grace`, lets the views catch up,
  // saves everything.
  ~Service();

  // What an operator should know although all is well: the calendar ends soon.
  std::vector<std::string> warnings() const;

  std::uint16_t port() const { return server_->port(); }
  Engine& engine() { return *engine_; }
  const adapters::http::TokenBook& tokens() const { return *tokens_; }
  // Records that deadlines come near and pass.
  const engine::react::Clerk& clerk() const { return *clerk_; }

 private:
  Service() = default;
  void keep_policy(const Settings& settings, Reread reread);
  adapters::http::Handler logged(adapters::http::Handler handler, LogLevel level) const;
  std::vector<adapters::http::Metric> metrics() const;

  Log log_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<ReadBook> reads_;
  std::unique_ptr<adapters::http::TokenBook> tokens_;
  std::unique_ptr<adapters::http::Api> api_;
  std::unique_ptr<Channels> channels_;
  std::unique_ptr<adapters::http::Server> server_;
  std::unique_ptr<engine::react::Bell> bell_;
  std::unique_ptr<engine::react::Clerk> clerk_;
  std::unique_ptr<engine::react::ClerkThread> clerk_at_work_;
  std::unique_ptr<PolicyKeeper> policy_;
};

// The version that the build gives, for --version, metrics and the OpenAPI document.
std::string program_version();

}  // namespace tools
