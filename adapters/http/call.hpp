// One request on its way through the API, and what all parts of it share. Internal to
// adapters/http.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/http/api.hpp"
#include "adapters/http/message.hpp"
#include "adapters/http/problem.hpp"
#include "adapters/http/routes.hpp"
#include "adapters/http/tokens.hpp"
#include "engine/core/error.hpp"
#include "workflows/directory/directory.hpp"
#include "workflows/issue/timeline.hpp"

namespace adapters::http {

struct Call {
  Request request;
  Reply reply;
  std::shared_ptr<const Token> token;  // nullptr: an open route
  Match match;                         // borrows the request's path

  std::string subject() const { return std::string(match.subject); }
};
using CallPtr = std::shared_ptr<Call>;

using Outcome = std::variant<Response, Problem>;

void answer(Call& call, Outcome outcome);

// A fault met while reading.
Problem problem_of(const engine::Error& error);

// A JSON answer.
Response json_response(const engine::schema::Value& body, unsigned status = 200);
// The same, never kept by anybody between: it holds what is personal, or true only now.
Response private_response(const engine::schema::Value& body);

// "\"3\""
std::string etag_of(engine::Version version);

// The issue number in the path. not_found: it is none.
std::variant<std::uint64_t, Problem> issue_number(std::string_view text);
// The same for a meeting's.
std::variant<std::uint64_t, Problem> meeting_number(std::string_view text);

// The same for a letter's.
std::variant<std::uint64_t, Problem> letter_number(std::string_view text);

// Whether `area` is `root` or lies in it. Nothing lies in "" but "" contains everything.
bool lies_in(const workflows::directory::Tree& tree, std::string_view area, std::string_view root);

// What a token may not do with an issue as it stands now; nothing if it may. `grant`: for what is
// asked. Reads the log.
std::optional<Problem> barred(const ApiParts& parts, const Token& token, Grant grant,
                              std::uint64_t number);
// The same for a meeting.
std::optional<Problem> barred_meeting(const ApiParts& parts, const Token& token, Grant grant,
                                      std::uint64_t number);
// The same for a letter.
std::optional<Problem> barred_letter(const ApiParts& parts, const Token& token, Grant grant,
                                     std::uint64_t number);
// Whether barred() has anything to look up.
bool needs_look(const Token& token, Grant grant);

Problem outside_area(const Token& token, std::string_view what);

// The personal words of what is read for one call, as far as its token may have them.
class WordReader {
 public:
  WordReader(const ApiParts& parts, const Token& token);

  bool may_read() const { return may_read_; }
  // Nothing unless the token may read words. Borrows this.
  workflows::issue::Words words();
  // Takes down what was read, if anything was. False: it could not be, so nothing may leave.
  bool taken_down(const char* what, std::vector<std::uint64_t> issues, const std::string& peer,
                  std::vector<std::uint64_t> meetings = {});
  void saw() { read_ = true; }

 private:
  std::optional<std::string> unseal(const engine::log::RecordView& record, std::string_view field);

  const ApiParts& parts_;
  const Token& token_;
  bool may_read_;
  bool read_ = false;
};

Problem cannot_take_down();

Problem not_permitted(const Token& token, std::string_view what);
// Too much waits already: not taken.
Problem overloaded();
Problem stopping();

// Says "withheld" where the timeline, which does not know why words are missing, says "erased".
void say_withheld(engine::schema::Value& value);

}  // namespace adapters::http
