#pragma once
// What is changed in IXC. Nothing is believed until it is read back (pitfall 1): done means seen.

#include <functional>

#include "erp-connectors/ixc/ixc_reads.hpp"

namespace emdia::ixc {

class Writes {
public:
    Writes(Client& client, Reads& reads, const Settings& settings)
        : client_(client), reads_(reads), settings_(settings) {}

    /// -> CM (4.5). Refused unless the contract is active and its access state is one we understand.
    [[nodiscard]] Result<ErpDone> block(const std::string& contract_id, const sdk::CallContext& context);
    /// -> A.
    [[nodiscard]] Result<ErpDone> unblock(const std::string& contract_id, const sdk::CallContext& context);
    /// Trust unblock (4.4), the 72 h release, or a plain unblock, as the settings say. IXC chooses the number of days.
    [[nodiscard]] Result<ErpDone> release(const std::string& contract_id, const sdk::CallContext& context);
    /// A row in cliente_contrato_historico (4.9), found again by the idempotency key that its text ends with.
    struct Note {
        std::string contract_id;
        std::string subscriber_id;
        std::string title;
        std::string text;
    };
    [[nodiscard]] Result<ErpDone> note(const Note& note, const sdk::CallContext& context);

private:
    using Reached = std::function<bool(const Row&, ErpAccess)>;
    struct Change {
        std::string action;
        Body body;
        Reached reached;
        std::function<Result<void>(const Row&)> allowed;  ///< Asked only when there is something to do.
    };
    [[nodiscard]] Result<ErpDone> change(const std::string& contract_id, const Change& change,
                                         const sdk::CallContext& context);
    [[nodiscard]] Result<ErpDone> judge(const std::string& contract_id, const Change& change,
                                        const Result<ActionDone>& acted, const sdk::CallContext& context);
    [[nodiscard]] Change release_change(const std::string& contract_id) const;
    [[nodiscard]] ErpDone seen(const Row& contract) const;
    void disconnect(const std::string& contract_id, const sdk::CallContext& context);
    /// nullopt: this IXC does not list its history.
    [[nodiscard]] Result<std::optional<bool>> note_exists(const std::string& contract_id, const std::string& tag,
                                                          const sdk::CallContext& context);

    Client& client_;
    Reads& reads_;
    const Settings& settings_;
};

}  // namespace emdia::ixc
