// brazil-rules.md section 6 out of the real daemon: messages as the WhatsApp imitation took them, access as FreeRADIUS
// and the edge agent hold it, the rest as `emdia timeline` tells it.

#include <algorithm>
#include <csignal>
#include <iterator>

#include <catch2/catch.hpp>

#include "tests/e2e/house.hpp"
#include "tests/lab/http.hpp"

using namespace emdia::e2e;

namespace {

using Rows = std::vector<std::string>;

/// "2026-03-06 10:00 emdia_antes_v1"; free text by its first word.
Rows sent(const House& house, std::int64_t contract) {
    Rows rows;
    for (const Json& message : house.messages(contract)) {
        const std::string text = message.at("text");
        const std::string name = message.at("template");
        rows.push_back(local_minute(message.at("accepted_at")) + " " +
                       (name.empty() ? text.substr(0, text.find_first_of(" ,")) : name));
    }
    return rows;
}

/// What may be seen by whoever reads logs, figures and lists of things to do (E4).
std::string seen_by_others(const House& house) {
    const std::string metrics = house.webhook_url().substr(0, house.webhook_url().find("/webhook")) + "/metrics";
    const auto figures = emdia::lab::http_request("GET", metrics, "", {});
    REQUIRE(figures.ok());
    REQUIRE(figures->body.find("emdia_") != std::string::npos);
    const std::string log = house.log();
    REQUIRE(log.find("DAEMON-READY") != std::string::npos);
    return log + figures->body + house.as_json({"task", "list"}).dump();
}

/// Everything personal or secret of the world: documents, names, numbers, codes, texts, tokens. Nothing short, which
/// might be found by chance.
Rows secrets_of(const House& house) {
    Rows secrets{house.app_secret()};
    for (const char* token : {"ixc_token", "whatsapp_token", "whatsapp_verify_token"}) {
        secrets.push_back(house.description().at(token));
    }
    const auto digits = [](const std::string& text) {
        std::string only;
        std::copy_if(text.begin(), text.end(), std::back_inserter(only), [](char c) { return c >= '0' && c <= '9'; });
        return only;
    };
    for (const Json& contract : house.look("/contracts")) {
        for (const char* field : {"tax_id", "name", "phone"}) {
            secrets.push_back(contract.at(field));
        }
        secrets.push_back(digits(contract.at("tax_id")));
        secrets.push_back(digits(contract.at("phone")));
    }
    for (const Json& message : house.look("/messages")) {
        for (const char* field : {"text", "pix", "to"}) {
            secrets.push_back(message.at(field));
        }
        for (const auto& [name, value] : message.at("parameters").items()) {
            if (name == "payment_code") {
                secrets.push_back(value);
            }
        }
    }
    std::erase_if(secrets, [](const std::string& secret) { return secret.size() < 8; });
    std::sort(secrets.begin(), secrets.end());
    secrets.erase(std::unique(secrets.begin(), secrets.end()), secrets.end());
    return secrets;
}

void reload_with_hot_poll(House& house, const std::string& from, const std::string& to) {
    house.edit_config("poll_hot = \"" + from + "\"", "poll_hot = \"" + to + "\"");
    house.reload();
}

}  // namespace

TEST_CASE(
    "the worked timeline of section 6 comes out of the real daemon to the minute, and tells nobody of a person (E4)") {
    HouseOptions options;
    // Days of promise are passed with rare polls, so that the test is quick; the hour of the payment is not.
    options.poll_hot = "10m";
    options.poll_incremental = "4h";
    House house(options);
    const std::int64_t bruno = house.bruno();

    house.run_until("2026-03-17T00:00:00");
    CAPTURE(house.log());
    REQUIRE_FALSE(house.messages(bruno).empty());
    CHECK(house.messages(bruno).back().at("delivered_at").get<std::string>().starts_with("2026-03-16T13:00:0"));
    house.run_until("2026-04-01T09:29:59");
    CHECK(sent(house, bruno) == Rows{"2026-03-06 10:00 emdia_antes_v1", "2026-03-11 10:00 emdia_depois_v1",
                                     "2026-03-16 10:00 emdia_aviso_suspensao_v1",
                                     "2026-03-30 10:00 emdia_vespera_suspensao_v1"});
    CHECK(house.at_device(bruno) == "open");

    house.run_until("2026-04-01T09:30:59");
    CHECK(house.at_device(bruno) == "blocked");
    CHECK(sent(house, bruno).back() == "2026-04-01 09:30 emdia_suspenso_v1");
    const std::string account = "ixc:" + std::to_string(bruno);
    const Json why = house.as_json({"why", account});
    CHECK(why.at("access").at("wanted") == "blocked");
    CHECK(why.at("access").at("applied") == "blocked");
    const auto told = house.cli({"why", account});
    CHECK(told.status == 0);
    CHECK(told.out.find("due 2026-03-10") != std::string::npos);

    house.run_until("2026-04-01T19:42:59");
    CHECK(house.at_device(bruno) == "blocked");
    house.run_until("2026-04-01T19:43:59");
    CHECK(house.at_device(bruno) == "open");
    CHECK(house.timeline(bruno, "promise.active") == Rows{"2026-04-01 19:43 promise.active"});

    house.run_until("2026-04-07T09:00:59");
    CHECK(house.timeline(bruno, "promise.broken") == Rows{"2026-04-07 09:00 promise.broken"});
    house.run_until("2026-04-07T13:59:59");
    CHECK(house.at_device(bruno) == "open");
    house.run_until("2026-04-07T14:01:00");
    CHECK(house.at_device(bruno) == "blocked");

    reload_with_hot_poll(house, "10m", "60s");
    house.run_until("2026-04-07T20:17:59");
    CHECK(house.look("/contracts?id=" + std::to_string(bruno))[0].at("titles").dump().find("2026-04-07") !=
          std::string::npos);
    house.run_until("2026-04-07T20:18:59");
    CHECK(house.at_device(bruno) == "open");

    house.run_until("2026-04-08T12:00:00");
    CHECK(sent(house, bruno) ==
          Rows{"2026-03-06 10:00 emdia_antes_v1", "2026-03-11 10:00 emdia_depois_v1",
               "2026-03-16 10:00 emdia_aviso_suspensao_v1", "2026-03-30 10:00 emdia_vespera_suspensao_v1",
               "2026-04-01 09:30 emdia_suspenso_v1", "2026-04-01 19:42 Recebemos", "2026-04-01 19:42 Claro",
               "2026-04-01 19:42 Vamos", "2026-04-01 19:43 emdia_prazo_confirmado_v1",
               "2026-04-06 10:00 emdia_lembrete_prazo_v1", "2026-04-07 09:00 emdia_prazo_vencido_v1",
               "2026-04-07 20:18 emdia_liberado_v1"});
    CHECK(house.timeline(bruno, "access.block") ==
          Rows{"2026-04-01 09:30 access.block", "2026-04-07 14:00 access.block"});
    CHECK(house.timeline(bruno, "access.unblock") ==
          Rows{"2026-04-01 19:43 access.unblock", "2026-04-07 20:18 access.unblock"});

    // One trust unblock in 30 days, counted from 1 April.
    const Json promises = house.as_json({"promise", "list", account});
    CHECK(promises.at("possible") == false);
    CHECK(promises.at("promises").size() == 1);

    const std::string seen = seen_by_others(house);
    const Rows secrets = secrets_of(house);
    CHECK(secrets.size() > 20);
    for (const std::string& secret : secrets) {
        INFO(secret);
        CHECK(seen.find(secret) == std::string::npos);
    }
    CHECK(house.daemon().end(SIGTERM) == 0);
}

TEST_CASE("section 6: a dispute of 20 March, answered on 8 April, moves the block to 22 April") {
    HouseOptions options;
    options.poll_hot = "10m";
    options.poll_incremental = "4h";
    options.at_bruno = Device::radius;  // Carla is behind the edge agent.
    House house(options);
    const std::int64_t carla = house.carla();

    house.run_until("2026-04-08T10:00:00");
    CHECK(house.timeline(carla, "dispute.") == Rows{"2026-03-20 11:00 dispute.opened"});
    CHECK(house.at_device(carla) == "open");
    static_cast<void>(house.as_json(
        {"dispute", "answer", "ixc:" + std::to_string(carla), "--reason", "the speed was measured and was right"}));
    house.run_until("2026-04-22T09:29:59");
    CHECK(house.at_device(carla) == "open");
    house.run_until("2026-04-22T09:30:59");
    // Weeks have passed in seconds; the connections to the broker live in real time.
    CHECK(house.comes_to(carla, "blocked", "2026-04-22T10"));
    CHECK(house.timeline(carla, "access.block") == Rows{"2026-04-22 09:30 access.block"});

    // Ana paid three hours after the "+1"; the next pull saw it, and that was the last she heard.
    const std::string last = sent(house, house.ana()).back();
    CHECK(last.ends_with("emdia_pagamento_recebido_v1"));
    CHECK(last >= "2026-03-11 13:00");
    CHECK(last < "2026-03-11 17:02");
}
