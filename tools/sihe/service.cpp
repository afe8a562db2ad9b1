#include "tools/sihe/service.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "adapters/json/json.hpp"
#include "engine/core/rfc3339.hpp"
#include "tools/sihe/rules.hpp"
#include "workflows/issue/number.hpp"
#include "workflows/meeting/number.hpp"

namespace tools {

using adapters::http::Handler;
using adapters::http::Metric;
using adapters::http::PersonalRead;
using adapters::http::Reply;
using adapters::http::Request;
using adapters::http::Response;
using engine::Error;
using engine::Fault;
using engine::Result;

namespace {

// For answers in flight when the end is asked for.
constexpr std::chrono::seconds grace{10};

adapters::http::ServerOptions options_of(const Settings& settings) {
  adapters::http::ServerOptions out;
  out.address = settings.listen;
  out.port = settings.port;
  out.threads = settings.threads;
  out.limits.body_bytes_max = settings.body_bytes_max;
  out.limits.connections_max = settings.connections_max;
  out.limits.idle_time = settings.idle_max;
  return out;
}

// Where there were no rules at the start there is no working time until the next one.
std::function<std::int64_t(engine::Instant, engine::Instant)> working_by(
    const workflows::issue::RulesInForce& in_force) {
  if (!in_force.now()) return {};
  return [&in_force](engine::Instant from, engine::Instant to) {
    return std::chrono::duration_cast<std::chrono::seconds>(
               in_force.now()->calendar().worked_between(from, to))
        .count();
  };
}

}  // namespace

std::string program_version() { return SIHE_VERSION; }

Result<std::unique_ptr<ReadBook>> ReadBook::open(const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (opened < 0) {
    return Error{Fault::storage, "cannot open " + file.string() + ": " + std::strerror(errno)};
  }
  return std::unique_ptr<ReadBook>(new ReadBook(opened));
}

ReadBook::~ReadBook() { ::close(file_); }

bool ReadBook::take(const PersonalRead& read) {
  engine::schema::List issues;
  for (const std::uint64_t each : read.issues) {
    issues.emplace_back(workflows::issue::format_number(each));
  }
  engine::schema::List meetings;
  for (const std::uint64_t each : read.meetings) {
    meetings.emplace_back(workflows::meeting::format_number(each));
  }
  engine::schema::Object entry{
      {"at", engine::format_rfc3339(read.when, engine::offset_minutes_default)},
      {"token", read.token},
      {"what", read.what},
      {"issues", std::move(issues)},
      {"peer", read.peer}};
  if (!meetings.empty()) entry.emplace_back("meetings", std::move(meetings));
  const std::string line = adapters::json::write(entry) + "\n";
  const std::lock_guard lock(mutex_);
  return ::write(file_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

Result<std::unique_ptr<Service>> Service::start(const Settings& settings, Log log, Reread reread) {
  std::unique_ptr<Service> out(new Service());
  out->log_ = std::move(log);
  auto rules = load_rules(settings.policy, settings.calendar);
  if (!rules) return rules.error();
  auto engine = Engine::open(settings.data, wall_clock(), *std::move(rules));
  if (!engine) return engine.error();
  out->engine_ = *std::move(engine);
  const Paths& paths = out->engine_->paths();
  if (const auto tokens = adapters::http::read_tokens(paths.tokens()); !tokens) {
    return tokens.error();
  }
  auto reads = ReadBook::open(paths.root / "personal-reads.jsonl");
  if (!reads) return reads.error();
  out->reads_ = *std::move(reads);
  out->tokens_ = std::make_unique<adapters::http::TokenBook>(paths.tokens());

  Service* self = out.get();
  adapters::http::ApiParts parts{
      out->engine_->log(),
      out->engine_->vault(),
      out->engine_->writer(),
      out->engine_->directory(),
      out->engine_->projector(),
      *out->tokens_,
      paths.board(),
      wall_clock(),
      settings.utc_offset_minutes,
      [self](const PersonalRead& read) { return self->reads_->take(read); },
      [self] { return self->metrics(); },
      program_version(),
      [self] { return self->warnings(); },
      working_by(out->engine_->rules()),
      [self](Request request, Reply reply, const adapters::http::Token& caller) {
        self->channels_->take_call(std::move(request), std::move(reply), caller);
      }};
  parts.hand_in = [self](adapters::intake::Letter letter, engine::Instant came_at, std::string by,
                         std::function<void(adapters::intake::Again)> done) {
    self->channels_->hand_in()(std::move(letter), came_at, std::move(by), std::move(done));
  };
  parts.outbox = paths.root / engine::outbox::file_name;
  parts.outbox_changed = [self] { self->channels_->appended(); };
  parts.apply_policy = [self](const std::string& actor, adapters::http::PolicyDone done) {
    self->policy_->apply(actor, std::move(done));
  };
  out->api_ = std::make_unique<adapters::http::Api>(std::move(parts));
  auto channels = Channels::start(settings, *out->engine_, [self](const PersonalRead& read) {
    return self->reads_->take(read);
  });
  if (!channels) return channels.error();
  out->channels_ = *std::move(channels);
  out->bell_ = engine::react::wall_bell(wall_clock());
  out->clerk_ = std::make_unique<engine::react::Clerk>(out->engine_->log(), out->engine_->writer(),
                                                       out->engine_->projector(),
                                                       agenda_by(out->engine_->rules()));
  out->keep_policy(settings, std::move(reread));
  out->engine_->log().on_appended([self](engine::Position last) {
    self->engine_->projector().appended(last);
    self->api_->appended(last);
    self->bell_->ring();
    self->channels_->appended();
  });
  auto server = adapters::http::Server::start(
      options_of(settings),
      out->logged(out->channels_->front(out->api_->handler()), settings.log_level));
  if (!server) return server.error();
  out->server_ = *std::move(server);
  out->clerk_at_work_ = std::make_unique<engine::react::ClerkThread>(*out->clerk_, *out->bell_);
  out->policy_->finish();
  return out;
}

void Service::keep_policy(const Settings& settings, Reread reread) {
  const auto names = [settings, reread = std::move(reread)] {
    return reread ? reread() : Result<Settings>(settings);
  };
  policy_ = std::make_unique<PolicyKeeper>(
      *engine_,
      [names]() -> Result<PolicyKeeper::Rules> {
        const auto now = names();
        if (!now) return now.error();
        return load_rules(now->policy, now->calendar);
      },
      [this] { bell_->ring(); },
      [this](bool trouble, const std::string& text) {
        if (log_) log_(trouble ? LogLevel::warning : LogLevel::info, text);
      });
}

Service::~Service() {
  if (api_) api_->drain();
  if (policy_) policy_->stop();
  if (server_ && !server_->stop(grace) && log_) {
    log_(LogLevel::warning, "some requests were still unanswered and were cut off");
  }
  clerk_at_work_.reset();
  if (channels_) channels_->stop();
  if (engine_) engine_->writer().stop();
  if (api_) api_->stop();
  if (engine_) engine_->log().on_appended({});
}

// A line a request where the level asks for it. The request's words are not in it.
Handler Service::logged(Handler handler, LogLevel level) const {
  if (level > LogLevel::debug) return handler;
  return [log = log_, handler = std::move(handler)](Request request, Reply reply) {
    const auto begin = std::chrono::steady_clock::now();
    auto what = request.method + " " + request.path;
    handler(std::move(request),
            [log, begin, what = std::move(what), reply = std::move(reply)](Response response) {
              const std::chrono::duration<double, std::milli> took =
                  std::chrono::steady_clock::now() - begin;
              log(LogLevel::debug, what + " " + std::to_string(response.status) + " " +
                                       std::to_string(took.count()) + " ms");
              reply(std::move(response));
            });
  };
}

std::vector<Metric> Service::metrics() const {
  if (!server_) return {};
  const auto counters = server_->counters();
  const auto counter = [](const char* name, const char* help, std::uint64_t value) {
    return Metric{name, help, "counter", static_cast<double>(value)};
  };
  const auto clerk = clerk_->state();
  const auto until = [&](engine::Instant at) {
    return std::chrono::duration<double>(at - bell_->now()).count();
  };
  std::vector<Metric> out{
      Metric{"sihe_deadlines_pending", "Deadlines that run and have not been missed.", "gauge",
             static_cast<double>(clerk.pending)},
      counter("sihe_deadlines_recorded_total",
              "Warnings, missed deadlines and escalations recorded as time passed.",
              clerk.recorded),
      counter("sihe_deadlines_refused_total", "Those that were beside the point meanwhile.",
              clerk.refused),
      Metric{"sihe_deadlines_trouble", "1 while they cannot be recorded; /readyz says why.",
             "gauge", clerk.trouble.empty() ? 0.0 : 1.0},
      Metric{"sihe_http_connections", "Connections open now.", "gauge",
             static_cast<double>(counters.connections_open)},
      counter("sihe_http_connections_total", "Connections taken.", counters.connections),
      counter("sihe_http_connections_rejected_total", "Connections over the limit.",
              counters.connections_rejected),
      counter("sihe_http_requests_total", "Requests handed to the API.", counters.requests),
      counter("sihe_http_requests_refused_total", "Requests refused before the API.",
              counters.requests_refused),
      counter("sihe_http_bytes_in_total", "Bytes received.", counters.bytes_in),
      counter("sihe_http_bytes_out_total", "Bytes sent.", counters.bytes_out),
  };
  if (clerk.next) {
    out.push_back({"sihe_deadlines_next_seconds", "Until the next moment that has to be recorded.",
                   "gauge", until(*clerk.next)});
  }
  for (Metric& each : channels_->metrics()) out.push_back(std::move(each));
  return out;
}

std::vector<std::string> Service::warnings() const {
  std::vector<std::string> out;
  if (const std::string trouble = clerk_ ? clerk_->state().trouble : ""; !trouble.empty()) {
    out.push_back("what deadlines bring cannot be recorded: " + trouble);
  }
  if (const auto rules = engine_->rules().now()) {
    std::string warning = calendar_warning(rules->calendar(), wall_clock()());
    if (!warning.empty()) out.push_back(std::move(warning));
  }
  if (channels_) {
    for (std::string& each : channels_->warnings()) out.push_back(std::move(each));
  }
  return out;
}

}  // namespace tools
