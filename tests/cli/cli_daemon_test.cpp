// emdia against the admin API over a real socket; behind it a memory ledger and a control that notes what was asked.

#include <mutex>

#include <catch2/catch.hpp>
#include <pwd.h>
#include <unistd.h>

#include "daemon/adapters/admin_socket.hpp"
#include "daemon/admin/admin.hpp"
#include "tests/cli/cli_fixture.hpp"
#include "tests/fakes/fake_control.hpp"
#include "tests/fakes/fake_log.hpp"
#include "tests/support/test_tls.hpp"

namespace emdia {
namespace {

using test::ProgramRun;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string own_name() { return ::getpwuid(::geteuid())->pw_name; }

Instant instant(std::string_view text) { return parse_instant(text).value(); }

/// A daemon with one overdue account, ixc:7301, whose calls run on the thread of the socket.
class Daemon {
public:
    Daemon() {
        const Instant now = control.now();
        LedgerTransaction turn(control.book);
        control.book.put("ixc", ErpSubscriber{"12", "Ana", "+5511990001234", "SP", "", false}, now);
        control.book.put(
            "ixc", ErpContract{"7301", "12", "FIBRA 300", ContractStatus::active, ErpAccess::open, false, {}}, now);
        ErpInvoice invoice;
        invoice.id = "145535";
        invoice.contract_id = "7301";
        invoice.subscriber_id = "12";
        invoice.due = make_date(2026, 3, 10);
        invoice.reference = make_date(2026, 3, 1);
        invoice.face = invoice.open = Money::centavos(9990);
        invoice.state = InvoiceState::open;
        control.book.put("ixc", invoice, now);
        account = control.book.account_of_contract("ixc", "7301").value();
        control.book.append({account, now, "system", "message.delivered", "stage=notice", "A5"});
        TaskRow task;
        task.account = account;
        task.kind = TaskKind::inbound_text;
        task.priority = 2;
        task.opened_at = now;
        task.text = "a subscriber wrote";
        control.book.open_task(task);
        HoldRow hold;
        hold.reason = ReasonCode::mass_block_hold;
        hold.scope = "blocks";
        hold.opened_at = now;
        hold.accounts = {account};
        hold.text = "41 new blocks, 20 allowed";
        control.book.add_hold(hold);
        turn.commit();
        control.parts = {{"erp:ixc", true, "IXC 1.2, last pull 06:00"}};
        const Result<void> started = socket.start([this](ControlCall call) {
            std::optional<Error> failed = next_failure;
            if (!failed) {
                LedgerTransaction one(control.book);
                call.call(control);
                one.commit();
            }
            call.done(failed);
        });
        REQUIRE(started.ok());
    }

    ProgramRun run(std::vector<std::string> words, const std::string& language = "en_US.UTF-8") {
        return test::emdia(std::move(words), "", {{"EMDIA_SOCKET", dir.path("admin.sock")}, {"LANG", language}});
    }

    test::TempDir dir;
    fakes::FakeLog log;
    fakes::FakeControl control{instant("2026-04-01T12:30:00Z")};
    AccountId account{};
    std::optional<Error> next_failure;
    AdminSocket socket{{dir.path("admin.sock"), ""}, {answer_request, error_answer}, log};
};

}  // namespace

TEST_CASE("status shows health and counts; holds or a freeze need attention") {
    Daemon daemon;
    const ProgramRun run = daemon.run({"status"});
    INFO(run.out << run.err);
    CHECK(run.status == 7);  // one hold waits
    CHECK(contains(run.out, "mode: shadow"));
    CHECK(contains(run.out, "erp:ixc  ok     IXC 1.2, last pull 06:00"));
    CHECK(contains(run.out, "  1 active contracts\n"));
    const ProgramRun json = daemon.run({"status", "--json"});
    CHECK(contains(json.out, "\"holds_open\": 1"));
    CHECK(contains(daemon.run({"status"}, "pt_BR.UTF-8").out, "modo: shadow"));
}

TEST_CASE("subscriber finds by contract, name, phone; nothing found is exit code 4") {
    Daemon daemon;
    const std::string search = GENERATE("7301", "ixc:7301", "ana", "1234");
    const ProgramRun run = daemon.run({"subscriber", search});
    INFO(search << run.out << run.err);
    CHECK(run.status == 0);
    CHECK(contains(run.out, "ixc:7301"));
    CHECK(contains(run.out, "...1234"));
    CHECK_FALSE(contains(run.out, "99000"));
    CHECK(daemon.run({"subscriber", "nobody"}).status == 4);
}

TEST_CASE("why gives a sentence per reason, versions and lately") {
    Daemon daemon;
    const ProgramRun run = daemon.run({"why", "ixc:7301"});
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK(contains(run.out, "ixc:7301  Ana\n"));
    CHECK(contains(run.out, "access: wanted open, in the network unknown"));
    CHECK(contains(run.out, "policy default, calendar national"));
    CHECK(contains(run.out, "[no_notice]"));
    CHECK(contains(run.out, "2026-04-01 09:30:00  message.delivered  system  stage=notice  [A5]"));
    const ProgramRun json = daemon.run({"why", "7301", "--json"});
    CHECK(contains(json.out, "\"rules\": \"A1"));
}

TEST_CASE("the facts that why shows are the facts that decide reads") {
    Daemon daemon;
    const ProgramRun facts = daemon.run({"why", "ixc:7301", "--facts"});
    REQUIRE(facts.status == 0);
    const ProgramRun decided = test::emdia({"decide", "-", "--at", "2026-04-01T12:30:00Z"}, facts.out);
    INFO(decided.out << decided.err);
    CHECK(decided.status == 0);
    CHECK(contains(decided.out, "[no_notice]"));
}

TEST_CASE("I8: every change carries who, from the kernel, and why") {
    Daemon daemon;
    const std::string by = " by " + own_name() + ": because";
    const auto [words, noted] = GENERATE(table<std::vector<std::string>, std::string>(
        {{{"override", "open", "ixc:7301", "--for", "48h"}, "override force_open 172800000ms"},
         {{"override", "blocked", "7301", "--for", "3d"}, "override force_blocked 259200000ms"},
         {{"override", "freeze", "7301", "--for", "90m"}, "override freeze 5400000ms"},
         {{"override", "end", "freeze", "7301"}, "end freeze"},
         {{"promise", "add", "7301", "--until", "2026-04-06"}, "promise 2026-04-06"},
         {{"promise", "cancel", "7301", "12"}, "cancel promise 12"},
         {{"dispute", "open", "7301", "--invoice", "145535"}, "dispute 1"},
         {{"dispute", "open", "7301"}, "dispute 0"},
         {{"exempt", "on", "7301"}, "exempt"},
         {{"task", "take", "1"}, "take 1"},
         {{"task", "done", "1"}, "finish 1"},
         {{"hold", "approve", "1"}, "approve 1"},
         {{"hold", "reject", "1"}, "reject 1"},
         {{"freeze", "on"}, "freeze on"},
         {{"go-live"}, "go live"},
         {{"sync", "now", "--erp", "ixc"}, "sync ixc"}}));
    std::vector<std::string> line = words;
    line.insert(line.end(), {"--reason", "because"});
    const ProgramRun run = daemon.run(line);
    INFO(noted << run.out << run.err);
    CHECK(run.status == 0);
    CHECK(daemon.control.asked == std::vector<std::string>{noted + by});
    CHECK(daemon.run(words).status == 2);  // without a reason
    CHECK(daemon.control.asked.size() == 1);
}

TEST_CASE("lists show what waits for a person") {
    Daemon daemon;
    const ProgramRun tasks = daemon.run({"task", "list"});
    CHECK(contains(tasks.out, "inbound_text"));
    CHECK(contains(tasks.out, "ixc:7301"));
    const ProgramRun holds = daemon.run({"hold", "list"});
    INFO(holds.out);
    CHECK(contains(holds.out, "mass_block_hold [I10]"));
    CHECK(contains(holds.out, "1 accounts: ixc:7301"));
    const ProgramRun promises = daemon.run({"promise", "list", "7301"});
    INFO(promises.out << promises.err);
    CHECK(promises.status == 0);
    CHECK(contains(promises.out, "a new one: "));
    CHECK(contains(daemon.run({"timeline", "7301"}).out, "message.delivered"));
}

TEST_CASE("tasks and holds speak the language of who reads them") {
    Daemon daemon;
    const Instant opened = instant("2026-03-02T12:00:00Z");
    {
        LedgerTransaction turn(daemon.control.book);
        TaskRow task;
        task.account = daemon.account;
        task.kind = TaskKind::dispute;
        task.opened_at = opened;
        task.text = "as it was written when it was opened";
        daemon.control.book.open_task(task);
        StoredDecision stored;
        stored.decision.tasks = {{TaskKind::dispute, 3, {ReasonCode::dispute_open, {}, {}, opened, {}}}};
        daemon.control.book.put_decision(daemon.account, stored);
        task.kind = TaskKind::human_request;
        task.text = "the subscriber asks for a person";
        daemon.control.book.open_task(task);
        HoldRow hold;
        hold.text = "a full pull lost 300 of 1000 invoices: nothing is blocked or dunned on it";
        daemon.control.book.add_hold(hold);
        turn.commit();
    }
    const std::string english = daemon.run({"task", "list"}).out;
    INFO(english);
    CHECK(contains(english, "The subscriber contests since 2026-03-02 09:00:00"));
    CHECK(contains(english, "the subscriber asks for a person"));
    const std::string portuguese = daemon.run({"task", "list"}, "pt_BR.UTF-8").out;
    INFO(portuguese);
    CHECK(contains(portuguese, "O assinante contesta desde 02/03/2026 09:00:00"));
    CHECK(contains(portuguese, "o assinante pede uma pessoa"));
    CHECK(contains(daemon.run({"hold", "list"}, "pt_BR.UTF-8").out,
                   "uma leitura completa perdeu 300 de 1000 faturas: nada é bloqueado nem cobrado com ela"));
}

TEST_CASE("errors of the daemon keep their cause, cure and exit code") {
    Daemon daemon;
    CHECK(daemon.run({"why", "ixc:9999"}).status == 4);
    CHECK(daemon.run({"why", "zzz"}).status == 4);
    CHECK(daemon.run({"override", "open", "7301", "--for", "soon", "--reason", "x"}).status == 6);
    CHECK(daemon.run({"dispute", "open", "7301", "--invoice", "1", "--reason", "x"}).status == 4);
    CHECK(daemon.run({"dispute", "answer", "7301", "--reason", "x"}).status == 4);
    daemon.control.refusal = Error{ErrorKind::refused, "one promise in 30 days (I12)", "after 2026-05-01"};
    const ProgramRun refused = daemon.run({"promise", "add", "7301", "--until", "2026-04-06", "--reason", "x"});
    CHECK(refused.status == 5);
    CHECK(contains(refused.err, "emdia: one promise in 30 days (I12)\n  cure: after 2026-05-01"));
    daemon.next_failure = Error{ErrorKind::internal, "the disk is full", "make room"};
    CHECK(daemon.run({"freeze", "on", "--reason", "x"}).status == 1);
    CHECK(daemon.control.asked.empty());
}

TEST_CASE("the house has a history and says who froze it, and why") {
    Daemon daemon;
    {
        LedgerTransaction turn(daemon.control.book);
        daemon.control.book.append(
            {AccountId{}, daemon.control.now(), "person: maria", "freeze.on", "why=\"ERP migration\"", "I8"});
        turn.commit();
    }
    const ProgramRun house = daemon.run({"timeline"});
    INFO(house.out << house.err);
    CHECK(house.status == 0);
    CHECK(contains(house.out, "2026-04-01 09:30:00  freeze.on  person: maria"));
    CHECK_FALSE(contains(house.out, "message.delivered"));
    CHECK(daemon.run({"freeze", "on", "--reason", "ERP migration"}).status == 0);
    const ProgramRun status = daemon.run({"status"});
    INFO(status.out);
    CHECK(contains(status.out, own_name() + ": ERP migration"));
}

TEST_CASE("in Portuguese the errors, the cures and the words of access are Portuguese, and times are local") {
    Daemon daemon;
    const std::string portuguese = "pt_BR.UTF-8";
    const ProgramRun why = daemon.run({"why", "ixc:7301"}, portuguese);
    INFO(why.out << why.err);
    CHECK(contains(why.out, "acesso: desejado aberto, na rede desconhecido (sem prova"));
    CHECK(contains(daemon.run({"why", "ixc:9999"}, portuguese).err,
                   "emdia: essa conta não existe\n  como resolver: procure: emdia subscriber BUSCA"));
    CHECK(contains(daemon.run({"hold", "list"}).out, "2026-04-01 09:30:00"));
    CHECK(contains(daemon.run({"override", "open", "7301", "--for", "48h", "--reason", "x"}).out,
                   "open until 2026-04-03 09:30:00"));
}

}  // namespace emdia
