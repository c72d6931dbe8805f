#include "tests/lab/erp_world.hpp"

#include <algorithm>

namespace emdia::lab {
namespace {

constexpr std::int64_t first_receipt = 880'001;
constexpr Days temporary_release_lasts{3};
constexpr Days temporary_release_every{30};

}  // namespace

Money Title::open() const {
    if (!is_open() || received >= face) {
        return Money{};
    }
    return face - received;
}

Title& ErpWorld::add_title(Title title) {
    titles_of_[title.contract].push_back(title.id);
    return titles.add(std::move(title));
}

std::vector<Title*> ErpWorld::titles_of(std::int64_t contract) {
    std::vector<Title*> found;
    if (const auto ids = titles_of_.find(contract); ids != titles_of_.end()) {
        for (const std::int64_t id : ids->second) {
            found.push_back(titles.find(id));
        }
    }
    return found;
}

std::vector<Title*> ErpWorld::overdue(std::int64_t contract, Date today) {
    auto found = titles_of(contract);
    std::erase_if(found, [&](const Title* title) { return !title->is_open() || title->due >= today; });
    std::sort(found.begin(), found.end(), [](const Title* a, const Title* b) { return a->due < b->due; });
    return found;
}

Result<void> ErpWorld::pay(const Payment& payment) {
    Title* title = titles.find(payment.title);
    if (title == nullptr) {
        return Error{ErrorKind::not_found, "no title " + std::to_string(payment.title), ""};
    }
    if (!title->is_open()) {
        return Error{ErrorKind::refused, "title " + std::to_string(title->id) + " is received or cancelled", ""};
    }
    const Money open = title->open();
    const Date on = today(payment.at);
    const Money above = payment.amount > open ? payment.amount - open : Money{};
    receipts.add(Receipt{receipts.next_id(first_receipt), title->id, payment.amount, above, on, payment.by_pix, false,
                         payment.at});
    title->received += payment.amount;
    title->status = payment.amount >= open ? 'R' : 'P';
    title->paid_on = on;
    title->written_off = payment.at;
    title->by_pix = payment.by_pix;
    title->payment_pending = false;
    title->updated = payment.at;
    Contract* contract = contracts.find(title->contract);
    if (contract != nullptr && (contract->access == "CA" || contract->access == "FA") &&
        overdue(contract->id, on).empty()) {
        set_access(*contract, "A", payment.at);
    }
    return {};
}

Result<void> ErpWorld::reverse(std::int64_t receipt_id, Instant at) {
    Receipt* receipt = receipts.find(receipt_id);
    if (receipt == nullptr || receipt->cancelled) {
        return Error{ErrorKind::not_found, "no receipt " + std::to_string(receipt_id), ""};
    }
    receipt->cancelled = true;
    receipt->updated = at;
    Title* title = titles.find(receipt->title);
    title->received -= receipt->amount;
    title->status = title->received.is_zero() ? 'A' : 'P';
    if (title->received.is_zero()) {
        title->paid_on.reset();
        title->written_off.reset();
    }
    title->updated = at;
    return {};
}

Result<void> ErpWorld::cancel(std::int64_t title_id, Instant at) {
    Title* title = titles.find(title_id);
    if (title == nullptr) {
        return Error{ErrorKind::not_found, "no title " + std::to_string(title_id), ""};
    }
    if (!title->is_open()) {
        return Error{ErrorKind::refused, "title " + std::to_string(title->id) + " is received or cancelled", ""};
    }
    title->status = 'C';
    title->cancelled_on = today(at);
    title->updated = at;
    return {};
}

void ErpWorld::set_access(Contract& contract, const std::string& access, Instant at) {
    contract.access = access;
    contract.updated = at;
    if (access == "CM") {
        contract.manually_blocked_on = today(at);
    }
    if (access == "CA") {
        contract.auto_blocked_on = today(at);
    }
}

TrustAnswer ErpWorld::trust_release(std::int64_t contract_id, int days, Instant at) {
    Contract* contract = contracts.find(contract_id);
    if (contract == nullptr) {
        return TrustAnswer::no_such_contract;
    }
    if (contract->trust_active) {
        return TrustAnswer::already_active;
    }
    if (contract->status != 'A') {
        return TrustAnswer::inactive;
    }
    const bool used_and_unpaid = contract->trust_used_on && !overdue(contract_id, *contract->trust_used_on).empty();
    if (contract->trust_allowed == 'N' || used_and_unpaid) {
        return TrustAnswer::not_available;
    }
    contract->trust_active = true;
    contract->trust_used_on = today(at);
    contract->trust_until = today(at) + Days{days};
    set_access(*contract, "A", at);
    return TrustAnswer::released;
}

bool ErpWorld::temporary_release(std::int64_t contract_id, Instant at) {
    Contract* contract = contracts.find(contract_id);
    if (contract == nullptr) {
        return false;
    }
    const Date on = today(at);
    if (contract->temporary_release_on && on - *contract->temporary_release_on < temporary_release_every) {
        return false;
    }
    contract->temporary_release_on = on;
    set_access(*contract, "A", at);
    return true;
}

void ErpWorld::night_job(Instant at, bool block_overdue) {
    const Date on = today(at);
    for (Contract& contract : contracts.all()) {
        const bool owes = !overdue(contract.id, on).empty();
        const bool trust_ends = contract.trust_active && contract.trust_until && on > *contract.trust_until;
        const bool temporary_ends =
            contract.temporary_release_on && on - *contract.temporary_release_on == temporary_release_lasts;
        if (trust_ends) {
            contract.trust_active = false;
        }
        const bool held = contract.no_block_until && *contract.no_block_until >= on;
        const bool own_rule = block_overdue && contract.auto_block && !contract.trust_active;
        if (owes && !held && contract.access == "A" && (trust_ends || temporary_ends || own_rule)) {
            set_access(contract, "CA", at);
        }
    }
}

}  // namespace emdia::lab
