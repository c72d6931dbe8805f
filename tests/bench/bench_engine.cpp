// bench_engine [CONTRACTS] [DIRECTORY]: the whole engine on the real ledger.
//  - a working day of 10,000 contracts, 1,200 of them overdue: notices, blocks, a slow gateway, payments meanwhile;
//  - quiet turns and memory with 10,000 and with CONTRACTS (default 1,000,000) contracts, each in a process of its own.
// The yardstick of the decisions is what the peers do: one query per account, one durable commit per debtor.

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <sqlite3.h>

#include "network/radius/radius_driver.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/isp.hpp"
#include "tests/support/freeradius.hpp"

namespace emdia::bench {
namespace {

constexpr int kContracts = 10'000;
constexpr int kOverdue = kContracts * kOverduePercent / 100;
constexpr Millis kGatewayLatency{200};
constexpr int kGatewayRate = 80;
constexpr int kPayers = 200;
constexpr Millis kPaymentEvery{50};

void must_be(bool good, const std::string& what) {
    if (!good) {
        throw std::runtime_error("the benchmark went another way than it should: " + what);
    }
}

// --- Yardstick -------------------------------------------------------------------------------------------------------

/// Seconds for the work of the peers in its plainest form: ask for each account what it owes, and write a message and a
/// block for each debtor, every row durable by itself.
double row_by_row(const std::string& path) {
    sqlite3* db = nullptr;
    const auto check = [&](int code) {
        must_be(code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE, sqlite3_errstr(code));
        return code;
    };
    check(sqlite3_open(path.c_str(), &db));
    const auto script = [&](const char* sql) { check(sqlite3_exec(db, sql, nullptr, nullptr, nullptr)); };
    script(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE account (id INTEGER PRIMARY KEY, access TEXT);"
        "CREATE TABLE invoice (account INTEGER, due INTEGER, open INTEGER);"
        "CREATE INDEX invoice_account ON invoice (account);"
        "CREATE TABLE message (id INTEGER PRIMARY KEY, account INTEGER, text TEXT);"
        "BEGIN");
    for (int n = 0; n < kContracts; ++n) {
        const std::string id = std::to_string(n);
        script(("INSERT INTO account VALUES (" + id + ", 'open')").c_str());
        script(("INSERT INTO invoice VALUES (" + id + ", " + (is_overdue(n) ? "1" : "99") + ", 9990)").c_str());
    }
    script("COMMIT");
    sqlite3_stmt* debt = nullptr;
    sqlite3_stmt* message = nullptr;
    sqlite3_stmt* block = nullptr;
    const auto prepare = [&](const char* sql, sqlite3_stmt*& statement) {
        check(sqlite3_prepare_v2(db, sql, -1, &statement, nullptr));
    };
    prepare("SELECT sum(open) FROM invoice WHERE account = ? AND due < 50", debt);
    prepare("INSERT INTO message (account, text) VALUES (?, 'Sua fatura venceu. Pague para manter o acesso.')",
            message);
    prepare("UPDATE account SET access = 'blocked' WHERE id = ?", block);
    const auto run = [&](sqlite3_stmt* statement, int n) {
        sqlite3_bind_int(statement, 1, n);
        check(sqlite3_step(statement));
        const bool owes = sqlite3_column_count(statement) > 0 && sqlite3_column_int64(statement, 0) > 0;
        sqlite3_reset(statement);
        return owes;
    };
    const double took = seconds([&] {
        for (int n = 0; n < kContracts; ++n) {
            if (run(debt, n)) {
                run(message, n);
                run(block, n);
            }
        }
    });
    for (sqlite3_stmt* statement : {debt, message, block}) {
        sqlite3_finalize(statement);
    }
    sqlite3_close(db);
    return took;
}

// --- A working day ---------------------------------------------------------------------------------------------------

std::unique_ptr<RadiusDriver> radius(const testing::FreeRadius& server) {
    RadiusDriverConfig config;
    config.profiles = std::move(load_radius_profiles(EMDIA_SOURCE_DIR "/network/radius/profiles").value());
    NasConfig nas;
    nas.name = "bench";
    nas.address = "127.0.0.1";
    nas.coa_port = server.port();
    nas.secret = testing::radius_test_secret;
    nas.profile = "mikrotik";
    nas.mode = CoaMode::coa;
    nas.max_per_second = 0;
    nas.id_reuse = Millis{0};
    config.nas = {nas};
    return std::move(RadiusDriver::make(std::move(config)).value());
}

/// Everything due is decided and committed.
bool all_decided(Isp& isp) { return isp.ledger->due_accounts(isp.clock.now(), 1).empty(); }

/// Whether the ERP is asked again about each invoice first, as it is on a real day (B2, I3), or was just now.
enum class Facts { to_be_read_again, just_read };

void note_all_read(Isp& isp) {
    LedgerTransaction transaction{*isp.ledger};
    for (int n = 0; n < kContracts; ++n) {
        if (is_overdue(n)) {
            isp.ledger->note_read("ixc", invoice(n).id, isp.clock.now());
        }
    }
    transaction.commit();
}

/// Why the first debtor is not blocked.
std::string why_open(Isp& isp) {
    std::string why;
    const auto stored = isp.ledger->decision_of(*isp.ledger->account_of_contract("ixc", "0"));
    for (const Reason& reason : stored ? stored->decision.access_reasons : std::vector<Reason>{}) {
        why += std::string(to_string(reason.code)) + " ";
    }
    return why;
}

/// 1,200 notices and their decisions, then 1,200 blocks. Only the intents are timed; what becomes of them comes later.
void decisions(Isp& isp, WatchedDriver& driver, Facts facts, double yardstick) {
    const auto begin_at = [&](const char* when) {
        isp.clock.set(isp.local(when));
        if (facts == Facts::just_read) {
            note_all_read(isp);
        }
        isp.settings.channel.in_flight = 0;
    };
    begin_at("2026-03-16 10:00:00");
    double notices = 0;
    double computing = computing_seconds(
        [&] { notices = seconds([&] { isp.settle([&] { return !all_decided(isp) || isp.engine().turn(); }); }); });
    must_be(isp.ledger->messages_in(MessageState::queued, kContracts).size() == kOverdue, "every debtor has a notice");

    isp.settings.channel.in_flight = 1'000;
    isp.settle([&] { return isp.gateway.accepted() < kOverdue; });
    isp.settle();
    isp.clock.set(isp.local("2026-04-01 08:00:00"));
    const double pull = seconds([&] { isp.settle(); });

    begin_at("2026-04-01 09:30:00");
    double blocks = 0;
    computing += computing_seconds([&] {
        blocks = seconds([&] {
            for (int turns = 0; driver.given(Access::blocked) == 0; ++turns) {
                must_be(turns < 100'000, "debtors are blocked, but now: " + why_open(isp));
                isp.engine().turn();
            }
        });
    });
    must_be(isp.ledger->restricted_lines().size() == kOverdue, "every debtor is to be blocked");
    const std::string how = facts == Facts::just_read ? ", facts just read" : ", each invoice read again";
    report("1,200 notices decided and stored" + how, notices * 1e3, "ms");
    report("1,200 blocks decided and stored" + how, blocks * 1e3, "ms");
    report("both" + how, (notices + blocks) * 1e3, "ms", yardstick / (notices + blocks));
    report("  of which computing", computing * 1e3, "ms");
    if (facts == Facts::to_be_read_again) {
        report("full pull of 40,000 rows, nothing changed", pull * 1e3, "ms");
    }
    report("1,200 blocks on the wire and acknowledged",
           seconds([&] { isp.settle([&] { return driver.acknowledged(Access::blocked) < kOverdue; }); }) * 1e3, "ms");
    isp.settle();
}

/// A device lists every line that it holds, twice: the second time nothing is news.
void observation(Isp& isp, const WatchedDriver& driver) {
    Observation seen;
    seen.driver = driver.name();
    for (int n = 0; n < kContracts; ++n) {
        if (is_overdue(n)) {
            seen.blocked.push_back({device_key(isp.erp.name(), connection(n).id), Access::blocked, 0, false});
        }
    }
    for (const char* name : {"a device lists 1,200 blocked lines, all news", "  again, nothing new"}) {
        isp.engine().queue().push(DriverEvent{seen});
        report(name, seconds([&] { isp.settle(); }) * 1e3, "ms");
    }
}

/// The messages about the blocks leave at the gateway's pace while subscribers pay.
void slow_gateway(Isp& isp, WatchedDriver& driver) {
    std::map<AccountId, SteadyTime> shown;
    isp.erp.on_shown_paid = [&](int n) {
        shown[*isp.ledger->account_of_contract("ixc", std::to_string(n))] = std::chrono::steady_clock::now();
    };
    isp.gateway.pace(kGatewayLatency, kGatewayRate);
    isp.settings.channel.in_flight = 128;
    isp.clock.let_run();
    const int accepted_before = isp.gateway.accepted();
    const SteadyTime begin = std::chrono::steady_clock::now();
    int payers = 0;
    std::optional<double> messages_took;
    isp.engine().run(Millis{5}, [&](const EngineFigures&) {
        const auto passed = std::chrono::steady_clock::now() - begin;
        while (payers < kPayers && passed > kPaymentEvery * payers) {
            isp.erp.pay(payers / kOverduePercent * 100 + payers % kOverduePercent);
            ++payers;
        }
        if (!messages_took && isp.gateway.accepted() - accepted_before >= kOverdue) {
            messages_took = std::chrono::duration<double>(passed).count();
        }
        must_be(passed < std::chrono::seconds{60}, "the messages leave");
        if (messages_took && driver.acknowledged(Access::open) == kPayers) {
            isp.engine().queue().push(StopRequest{});
        }
    });
    const double best =
        static_cast<double>(kOverdue - 1) / kGatewayRate + std::chrono::duration<double>(kGatewayLatency).count();
    const double one_by_one = kOverdue * std::chrono::duration<double>(kGatewayLatency).count();
    report("1,200 messages, 200 ms each, 80/s (target 18)", *messages_took, "s", one_by_one / *messages_took);
    report("  the least that pace allows", best, "s", one_by_one / best);

    std::vector<double> given;
    std::vector<double> acknowledged;
    for (const auto& [account, times] : driver.times(Access::open)) {
        given.push_back(std::chrono::duration<double, std::milli>(times.given - shown.at(account)).count());
        acknowledged.push_back(
            std::chrono::duration<double, std::milli>(*times.acknowledged - shown.at(account)).count());
    }
    const auto print = [](const std::string& name, std::vector<double>& values) {
        std::sort(values.begin(), values.end());
        report(name + ", median", values[values.size() / 2], "ms");
        report(name + ", p99", values[values.size() * 99 / 100], "ms");
    };
    print("payment seen -> release given to the driver", given);
    print("payment seen -> CoA-ACK (target p99 500)", acknowledged);
}

void working_day(const std::filesystem::path& directory) {
    const double yardstick = row_by_row((directory / "yardstick.db").string());
    report("yardstick: one query per account, commit per row", yardstick * 1e3, "ms", 1.0);
    testing::FreeRadius server(testing::FreeRadiusKind::load);
    for (const Facts facts : {Facts::just_read, Facts::to_be_read_again}) {
        const auto inner = radius(server);
        WatchedDriver driver(*inner);
        const std::string file = facts == Facts::just_read ? "read.db" : "day.db";
        Isp isp((directory / file).string(), kContracts, &driver);
        isp.settings.erps.front().hot_every = Seconds{1};
        isp.clock.set(isp.local("2026-03-16 07:00:00"));
        isp.start();
        const double first = seconds([&] { isp.settle(); });
        isp.go_live();
        decisions(isp, driver, facts, yardstick);
        if (facts == Facts::to_be_read_again) {
            report("first pull and decisions: 40,000 rows", first, "s");
            observation(isp, driver);
            slow_gateway(isp, driver);
        }
    }
}

// --- Quiet and small -------------------------------------------------------------------------------------------------

/// Fills a ledger in pages, without the engine.
void fill(const std::string& path, int contracts) {
    const auto ledger = std::move(SqliteLedger::open(path).value());
    const Instant now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 15}};
    const auto pages = [&](auto row) {
        constexpr int kPage = 1000;
        for (int first = 0; first < contracts; first += kPage) {
            LedgerTransaction transaction{*ledger};
            for (int n = first; n < std::min(contracts, first + kPage); ++n) {
                ledger->put("ixc", row(n), now);
            }
            transaction.commit();
        }
    };
    pages(subscriber);
    pages(contract);
    pages(connection);
    pages(invoice);
}

/// What a daemon that starts on that ledger needs: a process of its own, so that memory is that of the engine alone.
int resident(const std::string& path, int contracts) {
    Isp isp(path, contracts, nullptr);
    isp.clock.set(isp.local("2026-03-16 07:00:00"));
    const std::string with = ", " + std::to_string(contracts) + " contracts";
    isp.start();
    report("start, full pull, all decided" + with, seconds([&] { isp.settle(); }), "s");
    report("quiet turn" + with + " (target 5)", each(1000, [&](int) { isp.engine().turn(); })[500] * 1e3, "ms");
    report("next wake-up" + with, each(1000, [&](int) { static_cast<void>(isp.engine().next_due()); })[500] * 1e3,
           "ms");
    report("resident memory" + with, resident_mib(), "MiB");
    report("resident memory at its peak" + with, peak_mib(), "MiB");
    return 0;
}

void measure_resident(const std::filesystem::path& directory, int contracts) {
    const std::string path = (directory / ("quiet-" + std::to_string(contracts) + ".db")).string();
    fill(path, contracts);
    const std::string command = std::filesystem::read_symlink("/proc/self/exe").string() + " --resident " +
                                std::to_string(contracts) + " '" + path + "'";
    must_be(std::system(command.c_str()) == 0, "the process that is measured ends well");
}

}  // namespace
}  // namespace emdia::bench

int main(int argc, char** argv) {
    using namespace emdia::bench;
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 3 && words[0] == "--resident") {
        return resident(words[2], std::stoi(words[1]));
    }
    const int contracts = words.empty() ? 1'000'000 : std::atoi(words[0].c_str());
    std::string pattern =
        (std::filesystem::path{words.size() > 1 ? words[1] : std::filesystem::temp_directory_path().string()} /
         "emdia-bench-XXXXXX")
            .string();
    if (contracts < 1000 || mkdtemp(pattern.data()) == nullptr) {
        std::cerr << "usage: bench_engine [CONTRACTS >= 1000] [WRITABLE DIRECTORY]\n";
        return 2;
    }
    try {
        working_day(pattern);
        measure_resident(pattern, kContracts);
        measure_resident(pattern, contracts);
    } catch (const std::exception& fault) {
        std::cerr << fault.what() << '\n';
        std::filesystem::remove_all(pattern);
        return 1;
    }
    std::filesystem::remove_all(pattern);
    return 0;
}
