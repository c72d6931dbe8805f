#include <catch2/catch.hpp>

#include "network/dry-run/dry_run_driver.hpp"
#include "tests/contract/driver_contract.hpp"

namespace emdia::testing {
namespace {

class DryRunRig final : public DriverRig {
public:
    AccessDriver& driver() override { return driver_; }
    Connection connection(int number) override {
        Connection connection;
        connection.id = ConnectionId{number + 1};
        connection.erp_id = "c" + std::to_string(1000 + number);
        return connection;
    }
    std::optional<Access> held(const Connection&) override { return std::nullopt; }
    std::size_t changes() override { return 0; }
    bool silence() override { return false; }

private:
    DryRunDriver driver_;
};

TEST_CASE("the dry-run driver keeps the contract of drivers") {
    check_driver_contract([] { return std::make_unique<DryRunRig>(); });
}

}  // namespace
}  // namespace emdia::testing
