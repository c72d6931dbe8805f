#pragma once
// The real connector program, supervised as the daemon does it, beside the lab's IXC in this process.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "daemon/adapters/process_erp_source.hpp"
#include "tests/fakes/fake_entropy.hpp"
#include "tests/fakes/fake_log.hpp"
#include "tests/lab/lab.hpp"

namespace emdia::test {

using Json = nlohmann::json;

/// A lab that begins at midnight of 1 March 2026: invoices of February are paid, those of March and April open.
[[nodiscard]] lab::LabOptions lab_of(int contracts);
inline constexpr Date kLabToday{std::chrono::local_days{std::chrono::year{2026} / 3 / 1}};

/// What the control API of the lab counts: "listings", "actions", "inserts", "refused".
[[nodiscard]] std::int64_t calls_to(const lab::Lab& lab, const std::string& kind);
/// Switches on, and off again when it goes.
class WithFault {
public:
    WithFault(lab::Lab& lab, const lab::Fault& fault);
    ~WithFault();
    WithFault(const WithFault&) = delete;
    WithFault& operator=(const WithFault&) = delete;

private:
    lab::Lab& lab_;
    std::string name_;
};

template <class Record>
struct Pulled {
    std::vector<Record> records;
    std::vector<std::string> quarantined;
    std::string since;
    int pages = 0;
};

struct IxcOptions {
    Json settings = Json::object();  ///< On top of those that fit the lab.
    std::string token = lab::LabOptions{}.ixc_token;
    std::string stderr_file;  ///< Where standard error goes instead of into the log.
};

class SupervisedIxc {
public:
    explicit SupervisedIxc(const lab::Lab& lab, IxcOptions options = {});
    ~SupervisedIxc();
    SupervisedIxc(const SupervisedIxc&) = delete;
    SupervisedIxc& operator=(const SupervisedIxc&) = delete;

    /// Waits for the reply.
    [[nodiscard]] Result<ErpAnswer> ask(ErpCall call, Millis deadline = Seconds{10}, const std::string& key = "key");
    template <class Answer>
    [[nodiscard]] Result<Answer> ask_for(ErpCall call, Millis deadline = Seconds{10}, const std::string& key = "key") {
        auto answer = ask(std::move(call), deadline, key);
        if (!answer) {
            return answer.error();
        }
        return std::get<Answer>(std::move(*answer));
    }
    /// All pages.
    template <class Record>
    [[nodiscard]] Result<Pulled<Record>> pull(ErpPull pull, Millis deadline = Seconds{10}) {
        Pulled<Record> all;
        do {
            auto page = ask_for<ErpPage>(pull, deadline);
            if (!page) {
                return page.error();
            }
            auto& records = std::get<std::vector<Record>>(page->records);
            std::move(records.begin(), records.end(), std::back_inserter(all.records));
            std::move(page->quarantined.begin(), page->quarantined.end(), std::back_inserter(all.quarantined));
            all.since = page->since;
            ++all.pages;
            pull.cursor = page->next_cursor;
        } while (!pull.cursor.empty());
        return all;
    }
    /// The cause, when it gave up; waits for it.
    [[nodiscard]] std::string why_down();
    [[nodiscard]] const fakes::FakeLog& log() const { return log_; }

private:
    fakes::FakeLog log_;
    fakes::FakeEntropy entropy_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<ErpRequestId, Result<ErpAnswer>> replies_;  ///< Guarded by mutex_.
    std::string down_;                                   ///< Guarded by mutex_.
    ErpRequestId last_id_ = 0;
    std::unique_ptr<ProcessErpSource> source_;
};

}  // namespace emdia::test
