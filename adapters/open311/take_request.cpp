// A request that is handed in becomes a report.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "adapters/open311/answers_to.hpp"
#include "adapters/open311/core.hpp"
#include "adapters/open311/report_text.hpp"
#include "engine/schema/text.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::open311 {

using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Recorded;
using engine::writer::Step;
using engine::writer::Submission;
using workflows::directory::EntryInfo;
using workflows::directory::Tree;

namespace {

constexpr std::size_t description_characters_max = 4'000;  // the standard's
constexpr std::size_t media_max = 16;
constexpr std::size_t media_bytes_max = 2'048;
constexpr std::size_t external_id_bytes_max = 128;
constexpr std::size_t key_bytes_max = 256;  // of an Idempotency-Key

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// What is being made of one request; what is wrong with it is gathered.
struct Taking {
  const Core& core;
  const Call& call;
  std::vector<Flaw> flaws;
  Object body;
  ReportText text;
  const ServiceEntry* service = nullptr;

  std::string_view one(std::string_view name) const { return call.arguments.one(name); }
  void wrong(std::string_view description, unsigned code = 400) { add(flaws, code, description); }
  void put(const char* name, std::string_view value) {
    if (!value.empty()) body.emplace_back(name, value);
  }
};

void take_service(Taking& taking, const Tree& tree) {
  const std::string_view code = taking.one("service_code");
  if (code.empty()) return taking.wrong("service_code was not provided.");
  const EntryInfo* category = tree.find("category", code);
  if (category == nullptr || category->retired) {
    return taking.wrong("service_code " + std::string(code) + " was not found.", 404);
  }
  taking.service = find_service(taking.core.config.services, code);
  taking.put("category", code);
  // A report has words; who sends none says at least what it is about.
  taking.text.description = category->name;
}

std::optional<double> degrees(Taking& taking, const char* name, double most) {
  const std::string_view text = taking.one(name);
  if (text.empty()) return std::nullopt;
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc{} && end == text.data() + text.size();
  if (whole && std::fabs(number) <= most) return number;
  const std::string bound = std::to_string(static_cast<int>(most));
  taking.wrong(std::string(name) + " must be degrees (WGS84) from -" + bound + " to " + bound +
               ".");
  return std::nullopt;
}

void take_location(Taking& taking, const Tree& tree) {
  const bool lat = !taking.one("lat").empty();
  const bool longitude = !taking.one("long").empty();
  const std::string_view address = taking.one("address_string");
  const std::string_view id = taking.one("address_id");
  if (lat != longitude) {
    taking.wrong(std::string(lat ? "long" : "lat") +
                 " was not provided: lat and long go together.");
  } else if (!lat && address.empty() && id.empty()) {
    taking.wrong("No location was provided: give lat and long, or address_string, or address_id.");
  }
  if (const auto degree = degrees(taking, "lat", 90)) taking.body.emplace_back("latitude", *degree);
  if (const auto degree = degrees(taking, "long", 180)) {
    taking.body.emplace_back("longitude", *degree);
  }
  taking.put("place", address);
  if (id.empty()) return;
  const EntryInfo* area = tree.find("area", id);
  if (area != nullptr && !area->retired) return taking.put("area", id);
  taking.text.lines.emplace_back("address_id", id);  // of a register that is none of ours
}

void take_words(Taking& taking) {
  const std::string_view description = taking.one("description");
  if (characters(description) > description_characters_max) {
    taking.wrong("description has more than " + std::to_string(description_characters_max) +
                 " characters.");
  }
  if (!description.empty()) taking.text.description = description;
  auto answers = answers_to(taking.service, taking.call.arguments.attributes(),
                            taking.core.parts.offset_minutes);
  for (const std::string& flaw : answers.flaws) taking.wrong(flaw);
  for (auto& line : answers.lines) taking.text.lines.push_back(std::move(line));
  taking.text.media = taking.call.arguments.all("media_url");
  if (taking.text.media.size() > media_max) {
    taking.wrong("There are more than " + std::to_string(media_max) + " media_url.");
  }
  for (const std::string& url : taking.text.media) {
    const bool web = url.starts_with("http://") || url.starts_with("https://");
    const bool clean = url.find_first_of(" \t\r\n\"<>") == std::string::npos;
    if (!web || !clean || url.size() > media_bytes_max) {
      taking.wrong("media_url must be one address that begins with http:// or https://.");
    }
  }
  taking.body.emplace_back("text", to_text(taking.text));
}

void take_reporter(Taking& taking, Step& step) {
  Reporter reporter = reporter_in(taking.call.arguments);
  taking.put("name", reporter.name);
  taking.put("phone", reporter.phone);
  taking.put("account", reporter.account);
  step.person = std::move(reporter.person);
  const std::string_view email = taking.one("email");
  if (!email.empty() && email.find('@') == std::string_view::npos) {
    taking.wrong("email must be an e-mail address.");
  }
  // What a FixMyStreet calls the report that it passes on.
  for (const Said& each : taking.call.arguments.attributes()) {
    if (each.code != "external_id" && each.code != "fixmystreet_id") continue;
    if (each.values.front().size() > external_id_bytes_max) continue;
    return taking.put("external_id", each.values.front());
  }
}

// What the schema says of our members, in the words of the one who sent them.
std::string said_of(const engine::schema::Flaw& flaw) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"/text", "description with attributes"},
      {"/place", "address_string"},
      {"/category", "service_code"},
      {"/area", "address_id"},
      {"/name", "first_name with last_name"},
      {"/latitude", "lat"},
      {"/longitude", "long"},
      {"/account", "email, account_id or device_id"}};
  std::string name = flaw.pointer.empty() ? "the request" : flaw.pointer.substr(1);
  for (const auto& [pointer, theirs] : names) {
    if (pointer == flaw.pointer) name = theirs;
  }
  return name + " " + flaw.detail + ".";
}

void compose(Taking& taking, Step& step) {
  const auto& schema = workflows::issue::schema();
  const auto& table = *schema.by_verb("report");
  taking.body.emplace_back("channel", "open311");
  auto made = schema.compose(table, Value(taking.body));
  for (const auto& flaw : made.flaws) {
    // Without words it would be about its service, and that there is none has been said.
    const bool known = flaw.pointer == "/text" && taking.text.description.empty();
    if (!known) taking.wrong(said_of(flaw));
  }
  step.workflow = workflows::issue::workflow_id;
  step.verb = table.type;
  if (!made.composed) return;
  step.body = std::move(made.composed->body);
  step.personal = std::move(made.composed->personal);
  step.codes = std::move(made.composed->codes);
}

// The same key is the same request for ever. A token is the id, so that it needs no place of its
// own.
void take_id(Taking& taking, Submission& submission) {
  std::string_view key =
      http::find_field(taking.call.request.headers, "Idempotency-Key").value_or("");
  if (key.size() > 2 && key.front() == '"' && key.back() == '"') {
    key = key.substr(1, key.size() - 2);  // a structured field's string (RFC 8941)
  }
  if (key.size() > key_bytes_max || !engine::schema::text_flaw(key).empty()) {
    taking.wrong("An Idempotency-Key has 1 to " + std::to_string(key_bytes_max) +
                 " bytes of text.");
  } else if (!key.empty()) {
    submission.id = id_from(*taking.call.key, key);
  } else if (taking.core.config.mode == Mode::token) {
    submission.id = taking.core.parts.random_token();
  }
}

std::string receipt_of(const Core& core, const Call& call, const ServiceEntry* service,
                       const std::string& id, const Recorded& recorded) {
  Receipt out;
  if (core.config.mode == Mode::token) {
    out.token = number_field(id);
  } else {
    out.service_request_id = number_field(workflows::issue::format_number(recorded.stream.number));
  }
  const bool has_notice = service != nullptr && !service->notice.empty();
  out.service_notice = text_field(has_notice ? service->notice : core.config.notice);
  out.account_id = number_field(call.arguments.one("account_id"));
  return write_receipts({out}, call.format);
}

}  // namespace

namespace {

struct Composed {
  Submission submission;
  const ServiceEntry* service = nullptr;
  std::vector<Flaw> flaws;
};

Composed composed_of(const CorePtr& core, const CallPtr& call) {
  Taking taking{*core, *call, {}, {}, {}};
  Submission submission;
  submission.source = request_source;
  submission.actor.name = actor_of(*call->key);
  Step& step = submission.steps.emplace_back();
  const auto tree = core->parts.directory.tree();
  take_service(taking, *tree);
  take_location(taking, *tree);
  take_words(taking);
  take_reporter(taking, step);
  take_id(taking, submission);
  compose(taking, step);
  return {std::move(submission), taking.service, std::move(taking.flaws)};
}

}  // namespace

void take_request(const CorePtr& core, const CallPtr& call) {
  Composed made = composed_of(core, call);
  if (!made.flaws.empty()) return answer(*core, *call, refused_for(std::move(made.flaws)));

  const auto done = [core, call, service = made.service,
                     id = made.submission.id](const engine::writer::Answer& given) {
    const auto* recorded = std::get_if<Recorded>(&given);
    if (recorded == nullptr) return answer(*core, *call, refused_by(given));
    if (recorded->repeated) ++core->traffic.repeats;
    answer(*core, *call, receipt_of(*core, *call, service, id, *recorded));
  };
  core->parts.writer.submit(std::move(made.submission), done);
}

void take_request_again(const CorePtr& core, const CallPtr& call, const std::string& id,
                        std::function<void(intake::Again)> done) {
  Composed made = composed_of(core, call);
  if (!made.flaws.empty())
    return done(intake::stays(std::string(text_in(made.flaws.front().description))));
  // A token that was made for it just now is known to nobody.
  const bool has_key = http::find_field(call->request.headers, "Idempotency-Key").has_value();
  if (!has_key || made.submission.id.empty()) made.submission.id = id;
  core->parts.writer.submit(
      std::move(made.submission), [done = std::move(done)](const engine::writer::Answer& given) {
        if (const auto* recorded = std::get_if<Recorded>(&given)) {
          return done(intake::became(recorded->stream.number));
        }
        const Refused no = refused_by(given);
        std::string why(text_in(no.flaws.front().description));
        done(no.status == 503 ? intake::not_now(std::move(why)) : intake::stays(std::move(why)));
      });
}

}  // namespace adapters::open311
