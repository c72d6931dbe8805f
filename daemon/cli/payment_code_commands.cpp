#include <algorithm>
#include <chrono>
#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.hpp"
#include "daemon/core/boleto.hpp"
#include "daemon/core/brcode.hpp"

// pix build, pix read, boleto read. Codes come from a file or standard input: command lines are seen by everyone.

namespace emdia {
namespace {

struct PixOptions {
    std::string key;
    std::string url;
    std::string name;
    std::string city;
    std::string amount;
    std::string txid = "***";
    std::string info;
};

struct ReadOptions {
    std::string file = "-";
    std::string today;
};

Result<std::string> build(const PixOptions& asked) {
    std::optional<Money> amount;
    if (!asked.amount.empty()) {
        const auto parsed = Money::parse(asked.amount);
        if (!parsed) {
            return parsed.error();
        }
        amount = *parsed;
    }
    if (asked.url.empty()) {
        return build_brcode(StaticPix{asked.key, asked.name, asked.city, amount, asked.txid, asked.info});
    }
    return build_brcode(DynamicPix{asked.url, asked.name, asked.city, amount});
}

std::string trimmed(std::string text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
    text.erase(std::find_if_not(text.rbegin(), text.rend(), is_space).base(), text.end());
    return text;
}

Json to_json(const BrCode& code) {
    static constexpr std::string_view kKinds[] = {"static", "dynamic", "recurrence_only"};
    return {{"kind", kKinds[static_cast<std::size_t>(code.kind)]},
            {"key", code.key},
            {"url", code.url},
            {"merchant_name", code.merchant_name},
            {"merchant_city", code.merchant_city},
            {"amount", code.amount ? Json(code.amount->plain()) : Json(nullptr)},
            {"txid", code.txid},
            {"info", code.info},
            {"single_use", code.single_use},
            {"recurrence_url", code.recurrence_url},
            {"warnings", code.warnings}};
}

Json to_json(const Boleto& boleto) {
    return {{"kind", boleto.kind == Boleto::Kind::bank ? "bank" : "collection"},
            {"bank", boleto.bank},
            {"amount", boleto.amount ? Json(boleto.amount->plain()) : Json(nullptr)},
            {"due", boleto.due ? Json(to_iso(*boleto.due)) : Json(nullptr)},
            {"line", boleto.line},
            {"printed_line", printed_line(boleto)},
            {"barcode", boleto.barcode}};
}

/// One "name  value" line for each field that says something.
void print_fields(const Session& session, const Json& object) {
    for (const auto& [name, value] : object.items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        if (!text.empty() && text != "null" && text != "[]") {
            session.out << name << std::string(name.size() < 15 ? 16 - name.size() : 1, ' ') << text << '\n';
        }
    }
}

template <class Parse>
void read_code(Session& session, const std::string& file, Parse parse) {
    const auto text = read_input(file);
    if (!text) {
        session.fail(text.error());
        return;
    }
    const auto code = parse(trimmed(*text));
    if (!code) {
        session.fail(code.error());
        return;
    }
    const Json json = to_json(*code);
    if (!session.printed(json)) {
        print_fields(session, json);
    }
}

Date system_today() {
    const auto days = std::chrono::floor<Days>(std::chrono::system_clock::now()).time_since_epoch();
    return Date{days};
}

void add_file_option(CLI::App* command, const Session& session, std::string& file) {
    command->add_option("file", file,
                        std::string(session.say("file with the code; standard input without it",
                                                "arquivo com o código; sem ele, entrada padrão")));
}

}  // namespace

void add_payment_code_commands(CLI::App& app, Session& session) {
    CLI::App* pix = declare_group(app, "pix", session.say("Pix copy-and-paste codes", "códigos Pix copia e cola"),
                                  "emdia pix read < code.txt");
    auto asked = options<PixOptions>();
    CLI::App* make = declare(*pix, "build", session.say("make a code", "montar um código"),
                             "emdia pix build --key 12345678000195 --name \"REDE SUL\" --city CAMPINAS --amount 99.90");
    CLI::Option* key = make->add_option("--key", asked->key, std::string(session.say("Pix key", "chave Pix")));
    CLI::Option* url =
        make->add_option("--url", asked->url,
                         std::string(session.say("of a charge, without https://", "de uma cobrança, sem https://")));
    key->excludes(url);
    make->require_option(3, 0);
    make->add_option("--name", asked->name, std::string(session.say("receiver", "recebedor")))->required();
    make->add_option("--city", asked->city, std::string(session.say("town", "cidade")))->required();
    make->add_option("--amount", asked->amount, "99.90");
    make->add_option("--txid", asked->txid);
    make->add_option("--info", asked->info);
    make->callback([&session, asked] {
        const auto code = build(*asked);
        if (!code) {
            session.fail(code.error());
        } else if (!session.printed({{"code", *code}})) {
            session.out << *code << '\n';
        }
    });

    auto read_pix = options<ReadOptions>();
    CLI::App* read = declare(*pix, "read", session.say("say what a code holds", "dizer o que um código contém"),
                             "emdia pix read < code.txt");
    add_file_option(read, session, read_pix->file);
    read->callback([&session, read_pix] {
        read_code(session, read_pix->file, [](const std::string& text) { return parse_brcode(text); });
    });

    CLI::App* boleto =
        declare_group(app, "boleto", session.say("boleto lines and barcodes", "linhas digitáveis e códigos de barras"),
                      "emdia boleto read < line.txt");
    auto read_line = options<ReadOptions>();
    CLI::App* digits =
        declare(*boleto, "read",
                session.say("say what a line or barcode holds", "dizer o que uma linha ou código de barras contém"),
                "emdia boleto read < line.txt");
    add_file_option(digits, session, read_line->file);
    digits->add_option(
        "--today", read_line->today,
        std::string(session.say("the due factor repeats every 9000 days: the date nearest to this",
                                "o fator de vencimento se repete a cada 9000 dias: a data mais próxima")));
    digits->callback([&session, read_line] {
        Date today = system_today();
        if (!read_line->today.empty()) {
            const auto parsed = parse_date(read_line->today);
            if (!parsed) {
                session.fail({ErrorKind::bad_input, "--today is no date", "write it as 2026-03-10"});
                return;
            }
            today = *parsed;
        }
        read_code(session, read_line->file, [today](const std::string& text) { return parse_boleto(text, today); });
    });
}

}  // namespace emdia
