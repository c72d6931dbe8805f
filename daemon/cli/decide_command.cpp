#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/adapters/civil_time.hpp"
#include "daemon/admin/facts_json.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/decision_text.hpp"
#include "daemon/cli/ground.hpp"
#include "daemon/engine/places.hpp"
#include "daemon/setup/engine_settings.hpp"

// decide: facts in, decision with reasons out; the core of the daemon without the daemon.

namespace emdia {
namespace {

struct DecideOptions {
    std::string file;
    std::string at;
    GroundOptions ground;
};

/// Where the subscriber lives, as the daemon would see it.
struct Home {
    Uf uf = Uf::SP;
    std::string municipality;
};

Home home_of(const AccountFacts& facts, const Config& config) {
    const ErpConfig* erp = config.find_erp(facts.subscriber.erp);
    Home home{facts.subscriber.uf.value_or(erp != nullptr ? erp->default_uf : Uf::SP), facts.subscriber.municipality};
    if (home.municipality.empty() && erp != nullptr) {
        home.municipality = erp->default_municipality;
    }
    return home;
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
    const auto ground = ground_of(asked.ground);
    if (!ground) {
        return ground.error();
    }
    const TzZones zones;
    const auto places = Places::make(engine_settings(ground->config, ground->holidays).places, zones);
    if (!places) {
        return places.error();
    }
    const Home home = home_of(*facts, ground->config);
    const Place place = places->find(home.uf, home.municipality);
    const Policy& policy = ground->config.policy;
    const DecisionContext context{policy, *place.calendar, *place.zone, places->brasilia()};
    Json out = Json::parse(decision_to_json(decide(*facts, context, *now), *facts, *place.zone, language));
    out["policy_version"] = policy.version;
    out["policy_from"] = ground->policy_from;
    out["calendar_version"] = place.calendar->version();
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
    add_ground_options(decide, session, asked->ground);
    decide->callback([&session, asked] {
        const auto result = decided(*asked, session.language);
        if (!result) {
            session.fail(result.error());
            return;
        }
        if (!session.printed(*result)) {
            session.out << session.say("access: ", "acesso: ") << session.state(result->value("access", "")) << '\n';
            print_decision(session, *result);
            session.out << session.say("policy: ", "política: ") << result->value("policy_version", "") << " ("
                        << result->value("policy_from", "") << ")\n";
        }
    });
}

}  // namespace emdia
