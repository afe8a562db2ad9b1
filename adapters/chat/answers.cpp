#include "adapters/chat/answers.hpp"

#include <cstring>
#include <optional>
#include <utility>

namespace adapters::chat {

using engine::Error;
using engine::Fault;
using engine::PersonId;
using engine::log::RecordView;
using engine::outbox::Ending;
using engine::outbox::Outcome;
using engine::outbox::Row;

namespace {

std::optional<PersonId> speaker_of(const RecordView& record, std::string_view field) {
  const auto* commitments = record.raw()->personal();
  if (commitments == nullptr) return std::nullopt;
  for (const auto* each : *commitments) {
    if (each->field()->string_view() != field) continue;
    PersonId person{};
    std::memcpy(person.data(), each->person(), person.size());
    return person;
  }
  return std::nullopt;
}

Ending ending_of(Sent sent) {
  switch (sent) {
    case Sent::done:
      return Ending::sent;
    case Sent::later:
      return Ending::later;
    case Sent::never:
      return Ending::never;
    case Sent::doubtful:
      return Ending::doubtful;
  }
  return Ending::doubtful;
}

class Answers final : public engine::outbox::Carrier {
 public:
  explicit Answers(AnswersParts parts) : parts_(std::move(parts)) {}

  void carry(const Row& row, std::function<void(Outcome)> done) override {
    std::optional<Error> fault;
    const auto timeline = workflows::issue::read_timeline(parts_.log, row.subject, words(fault), {},
                                                          parts_.offset_minutes);
    if (!timeline) fault = timeline.error();
    if (fault) {
      done({Ending::later, "the issue cannot be read: " + fault->detail, {}});
      return;
    }
    if (!has(*timeline, row.cause)) {
      done({Ending::needless, "its fact is not in the log", {}});
      return;
    }
    News news = news_text(row.kind, row.cause, parts_.channel, *timeline, parts_.department,
                          parts_.offset_minutes);
    if (news.message.text.empty()) {
      done({Ending::needless, std::move(news.why), {}});
      return;
    }
    parts_.sender.send(std::move(news.message),
                       [done = std::move(done)](Sent sent, std::string why) {
                         done({ending_of(sent), std::move(why), {}});
                       });
  }

 private:
  static bool has(const workflows::issue::Timeline& timeline, engine::Position cause) {
    for (const auto& step : timeline.steps) {
      if (step.position == cause) return true;
    }
    return false;
  }

  // Erased words are not there; words that cannot be read for another reason are a fault.
  workflows::issue::Words words(std::optional<Error>& fault) const {
    return [this, &fault](const RecordView& record,
                          std::string_view field) -> std::optional<std::string> {
      const auto person = speaker_of(record, field);
      if (!person) return std::nullopt;
      auto sealed = parts_.log.sealed(*person, record.position(), field);
      if (!sealed) fault = sealed.error();
      if (!sealed || !*sealed) return std::nullopt;
      auto said = parts_.vault.unseal(
          {*person, record.position(), std::string(field), **std::move(sealed)});
      if (said) return *std::move(said);
      if (said.error().fault != Fault::not_found) fault = said.error();
      return std::nullopt;
    };
  }

  const AnswersParts parts_;
};

}  // namespace

std::unique_ptr<engine::outbox::Carrier> make_answers(AnswersParts parts) {
  return std::make_unique<Answers>(std::move(parts));
}

}  // namespace adapters::chat
