#include "engine/log/folder_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace engine::log {

namespace {

std::string lock_path(const std::filesystem::path& folder) { return folder.string() + ".lock"; }

// The whole file, for writing; bound to the open file, so that a second opening in the same
// process is refused too.
struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
  const std::string path = lock_path(folder);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return Error{Fault::storage, "opening " + path + ": " + std::strerror(errno)};
  }
  struct flock lock = whole_file();
  if (::fcntl(descriptor, F_OFD_SETLK, &lock) != 0) {
    const int why = errno;
    ::close(descriptor);
    if (why == EAGAIN || why == EACCES) {
      return Error{Fault::busy, "another process has " + folder.string() + " open for writing"};
    }
    return Error{Fault::storage, "locking " + path + ": " + std::strerror(why)};
  }
  return FolderLock(descriptor);
}

bool FolderLock::is_taken(const std::filesystem::path& folder) {
  const int descriptor = ::open(lock_path(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  struct flock lock = whole_file();
  const bool taken = ::fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(descriptor);
  return taken;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace engine::log
