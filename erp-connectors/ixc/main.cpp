// emdia-connector-ixc: speaks the connector protocol on standard input and output.
#include "erp-connectors/ixc/ixc_connector.hpp"
#include "erp-connectors/ixc/ixc_settings.hpp"
#include "erp-connectors/sdk/run.hpp"

int main() {
    emdia::sdk::Logger log;
    emdia::ixc::IxcConnector connector{log};
    return emdia::sdk::run(connector, log, {emdia::ixc::kCallsAtOnce});
}
