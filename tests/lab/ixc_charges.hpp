#pragma once
// get_pix and get_boleto (erp-ixc.md 4.1, 4.2): asking creates the charge.

#include "tests/lab/ixc_actions.hpp"

namespace emdia::lab::ixc {

[[nodiscard]] HttpReply get_pix(LabState& state, const Fields& fields);
[[nodiscard]] HttpReply get_boleto(LabState& state, const Fields& fields);

}  // namespace emdia::lab::ixc
