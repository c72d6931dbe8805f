#pragma once
// What the lab's IXC holds, as the connector must tell it. Rows in ascending order of id, as they are pulled.

#include "daemon/core/erp_records.hpp"
#include "tests/lab/lab.hpp"

namespace emdia::test {

[[nodiscard]] std::vector<ErpSubscriber> true_subscribers(lab::Lab& lab);
[[nodiscard]] std::vector<ErpContract> true_contracts(lab::Lab& lab);
[[nodiscard]] std::vector<ErpConnection> true_connections(lab::Lab& lab);
[[nodiscard]] std::vector<ErpInvoice> true_invoices(lab::Lab& lab);
[[nodiscard]] std::vector<ErpPayment> true_payments(lab::Lab& lab);

}  // namespace emdia::test
