#include "tests/support/wecom_client.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <random>

#include "engine/core/ensure.hpp"

namespace support {
namespace {

constexpr std::size_t block = 32;
constexpr std::size_t salt_bytes = 16;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

std::string to_base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(raw(out), raw(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string from_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(raw(out), raw(text), static_cast<int>(text.size()));
  ENSURE(size >= 0);
  const auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

std::string cipher(bool encrypting, const std::string& key, std::string_view bytes) {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  std::string out(bytes.size() + block, '\0');
  int size = 0;
  int rest = 0;
  ENSURE(EVP_CipherInit_ex(context, EVP_aes_256_cbc(), nullptr, raw(key), raw(key),
                           encrypting ? 1 : 0) == 1);
  EVP_CIPHER_CTX_set_padding(context, 0);
  ENSURE(EVP_CipherUpdate(context, raw(out), &size, raw(bytes), static_cast<int>(bytes.size())) ==
         1);
  ENSURE(EVP_CipherFinal_ex(context, raw(out) + size, &rest) == 1);
  EVP_CIPHER_CTX_free(context);
  out.resize(static_cast<std::size_t>(size + rest));
  return out;
}

std::string percent(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 15U]};
    }
  }
  return out;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

// What lies between the two marks behind `at`; "" if they are not there.
std::string between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t begin = text.find(open);
  if (begin == std::string_view::npos) return {};
  const std::size_t from = begin + open.size();
  const std::size_t end = text.find(close, from);
  return end == std::string_view::npos ? std::string{} : std::string(text.substr(from, end - from));
}

// An element's text, in a CDATA section or plain. Its sections may be several.
std::string element(std::string_view xml, const std::string& name) {
  std::string inside = between(xml, "<" + name + ">", "</" + name + ">");
  constexpr std::string_view open = "<![CDATA[";
  constexpr std::string_view close = "]]>";
  if (!inside.starts_with(open)) return inside;
  std::string out;
  std::string_view rest = inside;
  while (rest.starts_with(open)) {
    const std::size_t end = rest.find(close);
    ENSURE(end != std::string_view::npos);
    out += rest.substr(open.size(), end - open.size());
    rest.remove_prefix(end + close.size());
  }
  return out;
}

// A member's text in flat JSON that escapes nothing but quotes, backslashes and line breaks.
std::string member(std::string_view json, const std::string& name) {
  const std::size_t at = json.find("\"" + name + "\":");
  if (at == std::string_view::npos) return {};
  std::string_view rest = json.substr(at + name.size() + 3);
  if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of(",}")));
  std::string out;
  for (std::size_t i = 1; i < rest.size() && rest[i] != '"'; ++i) {
    if (rest[i] != '\\') {
      out += rest[i];
    } else {
      out += rest[++i] == 'n' ? '\n' : rest[i];
    }
  }
  return out;
}

}  // namespace

std::string WecomClient::key() const { return from_base64(keys_.encoding_aes_key + "="); }

std::string WecomClient::encrypted(std::string_view plain, std::string_view receiver) {
  std::string whole(salt_bytes, '\0');
  ENSURE(RAND_bytes(raw(whole), static_cast<int>(salt_bytes)) == 1);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    whole += static_cast<char>(static_cast<unsigned char>(plain.size() >> shift));
  }
  whole.append(plain).append(receiver);
  const std::size_t padding = block - whole.size() % block;
  whole.append(padding, static_cast<char>(padding));
  return to_base64(cipher(true, key(), whole));
}

std::string WecomClient::decrypted(std::string_view base64) const {
  std::string whole = cipher(false, key(), from_base64(base64));
  const auto padding = static_cast<unsigned char>(whole.back());
  ENSURE(padding >= 1 && padding <= block && padding <= whole.size());
  whole.resize(whole.size() - padding);
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length = length << 8 | static_cast<unsigned char>(whole.at(salt_bytes + i));
  }
  const std::size_t begin = salt_bytes + 4;
  ENSURE(begin + length <= whole.size() && whole.substr(begin + length) == keys_.receiver);
  return whole.substr(begin, length);
}

std::string WecomClient::signature(const std::string& timestamp, const std::string& nonce,
                                   const std::string& encrypted) const {
  std::array<std::string, 4> parts{keys_.token, timestamp, nonce, encrypted};
  std::sort(parts.begin(), parts.end());
  const std::string joined = parts[0] + parts[1] + parts[2] + parts[3];
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  ENSURE(EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += {"0123456789abcdef"[digest[i] >> 4], "0123456789abcdef"[digest[i] & 15]};
  }
  return out;
}

std::string WecomClient::query(const std::string& encrypted) {
  const std::string timestamp = std::to_string(now_());
  const std::string nonce = std::to_string(++nonces_);
  return "?msg_signature=" + signature(timestamp, nonce, encrypted) + "&timestamp=" + timestamp +
         "&nonce=" + nonce;
}

std::string WecomClient::text(const std::string& from, const std::string& words) {
  return "<xml><ToUserName><![CDATA[" + keys_.receiver + "]]></ToUserName><FromUserName><![CDATA[" +
         from + "]]></FromUserName><CreateTime>" + std::to_string(now_()) +
         "</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[" + words +
         "]]></Content><MsgId>" + std::to_string(++messages_) +
         "</MsgId><AgentID>218</AgentID></xml>";
}

std::string WecomClient::event(const std::string& from, const std::string& event) const {
  return "<xml><ToUserName><![CDATA[" + keys_.receiver + "]]></ToUserName><FromUserName><![CDATA[" +
         from + "]]></FromUserName><CreateTime>" + std::to_string(now_()) +
         "</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[" + event +
         "]]></Event><AgentID>218</AgentID></xml>";
}

std::string WecomClient::robot_text(const std::string& from, const std::string& chat,
                                    const std::string& words) {
  return "{\"msgid\":\"" + std::to_string(++messages_) +
         "\",\"aibotid\":\"AIBOTID\",\"chatid\":" + json_text(chat) +
         ",\"chattype\":\"group\",\"from\":{\"userid\":" + json_text(from) +
         "},\"msgtype\":\"text\",\"text\":{\"content\":" + json_text(words) + "}}";
}

WecomRequest WecomClient::sealed(const std::string& document, bool json) {
  return sealed_with(document, keys_.receiver, json);
}

WecomRequest WecomClient::sealed_with(const std::string& document, const std::string& receiver,
                                      bool json) {
  const std::string secret = encrypted(document, receiver);
  WecomRequest out;
  out.target = "/wecom/callback" + query(secret);
  out.json = json;
  out.body = json ? "{\"encrypt\":\"" + secret + "\"}"
                  : "<xml><ToUserName><![CDATA[" + keys_.receiver +
                        "]]></ToUserName><Encrypt><![CDATA[" + secret +
                        "]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>";
  return out;
}

WecomAnswer WecomClient::post_raw(const WecomRequest& request) {
  return send_("POST", request.target, request.body);
}

std::optional<std::string> WecomClient::post(const WecomRequest& request) {
  const WecomAnswer answer = post_raw(request);
  if (answer.status != 200) return std::nullopt;
  return answer.body.empty() ? "" : words_of(answer.body, request.json);
}

std::string WecomClient::words_of(const std::string& reply, bool json) const {
  const auto part = [&](const char* in_xml, const char* in_json) {
    return json ? member(reply, in_json) : element(reply, in_xml);
  };
  const std::string secret = part("Encrypt", "encrypt");
  ENSURE(part("MsgSignature", "msgsignature") ==
         signature(part("TimeStamp", "timestamp"), part("Nonce", "nonce"), secret));
  const std::string document = decrypted(secret);
  return json ? member(document, "content") : element(document, "Content");
}

std::vector<std::pair<std::size_t, std::optional<std::string>>> WecomClient::post_all(
    const std::vector<WecomRequest>& requests, int times, std::uint32_t seed) {
  std::vector<std::size_t> order;
  for (int i = 0; i < times; ++i) {
    for (std::size_t at = 0; at < requests.size(); ++at) order.push_back(at);
  }
  std::mt19937 chance(seed);
  std::shuffle(order.begin(), order.end(), chance);
  std::vector<std::pair<std::size_t, std::optional<std::string>>> out;
  out.reserve(order.size());
  for (const std::size_t at : order) out.emplace_back(at, post(requests[at]));
  return out;
}

WecomAnswer WecomClient::check_address(const std::string& echo) {
  const std::string secret = encrypted(echo, keys_.receiver);
  return send_("GET", "/wecom/callback" + query(secret) + "&echostr=" + percent(secret), "");
}

}  // namespace support
