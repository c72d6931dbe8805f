// bench_ledger [ACCOUNTS] [DIRECTORY]: ingest, quiet turns, loading and memory of the SQLite ledger.
// The yardstick is a plain sqlite3 loop with the same pragmas, page size and durability.

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <sqlite3.h>

#include "daemon/adapters/sqlite_ledger.hpp"
#include "tests/bench/bench.hpp"

namespace emdia {
namespace {

constexpr int kPage = 500;
constexpr int kChanged = 100'000;
const Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 3 / 10} + Hours{13}};
const Date kToday{std::chrono::local_days{std::chrono::year{2026} / 3 / 10}};

ErpSubscriber subscriber(int n) {
    const std::string id = std::to_string(n);
    return {id,   "Maria",   "+55119" + std::string(8 - std::min<std::size_t>(8, id.size()), '0') + id,
            "SP", "3550308", false};
}
ErpContract contract(int n) {
    return {std::to_string(n), std::to_string(n), "fibra-500", ContractStatus::active, ErpAccess::open, false, {}};
}
ErpConnection connection(int n) {
    const std::string id = std::to_string(n);
    return {id, id, "cliente" + id + "@isp", "100.64.1.1", "", "bras-1", "", false};
}
/// 12 of 100 accounts are overdue.
ErpInvoice invoice(int n, Money open) {
    ErpInvoice row;
    row.id = std::to_string(n);
    row.contract_id = row.id;
    row.subscriber_id = row.id;
    row.due = n % 100 < 12 ? kToday - Days{8} : kToday + Days{20};
    row.reference = kToday;
    row.face = Money::centavos(9990);
    row.open = open;
    row.state = open == row.face ? InvoiceState::open : InvoiceState::partial;
    return row;
}

/// Puts rows [0, count) in durable pages; returns rows per second.
template <class Row>
double ingest(Ledger& ledger, int count, Row row) {
    const double took = bench::seconds([&] {
        for (int first = 0; first < count; first += kPage) {
            LedgerTransaction transaction{ledger};
            for (int n = first; n < std::min(count, first + kPage); ++n) {
                ledger.put("ixc", row(n), kNow);
            }
            transaction.commit();
        }
    });
    return count / took;
}

void must(int code) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
        std::cerr << "yardstick: " << sqlite3_errstr(code) << '\n';
        std::exit(1);
    }
}

/// Rows per second of an upsert loop in plain C, one durable commit per page.
double yardstick(const std::string& path, int count) {
    sqlite3* db = nullptr;
    must(sqlite3_open(path.c_str(), &db));
    const auto run = [&](const char* sql) { must(sqlite3_exec(db, sql, nullptr, nullptr, nullptr)); };
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8192;"
        "CREATE TABLE row (id INTEGER PRIMARY KEY, erp TEXT, erp_id TEXT, a INTEGER, b INTEGER, c INTEGER, d TEXT,"
        " UNIQUE (erp, erp_id)) STRICT");
    sqlite3_stmt* put = nullptr;
    must(sqlite3_prepare_v2(db,
                            "INSERT INTO row (erp, erp_id, a, b, c, d) VALUES ('ixc', ?, ?, 2, 3, 'open')"
                            " ON CONFLICT (erp, erp_id) DO UPDATE SET a = excluded.a",
                            -1, &put, nullptr));
    const auto pass = [&](int value) {
        for (int first = 0; first < count; first += kPage) {
            run("BEGIN IMMEDIATE");
            for (int n = first; n < first + kPage; ++n) {
                const std::string id = std::to_string(n);
                sqlite3_bind_text(put, 1, id.c_str(), -1, SQLITE_TRANSIENT);
                sqlite3_bind_int(put, 2, value);
                must(sqlite3_step(put));
                sqlite3_reset(put);
            }
            run("COMMIT");
        }
    };
    pass(1);
    const double took = bench::seconds([&] { pass(2); });
    sqlite3_finalize(put);
    sqlite3_close(db);
    return count / took;
}

void quiet_turn(Ledger& ledger) {
    const auto work = ledger.due_accounts(kNow, 1000).size() + ledger.due_messages(kNow, 1000).size() +
                      ledger.due_commands(kNow, 1000).size() + ledger.due_erp_writes(kNow, 1000).size();
    if (work != 0 || !ledger.next_due()) {
        std::cerr << "the ledger is not quiet\n";
        std::exit(1);
    }
}

void settle_all(Ledger& ledger) {
    StoredDecision decision;
    decision.policy_version = "default";
    decision.decision.access_reasons = {{ReasonCode::not_due_yet, InvoiceId{1}, kToday, {}, {}}};
    decision.decision.next_wake = kNow + Hours{20};
    int decided = 0;
    const double took = bench::seconds([&] {
        for (auto due = ledger.due_accounts(kNow, kPage); !due.empty(); due = ledger.due_accounts(kNow, kPage)) {
            LedgerTransaction transaction{ledger};
            for (const AccountId id : due) {
                ledger.put_decision(id, decision);
            }
            transaction.commit();
            decided += static_cast<int>(due.size());
        }
    });
    bench::report("decisions stored", decided / took, "rows/s");
}

void run(int accounts, const std::filesystem::path& directory) {
    const auto opened = SqliteLedger::open((directory / "ledger.db").string());
    if (!opened) {
        std::cerr << opened.error().text() << '\n';
        std::exit(1);
    }
    Ledger& ledger = *opened.value();
    const Money full = Money::centavos(9990);
    const int changed = std::min(accounts, kChanged);

    const double raw = yardstick((directory / "raw.db").string(), changed);
    bench::report("yardstick: plain sqlite3 upsert loop", raw, "rows/s", 1.0);

    bench::report("first ingest: subscribers", ingest(ledger, accounts, subscriber), "rows/s");
    bench::report("first ingest: contracts", ingest(ledger, accounts, contract), "rows/s");
    bench::report("first ingest: connections", ingest(ledger, accounts, connection), "rows/s");
    bench::report("first ingest: invoices", ingest(ledger, accounts, [&](int n) { return invoice(n, full); }),
                  "rows/s");
    settle_all(ledger);

    const auto partial = [&](int n) { return invoice(n, Money::centavos(5000)); };
    const double rate = ingest(ledger, changed, partial);
    bench::report("changed invoices, durable pages of 500", rate, "rows/s", rate / raw);
    const double unchanged = ingest(ledger, changed, partial);
    bench::report("unchanged invoices", unchanged, "rows/s", unchanged / raw);
    settle_all(ledger);

    bench::report("quiet turn, " + std::to_string(accounts) + " accounts",
                  bench::each(1000, [&](int) { quiet_turn(ledger); })[500] * 1e6, "us");
    const auto load = [&](int n) {
        if (!ledger.load(AccountId{1 + (n * 7919LL) % changed})) {
            std::exit(1);
        }
    };
    static_cast<void>(bench::each(10'000, load));
    bench::report("load of one account", bench::each(10'000, load)[5000] * 1e6, "us");
    bench::report("counts for emdia status", bench::seconds([&] { static_cast<void>(ledger.counts(kToday)); }) * 1e3,
                  "ms");
    bench::report("search by contract",
                  bench::seconds([&] { static_cast<void>(ledger.search("ixc:4711", kToday, 20)); }) * 1e3, "ms");
    bench::report("search by a piece of a phone",
                  bench::seconds([&] { static_cast<void>(ledger.search("99999", kToday, 20)); }) * 1e3, "ms");
    bench::report("resident memory", bench::resident_mib(), "MiB");
    bench::report("file", static_cast<double>(std::filesystem::file_size(directory / "ledger.db")) / 1048576, "MiB");
}

}  // namespace
}  // namespace emdia

int main(int argc, char** argv) {
    const int accounts = argc > 1 ? std::atoi(argv[1]) : 1'000'000;
    std::string pattern =
        (std::filesystem::path{argc > 2 ? argv[2] : std::filesystem::temp_directory_path()} / "emdia-bench-XXXXXX")
            .string();
    if (accounts < 1000 || mkdtemp(pattern.data()) == nullptr) {
        std::cerr << "usage: bench_ledger [ACCOUNTS >= 1000] [WRITABLE DIRECTORY]\n";
        return 2;
    }
    emdia::run(accounts, pattern);
    std::filesystem::remove_all(pattern);
    return 0;
}
