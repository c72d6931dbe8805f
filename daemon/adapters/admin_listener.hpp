#pragma once
// The file system and credential side of the admin socket. Private to this room.

#include <string>

#include "daemon/adapters/owned_fd.hpp"
#include "daemon/core/result.hpp"

namespace emdia {

/// Binds and listens; mode 0660, given to `group` unless that is empty.
[[nodiscard]] Result<OwnedFd> listen_at(const std::string& path, const std::string& group);

/// The login name behind the connection, or "uid 1234" when the system knows none.
[[nodiscard]] std::string peer_name(int connection);

}  // namespace emdia
