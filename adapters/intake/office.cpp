#include "adapters/intake/office.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "adapters/http/message.hpp"
#include "adapters/json/json.hpp"
#include "adapters/signing/signing.hpp"
#include "engine/core/ensure.hpp"
#include "engine/schema/text.hpp"
#include "workflows/intake/intake.hpp"

namespace adapters::intake {

namespace intake = workflows::intake;
using engine::Instant;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Failed;
using engine::writer::Failure;
using engine::writer::Recorded;
using engine::writer::Submission;

namespace {

constexpr std::size_t line_bytes_max = 512;  // detail, path
constexpr std::size_t name_bytes_max = 128;  // content type, group, area
constexpr std::size_t account_bytes_max = 256;
constexpr std::size_t channel_bytes_max = 32;
constexpr std::size_t fields_bytes_max = 3 * 1024;  // of query and of headers, as JSON
constexpr std::size_t said_bytes_max = 32 * 1024;
// For all that stands in the record itself.
constexpr std::size_t plain_bytes_max = 3 * 1024;
constexpr std::size_t id_bytes_max = 160;

static_assert((letter_bytes_max + 2) / 3 * 4 + 2 * fields_bytes_max + account_bytes_max +
                  plain_bytes_max <=
              engine::writer::payload_bytes_max);

// As much of it as fits, without what is no clean text.
std::string clean(std::string_view text, std::size_t bytes_max, bool& cut) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = engine::schema::character_bytes(text, i);
    const std::string_view one = text.substr(i, std::max<std::size_t>(size, 1));
    const bool sound = size != 0 && engine::schema::text_flaw(one).empty();
    if (out.size() + (sound ? size : 1) > bytes_max) {
      cut = true;
      break;
    }
    out += sound ? one : std::string_view("?");
    i += one.size();
  }
  return out;
}

// [[name, value], …]; "" where there is nothing, or more than is kept.
std::string fields_text(const std::vector<std::pair<std::string, std::string>>& fields, bool& cut) {
  if (fields.empty()) return {};
  List out;
  for (const auto& [name, value] : fields) out.emplace_back(List{Value(name), Value(value)});
  bool shortened = false;
  std::string text = clean(json::write(out), fields_bytes_max, shortened);
  cut = cut || shortened;
  return shortened ? std::string() : text;
}

void put(Object& into, const char* name, std::string text) {
  if (!text.empty()) into.emplace_back(name, std::move(text));
}

std::string_view reason_of(Reason reason) {
  switch (reason) {
    case Reason::unverified:
      return "unverified";
    case Reason::unreadable:
      return "unreadable";
    case Reason::unplaced:
      return "unplaced";
    case Reason::refused:
      return "refused";
    case Reason::call_back:
      return "call_back";
  }
  return "unreadable";
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[static_cast<std::size_t>(byte) >> 4U];
    out += digits[byte & 15U];
  }
  return out;
}

// What came, told from all else that comes: no secret, only a digest.
std::string digest(const Letter& letter) {
  std::string all = letter.path;
  for (const auto& [name, value] : letter.query) all += '\0' + name + '\0' + value;
  all += '\0';
  all += letter.body;
  return hex(signing::hmac_sha256(letter.channel, all));
}

// Told from all others with the same id, too: by every member.
std::string whole_digest(const Letter& letter) {
  std::string all = digest(letter) + std::to_string(static_cast<int>(letter.reason));
  for (const auto& [name, value] : letter.headers) all += '\0' + name + '\0' + value;
  for (const auto* member :
       {&letter.detail, &letter.said, &letter.group, &letter.account, &letter.area}) {
    all += '\0' + *member;
  }
  return hex(signing::hmac_sha256(letter.channel, all));
}

std::string id_of(const Letter& letter) {
  const bool known = !letter.id.empty() && letter.id.size() <= id_bytes_max &&
                     engine::schema::text_flaw(letter.id).empty();
  return letter_key(letter.channel, known ? letter.id : digest(letter));
}

Object members_of(const Letter& letter) {
  bool cut = letter.body.size() > letter_bytes_max;
  const std::string_view kept = std::string_view(letter.body).substr(0, letter_bytes_max);
  const bool plain = engine::schema::text_flaw(kept).empty();
  std::string body = plain ? std::string(kept) : signing::to_base64(kept);
  std::string query = fields_text(letter.query, cut);
  std::string headers = fields_text(letter.headers, cut);
  std::string account = clean(letter.account, account_bytes_max, cut);
  const std::size_t others = body.size() + query.size() + headers.size() + account.size();
  const std::size_t room = engine::writer::payload_bytes_max - plain_bytes_max - others;
  std::string said = clean(letter.said, std::min(room, said_bytes_max), cut);
  const auto type = http::find_field(letter.headers, "Content-Type").value_or("");
  bool no_matter = false;

  Object out;
  const std::string channel = clean(letter.channel, channel_bytes_max, no_matter);
  out.emplace_back("channel", channel.empty() ? "other" : channel);
  out.emplace_back("reason", reason_of(letter.reason));
  put(out, "detail", clean(letter.detail, line_bytes_max, no_matter));
  put(out, "path", clean(letter.path, line_bytes_max, cut));
  put(out, "content_type", clean(type, name_bytes_max, no_matter));
  out.emplace_back("size", std::uint64_t{letter.body.size()});
  if (!plain) out.emplace_back("base64", true);
  if (cut) out.emplace_back("cut", true);
  put(out, "group", clean(letter.group, name_bytes_max, no_matter));
  put(out, "area", clean(letter.area, name_bytes_max, no_matter));
  put(out, "body", std::move(body));
  put(out, "query", std::move(query));
  put(out, "headers", std::move(headers));
  put(out, "said", std::move(said));
  put(out, "account", std::move(account));
  return out;
}

// So many at once, then evenly more.
class Bucket {
 public:
  explicit Bucket(Instant now) : filled_(now) {}

  bool take(Instant now) {
    fill(now);
    if (drops_ < per_drop) return false;
    drops_ -= per_drop;
    return true;
  }
  void give_back() { drops_ = std::min(drops_ + per_drop, full); }

 private:
  // A drop is a letter; an hour's milliseconds bring a full bucket of them.
  static constexpr std::int64_t per_drop = 3'600'000;
  static constexpr std::int64_t full = per_drop * unverified_an_hour;

  void fill(Instant now) {
    const std::int64_t passed = std::max<std::int64_t>((now - filled_).count(), 0);
    filled_ = now;
    const std::int64_t more = std::min(passed, per_drop) * unverified_an_hour;
    drops_ = std::min(drops_ + more, full);
  }

  Instant filled_;
  std::int64_t drops_ = full;
};

}  // namespace

Submission submission_of(const Letter& letter) {
  const auto& schema = intake::schema();
  const auto& table = *schema.by_verb("hold_letter");
  auto made = schema.compose(table, Value(members_of(letter)));
  ENSURE(made.composed.has_value());  // members_of() lets nothing through that would not fit
  Submission out{letter_source, id_of(letter), {"intake", ""}, {}};
  auto& step = out.steps.emplace_back();
  step.workflow = intake::workflow_id;
  step.stream = {intake::workflow_id, 0};
  step.verb = table.type;
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  bool cut = false;
  step.person = clean(letter.account, account_bytes_max, cut);
  return out;
}

std::string letter_key(std::string_view channel, std::string_view id) {
  bool cut = false;
  return clean(channel, channel_bytes_max, cut) + "/" + std::string(id);
}

struct Office::Impl {
  Impl(engine::writer::Writer& to, engine::Clock when) : writer(to), clock(std::move(when)) {}

  // Requires: the mutex is held.
  Bucket& bucket_of(const std::string& channel, Instant now) {
    const bool known = buckets.contains(channel) || buckets.size() < channels_max;
    return buckets.try_emplace(known ? channel : std::string(), now).first->second;
  }

  bool lets_in(const std::string& channel) {
    const Instant now = clock();
    const std::lock_guard lock(mutex);
    return bucket_of(channel, now).take(now);
  }

  void submit(Submission submission, const std::string& channel, bool counted, std::string again,
              std::function<void(Held)> done);

  engine::writer::Writer& writer;
  engine::Clock clock;
  std::mutex mutex;
  std::map<std::string, Bucket> buckets;
  std::atomic<std::uint64_t> turned_away{0};
};

// `again`: what is put behind the id where another letter has it already; "": it was.
void Office::Impl::submit(Submission submission, const std::string& channel, bool counted,
                          std::string again, std::function<void(Held)> done) {
  Submission second = submission;
  writer.submit(std::move(submission),
                [this, channel, counted, again = std::move(again), second = std::move(second),
                 done = std::move(done)](const Answer& answer) mutable {
                  if (const auto* recorded = std::get_if<Recorded>(&answer)) {
                    if (recorded->repeated && counted) {
                      const std::lock_guard lock(mutex);
                      bucket_of(channel, clock()).give_back();
                    }
                    return done(Held::kept);
                  }
                  const auto* failed = std::get_if<Failed>(&answer);
                  if (failed != nullptr && failed->why == Failure::reused_id && !again.empty()) {
                    second.id += again;
                    return submit(std::move(second), channel, counted, "", std::move(done));
                  }
                  done(Held::later);
                });
}

Office::Office(engine::writer::Writer& writer, engine::Clock clock)
    : impl_(std::make_unique<Impl>(writer, std::move(clock))) {}

Office::~Office() = default;

void Office::hold(Letter letter, std::function<void(Held)> done) {
  const bool counted = letter.reason == Reason::unverified;
  if (counted && !impl_->lets_in(letter.channel)) {
    ++impl_->turned_away;
    return done(Held::full);
  }
  impl_->submit(submission_of(letter), letter.channel, counted,
                "/" + whole_digest(letter).substr(0, 16), std::move(done));
}

Hold Office::as_function() {
  return [this](Letter letter, std::function<void(Held)> done) {
    hold(std::move(letter), std::move(done));
  };
}

std::uint64_t Office::turned_away() const { return impl_->turned_away; }

}  // namespace adapters::intake
