// A letter back to the channel that it came by.
#include <utility>

#include "tools/sihe/channels_impl.hpp"

namespace tools {

using adapters::chat::Answer;
using adapters::chat::Heard;
using adapters::chat::Outgoing;
using adapters::intake::Again;
using adapters::intake::Letter;
using adapters::intake::Reason;

namespace {

Again came_of(const Answer& answer) {
  if (answer.issue != 0) return adapters::intake::became(answer.issue);
  if (answer.heard == Heard::later) return adapters::intake::not_now(answer.text);
  return adapters::intake::stays(answer.text.empty() ? "nothing came of it" : answer.text);
}

Again not_read(const engine::Error& error) {
  return error.fault == engine::Fault::busy ? adapters::intake::not_now(error.detail)
                                            : adapters::intake::stays(error.detail);
}

}  // namespace

// Says the number where the report was made, once, if the channel can be reached now.
void Channels::Impl::tell(const std::string& channel, Outgoing message) {
  const auto no_matter = [](adapters::chat::Sent, const std::string&) {};
  if (ways == Ways::in) return;
  if (channel == "qq") return onebot->send(std::move(message), no_matter);
  if (channel == "wecom") return wecom_sender->send(std::move(message), no_matter);
}

void Channels::Impl::hand_in(Letter letter, engine::Instant came_at, const std::string& by,
                             std::function<void(Again)> done) {
  if (letter.channel == "hotline") return hotline->take_again(letter, by, std::move(done));
  if (letter.channel == "open311") return open311->take_again(letter, std::move(done));
  const auto answered = [this, done](const std::string& channel, const std::string& group,
                                     const std::string& account) {
    return [this, done, channel, to = Outgoing{group, account, {}}](const Answer& answer) mutable {
      if (answer.issue != 0 && answer.heard == Heard::answered) {
        to.text = answer.text;
        tell(channel, std::move(to));
      }
      done(came_of(answer));
    };
  };
  // What the chat kept itself has been verified and read; whoever it was not from never got so far.
  if (letter.path.empty() && letter.reason != Reason::unverified &&
      (letter.channel == "qq" || letter.channel == "wecom" || letter.channel == "wechat")) {
    return talk->take_again(letter, came_at,
                            answered(letter.channel, letter.group, letter.account));
  }
  engine::Result<adapters::chat::Message> message =
      letter.channel == "onebot" ? onebot->read_again(letter)
      : letter.channel == "wecom" || letter.channel == "wechat"
          ? wecom->read_again(letter, came_at)
          : engine::Error{engine::Fault::invalid, "no channel here is called " + letter.channel};
  if (!message) return done(not_read(message.error()));
  if (message->id.empty()) message->id = letter.id;
  auto said = answered(message->channel, message->group, message->account);
  talk->take_again(*std::move(message), came_at, std::move(said));
}

adapters::intake::HandIn Channels::hand_in() {
  return [it = impl_.get()](Letter letter, engine::Instant came_at, const std::string& by,
                            std::function<void(Again)> done) {
    it->hand_in(std::move(letter), came_at, by, std::move(done));
  };
}

}  // namespace tools
