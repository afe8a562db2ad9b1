#include "adapters/http/problem.hpp"

#include <array>
#include <utility>

#include "adapters/http/target_text.hpp"
#include "adapters/json/json.hpp"

namespace adapters::http {

using engine::schema::List;
using engine::schema::Object;
using engine::schema::Value;

namespace {

constexpr std::array kinds{
    ProblemKind{"malformed_json", 400, "The body is no JSON", "请求体不是有效的 JSON"},
    ProblemKind{"bad_parameter", 400, "A parameter of the query is wrong", "查询参数有误"},
    ProblemKind{"bad_header", 400, "A header is wrong", "请求头有误"},
    ProblemKind{"no_token", 401, "A bearer token is needed", "需要令牌"},
    ProblemKind{"unknown_token", 401, "The bearer token is not good", "令牌无效"},
    ProblemKind{"not_permitted", 403, "The token may not do this", "无此权限"},
    ProblemKind{"outside_area", 403, "It lies outside of the token's area", "超出令牌的区域范围"},
    ProblemKind{"no_such_path", 404, "There is nothing at this path", "无此路径"},
    ProblemKind{"unknown_command", 404, "There is no such command", "无此命令"},
    ProblemKind{"not_found", 404, "There is no such thing", "未找到"},
    ProblemKind{"method_not_allowed", 405, "Another method is needed here", "不支持此方法"},
    ProblemKind{"not_acceptable", 406, "It can only be had in another form", "不支持所要求的格式"},
    ProblemKind{"not_at_this_stage", 409, "Not at this stage", "当前阶段不能办理"},
    ProblemKind{"condition_not_met", 409, "A condition is not met", "条件不满足"},
    ProblemKind{"elsewhere", 409, "It waits for another meeting", "已列入另一会议"},
    ProblemKind{"exists", 409, "There is one already", "已存在"},
    ProblemKind{"retired", 409, "It is retired", "已停用"},
    ProblemKind{"cycle", 409, "It would come to lie in itself", "不能划入自身"},
    ProblemKind{"has_children", 409, "Others still lie in it", "仍有下级"},
    ProblemKind{"unchanged", 409, "It stands like that already", "无变化"},
    ProblemKind{"still_held", 409, "Its channel does not take the letter", "渠道仍不能受理此来信"},
    ProblemKind{"being_applied", 409, "A policy is being applied already", "正在套用另一政策"},
    ProblemKind{"no_number", 409, "The numbers of the year are used up", "该年度编号已用完"},
    ProblemKind{"moved", 412, "It has changed since it was read", "读取之后已有变化"},
    ProblemKind{"too_large", 413, "The body is too large", "请求体过大"},
    ProblemKind{"not_json", 415, "The body must be application/json",
                "请求体须为 application/json"},
    ProblemKind{"invalid_body", 422, "The body does not fit the command", "请求内容不符合命令要求"},
    ProblemKind{"wrong_policy", 422, "The policy or the calendar is wrong", "政策或日历文件有误"},
    ProblemKind{"unknown_code", 422, "A code is not in the directory", "目录中无此代码"},
    ProblemKind{"invalid", 422, "A member has a value that it cannot have", "取值无效"},
    ProblemKind{"wrong_level", 422, "The level does not fit", "层级不符"},
    ProblemKind{"too_early", 422, "Earlier than the last fact", "时间早于上一条记录"},
    ProblemKind{"in_the_future", 422, "It cannot have happened yet", "时间在未来"},
    ProblemKind{"reused_id", 422, "The Idempotency-Key was used for another request",
                "幂等键已用于其他请求"},
    ProblemKind{"corrupt", 500, "What is stored fails its check", "存储的数据未通过校验"},
    ProblemKind{"overloaded", 503, "Too much waits already", "系统繁忙"},
    ProblemKind{"read_only", 503, "Nothing is taken until a restart", "只读，重启前不受理"},
    ProblemKind{"not_written", 503, "It was not written", "未写入"},
    ProblemKind{"fate_unknown", 503, "Whether it was written is not known", "是否写入未知"},
    ProblemKind{"stopping", 503, "The service is shutting down", "服务正在停止"},
    ProblemKind{"not_ready", 503, "What this needs is not ready", "尚未就绪"},
};

// A workflow's own refusals have codes that it may add to; they are all "no" to a sound request.
ProblemKind kind_of(std::string_view code) {
  for (const ProblemKind& kind : kinds) {
    if (kind.code == code) return kind;
  }
  return {code, 409, "Refused", "不予办理"};
}

}  // namespace

std::span<const ProblemKind> problem_kinds() { return kinds; }

Response to_response(Problem problem, std::string_view instance) {
  const ProblemKind kind = kind_of(problem.code);
  Object body{{"type", std::string(problem_type_prefix) + std::string(kind.code)},
              {"title", kind.title},
              {"title_zh", kind.title_zh},
              {"status", static_cast<std::int64_t>(kind.status)},
              {"code", kind.code},
              {"detail", std::move(problem.detail)},
              {"instance", percent_encoded(instance, "/")}};
  if (!problem.errors.empty()) body.emplace_back("errors", std::move(problem.errors));
  for (auto& member : problem.more) body.push_back(std::move(member));
  Response out;
  out.status = kind.status;
  out.content_type = "application/problem+json";
  out.headers = std::move(problem.headers);
  out.body = json::write(Value(std::move(body)));
  return out;
}

Value error_at(const char* what, std::string_view where, std::string_view detail) {
  return Object{{what, where}, {"detail", detail}};
}

List errors_of(const std::vector<engine::schema::Flaw>& flaws) {
  List out;
  for (const auto& flaw : flaws) out.push_back(error_at("pointer", flaw.pointer, flaw.detail));
  return out;
}

}  // namespace adapters::http
