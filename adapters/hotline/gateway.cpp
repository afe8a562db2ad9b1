#include "adapters/hotline/gateway.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/json/json.hpp"
#include "workflows/issue/issue.hpp"

namespace adapters::hotline {

using engine::schema::Flaw;
using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;
using engine::writer::Answer;
using engine::writer::Failed;
using engine::writer::Failure;
using engine::writer::Recorded;
using engine::writer::Refusal;

namespace {

constexpr const char* retry_after_s = "5";

struct Trouble {
  unsigned status;
  std::string code;
  std::string detail;
  std::vector<Flaw> errors = {};
  std::vector<std::string> allowed = {};
};

struct Title {
  std::string_view code, title, title_zh;
};

// As the API calls the same things. What is not here is a refusal of the engine's.
constexpr std::array titles{
    Title{"malformed_json", "The body is no JSON", "请求体不是有效的 JSON"},
    Title{"outside_area", "It lies outside of the token's area", "超出令牌的区域范围"},
    Title{"method_not_allowed", "Another method is needed here", "不支持此方法"},
    Title{"too_large", "The body is too large", "请求体过大"},
    Title{"not_json", "The body must be application/json", "请求体须为 application/json"},
    Title{"invalid_body", "The body is no call sheet", "请求内容不是有效的来电单"},
    Title{"unknown_code", "A code is not in the directory", "目录中无此代码"},
    Title{"in_the_future", "It cannot have happened yet", "时间在未来"},
    Title{"no_number", "The numbers of the year are used up", "该年度编号已用完"},
    Title{"reused_id", "The call was handed in before with another content",
          "同一来电编号已以其他内容提交"},
    Title{"overloaded", "Too much waits already", "系统繁忙"},
    Title{"stopping", "The service is shutting down", "服务正在停止"},
    Title{"not_written", "It was not written", "未写入"},
    Title{"fate_unknown", "Whether it was written is not known", "是否写入未知"},
    Title{"read_only", "Nothing is taken until a restart", "只读，重启前不受理"},
};

Title title_of(std::string_view code) {
  const auto found = std::find_if(titles.begin(), titles.end(),
                                  [&](const Title& each) { return each.code == code; });
  return found == titles.end() ? Title{code, "Refused", "不予办理"} : *found;
}

http::Response problem(const Trouble& trouble, const std::string& path) {
  const Title title = title_of(trouble.code);
  Object body{{"type", "urn:sihe:problem:" + trouble.code},
              {"title", title.title},
              {"title_zh", title.title_zh},
              {"status", std::int64_t{trouble.status}},
              {"code", trouble.code},
              {"detail", trouble.detail},
              {"instance", path}};
  List errors;
  for (const Flaw& each : trouble.errors) {
    errors.emplace_back(Object{{"pointer", each.pointer}, {"detail", each.detail}});
  }
  if (!errors.empty()) body.emplace_back("errors", std::move(errors));
  if (!trouble.allowed.empty()) {
    body.emplace_back("allowed", List(trouble.allowed.begin(), trouble.allowed.end()));
  }
  http::Response out;
  out.status = trouble.status;
  out.content_type = "application/problem+json";
  out.body = json::write(Value(std::move(body)));
  if (trouble.status == 503) out.headers.emplace_back("Retry-After", retry_after_s);
  if (trouble.status == 405) out.headers.emplace_back("Allow", "POST");
  return out;
}

Trouble invalid(std::vector<Flaw> flaws) {
  const Flaw& first = flaws.front();
  const std::string where = first.pointer.empty() ? "it" : first.pointer;
  return {422, "invalid_body", "This is no call sheet: " + where + " " + first.detail + ".",
          std::move(flaws)};
}

bool is_json(const http::Request& request) {
  const auto type = http::find_field(request.headers, "Content-Type").value_or("");
  constexpr std::string_view json = "application/json";
  if (type.size() < json.size()) return false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = type[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != json[i]) return false;
  }
  return type.size() == json.size() || type[json.size()] == ';' || type[json.size()] == ' ';
}

// What is wrong with the request before it is read as a sheet.
std::optional<Trouble> unfit(const http::Request& request) {
  if (request.method != "POST") return Trouble{405, "method_not_allowed", "This path takes POST."};
  if (request.body.size() > intake::letter_bytes_max) {
    return Trouble{
        413, "too_large",
        "A call sheet has at most " + std::to_string(intake::letter_bytes_max) + " bytes."};
  }
  if (is_json(request)) return std::nullopt;
  return Trouble{415, "not_json",
                 "Send the call sheet as JSON, with Content-Type: application/json."};
}

http::Response recorded_as(const Recorded& recorded) {
  const std::string number = workflows::issue::format_number(recorded.stream.number);
  http::Response out;
  out.status = 201;
  out.headers = {{"ETag", '"' + std::to_string(recorded.version.value) + '"'},
                 {"Location", "/v1/issues/" + number}};
  if (recorded.repeated) out.headers.emplace_back("Idempotent-Replayed", "true");
  out.body = json::write(Value(Object{{"number", number},
                                      {"version", std::int64_t{recorded.version.value}},
                                      {"stage", workflows::issue::stage_name(recorded.stage)},
                                      {"stage_zh", workflows::issue::stage_name_zh(recorded.stage)},
                                      {"position", recorded.last.value}}));
  return out;
}

Trouble refused(const Refusal& refusal) {
  const bool unfit = refusal.code == "unknown_code" || refusal.code == "in_the_future";
  Trouble out{unfit ? 422U : 409U, refusal.code, refusal.detail};
  if (!refusal.pointer.empty()) out.errors = {{in_sheet(refusal.pointer), refusal.detail}};
  out.allowed = refusal.allowed;
  return out;
}

Trouble failed(const Failed& failed) {
  switch (failed.why) {
    case Failure::reused_id:
      return {422, "reused_id",
              "This call was handed in before, with another content; what is to be added to its "
              "issue is a supplement."};
    case Failure::overloaded:
      return {503, "overloaded", "Too much waits already; ask again in a moment."};
    case Failure::stopping:
      return {503, "stopping", "The service is shutting down; nothing of this was done."};
    case Failure::not_written:
      return {503, "not_written", "It was not written: " + failed.detail + "."};
    case Failure::unknown:
      return {503, "fate_unknown",
              "The storage failed while it was being written: hand the call in again after the "
              "restart; it is then recorded once."};
    case Failure::read_only:
      return {503, "read_only", failed.detail + "."};
  }
  return {503, "fate_unknown", failed.detail};
}

std::string area_of(const Sheet& sheet) {
  for (const auto& [name, value] : sheet.report) {
    if (name == "area" && value.string() != nullptr) return *value.string();
  }
  return {};
}

}  // namespace

Gateway::Gateway(engine::writer::Writer& writer, intake::Hold hold, LiesIn lies_in, Settle settle)
    : writer_(writer),
      hold_(std::move(hold)),
      lies_in_(std::move(lies_in)),
      settle_(std::move(settle)) {}

void Gateway::handle(http::Request request, http::Reply reply, Caller caller) {
  ++traffic_.requests;
  const std::string path = request.path;
  if (auto no = unfit(request)) return reply(problem(*no, path));
  const auto body = json::parse(request.body, {.bytes_max = intake::letter_bytes_max});
  if (!body) {
    return reply(
        problem({400, "malformed_json", "The body is no JSON: " + body.error().detail}, path));
  }
  auto read = read_sheet(*body, caller.area);
  if (!read.sheet) return reply(problem(invalid(std::move(read.flaws)), path));
  if (!caller.area.empty() && !lies_in_(area_of(*read.sheet), caller.area)) {
    return reply(problem({403,
                          "outside_area",
                          "The call belongs to another area; the token " + caller.token_name +
                              " is for the area " + caller.area + " and what lies in it.",
                          {{"/area", "must lie in " + caller.area}}},
                         path));
  }
  if (!read.sheet->says_something) {
    return call_back(*read.sheet, std::move(request), std::move(reply));
  }
  report(*std::move(read.sheet), std::move(reply), caller, path);
}

void Gateway::report(Sheet sheet, http::Reply reply, const Caller& caller,
                     const std::string& path) {
  auto asked = report_of(sheet, caller);
  if (!asked.submission) return reply(problem(invalid(std::move(asked.flaws)), path));
  const engine::writer::Actor by = asked.submission->actor;
  writer_.submit(*std::move(asked.submission), [this, path, by, id = sheet.id(),
                                                reply = std::move(reply)](const Answer& answer) {
    if (const auto* recorded = std::get_if<Recorded>(&answer)) {
      ++(recorded->repeated ? traffic_.repeats : traffic_.taken);
      return settle_(id, recorded->stream.number, by,
                     [reply, done = recorded_as(*recorded)] { reply(done); });
    }
    if (const auto* refusal = std::get_if<Refusal>(&answer)) {
      return reply(problem(refused(*refusal), path));
    }
    const auto* why = std::get_if<Failed>(&answer);
    if (why == nullptr || why->why != Failure::reused_id) ++traffic_.failed;
    // Nothing was expected of the issue, so it cannot have moved.
    reply(problem(why == nullptr ? failed({Failure::overloaded, ""}) : failed(*why), path));
  });
}

void Gateway::take_again(const intake::Letter& letter, const std::string& by,
                         std::function<void(intake::Again)> done) {
  const auto body = json::parse(letter.body, {.bytes_max = intake::letter_bytes_max});
  if (!body) return done(intake::stays("its body is no JSON: " + body.error().detail));
  auto read = read_sheet(*body, letter.area);
  if (!read.sheet) return done(intake::stays(invalid(std::move(read.flaws)).detail));
  if (!read.sheet->says_something) {
    return done(intake::stays("it is a call back to make: accept it with what the caller wants"));
  }
  auto asked = report_of(*read.sheet, {by, letter.area});
  if (!asked.submission) return done(intake::stays(invalid(std::move(asked.flaws)).detail));
  writer_.submit(*std::move(asked.submission), [done = std::move(done)](const Answer& answer) {
    if (const auto* recorded = std::get_if<Recorded>(&answer)) {
      return done(intake::became(recorded->stream.number));
    }
    if (const auto* refusal = std::get_if<Refusal>(&answer)) {
      return done(intake::stays(refusal->detail));
    }
    const auto* why = std::get_if<Failed>(&answer);
    if (why == nullptr) return done(intake::not_now("too much waits already"));
    if (why->why == Failure::reused_id) return done(intake::stays(failed(*why).detail));
    done(intake::not_now(failed(*why).detail));
  });
}

void Gateway::call_back(const Sheet& sheet, http::Request request, http::Reply reply) {
  const std::string path = request.path;
  hold_(call_back_of(sheet, path, std::move(request.body)),
        [this, path, id = sheet.call_id, reply = std::move(reply)](intake::Held held) {
          if (held != intake::Held::kept) {
            ++traffic_.failed;
            return reply(problem(failed({Failure::overloaded, ""}), path));
          }
          ++traffic_.held;
          http::Response out;
          out.status = 202;
          out.body = json::write(Value(Object{{"call_back", true}, {"call_id", id}}));
          reply(std::move(out));
        });
}

}  // namespace adapters::hotline
