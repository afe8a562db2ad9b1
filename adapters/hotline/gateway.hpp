// POST /v1/hotline/calls: one call sheet to one answer. Who calls has been told apart already, by a
// token whose role may report.
//
// Answers (problems are RFC 9457, application/problem+json):
//   201  an issue: number, version, stage, stage_zh, position; of a repeat the same, with
//        Idempotent-Replayed
//   202  a call back to make: {"call_back": true, "call_id": …}
//   400 malformed_json · 403 outside_area · 405 · 413 too_large · 415 not_json
//   422 invalid_body, unknown_code, in_the_future, reused_id · 409 any other refusal
//   503 with Retry-After: nothing of it was done, ask again
//
// Threads: handle() may be called from any; it does not block.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "adapters/hotline/sheet.hpp"
#include "adapters/http/message.hpp"
#include "adapters/intake/again.hpp"
#include "adapters/intake/letter.hpp"
#include "adapters/intake/traffic.hpp"
#include "engine/writer/writer.hpp"

namespace adapters::hotline {

class Gateway {
 public:
  // Whether an area is the other or lies in it.
  using LiesIn = std::function<bool(std::string_view area, std::string_view root)>;

  // The call back that was to be made under that id is none any more: it is the issue. `done` once,
  // from any thread, whatever came of it.
  using Settle = std::function<void(const std::string& id, std::uint64_t issue,
                                    const engine::writer::Actor& by, std::function<void()> done)>;

  // The writer has stopped before this ends.
  Gateway(engine::writer::Writer& writer, intake::Hold hold, LiesIn lies_in, Settle settle);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // A sheet that names no area lies in the caller's.
  void handle(http::Request request, http::Reply reply, Caller caller);

  // A letter of this, again: a call back to make stays one until somebody has called.
  void take_again(const intake::Letter& letter, const std::string& by,
                  std::function<void(intake::Again)> done);

  const intake::Traffic& traffic() const { return traffic_; }

 private:
  void report(Sheet sheet, http::Reply reply, const Caller& caller, const std::string& path);
  void call_back(const Sheet& sheet, http::Request request, http::Reply reply);

  engine::writer::Writer& writer_;
  intake::Hold hold_;
  LiesIn lies_in_;
  Settle settle_;
  intake::Traffic traffic_;
};

}  // namespace adapters::hotline
