// The Open311 gateway on a log and keys that vanish with the test, with the real workflows, writer
// and board; asked without a socket.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/message.hpp"
#include "adapters/open311/documents.hpp"
#include "adapters/open311/gateway.hpp"
#include "engine/board/board.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/view/projector.hpp"
#include "engine/writer/writer.hpp"
#include "tests/support/temporary_folder.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/card.hpp"
#include "workflows/issue/issue.hpp"

namespace support {

struct Open311Read {
  std::vector<std::uint64_t> issues;
  std::string peer;
  std::string key;
};

class Open311Service {
 public:
  using Response = adapters::http::Response;
  using Fields = adapters::http::Fields;
  using Object = engine::schema::Object;

  static adapters::open311::Config plain_config() {
    adapters::open311::Config out;
    out.jurisdiction = "ouhai";
    out.api_keys = {{"app", "xyz"}, {"other", "abc"}};
    return out;
  }

  explicit Open311Service(adapters::open311::Config config = plain_config())
      : log_(engine::log::memory_log()),
        vault_(engine::keys::memory_vault()),
        directory_(workflows::directory::make_directory_workflow()),
        issues_(workflows::issue::make_issue_workflow()),
        writer_(*log_, *vault_, {issues_.get(), directory_.get()}, *directory_,
                [this] { return now(); }) {
    const auto words = [this](const engine::log::RecordView& record, std::string_view field) {
      return words_of(record, field);
    };
    auto board =
        engine::board::open_board_writer(board_file(), workflows::issue::describe, words).value();
    projector_ =
        engine::view::Projector::start(*log_, folder_.path() / "view", {}, std::move(board))
            .value();
    writer_.start().value();
    adapters::open311::Parts parts{*log_,       *vault_,      writer_,
                                   *directory_, board_file(), [this] { return now(); }};
    parts.hold = [this](adapters::intake::Letter letter,
                        const std::function<void(adapters::intake::Held)>& done) {
      letters.push_back(std::move(letter));
      done(adapters::intake::Held::kept);
    };
    parts.on_personal_read = [this](const std::vector<std::uint64_t>& issues,
                                    const std::string& peer, const std::string& key) {
      const std::lock_guard lock(mutex_);
      reads_.push_back({issues, peer, key});
      return takes_down_;
    };
    parts.random_token = [this] { return "3f1c2b6e-0000-4000-8000-" + std::to_string(++tokens_); };
    gateway_ = std::make_unique<adapters::open311::Gateway>(std::move(config), std::move(parts));
    log_->on_appended([this](engine::Position last) { projector_->appended(last); });
  }

  ~Open311Service() {
    gateway_->stop();
    writer_.stop();
    log_->on_appended({});
  }

  // "/v2/…" below "/open311"; the query has nothing in it to decode.
  Response ask(std::string_view method, std::string_view target, std::string body = {},
               Fields headers = {}) {
    adapters::http::Request request;
    request.method = method;
    const std::size_t mark = target.find('?');
    request.path = "/open311" + std::string(target.substr(0, mark));
    std::string_view rest = mark == std::string_view::npos ? "" : target.substr(mark + 1);
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
      const std::size_t equals = std::min(pair.find('='), pair.size());
      request.query.emplace_back(pair.substr(0, equals),
                                 pair.substr(std::min(pair.size(), equals + 1)));
    }
    request.headers = std::move(headers);
    request.body = std::move(body);
    request.peer = "192.0.2.1";
    return send(std::move(request));
  }
  // Asks for the jurisdiction's, with no key.
  Response get(const std::string& target) {
    const char mark = target.find('?') == std::string::npos ? '?' : '&';
    return ask("GET", target + mark + "jurisdiction_id=ouhai");
  }
  Response post(std::string_view target, const std::string& body, Fields headers = {}) {
    return ask("POST", target, "api_key=xyz&jurisdiction_id=ouhai&" + body, std::move(headers));
  }

  Response send(adapters::http::Request request) {
    std::mutex mutex;
    std::condition_variable answered;
    std::optional<Response> out;
    gateway_->handle(std::move(request), [&](Response response) {
      const std::lock_guard lock(mutex);
      ENSURE(!out.has_value());
      out = std::move(response);
      answered.notify_one();
    });
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return out.has_value(); });
    return std::move(*out);
  }

  void add(const workflows::directory::EntryInfo& entry) {
    engine::writer::Submission submission;
    submission.source = "test";
    submission.actor.name = "test";
    submission.steps.push_back(workflows::directory::add_entry(entry, now()));
    ENSURE(std::holds_alternative<engine::writer::Recorded>(writer_.ask(std::move(submission))));
  }

  // A step that somebody in the office does; 0: a new issue. Gives the issue.
  std::uint64_t step(std::uint64_t number, std::string_view verb, Object body,
                     const engine::schema::Schema& schema = workflows::issue::schema()) {
    const auto& table = *schema.by_verb(verb);
    auto made = schema.compose(table, engine::schema::Value(std::move(body)));
    ENSURE(made.composed);
    engine::writer::Step step;
    step.workflow = workflows::issue::workflow_id;
    step.verb = table.type;
    step.stream = {step.workflow, number};
    step.body = std::move(made.composed->body);
    step.personal = std::move(made.composed->personal);
    step.codes = std::move(made.composed->codes);
    engine::writer::Submission submission;
    submission.source = "test";
    submission.actor.name = "clerk";
    submission.steps.push_back(std::move(step));
    const auto answer = writer_.ask(std::move(submission));
    ENSURE(std::holds_alternative<engine::writer::Recorded>(answer));
    return std::get<engine::writer::Recorded>(answer).stream.number;
  }

  // A few categories, a department, and a town in its district.
  void furnish() {
    add({"category", "lamp", "路灯", "", "", false, false});
    add({"category", "hole", "坑洞", "", "", false, false});
    add({"department", "D1", "住建局", "", "", false, false});
    add({"area", "330304", "瓯海区", "", "district", false, false});
    add({"area", "330304005", "潘桥街道", "330304", "town", false, false});
  }
  // Hands in a request; gives its number.
  std::string reported(const std::string& service, const std::string& more = "&address_string=x") {
    const auto said = post("/v2/requests.json", "service_code=" + service + more);
    const auto receipts =
        adapters::open311::read_receipts(said.body, adapters::open311::Format::json);
    ENSURE(said.status == 200 && receipts && receipts->size() == 1);
    return std::string(adapters::open311::text_in(receipts->front().service_request_id));
  }

  // Until the lists hold what was recorded.
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
  void later(std::chrono::milliseconds by) { at(now() + by); }
  std::vector<Open311Read> reads() {
    const std::lock_guard lock(mutex_);
    return std::exchange(reads_, {});
  }
  void take_down(bool does) {
    const std::lock_guard lock(mutex_);
    takes_down_ = does;
  }
  // The words that an issue's first record keeps sealed.
  std::string sealed(std::uint64_t number, std::string_view field) const {
    std::string out;
    log_->read_stream({workflows::issue::workflow_id, number}, engine::Version{0},
                      [&](engine::Position, std::string_view bytes) {
                        out = words_of(engine::log::RecordView(bytes), field).value_or("");
                        return false;
                      })
        .value();
    return out;
  }

  engine::log::EventLog& log() { return *log_; }
  engine::writer::Writer& writer() { return writer_; }
  adapters::open311::Gateway& gateway() { return *gateway_; }
  std::filesystem::path board_file() const { return folder_.path() / "board.sqlite"; }

  std::vector<adapters::intake::Letter> letters;

 private:
  std::optional<std::string> words_of(const engine::log::RecordView& record,
                                      std::string_view field) const {
    const auto* commitments = record.raw()->personal();
    if (commitments == nullptr) return std::nullopt;
    for (const auto* each : *commitments) {
      if (each->field()->string_view() != field) continue;
      engine::log::Sealed sealed{{}, record.position(), std::string(field), {}};
      std::memcpy(sealed.person.data(), each->person(), sealed.person.size());
      const auto bytes = log_->sealed(sealed.person, sealed.position, field);
      if (!bytes || !*bytes) return std::nullopt;
      sealed.bytes = **bytes;
      if (const auto words = vault_->unseal(sealed)) return *words;
    }
    return std::nullopt;
  }

  TemporaryFolder folder_;
  mutable std::mutex mutex_;
  engine::Instant now_ = engine::from_ms(1'772'500'000'000);  // 2026-03-03T01:06:40Z
  std::vector<Open311Read> reads_;
  bool takes_down_ = true;
  int tokens_ = 0;
  std::unique_ptr<engine::log::EventLog> log_;
  std::unique_ptr<engine::keys::Vault> vault_;
  std::unique_ptr<workflows::directory::DirectoryWorkflow> directory_;
  std::unique_ptr<engine::writer::Workflow> issues_;
  engine::writer::Writer writer_;
  std::unique_ptr<engine::view::Projector> projector_;
  std::unique_ptr<adapters::open311::Gateway> gateway_;
};

}  // namespace support
