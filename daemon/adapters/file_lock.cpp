#include "daemon/adapters/file_lock.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace emdia {

Result<FileLock> FileLock::take(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const bool refused = errno == EACCES || errno == EPERM || errno == EROFS;
        return Error{refused ? ErrorKind::forbidden : ErrorKind::unavailable, path + ": " + std::strerror(errno),
                     "let the user of emdiad write that folder"};
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        return Error{ErrorKind::unavailable, path + " is held by another process",
                     "another emdiad works on this ledger: stop it, or give this one a ledger of its own"};
    }
    return FileLock{descriptor};
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

}  // namespace emdia
