#include "engine/keys/master_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace engine::keys {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int value() const { return value_; }

 private:
  int value_;
};

Error failed(const std::filesystem::path& path, const char* doing) {
  const int why = errno;
  return {why == ENOENT ? Fault::not_found : Fault::storage,
          "master key: " + std::string(doing) + " " + path.string() + ": " + std::strerror(why)};
}

}  // namespace

std::filesystem::path master_key_path(const std::filesystem::path& folder) {
  const char* elsewhere = std::getenv("SIHE_MASTER_KEY_FILE");
  if (elsewhere != nullptr && *elsewhere != '\0') return elsewhere;
  return folder / "master.key";
}

Result<Key> read_master_key(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value() < 0) return failed(path, "opening");
  struct stat about {};
  if (::fstat(file.value(), &about) != 0) return failed(path, "looking at");
  Key key;
  const ssize_t got = ::read(file.value(), key.data(), Key::size());
  if (got < 0) return failed(path, "reading");
  if (got != static_cast<ssize_t>(Key::size()) || about.st_size != got) {
    return Error{Fault::corrupt, "the master key " + path.string() + " has " +
                                     std::to_string(about.st_size) + " bytes instead of " +
                                     std::to_string(Key::size())};
  }
  return key;
}

Result<Key> make_master_key(const std::filesystem::path& path) {
  const Key key = Key::random();
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.value() < 0) return failed(path, "making");
  if (::write(file.value(), key.data(), Key::size()) != static_cast<ssize_t>(Key::size()) ||
      ::fsync(file.value()) != 0) {
    const Error error = failed(path, "writing");
    ::unlink(path.c_str());  // half a key is worse than none
    return error;
  }
  const auto synced = sync_folder(std::filesystem::absolute(path).parent_path());
  if (!synced) return synced.error();
  return key;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const Descriptor around(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (around.value() < 0 || ::fsync(around.value()) != 0) return failed(folder, "syncing");
  return {};
}

}  // namespace engine::keys
