#include "adapters/chat/answered_book.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "engine/tree/tree.hpp"

namespace adapters::chat {

using engine::Error;
using engine::Fault;
using engine::Instant;
using engine::Result;

namespace {

constexpr std::string_view head = "sihe answered 1\n";
constexpr std::size_t entry_bytes = 24;  // the time in ms and the digest, lowest byte first
constexpr std::size_t in_file_max = 2 * remembered_max;

void put(std::string& out, std::uint64_t number) {
  for (unsigned i = 0; i < 8; ++i) out += static_cast<char>(number >> 8 * i);
}

std::uint64_t get(const char* from) {
  std::uint64_t out = 0;
  for (unsigned i = 8; i-- > 0;) out = out << 8 | static_cast<unsigned char>(from[i]);
  return out;
}

Error failed(const std::filesystem::path& file, const char* doing) {
  return {Fault::storage,
          "cannot " + std::string(doing) + " " + file.string() + ": " + std::strerror(errno)};
}

bool write_all(int handle, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(handle, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string entry_of(Instant at, const std::array<std::uint64_t, 2>& digest) {
  std::string out;
  put(out, static_cast<std::uint64_t>(engine::to_ms(at)));
  put(out, digest[0]);
  put(out, digest[1]);
  return out;
}

}  // namespace

Result<std::unique_ptr<AnsweredBook>> AnsweredBook::open(const std::filesystem::path& file,
                                                         Instant now) {
  std::unique_ptr<AnsweredBook> out(new AnsweredBook(file));
  if (auto read = out->read(); !read) return read.error();
  out->drop_old(now);
  if (auto written = out->write_anew(); !written) return written.error();
  return out;
}

AnsweredBook::~AnsweredBook() {
  if (handle_ >= 0) ::close(handle_);
}

AnsweredBook::Digest AnsweredBook::digest_of(std::string_view key) {
  const std::array<std::string_view, 1> parts{key};
  const engine::Sha256 hash = engine::tree::sha256(parts);
  Digest out;
  std::memcpy(out.data(), hash.data(), sizeof out);
  return out;
}

Result<void> AnsweredBook::read() {
  std::error_code ignored;
  if (!std::filesystem::exists(file_, ignored)) return {};
  std::ifstream in(file_, std::ios::binary);
  std::string bytes(head.size(), '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.empty()) return {};
  if (bytes != head) {
    return Error{Fault::invalid, file_.string() +
                                     " is no list of the questions that were answered: move it "
                                     "away, or mend it"};
  }
  std::array<char, entry_bytes> entry{};
  while (known_.size() < in_file_max && in.read(entry.data(), entry.size())) {
    const auto at = engine::from_ms(static_cast<std::int64_t>(get(entry.data())));
    take(at, {get(entry.data() + 8), get(entry.data() + 16)});
  }
  if (in.bad()) return failed(file_, "read");
  return {};
}

// Only what is still remembered, in the place of the file.
Result<void> AnsweredBook::write_anew() {
  std::string bytes(head);
  for (const auto& [at, digest] : by_age_) bytes += entry_of(at, digest);
  const std::filesystem::path fresh = file_.string() + ".new";
  const int handle =
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (handle < 0) return failed(fresh, "open");
  if (!write_all(handle, bytes) || ::rename(fresh.c_str(), file_.c_str()) != 0) {
    Error error = failed(fresh, "write");
    ::close(handle);
    return error;
  }
  if (handle_ >= 0) ::close(handle_);
  handle_ = handle;
  in_file_ = by_age_.size();
  return {};
}

void AnsweredBook::take(Instant at, const Digest& digest) {
  if (known_.insert(digest).second) by_age_.emplace_back(at, digest);
}

void AnsweredBook::drop_old(Instant now) {
  while (!by_age_.empty() &&
         (by_age_.size() > remembered_max || by_age_.front().first + remembered_for < now)) {
    known_.erase(by_age_.front().second);
    by_age_.pop_front();
  }
}

bool AnsweredBook::has(std::string_view key, Instant now) {
  const Digest digest = digest_of(key);
  const std::lock_guard lock(mutex_);
  drop_old(now);
  return known_.contains(digest);
}

void AnsweredBook::add(std::string_view key, Instant now) {
  const Digest digest = digest_of(key);
  const std::lock_guard lock(mutex_);
  drop_old(now);
  if (known_.contains(digest)) return;
  take(now, digest);
  if (!trouble_.empty()) return;
  if (in_file_ >= in_file_max) {
    if (auto written = write_anew(); !written) trouble_ = written.error().detail;
    return;
  }
  if (!write_all(handle_, entry_of(now, digest))) trouble_ = failed(file_, "write").detail;
  ++in_file_;
}

std::size_t AnsweredBook::size() const {
  const std::lock_guard lock(mutex_);
  return known_.size();
}

std::string AnsweredBook::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

}  // namespace adapters::chat
