#include "adapters/onebot/access.hpp"

#include <algorithm>

#include "adapters/signing/signing.hpp"

namespace adapters::onebot {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                    [](char a, char b) { return a == lower(b); });
}

bool equals(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() && begins_with(text, lower_case);
}

}  // namespace

Access judge_signature(std::string_view secret, bool required, std::string_view header,
                       std::string_view body) {
  if (header.empty() || secret.empty()) return required ? Access::missing : Access::granted;
  const std::string ours = "sha1=" + signing::hmac_sha1_hex(secret, body);
  return signing::same(ours, header) ? Access::granted : Access::wrong;
}

Access judge_authorization(std::string_view access_token, std::string_view header) {
  if (header.empty()) return Access::missing;
  if (access_token.empty()) return Access::wrong;
  for (const std::string_view scheme : {"bearer ", "token "}) {
    if (!begins_with(header, scheme)) continue;
    return signing::same(header.substr(scheme.size()), access_token) ? Access::granted
                                                                     : Access::wrong;
  }
  return Access::wrong;
}

Role role_of(std::string_view header) {
  if (equals(header, "api")) return Role::api;
  if (equals(header, "event")) return Role::event;
  if (equals(header, "universal")) return Role::universal;
  return Role::none;
}

}  // namespace adapters::onebot
