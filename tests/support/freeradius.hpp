#pragma once
// A real FreeRADIUS on loopback that plays the NAS: answers CoA and Disconnect as Debian's package does.

#include <memory>
#include <optional>
#include <string>

#include "tests/support/background_process.hpp"

struct sqlite3;

namespace emdia::testing {

inline constexpr const char* radius_test_secret = "emdia-Secret-01";

enum class FreeRadiusKind {
    sessions,  ///< Knows who is online (SQLite): ACK for them, NAK 503 for others, 402 without identity.
    load       ///< Says ACK to everything at once: the target of benchmarks.
};

/// Runs in the foreground as the current user, in a scratch folder, on an ephemeral UDP port of 127.0.0.1.
class FreeRadius {
public:
    explicit FreeRadius(FreeRadiusKind kind);
    FreeRadius(const FreeRadius&) = delete;
    FreeRadius& operator=(const FreeRadius&) = delete;
    ~FreeRadius();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_.path(); }

    /// Somebody comes online.
    void open_session(const std::string& login, const std::string& session_id, const std::string& ipv4);
    [[nodiscard]] bool online(const std::string& login);
    /// The address list that the last CoA gave to the open session.
    [[nodiscard]] std::optional<std::string> address_list(const std::string& login);
    /// Requests that changed a session so far.
    [[nodiscard]] std::size_t changes();
    [[nodiscard]] double cpu_seconds() const { return process_->cpu_seconds(); }
    void pause();
    void resume();

private:
    struct CloseDatabase {
        void operator()(sqlite3* database) const noexcept;
    };

    void write_configuration(FreeRadiusKind kind);
    void start();
    void execute(const std::string& sql);
    [[nodiscard]] std::optional<std::string> ask(const std::string& sql, const std::string& login);

    ScratchFolder folder_;
    std::uint16_t port_ = 0;
    std::unique_ptr<sqlite3, CloseDatabase> database_;
    std::unique_ptr<BackgroundProcess> process_;
};

}  // namespace emdia::testing
