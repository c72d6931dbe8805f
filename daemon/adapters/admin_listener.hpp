#pragma once
// The file system and credential side of the admin socket. Private to this room.

#include <string>
#include <utility>

#include "daemon/core/result.hpp"

namespace emdia {

/// A file descriptor that is closed when it goes.
class OwnedFd {
public:
    OwnedFd() = default;
    explicit OwnedFd(int fd) noexcept : fd_(fd) {}
    OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    OwnedFd& operator=(OwnedFd&& other) noexcept;
    ~OwnedFd();
    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }

private:
    int fd_ = -1;
};

/// Binds and listens; mode 0660, given to `group` unless that is empty.
[[nodiscard]] Result<OwnedFd> listen_at(const std::string& path, const std::string& group);

/// The login name behind the connection, or "uid 1234" when the system knows none.
[[nodiscard]] std::string peer_name(int connection);

}  // namespace emdia
