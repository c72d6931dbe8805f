#include "daemon/adapters/admin_listener.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace emdia {
namespace {

/// What the system refuses now may work in a moment: never `config`, which would keep systemd from trying again.
Error system_error(const std::string& what, std::string cure) {
    return {ErrorKind::unavailable, what + ": " + std::strerror(errno), std::move(cure)};
}

OwnedFd unix_socket() { return OwnedFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

const sockaddr* as_sockaddr(const sockaddr_un& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

bool someone_listens(const sockaddr_un& address) {
    const OwnedFd probe = unix_socket();
    return probe.valid() && ::connect(probe.get(), as_sockaddr(address), sizeof address) == 0;
}

/// `config` when the group is not known. A file that has the group already is left alone: in a sandbox that forbids
/// chown, as systemd's do, the daemon's own group is all that is needed.
Result<void> give_to_group(const std::string& path, const std::string& group) {
    std::array<char, 16 * 1024> buffer{};
    struct group entry {};
    struct group* found = nullptr;
    if (::getgrnam_r(group.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
        return Error{ErrorKind::config, "there is no group " + group + " for the admin socket",
                     "create it (systemd-sysusers) or change admin.group"};
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && status.st_gid == found->gr_gid) {
        return {};
    }
    if (::chown(path.c_str(), static_cast<uid_t>(-1), found->gr_gid) != 0) {
        return system_error("the admin socket cannot be given to the group " + group,
                            "make the user of the daemon a member of it, or change admin.group");
    }
    return {};
}

}  // namespace

Result<OwnedFd> listen_at(const std::string& path, const std::string& group) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return Error{ErrorKind::config, "the path of the admin socket is longer than 107 bytes",
                     "choose a shorter one"};
    }
    path.copy(address.sun_path, path.size());
    if (someone_listens(address)) {
        return Error{ErrorKind::unavailable, "another emdiad listens on " + path,
                     "stop it first, or change admin.socket"};
    }
    ::unlink(path.c_str());

    OwnedFd listener = unix_socket();
    if (!listener.valid() || ::bind(listener.get(), as_sockaddr(address), sizeof address) != 0) {
        return system_error("the admin socket " + path + " cannot be made", "its directory must exist and be writable");
    }
    if (!group.empty()) {
        if (auto given = give_to_group(path, group); !given) {
            return given.error();
        }
    }
    if (::chmod(path.c_str(), group.empty() ? 0600 : 0660) != 0 || ::listen(listener.get(), 16) != 0) {
        return system_error("the admin socket " + path + " cannot be opened", "check its directory");
    }
    return listener;
}

std::string peer_name(int connection) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return "unknown";
    }
    std::array<char, 16 * 1024> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(peer.uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
        return found->pw_name;
    }
    return "uid " + std::to_string(peer.uid);
}

}  // namespace emdia
