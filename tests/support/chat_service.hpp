// The service in the chat on a log and keys that vanish with the test, with the real workflows and
// writer. Three groups of two channels, a liaison, two clerks; time is the test's.
#pragma once

#include <algorithm>
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

#include "adapters/chat/talk.hpp"
#include "adapters/json/json.hpp"
#include "engine/core/ensure.hpp"
#include "engine/log/open.hpp"
#include "engine/log/record.hpp"
#include "engine/writer/writer.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/issue.hpp"
#include "workflows/issue/timeline.hpp"

namespace support {

class ChatService {
 public:
  using Answer = adapters::chat::Answer;
  using Heard = adapters::chat::Heard;
  using Message = adapters::chat::Message;

  static constexpr const char* town = "330304001";
  static constexpr const char* village = "330304001001";
  static constexpr const char* other_village = "330304002001";

  explicit ChatService(std::unique_ptr<engine::log::EventLog> log = engine::log::memory_log(),
                       std::unique_ptr<engine::keys::Vault> vault = engine::keys::memory_vault())
      : log_(std::move(log)),
        vault_(std::move(vault)),
        directory_(workflows::directory::make_directory_workflow()),
        issues_(workflows::issue::make_issue_workflow()),
        writer_(*log_, *vault_, {issues_.get(), directory_.get()}, *directory_,
                [this] { return now(); }) {
    writer_.start().value();
    add("area", "330304", "", "瓯海区", "district");
    add("area", town, "330304", "景山街道", "town");
    add("area", "330304002", "330304", "梧田街道", "town");
    add("area", village, town, "净水村", "village");
    add("area", other_village, "330304002", "大堡底村", "village");
    add("department", "lighting", "", "市政路灯所", "");
    add("category", "lamp", "", "路灯", "");
    begin();
  }

  ~ChatService() {
    writer_.stop();
    talk_.reset();
  }

  // As after a restart of the program: what was only remembered is forgotten.
  void begin(adapters::chat::TalkConfig config = usual()) {
    talk_.reset();
    talk_ = std::make_unique<adapters::chat::Talk>(
        adapters::chat::TalkParts{*log_, *vault_, writer_, *directory_, [this] { return now(); },
                                  [this](adapters::intake::Letter letter, auto done) {
                                    hold(std::move(letter), std::move(done));
                                  }},
        std::move(config));
  }

  static adapters::chat::TalkConfig usual() {
    using adapters::chat::Role;
    adapters::chat::TalkConfig out;
    out.groups = {{"qq", "100", village, "lin"},
                  {"qq", "200", other_village, ""},
                  {"wecom", "town", town, ""},
                  {"qq", "300", "999999", ""}};
    out.members = {{"qq", "lin", "林联系", Role::liaison, village, ""},
                   {"wecom", "zhou", "周经办", Role::clerk, town, ""},
                   {"wecom", "deng", "邓灯", Role::clerk, "", "lighting"}};
    return out;
  }

  // Said in group 100 of QQ by a resident, unless it is said otherwise.
  Message message(std::string text, std::string account = "chen", std::string group = "100",
                  std::string channel = "qq") {
    Message out;
    out.channel = std::move(channel);
    out.id = "m" + std::to_string(++messages_);
    out.group = std::move(group);
    out.account = std::move(account);
    out.text = std::move(text);
    out.called = true;
    return out;
  }

  Answer take(Message message) {
    std::mutex mutex;
    std::condition_variable answered;
    std::optional<Answer> out;
    talk_->take(std::move(message), [&](Answer answer) {
      const std::lock_guard lock(mutex);
      ENSURE(!out.has_value());
      out = std::move(answer);
      answered.notify_one();
    });
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return out.has_value(); });
    return std::move(*out);
  }
  // A letter of this chat, or a message of a channel's, read again as of when it came.
  template <class Kept>
  Answer take_again(Kept kept, engine::Instant came_at) {
    std::mutex mutex;
    std::condition_variable answered;
    std::optional<Answer> out;
    talk_->take_again(std::move(kept), came_at, [&](Answer answer) {
      const std::lock_guard lock(mutex);
      ENSURE(!out.has_value());
      out = std::move(answer);
      answered.notify_one();
    });
    std::unique_lock lock(mutex);
    answered.wait(lock, [&] { return out.has_value(); });
    return std::move(*out);
  }
  template <class... More>
  Answer say(std::string text, More... more) {
    return take(message(std::move(text), std::move(more)...));
  }

  // A report in group 100; its number.
  std::string reported(const std::string& text = "锦绣路18号门口路灯不亮",
                       const std::string& account = "chen") {
    return number_in(say(text, account).text);
  }
  static std::string number_in(const std::string& text) {
    const std::size_t at = text.find("编号 ");
    ENSURE(at != std::string::npos);
    return text.substr(at + std::string_view("编号 ").size(), 13);
  }

  // A step of somebody else's.
  engine::writer::Answer step(const std::string& number, std::string_view verb,
                              engine::schema::Object body = {}) {
    const auto& table = *workflows::issue::schema().by_verb(verb);
    auto made = workflows::issue::schema().compose(table, engine::schema::Value(std::move(body)));
    engine::writer::Submission submission;
    submission.actor.name = "desk";
    auto& step = submission.steps.emplace_back();
    step.workflow = workflows::issue::workflow_id;
    step.verb = table.type;
    step.stream = {step.workflow, workflows::issue::parse_number(number).value()};
    step.body = std::move(made.composed.value().body);
    step.personal = std::move(made.composed->personal);
    step.codes = std::move(made.composed->codes);
    return writer_.ask(std::move(submission));
  }

  // The facts of an issue, "reported accepted".
  std::string facts(const std::string& number) const {
    std::string out;
    each(number, [&](const engine::log::RecordView& record) {
      const auto* table = workflows::issue::schema().by_type(record.type());
      out += (out.empty() ? "" : " ") + table->fact;
    });
    return out;
  }
  // Who acted in the last fact.
  std::string last_actor(const std::string& number) const {
    std::string out;
    each(number, [&](const engine::log::RecordView& record) { out = record.actor(); });
    return out;
  }
  // The last fact's members, and the words of its personal ones.
  std::string last_fact(const std::string& number) const {
    const auto timeline = workflows::issue::read_timeline(
        *log_, workflows::issue::parse_number(number).value(),
        [this](const auto& record, std::string_view field) { return words_of(record, field); });
    return adapters::json::write(timeline.value().steps.back().details);
  }

  void each(const std::string& number,
            const std::function<void(const engine::log::RecordView&)>& visit) const {
    const engine::StreamId stream{workflows::issue::workflow_id,
                                  workflows::issue::parse_number(number).value()};
    ENSURE(log_->read_stream(stream, engine::Version{0},
                             [&](engine::Position, std::string_view bytes) {
                               visit(engine::log::RecordView(bytes));
                               return true;
                             }));
  }
  std::size_t issues() const {
    std::size_t out = 0;
    ENSURE(log_->read(engine::Position{0}, log_->last(),
                      [&](engine::Position, std::string_view bytes) {
                        const engine::log::RecordView record(bytes);
                        out += record.stream().workflow == workflows::issue::workflow_id &&
                               record.version().value == 1;
                        return true;
                      }));
    return out;
  }

  engine::Instant now() const { return engine::from_ms(now_ms_.load()); }
  void at(engine::Instant now) { now_ms_.store(engine::to_ms(now)); }

  std::vector<adapters::intake::Letter> letters() const {
    const std::lock_guard lock(mutex_);
    return letters_;
  }
  void keep_letters(bool does) { keeps_.store(does); }

  engine::log::EventLog& log() { return *log_; }
  engine::keys::Vault& vault() { return *vault_; }
  engine::writer::Writer& writer() { return writer_; }
  adapters::chat::Talk& talk() { return *talk_; }

 private:
  std::optional<std::string> words_of(const engine::log::RecordView& record,
                                      std::string_view field) const {
    const auto* commitments = record.raw()->personal();
    if (commitments == nullptr) return std::nullopt;
    for (const auto* each : *commitments) {
      if (each->field()->string_view() != field) continue;
      engine::log::Sealed sealed{{}, record.position(), std::string(field), {}};
      std::copy_n(each->person()->bytes()->data(), sealed.person.size(), sealed.person.begin());
      sealed.bytes = log_->sealed(sealed.person, sealed.position, field).value().value();
      return vault_->unseal(sealed).value();
    }
    return std::nullopt;
  }

  void add(const char* kind, const char* code, const char* parent, const char* name,
           const char* level) {
    engine::writer::Submission submission;
    submission.actor.name = "operator";
    submission.steps.push_back(
        workflows::directory::add_entry({kind, code, name, parent, level}, now()));
    ENSURE(std::holds_alternative<engine::writer::Recorded>(writer_.ask(std::move(submission))));
  }

  void hold(adapters::intake::Letter letter,
            const std::function<void(adapters::intake::Held)>& done) {
    const bool keeps = keeps_.load();
    if (keeps) {
      const std::lock_guard lock(mutex_);
      letters_.push_back(std::move(letter));
    }
    done(keeps ? adapters::intake::Held::kept : adapters::intake::Held::later);
  }

  std::atomic<std::int64_t> now_ms_{1'772'500'000'000};
  std::atomic<bool> keeps_{true};
  mutable std::mutex mutex_;
  std::vector<adapters::intake::Letter> letters_;
  std::size_t messages_ = 0;
  std::unique_ptr<engine::log::EventLog> log_;
  std::unique_ptr<engine::keys::Vault> vault_;
  std::unique_ptr<workflows::directory::DirectoryWorkflow> directory_;
  std::unique_ptr<engine::writer::Workflow> issues_;
  engine::writer::Writer writer_;
  std::unique_ptr<adapters::chat::Talk> talk_;
};

}  // namespace support
