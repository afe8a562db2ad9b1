// Bearer tokens: who calls, in what role, for what area. A token is "sihe_" and 32 random bytes in
// base64url; only its SHA-256 is kept, in a small file that `sihe token` changes beside a running
// server.
//
// Promises
//   - The file is replaced in one step, mode 0600, synced before it is there.
//   - A change is seen within `look_again`; a file that cannot be read leaves the old book in
//     force, and trouble() says why.
//
// Threads: TokenBook may be asked from any.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/http/roles.hpp"
#include "engine/core/error.hpp"
#include "engine/core/ids.hpp"
#include "engine/core/time.hpp"

namespace adapters::http {

constexpr std::size_t token_name_bytes_max = 64;
constexpr std::size_t tokens_max = 100'000;

struct Token {
  std::string name;  // unique among those that are not revoked; the source of what it hands in
  Role role = Role::adapter;
  std::string area;         // the code whose subtree it may see and change; "": everything
  engine::Sha256 sha256{};  // of the token itself
  engine::Instant created{};
  engine::Instant revoked{};  // {}: it is good
};

// The tokens of a file, oldest first; none if there is no file. invalid: the first line that is
// not understood, and why. storage: the file cannot be read.
engine::Result<std::vector<Token>> read_tokens(const std::filesystem::path& file);

// Adds a token and gives it, the only time that it is ever seen. Waits while somebody else changes
// the file. conflict: there is a good one of that name. invalid: the name is none (letters, digits,
// ". _ - @", also beyond ASCII; at most token_name_bytes_max), or the area is no code.
// too_large: tokens_max. storage: the file cannot be read or written.
engine::Result<std::string> add_token(const std::filesystem::path& file, const std::string& name,
                                      Role role, const std::string& area, engine::Instant now);

// not_found: no good token of that name.
engine::Result<void> revoke_token(const std::filesystem::path& file, const std::string& name,
                                  engine::Instant now);

class TokenBook {
 public:
  explicit TokenBook(std::filesystem::path file,
                     std::chrono::milliseconds look_again = std::chrono::seconds(1));

  // Whose it is; nothing if it is nobody's, or revoked.
  std::shared_ptr<const Token> find(std::string_view token) const;

  // Whether that one is still good.
  bool holds(const Token& token) const;

  // Why the file as it stands is not in force; "" while it is.
  std::string trouble() const;

 private:
  struct HashOf {
    std::size_t operator()(const engine::Sha256& digest) const noexcept;
  };
  // Takes the same time wherever the two differ.
  struct Same {
    bool operator()(const engine::Sha256& a, const engine::Sha256& b) const noexcept;
  };
  using Book = std::unordered_map<engine::Sha256, std::shared_ptr<const Token>, HashOf, Same>;

  std::shared_ptr<const Book> book() const;
  void look() const;  // requires the mutex

  std::filesystem::path file_;
  std::chrono::milliseconds look_again_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Book> book_;
  mutable engine::Deadline next_look_{};
  mutable std::string seen_;  // which file it was: inode, size, time of change
  mutable std::string trouble_;
};

}  // namespace adapters::http
