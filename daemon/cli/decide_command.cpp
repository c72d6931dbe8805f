#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/adapters/civil_time.hpp"
#include "daemon/adapters/config_file.hpp"
#include "daemon/adapters/holiday_files.hpp"
#include "daemon/admin/facts_json.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/decision_text.hpp"

// decide: facts in, decision with reasons out; the core of the daemon without the daemon.

namespace emdia {
namespace {

struct DecideOptions {
    std::string file;
    std::string at;
    std::string policy;
    std::string states = installed_data_dir() + "/holidays";
    std::string towns;
};

Result<Policy> policy_of(const std::string& file) {
    if (file.empty()) {
        return Policy{};
    }
    PolicyLoad load = load_policy(file);
    if (load.faults.empty()) {
        return std::move(load.policy);
    }
    std::string all;
    for (const ConfigFault& fault : load.faults) {
        all += (all.empty() ? "" : "\n") + fault.text();
    }
    return Error{ErrorKind::config, std::move(all), "docs/POLICY.md lists every setting"};
}

Result<Json> decided(const DecideOptions& asked, Language language) {
    const auto text = read_input(asked.file);
    if (!text) {
        return text.error();
    }
    const auto facts = facts_from_json(*text);
    if (!facts) {
        return facts.error();
    }
    const auto now = parse_instant(asked.at);
    if (!now) {
        return Error{ErrorKind::bad_input, "--at is no time", "write it as 2026-04-01T12:30:00Z or with -03:00"};
    }
    const auto policy = policy_of(asked.policy);
    if (!policy) {
        return policy.error();
    }
    const auto holidays = load_holidays(asked.states, asked.towns);
    if (!holidays) {
        return holidays.error();
    }
    const TzZones zones;
    const auto brasilia = zones.zone("America/Sao_Paulo");
    const auto zone = zones.zone(iana_zone(facts->subscriber.uf.value_or(Uf::DF)));
    if (!brasilia || !zone) {
        return brasilia ? zone.error() : brasilia.error();
    }
    const Calendar calendar = holidays->calendar(facts->subscriber.uf, facts->subscriber.municipality);
    const DecisionContext context{*policy, calendar, **zone, **brasilia};
    Json out = Json::parse(decision_to_json(decide(*facts, context, *now), *facts, **zone, language));
    out["policy_version"] = policy->version;
    out["calendar_version"] = calendar.version();
    out["tz_version"] = zones.version();
    return out;
}

}  // namespace

void add_decide_command(CLI::App& app, Session& session) {
    auto asked = options<DecideOptions>();
    CLI::App* decide = declare(app, "decide",
                               session.say("decide on facts from a file, with reasons; needs no daemon",
                                           "decidir sobre fatos de um arquivo, com motivos; sem o serviço"),
                               "emdia decide facts.json --at 2026-04-01T12:30:00Z");
    decide
        ->add_option("file", asked->file,
                     std::string(session.say("JSON facts, - for standard input (docs/DECIDE.md)",
                                             "fatos em JSON, - para a entrada padrão")))
        ->required();
    decide
        ->add_option("--at", asked->at,
                     std::string(session.say("the time of the decision, RFC 3339", "a hora da decisão, RFC 3339")))
        ->required();
    decide->add_option("--policy", asked->policy, "policy.toml");
    decide->add_option("--states", asked->states,
                       std::string(session.say("directory of state holidays", "pasta de feriados estaduais")));
    decide->add_option("--towns", asked->towns,
                       std::string(session.say("directory of town holidays", "pasta de feriados municipais")));
    decide->callback([&session, asked] {
        const auto result = decided(*asked, session.language);
        if (!result) {
            session.fail(result.error());
            return;
        }
        if (!session.printed(*result)) {
            session.out << session.say("access: ", "acesso: ") << result->value("access", "") << '\n';
            print_decision(session, *result);
        }
    });
}

}  // namespace emdia
