#pragma once
// Rows of IXC tables as records. Pure. A row in doubt is an error that names table, id and column and leaves the value
// out; the caller quarantines it. Nothing is guessed.

#include "erp-connectors/ixc/ixc_answer.hpp"
#include "erp-connectors/ixc/ixc_settings.hpp"

namespace emdia::ixc {

/// The columns that may leave the parser, per kind of record. No password, document or address is among them.
[[nodiscard]] const Columns& columns_of(RecordKind kind);

/// The row's id as a number; nullopt when it is none.
[[nodiscard]] std::optional<std::int64_t> row_id(const Row& row) noexcept;

[[nodiscard]] Result<ErpSubscriber> subscriber_from(const Row& row, const RowRules& rules);
[[nodiscard]] Result<ErpContract> contract_from(const Row& row, const RowRules& rules);
/// contract_id stays empty where IXC has none ("", "0").
[[nodiscard]] Result<ErpConnection> connection_from(const Row& row, const RowRules& rules);
/// contract_id: id_contrato, else id_contrato_principal, else id_contrato_avulso, else empty (3.3).
[[nodiscard]] Result<ErpInvoice> invoice_from(const Row& row);
/// nullopt: not a receipt of a title.
[[nodiscard]] Result<std::optional<ErpPayment>> payment_from(const Row& row);

}  // namespace emdia::ixc
