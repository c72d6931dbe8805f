#include "daemon/adapters/config.hpp"

#include <algorithm>

namespace emdia {

std::string installed_data_dir() { return EMDIA_DATA_DIR; }

bool PilotConfig::covers(std::optional<Uf> uf, const std::string& plan, const std::string& contract) const {
    const bool uf_fits = ufs.empty() || (uf && ufs.contains(*uf));
    const bool plan_fits = plans.empty() || plans.contains(plan);
    const bool contract_fits = contracts.empty() || contracts.contains(contract);
    return uf_fits && plan_fits && contract_fits;
}

const ErpConfig* Config::find_erp(std::string_view name) const noexcept {
    const auto found = std::find_if(erps.begin(), erps.end(), [&](const ErpConfig& erp) { return erp.name == name; });
    return found == erps.end() ? nullptr : &*found;
}

}  // namespace emdia
