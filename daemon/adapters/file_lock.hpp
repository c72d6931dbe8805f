#pragma once

#include <string>

#include "daemon/core/result.hpp"

namespace emdia {

/// One process at a time: held until destruction, or until the process is gone however it ends. Not for threads.
class FileLock {
public:
    /// Makes the file when it is not there. Errors: `unavailable` when another process holds it or the disk fails,
    /// `forbidden` when the file may not be made.
    [[nodiscard]] static Result<FileLock> take(const std::string& path);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();

private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

}  // namespace emdia
