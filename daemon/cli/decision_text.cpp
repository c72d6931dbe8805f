#include "daemon/cli/decision_text.hpp"

#include <ostream>

#include <nlohmann/json.hpp>

namespace emdia {
namespace {

void print_reason(const Session& session, const Json& reason, const std::string& head) {
    session.out << "  - " << head << reason.value("sentence", "") << "  [" << reason.value("code", "") << "]\n";
}

void print_reasons(const Session& session, const Json& reasons, std::string_view title) {
    if (reasons.empty()) {
        return;
    }
    session.out << '\n' << title << '\n';
    for (const Json& reason : reasons) {
        print_reason(session, reason, "");
    }
}

/// Wishes of one kind: each with its own reason.
void print_wishes(const Session& session, const Json& wishes, const char* name, std::string_view title) {
    if (wishes.empty()) {
        return;
    }
    session.out << '\n' << title << '\n';
    for (const Json& wish : wishes) {
        print_reason(session, wish.at("reason"), wish.value(name, "") + ": ");
    }
}

}  // namespace

void print_decision(const Session& session, const Json& decision) {
    const std::string access = decision.value("access", "");
    print_reasons(session, decision.at("access_reasons"),
                  std::string(session.say("why ", "por que ")) + session.state(access) + ":");
    print_wishes(session, decision.at("messages"), "stage",
                 session.say("messages to send now:", "mensagens a enviar agora:"));
    print_reasons(session, decision.at("message_reasons"),
                  session.say("messages done, held or later:", "mensagens feitas, retidas ou futuras:"));
    print_wishes(session, decision.at("promises"), "to", session.say("promises:", "promessas:"));
    print_wishes(session, decision.at("tasks"), "kind", session.say("for a person:", "para uma pessoa:"));
    session.out << '\n';
    if (decision.value("refresh", false)) {
        session.out << session.say("the ERP must be read again first\n", "o ERP precisa ser relido antes\n");
    }
    if (!decision.at("next_wake_local").is_null()) {
        session.out << session.say("next look: ", "próxima análise: ") << decision.value("next_wake_local", "") << '\n';
    }
}

}  // namespace emdia
