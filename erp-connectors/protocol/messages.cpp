#include "erp-connectors/protocol/messages.hpp"

#include <array>
#include <utility>

namespace emdia::protocol {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 11> kNames{{
    {Method::initialize, "initialize"},
    {Method::pull, "pull"},
    {Method::invoice_read, "invoice.read"},
    {Method::contract_read, "contract.read"},
    {Method::payment_codes, "invoice.payment_codes"},
    {Method::promise_record, "promise.record"},
    {Method::access_release, "access.release"},
    {Method::access_block, "access.block"},
    {Method::access_unblock, "access.unblock"},
    {Method::history_note, "history.note"},
    {Method::health, "health"},
}};

struct MethodVisitor {
    Method operator()(const ErpPull&) const noexcept { return Method::pull; }
    Method operator()(const ErpReadInvoices&) const noexcept { return Method::invoice_read; }
    Method operator()(const ErpReadContract&) const noexcept { return Method::contract_read; }
    Method operator()(const ErpGetPaymentCodes&) const noexcept { return Method::payment_codes; }
    Method operator()(const ErpRecordPromise&) const noexcept { return Method::promise_record; }
    Method operator()(const ErpRelease&) const noexcept { return Method::access_release; }
    Method operator()(const ErpBlock&) const noexcept { return Method::access_block; }
    Method operator()(const ErpUnblock&) const noexcept { return Method::access_unblock; }
    Method operator()(const ErpNote&) const noexcept { return Method::history_note; }
    Method operator()(const ErpHealthCheck&) const noexcept { return Method::health; }
};

}  // namespace

std::string_view to_string(Method method) noexcept {
    for (const auto& [m, name] : kNames) {
        if (m == method) {
            return name;
        }
    }
    return {};
}

std::optional<Method> method_from(std::string_view name) noexcept {
    for (const auto& [m, n] : kNames) {
        if (n == name) {
            return m;
        }
    }
    return std::nullopt;
}

Method method_of(const ErpCall& call) noexcept { return std::visit(MethodVisitor{}, call); }

Method method_of(const Request& request) noexcept {
    const auto* call = std::get_if<ErpCall>(&request.call);
    return call == nullptr ? Method::initialize : method_of(*call);
}

bool is_write(Method method) noexcept {
    switch (method) {
        case Method::promise_record:
        case Method::access_release:
        case Method::access_block:
        case Method::access_unblock:
        case Method::history_note:
            return true;
        default:
            return false;
    }
}

std::string capability_of(const ErpCall& call) {
    if (const auto* pull = std::get_if<ErpPull>(&call)) {
        return "pull." + std::string{to_string(pull->kind)};
    }
    return std::string{to_string(method_of(call))};
}

}  // namespace emdia::protocol
