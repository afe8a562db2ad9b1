// What all parts of the gateway share, and one request on its way through it. Internal to
// adapters/open311.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/open311/arguments.hpp"
#include "adapters/open311/documents.hpp"
#include "adapters/open311/gateway.hpp"
#include "adapters/open311/readers.hpp"
#include "adapters/open311/route.hpp"

namespace adapters::open311 {

struct Core {
  Core(Config with, Parts on)
      : config(std::move(with)), parts(std::move(on)), readers(parts.board) {}

  const Config config;
  const Parts parts;
  intake::Traffic traffic;
  Readers readers;
};
using CorePtr = std::shared_ptr<Core>;

struct Call {
  http::Request request;
  http::Reply reply;
  Route route;
  Format format = Format::xml;
  Arguments arguments;
  const ApiKey* key = nullptr;  // that is valid

  const std::string& key_name() const;  // "" without a key
};
using CallPtr = std::shared_ptr<Call>;

// Why there is no answer: the HTTP status, and each thing that is wrong with its own code.
struct Refused {
  unsigned status = 400;
  std::vector<Flaw> flaws;
  http::Fields headers = {};
};
Refused refused(unsigned status, std::string_view description);
// Later it may go: with Retry-After.
Refused unavailable(std::string_view description);
Refused refused_by(const engine::Error& error);
// One more thing that is wrong; the first one's status is the answer's.
void add(std::vector<Flaw>& flaws, unsigned code, std::string_view description);
Refused refused_for(std::vector<Flaw> flaws);  // Requires: at least one

using Outcome = std::variant<std::string, Refused>;  // a document in the call's format

http::Response respond(Format format, std::string document, unsigned status = 200);
http::Response respond(Format format, Refused refused);
void answer(Core& core, Call& call, Outcome outcome);

// Runs on one of the readers' threads, or is refused where too many wait.
void look(Core& core, const CallPtr& call, std::function<Outcome(Desk&)> read);

// Whether Open311 knows of issues that came by this channel.
bool shows(const Config& config, std::string_view channel);

// What stands for who hands in, in the record and before its ids.
std::string actor_of(const ApiKey& key);
constexpr std::string_view request_source = "open311";
constexpr std::string_view update_source = "open311-update";
// An id of 32 hexadecimal digits that follows from who says it and what he calls it.
std::string id_from(const ApiKey& key, std::string_view theirs);

// Who reports, as far as he says it.
struct Reporter {
  std::string name, phone, account;
  std::string person;  // handle
};
Reporter reporter_in(const Arguments& arguments);

// The answer to what the writer said, but for Recorded.
Refused refused_by(const engine::writer::Answer& answer);

// Documents of what is configured.
std::string discovery_document(const Core& core, const Call& call);
std::string services_document(const Core& core, Format format);
Outcome definition_document(const Core& core, const Call& call);

// What is handed in; `form`: whether the body could be read is known already.
void take_request(const CorePtr& core, const CallPtr& call);
void take_update(const CorePtr& core, const CallPtr& call);
// A request that was kept for a person. `id`: under which it is known where it names none itself.
void take_request_again(const CorePtr& core, const CallPtr& call, const std::string& id,
                        std::function<void(intake::Again)> done);

// What is asked for.
Outcome read_requests(Core& core, const Call& call, Desk& desk);
Outcome read_request(Core& core, const Call& call);
Outcome read_token(Core& core, const Call& call);
Outcome read_updates(Core& core, const Call& call, Desk& desk);

}  // namespace adapters::open311
