// What emdia does without a daemon: real binary, golden output, wrong input.

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/cli/cli_fixture.hpp"
#include "tests/support/test_tls.hpp"

namespace emdia {
namespace {

using test::emdia;
using test::ProgramRun;

const std::string kSource = EMDIA_SOURCE_DIR;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The account of the worked timeline (brazil-rules.md section 6), an hour before its block may happen.
const std::string kFacts = R"({
  "subscriber": {"erp": "ixc", "first_name": "Ana", "phone": "+5511990000000", "uf": "SP",
                 "optin_at": "2025-01-01T00:00:00Z", "optin_source": "contract"},
  "contract": {"erp_id": "7301", "status": "active", "erp_access": "open"},
  "connections": [{"id": 1, "login": "ana"}],
  "invoices": [{"due": "2026-03-10", "open": "99.90", "state": "open", "read_at": "2026-04-01T12:29:00Z"}],
  "messages": [{"id": 1, "stage": "notice", "invoice": 1, "state": "delivered",
                "queued_at": "2026-03-16T13:00:00Z", "sent_at": "2026-03-16T13:00:03Z",
                "delivered_at": "2026-03-16T13:00:09Z"},
               {"id": 2, "stage": "headsup", "invoice": 1, "state": "delivered",
                "queued_at": "2026-03-30T13:00:00Z", "sent_at": "2026-03-30T13:00:03Z",
                "delivered_at": "2026-03-30T13:00:09Z"}],
  "source": {"healthy": true, "last_full_at": "2026-04-01T06:00:00Z"}
})";

}  // namespace

TEST_CASE("calendar answers the vectors of section 7") {
    const auto [due, before, after, notice, block] =
        GENERATE(table<std::string, std::string, std::string, std::string, std::string>(
            {{"2026-01-10", "2026-01-08  Thu", "2026-01-13  Tue", "2026-01-19  Mon", "2026-02-04  Wed"},
             {"2026-03-10", "2026-03-06  Fri", "2026-03-11  Wed", "2026-03-16  Mon", "2026-04-01  Wed"},
             {"2026-12-23", "2026-12-21  Mon", "-           skipped", "2026-12-28  Mon", "2027-01-13  Wed"},
             {"2026-12-31", "2026-12-29  Tue", "2027-01-05  Tue", "2027-01-11  Mon", "2027-01-27  Wed"}}));
    const ProgramRun run = emdia({"calendar", due});
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK(contains(run.out, "reminder            " + before + "\n"));
    CHECK(contains(run.out, "after               " + after));
    CHECK(contains(run.out, "formal notice       " + notice + "\n"));
    CHECK(contains(run.out, "earliest block      " + block + "\n"));
}

TEST_CASE("calendar knows the day of delivery and the holidays of a state (section 7, SP)") {
    const test::TempDir dir;
    std::filesystem::create_directory(dir.path("states"));
    std::ofstream(dir.path("states/sp.holidays")) << "07-09 Revolução Constitucionalista\n";
    const ProgramRun run = emdia({"calendar", "2026-06-16", "--uf", "SP", "--delivered", "2026-06-22", "--states",
                                  dir.path("states"), "--json"});
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK(contains(run.out, "\"earliest_block\": \"2026-07-13\""));
    CHECK(contains(run.out, "\"calendar_version\": \"national+sp-"));
}

TEST_CASE("calendar refuses what is no date, no state, no possible delivery") {
    CHECK(emdia({"calendar", "2026-02-30"}).status == 6);
    CHECK(emdia({"calendar", "2026-03-10", "--uf", "XX"}).status == 6);
    const ProgramRun run = emdia({"calendar", "2026-03-10", "--delivered", "2026-03-10"});
    CHECK(run.status == 6);
    CHECK(contains(run.err, "A2"));
}

TEST_CASE("pix build and pix read are inverse") {
    const ProgramRun built = emdia({"pix", "build", "--key", "12345678000195", "--name", "Rede Sul", "--city",
                                    "Campinas", "--amount", "99.90", "--txid", "FAT145535"});
    REQUIRE(built.status == 0);
    CHECK(built.out.substr(0, 6) == "000201");
    const ProgramRun read = emdia({"pix", "read", "--json"}, built.out);
    INFO(read.out << read.err);
    CHECK(read.status == 0);
    CHECK(contains(read.out, "\"amount\": \"99.90\""));
    CHECK(contains(read.out, "\"txid\": \"FAT145535\""));
    std::string damaged = built.out;
    damaged[20] = damaged[20] == 'x' ? 'y' : 'x';
    const ProgramRun refused = emdia({"pix", "read"}, damaged);
    CHECK(refused.status == 6);
    CHECK(refused.out.empty());
    CHECK_FALSE(contains(refused.err, damaged.substr(20, 10)));
}

TEST_CASE("pix build refuses a bad amount and a key together with a url") {
    CHECK(emdia({"pix", "build", "--key", "a@b.example", "--name", "A", "--city", "B", "--amount", "1.234"}).status ==
          6);
    CHECK(emdia({"pix", "build", "--key", "a@b.example", "--url", "pix.example/1", "--name", "A", "--city", "B"})
              .status == 2);
    CHECK(emdia({"pix", "build", "--name", "A", "--city", "B"}).status == 2);
}

TEST_CASE("boleto read takes a line from standard input, as printed or bare") {
    const std::string line = GENERATE("34191.09123 34567.890123 34567.890123 1 99990000015000\n",
                                      "34191091233456789012334567890123199990000015000");
    const ProgramRun run = emdia({"boleto", "read", "--today", "2025-02-01"}, line);
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK(contains(run.out, "bank            341\n"));
    CHECK(contains(run.out, "amount          150.00\n"));
    CHECK(contains(run.out, "due             2025-02-21\n"));  // factor 9999, the last before the restart
    const ProgramRun wrong = emdia({"boleto", "read"}, "34191091233456789012334567890123299990000015000\n");
    CHECK(wrong.status == 6);
    CHECK_FALSE(contains(wrong.err, "34191091"));
    CHECK(emdia({"boleto", "read", "--today", "soon"}, line).status == 6);
}

TEST_CASE("decide blocks the account of section 6 at 09:30 on 1 April, with its reasons") {
    const ProgramRun run = emdia({"decide", "-", "--at", "2026-04-01T09:30:00-03:00", "--json"}, kFacts);
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK(contains(run.out, "\"access\": \"blocked\""));
    CHECK(contains(run.out, "\"code\": \"notice_period_over\""));
    CHECK(contains(run.out, "\"policy_version\": \"default\""));
    CHECK(contains(run.out, "\"policy_from\": "));
}

TEST_CASE("decide keeps it open one day before, and says when it may be blocked") {
    const ProgramRun run = emdia({"decide", "-", "--at", "2026-03-31T09:30:00-03:00"}, kFacts);
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK(contains(run.out, "access: open\n"));
    CHECK(contains(run.out, "[notice_running]"));
    CHECK(contains(run.out, "2026-04-01"));
    CHECK(contains(run.out, "next look: 2026-04-01 "));
    CHECK(!contains(run.out, "Z\n"));
}

TEST_CASE("decide names every faulty field with its path") {
    const ProgramRun run = emdia({"decide", "-", "--at", "2026-04-01T12:30:00Z"}, R"({"invoices": [
        {"due": "2026-02-30", "open": 99.9, "state": "late", "dew": 1}], "contrct": {}})");
    CHECK(run.status == 6);
    CHECK(contains(run.err, "$.invoices[0].due: must be a date such as"));
    CHECK(contains(run.err, "$.invoices[0].open: must be an amount as text"));
    CHECK(contains(run.err, "$.invoices[0].state: must be one of open, partial, paid, cancelled, unknown"));
    CHECK(contains(run.err, "$.invoices[0].dew: is no field"));
    CHECK(contains(run.err, "$.contrct: is no field"));
    CHECK(emdia({"decide", "-", "--at", "2026-04-01T12:30:00Z"}, "{").status == 6);
    CHECK(emdia({"decide", "-", "--at", "yesterday"}, kFacts).status == 6);
    CHECK(emdia({"decide", "/no/such/file", "--at", "2026-04-01T12:30:00Z"}).status == 6);
}

TEST_CASE("config check says what is missing in the shipped example, in both languages") {
    const std::vector<std::string> words{"config",
                                         "check",
                                         "--no-secrets",
                                         "--config",
                                         kSource + "/systemd/emdia.toml.example",
                                         "--policy",
                                         kSource + "/systemd/policy.toml.example"};
    const ProgramRun english = emdia(words);
    CHECK(english.status == 6);
    CHECK(contains(english.out, "emdia.toml.example:11:8: isp.name: must not be empty"));
    CHECK(contains(english.out, "things to put right"));
    const ProgramRun portuguese = emdia(words, "", {{"LANG", "pt_BR.UTF-8"}});
    CHECK(contains(portuguese.out, "coisas a corrigir"));
}

TEST_CASE("template lint passes the shipped texts and names what is wrong in others") {
    const ProgramRun shipped = emdia({"template", "lint", kSource + "/templates/pt-BR"});
    INFO(shipped.out << shipped.err);
    CHECK(shipped.status == 0);
    const test::TempDir dir;
    std::ofstream(dir.path("before.toml")) << R"(stage = "before"
name = "lembrete_v1"
version = "1"
category = "utility"
language = "pt_BR"
body = "{{first_name}}, você é caloteiro!"
[samples]
first_name = "Ana"
)";
    const ProgramRun faulty = emdia({"template", "lint", dir.path("")});
    INFO(faulty.out << faulty.err);
    CHECK(faulty.status == 6);
    CHECK(contains(faulty.out, "before.toml"));
    CHECK(emdia({"template", "lint", "/no/such/dir"}).status == 6);
}

TEST_CASE("help has an example in the language of the person; a wrong command line is exit code 2") {
    CHECK(contains(emdia({"why", "--help"}).out, "$ emdia why ixc:7301"));
    CHECK(contains(emdia({"--lang", "pt-BR", "why", "--help"}).out, "por que esta conta"));
    CHECK(contains(emdia({"--version"}).out, "emdia "));
    CHECK(emdia({}).status == 2);
    CHECK(emdia({"freeze", "maybe", "--reason", "x"}).status == 2);
    CHECK(emdia({"freeze", "on"}).status == 2);
    CHECK(emdia({"nonsense"}).status == 2);
}

TEST_CASE("in Portuguese the words of help, wrong command lines and faults of files are Portuguese") {
    const std::map<std::string, std::string> portuguese{{"LANG", "pt_BR.UTF-8"}};
    const std::string help = emdia({"task", "--help"}, "", portuguese).out;
    INFO(help);
    for (const char* word :
         {"Uso: ", "emdia task [OPÇÕES] COMANDO", "\nOpções:\n", "mostrar esta ajuda e sair", "\nComandos:\n"}) {
        CHECK(contains(help, word));
    }
    const auto [words, wanted] = GENERATE(table<std::vector<std::string>, std::string>(
        {{std::vector<std::string>{},
          "emdia: a linha de comando está errada: falta dizer o comando\n  como resolver: veja emdia --help"},
         {{"freeze", "on"}, "a linha de comando está errada: falta --reason"},
         {{"status", "now"}, "a linha de comando está errada: argumento não esperado: now"},
         {{"task", "list", "--limit", "0"}, "--limit: o valor 0 não está entre 1 e 1000"}}));
    const ProgramRun run = emdia(words, "", portuguese);
    INFO(run.out << run.err);
    CHECK(run.status == 2);
    CHECK(contains(run.err, wanted));

    const test::TempDir dir;
    const std::string file = dir.path("emdia.toml");
    std::ofstream(file) << "[isp]\ncnpj = \"1\"\n[network]\nblock_lease = \"soon\"\nobserve_every = \"90m\"\n"
                           "[whatsapp]\nmax_per_second = 0\ntoken = \"wa\"\n[secrets]\ndir = \"none\"\n"
                           "[log]\nlevle = \"info\"\n[rollout]\nmode = 3\n";
    std::ofstream(dir.path("policy.toml")) << "version = \"1\"\n[contact]\nwindow = \"06:00-18:00\"\n";
    const std::string faults = emdia({"config", "check", "--config", file}, "", portuguese).out;
    INFO(faults);
    for (const char* fault :
         {"isp.name: falta\n", "isp.cnpj: não é um CNPJ: 14 caracteres", "erp: falta: acrescente uma seção [erp]",
          "network.block_lease: deve ser uma duração como \"90s\", \"15m\", \"48h\" ou \"3d\" dentro de 6h..7d",
          "network.observe_every: deve ser 1m..1h em passos de 1m; é 90m",
          "whatsapp.max_per_second: deve ser 1..1000; é 0", "whatsapp.token: não há segredo com esse nome em ",
          "log.levle: não é uma opção; seria \"level\"?",
          "rollout.mode: deve ser um texto entre aspas; é um número inteiro",
          "contact.window: deve ser dentro de 08:00-20:00 (C1); é 06:00-18:00",
          "contact.window: é menos seguro que o padrão (C1); é 06:00-18:00; ponha em accept_risk"}) {
        CHECK(contains(faults, fault));
    }
}

TEST_CASE("no daemon is exit code 3 with a cure, as text and as JSON") {
    const ProgramRun run = emdia({"status", "--socket", "/no/such/socket"});
    CHECK(run.status == 3);
    CHECK(contains(run.err, "systemctl status emdiad"));
    const ProgramRun json = emdia({"status", "--json"}, "", {{"EMDIA_SOCKET", "/no/such/socket"}});
    CHECK(json.status == 3);
    CHECK(contains(json.out, "\"kind\": \"unavailable\""));
}

namespace {

/// A configuration that lacks nothing; `settings` are those of the connector.
std::string whole_config(const test::TempDir& dir, const std::string& settings) {
    std::filesystem::create_directory(dir.path("secrets"));
    for (const char* name : {"ixc-token", "wa-token", "wa-secret", "wa-verify"}) {
        const std::string file = dir.path("secrets/") + name;
        std::ofstream(file) << "7:abcdef\n";
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    }
    std::filesystem::create_directory(dir.path("states"));
    std::ofstream(dir.path("states/sp.holidays")) << "07-09 Revolução Constitucionalista\n";
    const std::string file = dir.path("emdia.toml");
    std::ofstream(file) << R"([isp]
name = "Rede Sul"
legal_name = "Rede Sul Ltda"
cnpj = "11.222.333/0001-81"
address = "Rua A, 1"
care_channel = "0800 000 0000"
domain = "redesul.com.br"
[secrets]
dir = "secrets"
[clock]
lab = "127.0.0.1:1"
[holidays]
states = "states"
[whatsapp]
phone_number_id = "1"
waba_id = "2"
token = "wa-token"
app_secret = "wa-secret"
verify_token = "wa-verify"
[network]
default = "dry-run"
[templates]
dir = ")" << kSource << R"(/templates/pt-BR"
[erp.ixc]
default_uf = "SP"
command = [")" << EMDIA_BINARY_DIR
                        << R"(/bin/emdia-connector-ixc"]
[erp.ixc.secrets]
token = "ixc-token"
[erp.ixc.settings]
url = "http://127.0.0.1:9"
)" << settings;
    return file;
}

}  // namespace

TEST_CASE("config check asks the connector: a misspelt setting is a fault, and --probe calls the ERP") {
    const test::TempDir dir;
    const ProgramRun good = emdia({"config", "check", "--config", whole_config(dir, "")});
    INFO(good.out << good.err);
    CHECK(good.status == 0);
    const ProgramRun probed = emdia({"config", "check", "--probe", "--config", dir.path("emdia.toml")});
    INFO(probed.out << probed.err);
    CHECK(probed.status == 6);
    CHECK(contains(probed.out, "erp.ixc: http://127.0.0.1:9: no connection"));
    CHECK(contains(probed.out, "the configuration is complete"));
    const test::TempDir other;
    const ProgramRun typo = emdia({"config", "check", "--config", whole_config(other, "lising = \"get\"\n")});
    INFO(typo.out << typo.err);
    CHECK(typo.status == 6);
    CHECK(contains(typo.out, "lising"));
    CHECK(contains(typo.out, "emdia.toml:29:1: erp.ixc.settings"));
}

TEST_CASE("decide and calendar go by the configuration of the house and say by which policy") {
    const test::TempDir dir;
    const std::string config = whole_config(dir, "");
    std::ofstream(dir.path("policy.toml")) << "version = \"house-3\"\n[notice]\ndays = 20\n";
    const ProgramRun dates = emdia({"calendar", "2026-06-16", "--uf", "SP", "--config", config});
    INFO(dates.out << dates.err);
    CHECK(dates.status == 0);
    CHECK(contains(dates.out, "policy: house-3 (" + dir.path("policy.toml") + ")"));
    CHECK(contains(dates.out, "calendar: national+sp-"));
    const ProgramRun decided =
        emdia({"decide", "-", "--at", "2026-04-01T09:30:00-03:00", "--config", config, "--json"}, kFacts);
    INFO(decided.out << decided.err);
    CHECK(contains(decided.out, "\"policy_version\": \"house-3\""));
    CHECK(contains(decided.out, "\"access\": \"open\""));  // with 15 days it would be blocked
    CHECK(emdia({"calendar", "2026-06-16", "--config", "/no/such/file"}).status == 6);
}

TEST_CASE("the language may be given in one word; a wrong command line is JSON when JSON is wanted") {
    CHECK(contains(emdia({"--lang=pt-BR", "why", "--help"}).out, "por que esta conta"));
    const ProgramRun wrong = emdia({"freeze", "maybe", "--reason", "x", "--json"});
    CHECK(wrong.status == 2);
    CHECK(contains(wrong.out, "\"kind\": \"bad_input\""));
    CHECK(wrong.err.empty());
    const ProgramRun away = emdia({"status", "--socket", "/no/such/socket"}, "", {{"LANG", "pt_BR.UTF-8"}});
    CHECK(away.status == 3);
    CHECK(contains(away.err, "o emdiad não responde em /no/such/socket"));
    CHECK(contains(away.err, "como resolver: ele está em execução?"));
}

namespace {

/// The words under "Subcommands:" of a help text.
std::vector<std::string> subcommands(const std::string& help) {
    std::vector<std::string> names;
    std::istringstream lines(help);
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        if (line == "Subcommands:") {
            inside = true;
        } else if (line.empty()) {
            inside = false;
        } else if (inside && line[2] != ' ') {
            names.push_back(line.substr(2, line.find(' ', 2) - 2));
        }
    }
    return names;
}

void want_examples(std::vector<std::string> words, int& seen) {
    words.emplace_back("--help");
    const std::string help = emdia(words).out;
    INFO(help);
    CHECK(contains(help, "$ emdia"));
    ++seen;
    words.pop_back();
    for (const std::string& name : subcommands(help)) {
        words.push_back(name);
        want_examples(words, seen);
        words.pop_back();
    }
}

}  // namespace

TEST_CASE("every command and every group shows an example") {
    int seen = 0;
    want_examples({}, seen);
    CHECK(seen > 40);
}

}  // namespace emdia
