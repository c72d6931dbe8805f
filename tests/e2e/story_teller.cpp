// emdia-lab-story: a month of a provider in about a minute, told as it happens. What scripts/demo runs.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include <CLI/CLI.hpp>

#include "tests/e2e/house.hpp"
#include "tests/e2e/story_lines.hpp"

namespace emdia::e2e {
namespace {

struct Person {
    std::string name;
    std::int64_t contract = 0;
    std::string device;
    std::string at_device = "open";
    std::size_t messages = 0;
    std::size_t answers = 0;
    std::set<std::string> paid{};
};

class Teller {
public:
    explicit Teller(House& house) : house_(house), texts_(EMDIA_SOURCE_DIR "/templates/pt-BR") {
        start_ = house.look("/status").at("now");
        people_ = {{"Ana", house.ana(), "edge agent"},
                   {"Bruno", house.bruno(), "FreeRADIUS"},
                   {"Carla", house.carla(), "edge agent"}};
    }

    /// Runs to that moment and tells what became of the three.
    void tell_until(const std::string& local) {
        house_.run_until(local);
        std::vector<StoryLine> lines;
        for (Person& person : people_) {
            add_messages(person, lines);
            add_answers(person, lines);
            add_payments(person, lines);
            add_access(person, lines, local);
        }
        print(std::cout, std::move(lines));
    }

    void tell_totals() const;

private:
    void add_messages(Person& person, std::vector<StoryLine>& lines) const {
        const Json all = house_.messages(person.contract);
        for (; person.messages < all.size(); ++person.messages) {
            const Json& message = all[person.messages];
            lines.push_back({local_second(message.at("accepted_at")), person.name, "<- " + texts_.stage_of(message),
                             texts_.read(message)});
        }
    }

    void add_answers(Person& person, std::vector<StoryLine>& lines) const {
        const Json all = house_.look("/inbound?contract=" + std::to_string(person.contract));
        for (; person.answers < all.size(); ++person.answers) {
            const Json& answer = all[person.answers];
            lines.push_back({local_second(answer.at("at")), person.name,
                             answer.at("press") == true ? "-> presses" : "-> writes", texts_.read_answer(answer)});
        }
    }

    void add_payments(Person& person, std::vector<StoryLine>& lines) const {
        for (const Json& receipt : receipts("?contract=" + std::to_string(person.contract))) {
            if (person.paid.insert(receipt.at("id").dump()).second) {
                lines.push_back({local_second(receipt.at("at")), person.name, "== pays",
                                 Money::parse(receipt.at("amount").get<std::string>()).value().pt_br() +
                                     " by Pix, seen only by the ERP"});
            }
        }
    }

    /// What the device holds by now, with the moment at which the daemon wanted it so.
    void add_access(Person& person, std::vector<StoryLine>& lines, const std::string& until) {
        const std::string now = house_.at_device(person.contract);
        if (now == person.at_device) {
            return;
        }
        person.at_device = now;
        lines.push_back(
            {last_event(person.contract, now == "blocked" ? "access.block" : "access.unblock").value_or(until),
             person.name, now == "blocked" ? "## cut" : "## open",
             person.device + " holds the line " + (now == "blocked" ? "blocked" : "open")});
    }

    [[nodiscard]] std::optional<std::string> last_event(std::int64_t contract, const std::string& kind) const {
        std::optional<std::string> last;
        for (const Json& event : house_.events(contract, kind)) {
            last = std::max(last, std::optional{local_second(event.at("at"))});
        }
        return last;
    }

    /// Receipts since the story began; months before it have theirs too.
    [[nodiscard]] std::vector<Json> receipts(const std::string& query) const {
        std::vector<Json> found;
        for (const Json& receipt : house_.look("/receipts" + query)) {
            if (receipt.at("at") >= start_) {
                found.push_back(receipt);
            }
        }
        return found;
    }

    House& house_;
    std::string start_;
    const StoryTexts texts_;
    std::vector<Person> people_;
};

void Teller::tell_totals() const {
    const Json totals = house_.look("/totals");
    std::cout << "\nTOTALS of the month, all contracts\n";
    for (const auto& [name, count] : totals.at("whatsapp").at("templates").items()) {
        std::cout << "  " << count.get<int>() << "\t" << texts_.stage_of({{"template", name}}) << "\n";
    }
    std::map<std::string, int> events;
    for (const Json& contract : house_.look("/contracts")) {
        for (const Json& event : house_.events(contract.at("id"), "")) {
            ++events[event.at("kind")];
        }
    }
    std::cout << "  " << events["access.block"] << "\tblocks\n  " << events["access.unblock"] << "\tunblocks\n  "
              << events["promise.active"] << "\tpromises, of which " << events["promise.broken"] << " broken\n  "
              << receipts("").size() << "\tpayments since 1 March\n  "
              << house_.as_json({"task", "list", "--limit", "1000"}).at("tasks").size() << "\ttasks for people\n";
}

/// Days by the day, but hours where the story is dense, so that the devices are looked at between cut and return.
void tell_month(Teller& teller) {
    const std::set<std::string> dense{"2026-04-01", "2026-04-07"};
    for (Date day = make_date(2026, 3, 2); day <= make_date(2026, 4, 8); day += Days{1}) {
        if (dense.contains(to_iso(day))) {
            for (int hour = 1; hour < 24; ++hour) {
                teller.tell_until(to_iso(day) + (hour < 10 ? "T0" : "T") + std::to_string(hour) + ":30:30");
            }
        }
        teller.tell_until(to_iso(day) + "T23:59:00");
    }
}

int tell(int contracts) {
    const auto begun = std::chrono::steady_clock::now();
    std::cout << "Starting the lab (IXC, WhatsApp, " << contracts << " contracts), mosquitto, FreeRADIUS and emdiad ..."
              << std::endl;
    HouseOptions options;
    options.contracts = contracts - 3;
    House house(options);
    std::cout << "\nOne month from Sunday 1 March 2026. Ana, Bruno and Carla owe R$ 99,90 each, due on 10 March.\n"
                 "  <- from the provider   -> from the subscriber   == money   ## network\n\n";
    Teller teller(house);
    tell_month(teller);
    teller.tell_totals();
    const std::string account = "ixc:" + std::to_string(house.bruno());
    std::cout << "\nemdia timeline " << account << ": why Bruno was cut, each step with its rules\n"
              << house.cli({"timeline", account, "--limit", "200"}).out;
    if (const auto cut = house.blocked_account()) {
        std::cout << "\nemdia why " << *cut << ": a line that is cut now\n" << house.cli({"why", *cut}).out;
    }
    const auto took = std::chrono::duration_cast<Seconds>(std::chrono::steady_clock::now() - begun);
    std::cout << "\nThat month took " << took.count() << " seconds. Nothing is left running.\n";
    return house.daemon().end(SIGTERM);
}

}  // namespace
}  // namespace emdia::e2e

int main(int argc, char** argv) {
    int contracts = 200;
    CLI::App app{"A month of a provider with the real emdiad, told as it happens.", "emdia-lab-story"};
    app.add_option("--contracts", contracts, "size of the base")->capture_default_str()->check(CLI::Range(4, 5000));
    CLI11_PARSE(app, argc, argv);
    try {
        return emdia::e2e::tell(contracts);
    } catch (const std::exception& fault) {
        std::cerr << "emdia-lab-story: " << fault.what() << "\n";
        return 1;
    }
}
