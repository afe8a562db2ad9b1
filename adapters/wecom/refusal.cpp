#include "adapters/wecom/refusal.hpp"

#include <utility>

#include "adapters/json/json.hpp"

namespace adapters::wecom {
namespace {

struct Kind {
  const char* code;
  unsigned status;
  const char* title;
  const char* title_zh;
};

Kind kind_of(No no) {
  switch (no) {
    case No::unreadable:
      return {"unreadable", 400, "It is no message of this protocol", "无法识别的消息"};
    case No::unverified:
      return {"unverified", 403, "It does not verify", "签名或时间未通过验证"};
    case No::not_configured:
      return {"not_configured", 404, "The channel is not configured", "未配置该渠道"};
    case No::wrong_method:
      return {"method_not_allowed", 405, "Another method is needed here", "不支持此方法"};
    case No::too_large:
      return {"too_large", 413, "The body is too large", "请求体过大"};
    case No::later:
      break;
  }
  return {"later", 503, "It cannot be taken now", "暂时不能受理"};
}

}  // namespace

http::Response refusal(No no, std::string detail, std::string_view path) {
  const Kind kind = kind_of(no);
  http::Response out;
  out.status = kind.status;
  out.content_type = "application/problem+json";
  if (no == No::wrong_method) out.headers = {{"Allow", "GET, HEAD, POST"}};
  if (no == No::later) out.headers = {{"Retry-After", "5"}};
  out.body =
      json::write(engine::schema::Object{{"type", std::string("urn:sihe:problem:") + kind.code},
                                         {"title", kind.title},
                                         {"title_zh", kind.title_zh},
                                         {"status", static_cast<std::int64_t>(kind.status)},
                                         {"code", kind.code},
                                         {"detail", std::move(detail)},
                                         {"instance", path}});
  return out;
}

}  // namespace adapters::wecom
