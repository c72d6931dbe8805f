// What may go wrong between WhatsApp and the daemon.

#include <algorithm>

#include <catch2/catch.hpp>

#include "daemon/adapters/digest.hpp"
#include "tests/e2e/house.hpp"
#include "tests/lab/http.hpp"

using namespace emdia;
using namespace emdia::e2e;

namespace {

/// The status; 0 when the server hung up while the body was still on its way.
int post(const House& house, const std::string& body, const std::string& signature) {
    const auto answer = lab::http_request("POST", house.webhook_url(), body,
                                          {{"Content-Type", "application/json"}, {"X-Hub-Signature-256", signature}});
    return answer ? answer->status : 0;
}

std::size_t count(const Json& messages, const std::string& name) {
    return static_cast<std::size_t>(std::count_if(messages.begin(), messages.end(), [&](const Json& message) {
        return message.at("template").get<std::string>().find(name) != std::string::npos;
    }));
}

}  // namespace

TEST_CASE("webhooks: a bad signature is 401, ten megabytes are 413, and neither disturbs the daemon") {
    House house({});
    const std::string body = R"({"object":"whatsapp_business_account","entry":[]})";
    CHECK(post(house, body, "sha256=" + std::string(64, '0')) == 401);
    CHECK(post(house, body, "") == 401);
    const std::string huge(10'000'000, ' ');
    const int refused = post(house, huge, "sha256=" + hmac_sha256_hex(house.app_secret(), huge));
    CHECK((refused == 413 || refused == 0));
    CHECK(post(house, body, "sha256=" + hmac_sha256_hex(house.app_secret(), body)) == 200);
    house.run_until("2026-03-06T10:01:00");
    CHECK(house.messages(house.bruno()).size() == 1);
}

TEST_CASE("every event twice and in the wrong order: one promise, one block, one unblock") {
    HouseOptions options;
    options.poll_hot = "10m";
    options.poll_incremental = "4h";
    House house(options);
    house.control("/faults", {{"name", "wa.duplicate"}});
    house.control("/faults", {{"name", "wa.reorder"}});
    const std::int64_t bruno = house.bruno();
    house.run_until("2026-04-02T12:00:00");
    CHECK(house.timeline(bruno, "access.block").size() == 1);
    CHECK(house.timeline(bruno, "access.unblock").size() == 1);
    CHECK(house.timeline(bruno, "promise.active").size() == 1);
    CHECK(count(house.messages(bruno), "emdia_prazo_confirmado") == 1);
    CHECK(house.at_device(bruno) == "open");
}

TEST_CASE("a notice whose answer is lost is sent once more on a later day, and its clock starts with the second") {
    HouseOptions options;
    options.poll_hot = "10m";
    options.poll_incremental = "4h";
    House house(options);
    const std::int64_t bruno = house.bruno();
    house.run_until("2026-03-16T09:59:00");
    house.control("/faults", {{"name", "wa.drop_after_accept"}});
    house.control("/faults", {{"name", "wa.lose"}});
    house.run_until("2026-03-16T10:05:00");
    static_cast<void>(house.lab().remove("/faults"));
    house.run_until("2026-03-16T20:00:00");
    CHECK(count(house.messages(bruno), "emdia_aviso_suspensao") == 1);

    house.run_until("2026-04-02T12:00:00");
    CHECK(count(house.messages(bruno), "emdia_aviso_suspensao") == 2);
    CHECK(house.timeline(bruno, "access.block").empty());
    CHECK(house.at_device(bruno) == "open");
}
