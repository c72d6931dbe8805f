// The process vanishes at a commit or between the acts that follow it, another one takes up the ledger, and the month
// ends as if nothing had happened. What was stored as `sending` and never left is the one thing that a ledger cannot
// know; such a run must end as one whose channel lost these very messages.
//
// A sample runs by default, of the points that matter and of the others; EMDIA_CRASH_POINTS=all runs every one.

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>

#include <catch2/catch.hpp>

#include "tests/contract/ledger_books.hpp"
#include "tests/engine/scripted_month.hpp"

using namespace emdia;
using namespace emdia::test;

namespace {

using Lines = std::vector<std::string>;

class InMemory final : public MonthBook {
public:
    Ledger& open() override { return ledger_; }

private:
    fakes::MemoryLedger ledger_;
};

/// The file is closed and opened, as by another process.
class InSqlite final : public MonthBook {
public:
    Ledger& open() override {
        book_.reopen();
        return book_.ledger();
    }

private:
    books::SqliteBook book_;
};

bool every_point() {
    const char* wanted = std::getenv("EMDIA_CRASH_POINTS");
    return wanted != nullptr && std::string_view{wanted} == "all";
}

const std::vector<CrashPoints::Point>& points() {
    static const auto all = [] {
        InMemory book;
        ScriptedMonth month(book);
        month.run();
        return month.points().passed();
    }();
    return all;
}

/// Numbers of points, from 1: every `busy_step`th of those where something was decided, sent, promised or learned, and
/// every `step`th of the others.
std::vector<std::size_t> some_points(std::size_t busy_step, std::size_t step) {
    std::vector<std::size_t> chosen;
    std::size_t busy = 0;
    for (std::size_t i = 0; i < points().size(); ++i) {
        const bool take = points()[i].routine ? i % step == 0 : busy++ % busy_step == 0;
        if (take || every_point()) {
            chosen.push_back(i + 1);
        }
    }
    return chosen;
}

/// The end of a month without crashes whose channel loses these messages.
const Lines& undisturbed(const std::set<MessageId>& lost) {
    static std::map<std::set<MessageId>, Lines> known;
    Lines& end = known[lost];
    if (end.empty()) {
        InMemory book;
        ScriptedMonth month(book, lost);
        month.run();
        REQUIRE(month.faults() == Lines{});
        end = month.end();
    }
    return end;
}

/// The lines that only one of the two has, "+" for `seen`.
Lines difference(const Lines& seen, const Lines& wanted) {
    Lines more;
    Lines less;
    std::set_difference(seen.begin(), seen.end(), wanted.begin(), wanted.end(), std::back_inserter(more));
    std::set_difference(wanted.begin(), wanted.end(), seen.begin(), seen.end(), std::back_inserter(less));
    Lines lines;
    for (const auto& line : more) {
        lines.push_back("+ " + line);
    }
    for (const auto& line : less) {
        lines.push_back("- " + line);
    }
    return lines;
}

/// Polling begins anew with each process, so that some things are learned and said earlier or later, perhaps on
/// another day.
Lines without_days(Lines lines) {
    for (std::string& line : lines) {
        line = line.substr(0, std::min(line.find(" known "), line.find(" sent ")));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

template <class Book>
void crash_and_compare(const std::vector<std::size_t>& crashes, Millis away = {}) {
    Book book;
    ScriptedMonth month(book);
    month.run(crashes, away);
    INFO("the process vanished at point " << crashes.front() << ", " << points().at(crashes.front() - 1).what);
    const Lines wanted = without_days(undisturbed(month.lost()));
    CHECK(difference(without_days(month.end()), wanted) == Lines{});
    CHECK(month.faults() == Lines{});
}

/// The messages of one stage and contract in a month that loses the first of them: "state day".
Lines after_losing(const std::string& contract, Stage stage) {
    MessageId lost{};
    {
        InMemory book;
        ScriptedMonth month(book);
        month.run();
        for (const Message& message : month.world().facts(contract).messages) {
            if (message.stage == stage) {
                lost = message.id;
            }
        }
    }
    InMemory book;
    ScriptedMonth month(book, {lost});
    month.run();
    CHECK(month.faults() == Lines{});
    Lines lines;
    for (const Message& message : month.world().facts(contract).messages) {
        if (message.stage == stage) {
            lines.push_back(std::string(to_string(message.state)) + " " +
                            (message.sent_at ? local_text(*message.sent_at).substr(0, 10) : "-"));
        }
    }
    return lines;
}

}  // namespace

TEST_CASE("The scripted month itself: promise, block, dispute, claim, payments") {
    const Lines& end = undisturbed({});
    const auto has = [&](const std::string& line) { return std::find(end.begin(), end.end(), line) != end.end(); };
    CHECK(has("7301 promise 2026-04-06 99.90 broken closed 2026-04-07"));
    CHECK(has("7301 2 x history access.block"));
    CHECK(has("7301 invoice i7301 paid 0.00 known 2026-04-07"));
    CHECK(has("7303 dispute 2026-03-20 answered 2026-03-27"));
    CHECK(has("7305 claim 2026-03-17"));
    CHECK(has("equipment ixc:l7301 open"));
    CHECK(std::count_if(end.begin(), end.end(),
                        [](const std::string& line) { return line.find(" paid ") != std::string::npos; }) == 5);
}

TEST_CASE("A process that vanishes at any point of the month changes nothing") {
    for (const std::size_t point : some_points(16, 797)) {
        crash_and_compare<InMemory>({point});
    }
}

TEST_CASE("Nor does one that is away for ten minutes") {
    for (const std::size_t point : some_points(61, 1999)) {
        crash_and_compare<InMemory>({point}, Minutes{10});
    }
}

TEST_CASE("Nor do processes that vanish again while they take up the ledger") {
    std::size_t again = 0;
    for (const std::size_t point : some_points(61, 1999)) {
        crash_and_compare<InMemory>({point, 1 + again++ % 7, 1 + again % 3});
    }
}

TEST_CASE("The same with the ledger in a file that is closed and opened") {
    for (const std::size_t point : some_points(97, 5003)) {
        crash_and_compare<InSqlite>({point});
    }
}

TEST_CASE("A lost reminder is not sent again, a lost notice once after its time-out (A5, I9)") {
    CHECK(after_losing("7301", Stage::before) == Lines{"unknown -"});
    CHECK(after_losing("7301", Stage::after) == Lines{"unknown -"});
    CHECK(after_losing("7301", Stage::headsup) == Lines{"unknown -"});
    CHECK(after_losing("7301", Stage::notice) == Lines{"unknown -", "delivered 2026-03-19"});
    CHECK(after_losing("7305", Stage::payment_received) == Lines{"unknown -"});
}

TEST_CASE("A promise whose offer was lost is picked again and holds (I12)") {
    CHECK(after_losing("7301", Stage::promise_offer) == Lines{"unknown -", "delivered 2026-04-01"});
}

TEST_CASE("Without the announcement that a promise was broken there is no second block, and a person is asked (I12)") {
    InMemory book;
    MessageId lost{};
    {
        InMemory plain;
        ScriptedMonth month(plain);
        month.run();
        for (const Message& message : month.world().facts("7301").messages) {
            lost = message.stage == Stage::promise_broken ? message.id : lost;
        }
    }
    ScriptedMonth month(book, {lost});
    month.run();
    CHECK(month.faults() == Lines{});
    CHECK(month.world().timeline("7301", "access.block").size() == 1);
    CHECK(month.world().tasks(TaskKind::notice_undelivered) == 1);
    CHECK(month.world().wanted("7301") == Access::open);
}
