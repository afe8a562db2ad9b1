#include "adapters/open311/core.hpp"

#include <algorithm>
#include <utility>

#include "adapters/signing/signing.hpp"

namespace adapters::open311 {

using engine::Fault;
using engine::writer::Failed;
using engine::writer::Failure;
using engine::writer::Refusal;

namespace {

bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// Chinese names go surname first and without a blank.
std::string full_name(std::string_view first, std::string_view last) {
  if (first.empty() || last.empty()) return std::string(first.empty() ? last : first);
  if (!plain(first) && !plain(last)) return std::string(last) + std::string(first);
  return std::string(first) + " " + std::string(last);
}

}  // namespace

const std::string& Call::key_name() const {
  static const std::string none;
  return key == nullptr ? none : key->name;
}

void add(std::vector<Flaw>& flaws, unsigned code, std::string_view description) {
  flaws.push_back({number_field(std::to_string(code)), text_field(description)});
}

Refused refused(unsigned status, std::string_view description) {
  Refused out{status, {}};
  add(out.flaws, status, description);
  return out;
}

Refused unavailable(std::string_view description) {
  Refused out = refused(503, description);
  out.headers.emplace_back("Retry-After", "1");
  return out;
}

Refused refused_for(std::vector<Flaw> flaws) {
  const unsigned status = text_in(flaws.front().code) == "404" ? 404 : 400;
  return {status, std::move(flaws)};
}

Refused refused_by(const engine::Error& error) {
  switch (error.fault) {
    case Fault::invalid:
    case Fault::too_large:
    case Fault::conflict:
      return refused(400, error.detail + ".");
    case Fault::not_found:
    case Fault::busy:
    case Fault::cancelled:
      return unavailable("Not ready yet: " + error.detail + ".");
    case Fault::corrupt:
    case Fault::storage:
    case Fault::read_only:
      return unavailable("The service cannot read its records.");
  }
  return unavailable("The service cannot read its records.");
}

Refused refused_by(const engine::writer::Answer& answer) {
  if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    const bool no_service = refusal->pointer == "/category" && refusal->code == "unknown_code";
    const bool none = refusal->code == "not_found";
    return refused(no_service || none ? 404 : 400, refusal->detail);
  }
  const auto* failed = std::get_if<Failed>(&answer);
  if (failed == nullptr) return refused(400, "The request has changed in the meantime.");
  switch (failed->why) {
    case Failure::reused_id:
      return refused(400,
                     "The same Idempotency-Key or update_id came before with another content; "
                     "give each request its own.");
    case Failure::overloaded:
      return unavailable("Too much waits already; send it again in a moment.");
    case Failure::stopping:
      return unavailable("The service is shutting down; nothing of this was taken.");
    case Failure::not_written:
    case Failure::unknown:
    case Failure::read_only:
      return unavailable(
          "The service cannot write at present; send it again later, with the same "
          "Idempotency-Key if it had one.");
  }
  return unavailable("The service cannot take this at present.");
}

http::Response respond(Format format, std::string document, unsigned status) {
  http::Response out;
  out.status = status;
  out.content_type =
      format == Format::xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8";
  out.headers.emplace_back("Cache-Control", "no-store");
  out.body = std::move(document);
  return out;
}

http::Response respond(Format format, Refused refused) {
  http::Response out = respond(format, write_flaws(refused.flaws, format), refused.status);
  for (auto& header : refused.headers) out.headers.push_back(std::move(header));
  return out;
}

void answer(Core& core, Call& call, Outcome outcome) {
  if (auto* no = std::get_if<Refused>(&outcome)) {
    if (no->status == 403) ++core.traffic.unverified;
    if (no->status == 503) ++core.traffic.failed;
    return call.reply(respond(call.format, std::move(*no)));
  }
  ++core.traffic.taken;
  call.reply(respond(call.format, std::move(std::get<std::string>(outcome))));
}

void look(Core& core, const CallPtr& call, std::function<Outcome(Desk&)> read) {
  const bool taken = core.readers.post([&core, call, read = std::move(read)](Desk* desk) {
    if (desk == nullptr) {
      answer(core, *call, unavailable("The service is shutting down."));
    } else {
      answer(core, *call, read(*desk));
    }
  });
  if (!taken) {
    answer(core, *call, unavailable("Too many questions wait already; ask again in a moment."));
  }
}

bool shows(const Config& config, std::string_view channel) {
  return config.channels.empty() || std::find(config.channels.begin(), config.channels.end(),
                                              channel) != config.channels.end();
}

std::string actor_of(const ApiKey& key) {
  return key.name == request_source ? key.name : "open311:" + key.name;
}

std::string id_from(const ApiKey& key, std::string_view theirs) {
  constexpr char hex[] = "0123456789abcdef";
  constexpr std::size_t bytes = 16;
  std::string out;
  const std::string digest = signing::hmac_sha256("open311\n" + key.name, theirs);
  for (std::size_t i = 0; i < bytes; ++i) {
    const auto byte = static_cast<unsigned char>(digest[i]);
    out += {hex[byte >> 4], hex[byte & 15]};
  }
  return out;
}

Reporter reporter_in(const Arguments& arguments) {
  Reporter out;
  out.name = full_name(arguments.one("first_name"), arguments.one("last_name"));
  out.phone = arguments.one("phone");
  for (const char* each : {"email", "account_id", "device_id"}) {
    if (out.account.empty()) out.account = arguments.one(each);
  }
  out.person = out.phone;
  if (out.person.empty() && !out.account.empty()) out.person = "open311:" + out.account;
  return out;
}

}  // namespace adapters::open311
