#include "adapters/webhook/signature.hpp"

#include <utility>

#include "adapters/signing/signing.hpp"

namespace adapters::webhook {

using engine::Error;
using engine::Fault;

engine::Result<std::string> key_of(std::string_view secret) {
  constexpr std::string_view prefix = "whsec_";
  constexpr std::size_t bytes_min = 24;
  constexpr std::size_t bytes_max = 64;
  // The secret itself never stands in a message.
  if (!secret.starts_with(prefix)) {
    return Error{Fault::invalid, "a webhook's secret is \"whsec_\" and base64"};
  }
  auto key = signing::from_base64(secret.substr(prefix.size()));
  if (!key) return Error{Fault::invalid, "what follows whsec_ is no base64"};
  if (key->size() < bytes_min || key->size() > bytes_max) {
    return Error{Fault::invalid, "a webhook's secret has 24 to 64 bytes in base64, this one has " +
                                     std::to_string(key->size())};
  }
  return *std::move(key);
}

std::string signature(const std::vector<std::string>& keys, std::string_view id,
                      std::int64_t timestamp, std::string_view body) {
  const std::string text =
      std::string(id) + "." + std::to_string(timestamp) + "." + std::string(body);
  std::string out;
  for (const std::string& key : keys) {
    if (!out.empty()) out += " ";
    out += "v1," + signing::to_base64(signing::hmac_sha256(key, text));
  }
  return out;
}

}  // namespace adapters::webhook
