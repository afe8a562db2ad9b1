// The book in memory: looked up at every request, read anew where the file was changed.
#include "adapters/http/tokens.hpp"

#include <sys/stat.h>

#include <cstring>
#include <string>
#include <utility>

#include "engine/tree/tree.hpp"

namespace adapters::http {

using engine::Sha256;

namespace {

Sha256 digest_of(std::string_view token) {
  const std::string_view parts[] = {token};
  return engine::tree::sha256(parts);
}

// What tells one state of the file from another: it is replaced, never written into.
std::string state_of(const std::filesystem::path& file) {
  struct stat now {};
  if (::stat(file.c_str(), &now) != 0) return "none";
  return std::to_string(now.st_ino) + "/" + std::to_string(now.st_size) + "/" +
         std::to_string(now.st_mtim.tv_sec) + "." + std::to_string(now.st_mtim.tv_nsec);
}

}  // namespace

std::size_t TokenBook::HashOf::operator()(const Sha256& digest) const noexcept {
  std::size_t out = 0;
  std::memcpy(&out, digest.data(), sizeof out);
  return out;
}

bool TokenBook::Same::operator()(const Sha256& a, const Sha256& b) const noexcept {
  unsigned different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) different |= static_cast<unsigned>(a[i] ^ b[i]);
  return different == 0;
}

TokenBook::TokenBook(std::filesystem::path file, std::chrono::milliseconds look_again)
    : file_(std::move(file)), look_again_(look_again), book_(std::make_shared<const Book>()) {
  const std::lock_guard lock(mutex_);
  look();
}

void TokenBook::look() const {
  const engine::Deadline now = std::chrono::steady_clock::now();
  if (now < next_look_) return;
  next_look_ = now + look_again_;
  std::string state = state_of(file_);
  if (state == seen_) return;
  auto tokens = read_tokens(file_);
  seen_ = std::move(state);
  if (!tokens) {
    trouble_ = tokens.error().detail;
    return;
  }
  trouble_.clear();
  auto book = std::make_shared<Book>();
  for (Token& token : *tokens) {
    if (token.revoked != engine::Instant{}) continue;
    const Sha256 digest = token.sha256;
    book->emplace(digest, std::make_shared<const Token>(std::move(token)));
  }
  book_ = std::move(book);
}

std::shared_ptr<const TokenBook::Book> TokenBook::book() const {
  const std::lock_guard lock(mutex_);
  look();
  return book_;
}

std::shared_ptr<const Token> TokenBook::find(std::string_view token) const {
  const auto now = book();
  const auto found = now->find(digest_of(token));
  return found == now->end() ? nullptr : found->second;
}

bool TokenBook::holds(const Token& token) const {
  const auto now = book();
  return now->find(token.sha256) != now->end();
}

std::string TokenBook::trouble() const {
  const std::lock_guard lock(mutex_);
  look();
  return trouble_;
}

}  // namespace adapters::http
