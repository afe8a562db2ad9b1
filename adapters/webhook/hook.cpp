#include "adapters/webhook/hook.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <utility>
#include <variant>

#include "adapters/json/json.hpp"
#include "adapters/webhook/event.hpp"
#include "adapters/webhook/signature.hpp"
#include "engine/core/ensure.hpp"
#include "workflows/issue/number.hpp"

namespace adapters::webhook {

using engine::Error;
using engine::Fault;
using engine::Result;
using engine::log::RecordView;
using engine::outbox::Draft;
using engine::outbox::Ending;
using engine::outbox::Outcome;
using engine::outbox::Row;

namespace {

constexpr unsigned status_gone = 410;

Outcome outcome_of(const client::Outcome& asked) {
  if (const auto* failed = std::get_if<client::Failed>(&asked)) {
    return {Ending::later, failed->why, {}};
  }
  const auto& answer = std::get<client::Answer>(asked);
  if (answer.status >= 200 && answer.status < 300) return {};
  const std::string what = "the receiver answered " + std::to_string(answer.status);
  if (answer.status == status_gone) {
    return {Ending::never, what + ": it wants no more events", {}};
  }
  return {Ending::later, what, answer.retry_after};
}

class HookCarrier final : public engine::outbox::Carrier {
 public:
  explicit HookCarrier(HookParts parts) : parts_(std::move(parts)) {
    for (const std::string& secret : parts_.hook.secrets) {
      auto key = key_of(secret);
      ENSURE(key);
      keys_.push_back(*std::move(key));
    }
  }

  void carry(const Row& row, std::function<void(Outcome)> done) override {
    if (*gone_) {
      done({Ending::never, "the receiver answered 410 before: it wants no more events", {}});
      return;
    }
    const auto record = parts_.log.at(row.cause);
    if (!record) {
      done({Ending::later, "the record cannot be read: " + record.error().detail, {}});
      return;
    }
    if (event_type(RecordView(*record)).empty()) {
      done({Ending::needless, "its fact is no event of an issue", {}});
      return;
    }
    parts_.client.post(request_of(*record),
                       [done = std::move(done), gone = gone_](const client::Outcome& asked) {
                         const auto* answer = std::get_if<client::Answer>(&asked);
                         if (answer != nullptr && answer->status == status_gone) *gone = true;
                         done(outcome_of(asked));
                       });
  }

 private:
  client::Request request_of(std::string_view record) const {
    const std::string id = event_id(record);
    const std::int64_t now =
        std::chrono::floor<std::chrono::seconds>(parts_.clock()).time_since_epoch().count();
    client::Request out;
    out.url = parts_.hook.url;
    out.body = json::write(event_of(record, parts_.source, parts_.offset_minutes));
    out.headers = {{"Content-Type", std::string(event_content_type)},
                   {"webhook-id", id},
                   {"webhook-timestamp", std::to_string(now)},
                   {"webhook-signature", signature(keys_, id, now, out.body)}};
    out.wait_max = post_max;
    return out;
  }

  const HookParts parts_;
  std::vector<std::string> keys_;
  // Answers may come after this has gone.
  const std::shared_ptr<std::atomic<bool>> gone_ = std::make_shared<std::atomic<bool>>(false);
};

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

}  // namespace

Result<void> check_hook(const Hook& hook) {
  const auto invalid = [&](const std::string& what) {
    return Error{Fault::invalid, "webhook \"" + hook.name + "\": " + what};
  };
  if (!is_name(hook.name)) {
    return invalid("a name has 1 to 64 letters, digits, '-', '_' and '.'");
  }
  if (!hook.url.starts_with("https://") && !hook.url.starts_with("http://")) {
    return invalid("its url begins with https:// (or http:// within a network that is trusted)");
  }
  if (hook.secrets.empty() || hook.secrets.size() > secrets_max) {
    return invalid("it has 1 to " + std::to_string(secrets_max) + " secrets");
  }
  for (const std::string& secret : hook.secrets) {
    if (const auto key = key_of(secret); !key) return invalid(key.error().detail);
  }
  const auto known = event_types();
  for (const std::string& type : hook.types) {
    if (std::find(known.begin(), known.end(), type) == known.end()) {
      return invalid("there is no event \"" + type + "\"; one is called \"" + known.front() + "\"");
    }
  }
  return {};
}

std::string route_of(const Hook& hook) { return "webhook:" + hook.name; }

engine::outbox::Plan plan_hooks(std::vector<Hook> hooks) {
  return [hooks = std::move(hooks)](const RecordView& record) {
    std::vector<Draft> out;
    if (record.stream().workflow != workflows::issue::workflow_id) return out;
    const std::string type = event_type(record);
    if (type.empty()) return out;
    for (const Hook& hook : hooks) {
      const bool wanted = hook.types.empty() ||
                          std::find(hook.types.begin(), hook.types.end(), type) != hook.types.end();
      if (wanted) out.push_back({route_of(hook), hook.name, record.stream().number, type});
    }
    return out;
  };
}

std::unique_ptr<engine::outbox::Carrier> make_hook(HookParts parts) {
  return std::make_unique<HookCarrier>(std::move(parts));
}

}  // namespace adapters::webhook
