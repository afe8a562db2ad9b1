// The API on a log and keys that vanish with the test, with the real workflows, writer and views;
// asked without a socket.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/api.hpp"
#include "adapters/json/json.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/writer/writer.hpp"
#include "tests/support/temporary_folder.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/intake/card.hpp"
#include "workflows/intake/intake.hpp"
#include "workflows/issue/card.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/statistics.hpp"
#include "workflows/issue/timers.hpp"
#include "workflows/meeting/book.hpp"
#include "workflows/meeting/card.hpp"
#include "workflows/meeting/meeting.hpp"

namespace support {

// The words of a personal field of a record; nothing if it has none.
inline std::optional<std::string> words_of(const engine::log::EventLog& log,
                                           const engine::keys::Vault& vault,
                                           const engine::log::RecordView& record,
                                           std::string_view field) {
  const auto* commitments = record.raw()->personal();
  if (commitments == nullptr) return std::nullopt;
  for (const auto* each : *commitments) {
    if (each->field()->string_view() != field) continue;
    engine::log::Sealed sealed{{}, record.position(), std::string(field), {}};
    std::copy_n(each->person()->bytes()->data(), sealed.person.size(), sealed.person.begin());
    const auto bytes = log.sealed(sealed.person, sealed.position, field);
    if (!bytes || !*bytes) return std::nullopt;
    sealed.bytes = **bytes;
    const auto words = vault.unseal(sealed);
    if (words) return *words;
  }
  return std::nullopt;
}

class ApiService {
 public:
  using Response = adapters::http::Response;
  using Fields = adapters::http::Fields;
  using Value = engine::schema::Value;

  explicit ApiService(engine::writer::Limits limits = {})
      : log_(engine::log::memory_log()),
        vault_(engine::keys::memory_vault()),
        directory_(workflows::directory::make_directory_workflow()),
        issues_(workflows::issue::make_issue_workflow()),
        meetings_(workflows::meeting::make_meeting_workflow(workflows::issue::workflow_id)),
        letters_(workflows::intake::make_intake_workflow(workflows::issue::workflow_id)),
        writer_(
            *log_, *vault_, {issues_.get(), directory_.get(), meetings_.get(), letters_.get()},
            *directory_, [this] { return now(); }, limits),
        tokens_(folder_.path() / "tokens.toml", std::chrono::milliseconds(0)) {
    auto board = engine::board::open_board_writer(
        board_file(),
        [](const engine::log::RecordView& record, const engine::board::Words& words) {
          auto card = workflows::issue::describe(record, words);
          if (!card) card = workflows::meeting::describe(record, words);
          return card ? card : workflows::intake::describe(record, words);
        },
        [this](const engine::log::RecordView& record, std::string_view field) {
          return words_of(*log_, *vault_, record, field);
        });
    std::vector<std::unique_ptr<engine::view::Projection>> projections;
    projections.push_back(workflows::issue::make_statistics());
    projections.push_back(workflows::issue::make_timers());
    projections.push_back(workflows::meeting::make_book());
    projector_ = engine::view::Projector::start(*log_, folder_.path() / "view",
                                                std::move(projections), std::move(board.value()))
                     .value();
    writer_.start().value();
    adapters::http::ApiParts parts{*log_,       *vault_, writer_,      *directory_,
                                   *projector_, tokens_, board_file(), [this] { return now(); }};
    parts.on_personal_read = [this](const adapters::http::PersonalRead& read) {
      const std::lock_guard lock(mutex_);
      reads_.push_back(read);
      return takes_down_;
    };
    parts.version = "1.2.3";
    parts.hand_in = [this](adapters::intake::Letter letter, engine::Instant came_at, std::string by,
                           std::function<void(adapters::intake::Again)> done) {
      hand_in(std::move(letter), came_at, std::move(by), std::move(done));
    };
    parts.outbox = outbox_file();
    parts.outbox_changed = [this] { ++outbox_changes; };
    parts.apply_policy = [this](const std::string& token, adapters::http::PolicyDone done) {
      apply_policy(token, std::move(done));
    };
    api_ = std::make_unique<adapters::http::Api>(std::move(parts));
    handler_ = api_->handler();
    log_->on_appended([this](engine::Position last) {
      projector_->appended(last);
      api_->appended(last);
    });
  }

  ~ApiService() {
    writer_.stop();
    log_->on_appended({});
    api_.reset();
  }

  // What /v1/policy/apply asks for.
  adapters::http::ApplyPolicy apply_policy = [](const std::string&,
                                                const adapters::http::PolicyDone& done) {
    done(engine::Error{engine::Fault::invalid, "there is no policy here"});
  };

  // A token of that name; it calls from now on where none is named.
  std::string token(const std::string& name, adapters::http::Role role,
                    const std::string& area = "") {
    return adapters::http::add_token(tokens_file(), name, role, area, now()).value();
  }
  void use(std::string token) { token_ = std::move(token); }

  Response ask(std::string_view method, std::string_view target, std::string body = {},
               Fields headers = {}) {
    adapters::http::Request request;
    request.method = method;
    split(target, request);
    request.headers = std::move(headers);
    if (!body.empty() && !adapters::http::find_field(request.headers, "Content-Type")) {
      request.headers.emplace_back("Content-Type", "application/json");
    }
    if (!token_.empty() && !adapters::http::find_field(request.headers, "Authorization")) {
      request.headers.emplace_back("Authorization", "Bearer " + token_);
    }
    request.body = std::move(body);
    request.peer = "192.0.2.1";
    return send(std::move(request));
  }

  Response send(adapters::http::Request request) {
    std::mutex mutex;
    std::condition_variable answered;
    std::optional<Response> out;
    handler_(std::move(request), [&](Response response) {
      const std::lock_guard lock(mutex);
      ENSURE(!out.has_value());
      out = std::move(response);
      answered.notify_one();
    });
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return out.has_value(); });
    return std::move(*out);
  }

  // Until lists and figures hold what was recorded.
  void settle() {
    projector_->wait(log_->last(), std::chrono::steady_clock::now() + std::chrono::seconds(30))
        .value();
  }

  engine::Instant now() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void at(engine::Instant now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }

  std::vector<adapters::http::PersonalRead> reads() {
    const std::lock_guard lock(mutex_);
    return std::exchange(reads_, {});
  }
  void take_down(bool does) {
    const std::lock_guard lock(mutex_);
    takes_down_ = does;
  }

  // To whom letters are given again; set before one is.
  adapters::intake::HandIn hand_in = [](const adapters::intake::Letter&, engine::Instant,
                                        const std::string&, const auto& done) {
    done(adapters::intake::stays("nobody takes it"));
  };
  std::atomic<int> outbox_changes{0};  // by hand
  std::filesystem::path outbox_file() const { return folder_.path() / "outbox.sqlite"; }

  engine::log::EventLog& log() { return *log_; }
  engine::writer::Writer& writer() { return writer_; }
  engine::keys::Vault& vault() { return *vault_; }
  adapters::http::Api& api() { return *api_; }
  std::filesystem::path tokens_file() const { return folder_.path() / "tokens.toml"; }
  std::filesystem::path board_file() const { return folder_.path() / "board.sqlite"; }

 private:
  // "/path?a=b&a=c", with nothing in it to decode.
  static void split(std::string_view target, adapters::http::Request& request) {
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark == std::string_view::npos) return;
    std::string_view rest = target.substr(mark + 1);
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      const std::size_t equals = std::min(pair.find('='), pair.size());
      request.query.emplace_back(pair.substr(0, equals),
                                 pair.substr(std::min(pair.size(), equals + 1)));
    }
  }

  TemporaryFolder folder_;
  mutable std::mutex mutex_;
  engine::Instant now_ = engine::from_ms(1'772'500'000'000);
  std::vector<adapters::http::PersonalRead> reads_;
  bool takes_down_ = true;
  std::string token_;
  std::unique_ptr<engine::log::EventLog> log_;
  std::unique_ptr<engine::keys::Vault> vault_;
  std::unique_ptr<workflows::directory::DirectoryWorkflow> directory_;
  std::unique_ptr<engine::writer::Workflow> issues_;
  std::unique_ptr<engine::writer::Workflow> meetings_;
  std::unique_ptr<engine::writer::Workflow> letters_;
  engine::writer::Writer writer_;
  adapters::http::TokenBook tokens_;
  std::unique_ptr<engine::view::Projector> projector_;
  std::unique_ptr<adapters::http::Api> api_;
  adapters::http::Handler handler_;
};

// The member of a JSON body at "/a/0/b"; null if there is none. Requires: the body is JSON.
inline engine::schema::Value member(const adapters::http::Response& response,
                                    std::string_view pointer) {
  engine::schema::Value at = adapters::json::parse(response.body, {.bytes_max = 16 << 20}).value();
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string name(pointer.substr(0, pointer.find('/')));
    pointer.remove_prefix(name.size());
    engine::schema::Value next;
    if (const auto* items = at.list()) {
      if (const std::size_t i = std::stoul(name); i < items->size()) next = (*items)[i];
    } else if (const auto* found = at.find(name)) {
      next = *found;
    }
    at = std::move(next);
  }
  return at;
}

inline std::string text(const adapters::http::Response& response, std::string_view pointer) {
  const auto value = member(response, pointer);
  return value.string() == nullptr ? adapters::json::write(value) : *value.string();
}

// A list's members; none if it is no list.
inline engine::schema::List items(const adapters::http::Response& response,
                                  std::string_view pointer) {
  const auto value = member(response, pointer);
  return value.list() == nullptr ? engine::schema::List{} : *value.list();
}

inline std::string header(const adapters::http::Response& response, std::string_view name) {
  return std::string(adapters::http::find_field(response.headers, name).value_or(""));
}

}  // namespace support
