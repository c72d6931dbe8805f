// emdia-connector-ixc: speaks the connector protocol on standard input and output.
#include "erp-connectors/ixc/ixc_connector.hpp"
#include "erp-connectors/sdk/run.hpp"

int main() {
    constexpr int kCallsAtOnce = 3;
    emdia::sdk::Logger log;
    emdia::ixc::IxcConnector connector{log};
    return emdia::sdk::run(connector, log, {kCallsAtOnce});
}
