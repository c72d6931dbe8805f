#include "daemon/admin/request.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace emdia {
namespace {

[[noreturn]] void refuse(std::string what, std::string cure = {}) {
    throw BadRequest{{ErrorKind::bad_input, std::move(what), std::move(cure)}};
}

constexpr std::size_t kMaxWhy = 500;

}  // namespace

const Json& Request::get(const char* name) const {
    const auto found = params_.find(name);
    if (found == params_.end()) {
        refuse("the parameter '" + std::string(name) + "' is missing");
    }
    return *found;
}

std::string Request::text(const char* name) const {
    const Json& value = get(name);
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
        refuse("the parameter '" + std::string(name) + "' must be a text that is not empty");
    }
    return value.get<std::string>();
}

std::string Request::text_or(const char* name, std::string fallback) const {
    return params_.contains(name) ? text(name) : std::move(fallback);
}

std::int64_t Request::number(const char* name) const {
    const Json& value = get(name);
    if (!value.is_number_integer()) {
        refuse("the parameter '" + std::string(name) + "' must be a whole number");
    }
    return value.get<std::int64_t>();
}

int Request::limit() const {
    if (!params_.contains("limit")) {
        return 50;
    }
    const std::int64_t limit = number("limit");
    if (limit < 1 || limit > 1000) {
        refuse("the parameter 'limit' must be 1..1000");
    }
    return static_cast<int>(limit);
}

bool Request::flag(const char* name) const {
    const Json& value = get(name);
    if (!value.is_boolean()) {
        refuse("the parameter '" + std::string(name) + "' must be true or false");
    }
    return value.get<bool>();
}

Date Request::date(const char* name) const {
    const Result<Date> date = parse_date(text(name));
    if (!date) {
        refuse("the parameter '" + std::string(name) + "' must be a date such as 2026-04-06");
    }
    return *date;
}

Millis Request::duration(const char* name) const {
    const Result<Millis> duration = parse_duration(text(name));
    if (!duration) {
        refuse("the parameter '" + std::string(name) + "' must be a duration such as 48h or 3d");
    }
    return *duration;
}

Operator Request::by() const {
    Operator by{std::string(caller_), params_.contains("why") ? text("why") : std::string()};
    if (by.why.empty()) {
        refuse("this changes something, and no reason was given", "say why: --reason \"...\"");
    }
    if (by.why.size() > kMaxWhy) {
        refuse("the reason is longer than 500 bytes", "say it shorter");
    }
    return by;
}

Language Request::language() const { return text_or("language", "en") == "pt-BR" ? Language::pt_br : Language::en; }

bool Request::has(const char* name) const { return params_.contains(name); }

std::string Request::house_time(Instant at) const {
    return to_iso(control_.context_of(AccountFacts{}).brasilia.local(at));
}

AccountId Request::account() const {
    const std::string wanted = text("account");
    if (const std::size_t colon = wanted.find(':'); colon != std::string::npos) {
        const auto id = ledger().account_of_contract(wanted.substr(0, colon), wanted.substr(colon + 1));
        if (!id) {
            throw BadRequest{
                {ErrorKind::not_found, "there is no such account", "look for it: emdia subscriber SEARCH"}};
        }
        return *id;
    }
    const std::vector<AccountSummary> found = ledger().search(wanted, control_.today(), 20);
    const auto exact = std::find_if(found.begin(), found.end(),
                                    [&](const AccountSummary& row) { return row.contract_erp_id == wanted; });
    const auto exact_count = std::count_if(found.begin(), found.end(),
                                           [&](const AccountSummary& row) { return row.contract_erp_id == wanted; });
    if (exact_count == 1) {
        return exact->id;
    }
    if (found.size() == 1) {
        return found.front().id;
    }
    if (found.empty()) {
        throw BadRequest{{ErrorKind::not_found, "there is no such account", "look for it: emdia subscriber SEARCH"}};
    }
    std::string names;
    for (const AccountSummary& row : found) {
        names += (names.empty() ? "" : ", ") + row.erp + ":" + row.contract_erp_id;
    }
    refuse("more than one account fits: " + names, "name one as ERP:CONTRACT");
}

}  // namespace emdia
