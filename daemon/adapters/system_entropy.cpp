#include "daemon/adapters/system_entropy.hpp"

#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace emdia {

std::uint64_t SystemEntropy::next() {
    std::uint64_t number = 0;
    // Requests of up to 256 bytes are never cut short; only a signal during early boot interrupts them.
    while (::getrandom(&number, sizeof number, 0) < 0) {
        if (errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "getrandom");
        }
    }
    return number;
}

}  // namespace emdia
