// The file of tokens: TOML that this program writes, and a reader of just what it writes. Another
// line than those is refused with its number, so that no token is good by a misunderstanding.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "adapters/http/tokens.hpp"
#include "engine/core/rfc3339.hpp"
#include "engine/keys/sealing.hpp"
#include "engine/schema/text.hpp"
#include "engine/tree/tree.hpp"

namespace adapters::http {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::Result;

namespace {

constexpr std::string_view head =
    "# Who may call the API: changed by `sihe token add` and `sihe token revoke`.\n"
    "# No token stands here, only the SHA-256 of each.\n";
constexpr std::size_t area_bytes_max = 64;

Error from_errno(const std::string& what, const std::filesystem::path& file) {
  return {Fault::storage, what + " " + file.string() + ": " + std::strerror(errno)};
}

struct Descriptor {
  int fd;
  explicit Descriptor(int opened) : fd(opened) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

std::string hex_of(const engine::Sha256& digest) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : digest) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

bool read_hex(std::string_view text, engine::Sha256& out) {
  if (text.size() != out.size() * 2) return false;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

std::string base64url(const std::uint8_t* bytes, std::size_t size) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < size; ++i) {
    held = held << 8 | bytes[i];
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += letters[held >> bits & 63];
    }
  }
  if (bits > 0) out += letters[held << (6 - bits) & 63];
  return out;
}

bool is_name(std::string_view text, std::size_t longest) {
  if (text.empty() || text.size() > longest || !engine::schema::text_flaw(text).empty()) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

bool take_time(std::string_view text, bool needed, Instant& out) {
  if (text.empty() && !needed) return true;
  const auto time = engine::parse_rfc3339(text);
  if (time) out = *time;
  return time.has_value();
}

bool take(Token& token, std::string_view key, std::string_view value) {
  if (key == "name") {
    token.name = value;
    return is_name(value, token_name_bytes_max);
  }
  if (key == "role") {
    const auto role = parse_role(value);
    token.role = role.value_or(Role::adapter);
    return role.has_value();
  }
  if (key == "area") {
    token.area = value;
    return value.empty() || is_name(value, area_bytes_max);
  }
  if (key == "sha256") return read_hex(value, token.sha256);
  if (key == "created") return take_time(value, true, token.created);
  if (key == "revoked") return take_time(value, false, token.revoked);
  return false;
}

// `key = "value"`, where the value has nothing to unescape.
bool take_line(Token& token, std::string_view line, unsigned& seen) {
  constexpr std::string_view keys[] = {"name", "role", "area", "sha256", "created", "revoked"};
  const std::size_t parted = line.find(" = \"");
  if (parted == std::string_view::npos || line.back() != '"') return false;
  const std::string_view key = line.substr(0, parted);
  const std::size_t begin = parted + 4;
  if (line.size() <= begin) return false;
  const std::string_view value = line.substr(begin, line.size() - begin - 1);
  for (unsigned i = 0; i < std::size(keys); ++i) {
    if (keys[i] != key) continue;
    if ((seen & 1U << i) != 0) return false;
    seen |= 1U << i;
    return take(token, key, value);
  }
  return false;
}

Result<std::vector<Token>> parse(std::istream& in, const std::string& file) {
  constexpr unsigned all_keys = 63;
  std::vector<Token> out;
  unsigned seen = all_keys;  // keys of the token that is being read
  std::size_t number = 0;
  const auto wrong = [&](const std::string& what) {
    return Error{Fault::invalid, file + ", line " + std::to_string(number) + ": " + what};
  };
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    if (line == "[[token]]") {
      if (seen != all_keys) return wrong("the token before has not all of its keys");
      if (out.size() == tokens_max) return wrong("too many tokens");
      out.emplace_back();
      seen = 0;
    } else if (out.empty() || !take_line(out.back(), line, seen)) {
      return wrong("no line of a token file");
    }
  }
  if (seen != all_keys) return wrong("the last token has not all of its keys");
  return out;
}

std::string text_of(const std::vector<Token>& tokens) {
  std::string out(head);
  const auto put = [&](const char* key, std::string_view value) {
    out.append(key).append(" = \"").append(value).append("\"\n");
  };
  const auto time = [](Instant t) {
    return t == Instant{} ? std::string()
                          : engine::format_rfc3339(t, engine::offset_minutes_default);
  };
  for (const Token& token : tokens) {
    out += "\n[[token]]\n";
    put("name", token.name);
    put("role", role_name(token.role));
    put("area", token.area);
    put("sha256", hex_of(token.sha256));
    put("created", time(token.created));
    put("revoked", time(token.revoked));
  }
  return out;
}

Result<void> write_all(int fd, std::string_view text, const std::filesystem::path& file) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return from_errno("cannot write", file);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return from_errno("cannot sync", file);
  return {};
}

Result<void> replace(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::path fresh = file;
  fresh += ".new";
  ::unlink(fresh.c_str());  // left by a change that was cut off
  {
    const Descriptor out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (out.fd < 0) return from_errno("cannot make", fresh);
    if (auto written = write_all(out.fd, text, fresh); !written) return written;
  }
  if (::rename(fresh.c_str(), file.c_str()) != 0) return from_errno("cannot replace", file);
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd < 0 || ::fsync(folder.fd) != 0)
    return from_errno("cannot sync the folder of", file);
  return {};
}

// Reads the file, changes what it holds and writes it, while nobody else does: the folder itself
// is the lock, which leaves nothing behind.
template <class Change>
Result<void> change_file(const std::filesystem::path& file, Change change) {
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd < 0) return from_errno("cannot open the folder of", file);
  while (::flock(folder.fd, LOCK_EX) != 0) {
    if (errno != EINTR) return from_errno("cannot lock the folder of", file);
  }
  auto tokens = read_tokens(file);
  if (!tokens) return tokens.error();
  if (Result<void> changed = change(*tokens); !changed) return changed;
  return replace(file, text_of(*tokens));
}

bool good(const Token& token, const std::string& name) {
  return token.name == name && token.revoked == Instant{};
}

}  // namespace

Result<std::vector<Token>> read_tokens(const std::filesystem::path& file) {
  std::error_code code;
  if (!std::filesystem::exists(file, code) && !code) return std::vector<Token>{};
  std::ifstream in(file);
  if (!in) return from_errno("cannot read", file);
  return parse(in, file.string());
}

Result<std::string> add_token(const std::filesystem::path& file, const std::string& name, Role role,
                              const std::string& area, Instant now) {
  if (!is_name(name, token_name_bytes_max)) {
    return Error{Fault::invalid, "a token's name has 1 to " + std::to_string(token_name_bytes_max) +
                                     " bytes of letters, digits and the characters . _ - @"};
  }
  if (!area.empty() && !is_name(area, area_bytes_max)) {
    return Error{Fault::invalid, "the area is no code"};
  }
  engine::keys::prepare();
  const engine::keys::Key random = engine::keys::Key::random();
  std::string token = "sihe_" + base64url(random.data(), engine::keys::Key::size());
  const std::string_view parts[] = {token};
  const Token added{name, role, area, engine::tree::sha256(parts), now, {}};
  const auto changed = change_file(file, [&](std::vector<Token>& tokens) -> Result<void> {
    if (tokens.size() >= tokens_max) {
      return Error{Fault::too_large, "there are " + std::to_string(tokens_max) + " tokens already"};
    }
    for (const Token& each : tokens) {
      if (good(each, name)) {
        return Error{Fault::conflict,
                     "there is a token named " + name + " already; revoke it first"};
      }
    }
    tokens.push_back(added);
    return {};
  });
  if (!changed) return changed.error();
  return token;
}

Result<void> revoke_token(const std::filesystem::path& file, const std::string& name, Instant now) {
  return change_file(file, [&](std::vector<Token>& tokens) -> Result<void> {
    for (Token& each : tokens) {
      if (!good(each, name)) continue;
      each.revoked = now;
      return {};
    }
    return Error{Fault::not_found, "there is no good token named " + name};
  });
}

}  // namespace adapters::http
