#pragma once
// For tests, demo and benchmarks in C++: start an emdia-lab and steer it over its control API.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

#include "daemon/core/civil.hpp"
#include "daemon/core/money.hpp"
#include "daemon/core/result.hpp"

namespace emdia::lab {

/// Calls the control API of a lab in this process or another. Thread-safe: no state but the port.
class LabClient {
public:
    explicit LabClient(std::uint16_t control_port);

    /// An answer other than 200 becomes an Error with the lab's words (`refused`).
    [[nodiscard]] Result<nlohmann::json> get(const std::string& path) const;
    [[nodiscard]] Result<nlohmann::json> post(const std::string& path, const nlohmann::json& body = nullptr) const;
    [[nodiscard]] Result<nlohmann::json> remove(const std::string& path) const;

    /// Runs to that time with at least `clients` connected. `refused`, naming who was not idle, if it did not get
    /// there.
    [[nodiscard]] Result<void> advance_to(Instant to, std::size_t clients = 0) const;
    [[nodiscard]] Result<void> switch_on(const std::string& fault, std::int64_t value = 0,
                                         const std::string& match = {}) const;
    [[nodiscard]] Result<void> switch_off(const std::string& fault) const;
    [[nodiscard]] Result<Instant> now() const;

private:
    [[nodiscard]] Result<nlohmann::json> call(const std::string& method, const std::string& path,
                                              const std::string& body) const;
    std::string base_;
};

/// An emdia-lab as a child process; stopped and reaped on destruction.
class LabProcess {
public:
    /// Waits for the line with the ports. `unavailable` when the program cannot be started or says nothing.
    [[nodiscard]] static Result<std::unique_ptr<LabProcess>> start(const std::string& program,
                                                                   const std::vector<std::string>& arguments);
    ~LabProcess();
    LabProcess(const LabProcess&) = delete;
    LabProcess& operator=(const LabProcess&) = delete;

    /// The line the program printed: ports, tokens, seed.
    [[nodiscard]] const nlohmann::json& description() const { return description_; }
    [[nodiscard]] std::uint16_t port(const std::string& name) const { return description_.at(name); }
    [[nodiscard]] LabClient client() const { return LabClient{port("control")}; }

private:
    LabProcess(pid_t pid, nlohmann::json description) : pid_(pid), description_(std::move(description)) {}
    pid_t pid_;
    nlohmann::json description_;
};

}  // namespace emdia::lab
