#pragma once
// What must be written to the ERP: promises, releases, blocks, notes. Stored first, sent after, verified by the
// connector reading back. The key of a row makes repeating it harmless, so a lost answer is asked again.

#include <cstdint>
#include <map>
#include <string>

#include "daemon/engine/desk.hpp"
#include "daemon/engine/erp_sync.hpp"

namespace emdia {

/// Serves all ERPs; used by the engine's thread only.
class ErpWriter {
public:
    using SyncOf = std::function<ErpSync*(const std::string& erp)>;
    explicit ErpWriter(SyncOf sync_of) : sync_of_(std::move(sync_of)) {}

    /// Rows whose answer a crash took are queued again.
    void recover(Desk& desk);
    void add_promise(Desk& desk, const AccountFacts& facts, const Promise& promise);
    void add_access(Desk& desk, const AccountFacts& facts, Access wanted);
    void add_note(Desk& desk, const AccountFacts& facts, std::string title, std::string text);
    void dispatch(Desk& desk);
    /// The clock was set back: what waits by the old one is tried now.
    void clock_set_back(Desk& desk);
    /// True if the answer belonged to a write.
    bool on_reply(Desk& desk, const ErpReply& reply);
    [[nodiscard]] std::size_t under_way() const noexcept { return asked_.size(); }

private:
    void add(Desk& desk, const AccountFacts& facts, ErpWriteRow row, std::string_view method);
    [[nodiscard]] ErpCall call_of(const ErpWriteRow& row, const AccountFacts& facts, Date today) const;

    SyncOf sync_of_;
    std::map<std::pair<std::string, ErpRequestId>, std::int64_t> asked_;
};

}  // namespace emdia
