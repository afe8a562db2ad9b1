#include "adapters/http/feeds.hpp"

#include <charconv>
#include <utility>

#include "adapters/http/event_text.hpp"
#include "adapters/http/parameters.hpp"
#include "engine/log/record.hpp"
#include "workflows/intake/number.hpp"
#include "workflows/meeting/number.hpp"

namespace adapters::http {

using engine::Position;
using engine::log::RecordView;

namespace {

constexpr std::size_t piece_bytes = 48 * 1024;  // one event more stays under 64 KiB's order
constexpr std::size_t piece_records_max = 2'000;

struct Wanted {
  Position after;
  std::optional<engine::WorkflowId> workflow;
  std::optional<std::uint64_t> issue;
  bool words = false;
};

class Feed final : public Stream {
 public:
  Feed(const ApiParts& parts, std::shared_ptr<const Token> token, std::string peer, Wanted wanted,
       std::shared_ptr<Bell> bell, std::shared_ptr<const std::atomic<bool>> over)
      : parts_(parts),
        token_(std::move(token)),
        peer_(std::move(peer)),
        wanted_(wanted),
        at_(wanted.after),
        bell_(std::move(bell)),
        over_(std::move(over)) {}
  ~Feed() override { bell_->mute(); }

  void on_more(std::function<void()> wake) override { bell_->set(std::move(wake)); }

  std::optional<std::string> next() override {
    if (over_->load(std::memory_order_acquire) || failed_ || !parts_.tokens.holds(*token_)) {
      return std::nullopt;
    }
    bell_->arm();  // before looking, so that what comes while looking is not missed
    const auto now = std::chrono::steady_clock::now();
    std::string out;
    if (!begun_) out = "retry: 2000\n: " + std::to_string(at_.value) + "\n\n";
    begun_ = true;
    if (!read(out)) return std::nullopt;
    // An id alone makes no event, but is where the other side goes on.
    const bool more = at_ < parts_.log.last();
    if (out.empty() && (more || now - said_ >= heartbeat)) {
      out = ": still here\nid: " + std::to_string(at_.value) + "\n\n";
    }
    if (!out.empty()) said_ = now;
    return out;
  }

 private:
  // Appends what follows, up to a piece. False: it cannot go on.
  bool read(std::string& out) {
    const Position last = parts_.log.last();
    if (last <= at_) return true;
    std::size_t seen = 0;
    bool sound = true;
    const auto visit = [&](Position position, std::string_view bytes) {
      const RecordView record(bytes);
      if (position > at_ && takes(record)) {
        WordReader one(parts_, *token_);
        const auto event = event_text(
            record, wanted_.words ? one.words() : workflows::issue::Words{}, parts_.offset_minutes);
        const bool meeting = record.stream().workflow == workflows::meeting::workflow_id;
        std::vector<std::uint64_t> issues, meetings;
        (meeting ? meetings : issues).push_back(record.stream().number);
        sound = event.has_value() && one.taken_down("events", issues, peer_, meetings);
        if (!sound) return false;
        out += *event;
      }
      at_ = std::max(at_, position);
      return out.size() < piece_bytes && ++seen < piece_records_max;
    };
    const auto done = wanted_.issue
                          ? parts_.log.read_stream({workflows::issue::workflow_id, *wanted_.issue},
                                                   engine::Version{0}, visit)
                          : parts_.log.read(at_, last, visit);
    failed_ = !done || !sound;
    if (failed_) return !out.empty();
    // A stream's records were all seen, so nothing before the log's end is left.
    if (wanted_.issue && out.size() < piece_bytes && seen < piece_records_max) at_ = last;
    return true;
  }

  bool takes(const RecordView& record) {
    if (wanted_.workflow && record.stream().workflow != *wanted_.workflow) return false;
    if (wanted_.issue && record.stream().number != *wanted_.issue) return false;
    if (record.stream().workflow == workflows::intake::workflow_id &&
        may_read(token_->role, Right::intake) == Grant::no) {
      return false;
    }
    if (token_->area.empty() || record.stream().workflow == workflows::directory::workflow_id) {
      return true;
    }
    const auto tree = parts_.directory.tree();
    return lies_in(*tree, record.area(), token_->area) ||
           lies_in(*tree, record.area_before(), token_->area);
  }

  const ApiParts& parts_;
  std::shared_ptr<const Token> token_;
  std::string peer_;
  Wanted wanted_;
  Position at_;
  std::shared_ptr<Bell> bell_;
  std::shared_ptr<const std::atomic<bool>> over_;
  std::chrono::steady_clock::time_point said_ = std::chrono::steady_clock::now();
  bool begun_ = false;
  bool failed_ = false;
};

// Where to begin: Last-Event-ID, else ?after=, else the end of the log.
std::optional<Problem> take_start(const Call& call, Parameters& parameters, Position last,
                                  Wanted& wanted) {
  wanted.after = last;
  if (const auto after = parameters.number("after", 0, last.value)) {
    wanted.after = Position{*after};
  }
  const auto seen = find_field(call.request.headers, "Last-Event-ID");
  if (!seen || seen->empty()) return std::nullopt;
  std::uint64_t position = 0;
  const auto [end, failed] = std::from_chars(seen->data(), seen->data() + seen->size(), position);
  if (failed == std::errc{} && end == seen->data() + seen->size() && position <= last.value) {
    wanted.after = Position{position};
    return std::nullopt;
  }
  Problem out{"bad_header", "Last-Event-ID is no position of this log, which ends at " +
                                std::to_string(last.value) + "."};
  out.errors.push_back(error_at("header", "Last-Event-ID", "is no position of this log"));
  return out;
}

std::variant<Wanted, Problem> wanted_by(const ApiParts& parts, const Call& call) {
  Parameters parameters(call.request.query, Endpoint::events, parts.offset_minutes);
  Wanted out;
  if (auto problem = take_start(call, parameters, parts.log.last(), out)) {
    return *std::move(problem);
  }
  if (const auto name = parameters.text("workflow")) {
    out.workflow = *name == "issue"     ? workflows::issue::workflow_id
                   : *name == "meeting" ? workflows::meeting::workflow_id
                   : *name == "letter"  ? workflows::intake::workflow_id
                                        : workflows::directory::workflow_id;
  }
  out.words = parameters.flag("words");
  const auto number = parameters.text("issue");
  if (number) {
    out.issue = workflows::issue::parse_number(*number);
    if (!out.issue) parameters.wrong("issue", "is no issue number");
    if (out.workflow && out.workflow != workflows::issue::workflow_id) {
      parameters.wrong("workflow", "can only be issue where an issue is asked for");
    }
    out.workflow = workflows::issue::workflow_id;
  }
  if (auto problem = parameters.problem()) return *std::move(problem);
  const Token& token = *call.token;
  if (out.words && may_read(token.role, Right::words) == Grant::no) {
    return not_permitted(token, "words");
  }
  const Grant grant = may_read(token.role, Right::events);
  if (out.issue) {
    if (auto no = barred(parts, token, grant, *out.issue)) return *std::move(no);
  } else if (grant == Grant::own) {
    return Problem{"not_permitted", "The role " + std::string(role_name(token.role)) +
                                        " follows one issue at a time; name it with ?issue=."};
  }
  return out;
}

}  // namespace

void Bell::set(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void Bell::mute() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
}

void Bell::ring() {
  if (!armed_.exchange(false, std::memory_order_acq_rel)) return;
  const std::lock_guard lock(mutex_);
  if (wake_) wake_();
}

Feeds::Feeds(const ApiParts& parts) : parts_(parts), beats_([this] { beat(); }) {}

Outcome Feeds::open(const Call& call) {
  auto wanted = wanted_by(parts_, call);
  if (auto* problem = std::get_if<Problem>(&wanted)) return std::move(*problem);
  auto bell = std::make_shared<Bell>();
  {
    const std::lock_guard lock(mutex_);
    if (over_->load()) return stopping();
    if (sweep() >= feeds_max) return overloaded();
    bells_.push_back(bell);
  }
  ends_.notify_all();
  Response out;
  out.content_type = "text/event-stream";
  out.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  out.stream = std::make_shared<Feed>(parts_, call.token, call.request.peer,
                                      std::get<Wanted>(wanted), std::move(bell), over_);
  return out;
}

std::size_t Feeds::sweep() {
  std::erase_if(bells_, [](const auto& each) { return each.expired(); });
  return bells_.size();
}

void Feeds::appended() {
  const std::lock_guard lock(mutex_);
  for (const auto& each : bells_) {
    if (const auto bell = each.lock()) bell->ring();
  }
}

void Feeds::beat() {
  constexpr std::chrono::seconds step{5};  // so that no silence is much longer than a heartbeat
  std::unique_lock lock(mutex_);
  while (true) {
    // Nobody listens: there is nobody to say anything to.
    ends_.wait(lock, [this] { return over_->load() || !bells_.empty(); });
    if (ends_.wait_for(lock, step, [this] { return over_->load(); })) return;
    sweep();
    for (const auto& each : bells_) {
      if (const auto bell = each.lock()) bell->ring();
    }
  }
}

void Feeds::stop() {
  {
    const std::lock_guard lock(mutex_);
    over_->store(true, std::memory_order_release);
  }
  ends_.notify_all();
  if (beats_.joinable()) beats_.join();
  appended();
}

std::size_t Feeds::count() {
  const std::lock_guard lock(mutex_);
  return sweep();
}

}  // namespace adapters::http
