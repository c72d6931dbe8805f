// emdia-connector-ixc: speaks the connector protocol on standard input and output.
#include "erp-connectors/ixc/ixc_connector.hpp"
#include "erp-connectors/sdk/run.hpp"

int main() {
    constexpr int kCallsAtOnce = 3;
    emdia::ixc::IxcConnector connector;
    emdia::sdk::Logger log;
    return emdia::sdk::run(connector, log, {kCallsAtOnce});
}
