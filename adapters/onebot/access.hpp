// Who may speak: the signature of a POST, and the handshake of a reverse WebSocket. Pure.
//
// Source: botuniverse/onebot-11, communication/http-post.md, ws-reverse.md and authorization.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace adapters::onebot {

enum class Access : std::uint8_t {
  granted,
  missing,  // nothing was shown: 401
  wrong,    // something else was: 403
};

// X-Signature: "sha1=" and the HMAC-SHA1 of the body in hexadecimal digits. With `required` unset a
// body without any is let pass, but a wrong one never is. Where no secret is configured, there is
// nothing to hold it against: it is as if it were missing.
Access judge_signature(std::string_view secret, bool required, std::string_view header,
                       std::string_view body);

// Authorization: "Bearer …", or "Token …" as older implementations have it. Where no token is
// configured, nobody gets in.
Access judge_authorization(std::string_view access_token, std::string_view header);

enum class Role : std::uint8_t { api, event, universal, none };

// X-Client-Role, in any case; `none` for anything else.
Role role_of(std::string_view header);

}  // namespace adapters::onebot
