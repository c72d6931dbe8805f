#pragma once
// What the lab's own tests share: a small lab in this process, and the outside as it would be seen by emdia.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/lab/encoding.hpp"
#include "tests/lab/lab.hpp"
#include "tests/lab/lab_client.hpp"

namespace emdia::lab {

inline LabOptions small_lab(int contracts = 30) {
    LabOptions options;
    options.start = make_date(2026, 3, 1);
    options.population.contracts = contracts;
    return options;
}

/// Calls the IXC imitation as a connector would.
class IxcCaller {
public:
    explicit IxcCaller(const Lab& lab, std::string token = LabOptions{}.ixc_token)
        : base_("http://127.0.0.1:" + std::to_string(lab.ports().ixc) + "/webservice/v1/"), token_(std::move(token)) {}

    [[nodiscard]] Result<HttpAnswer> call(const std::string& method, const std::string& resource,
                                          const nlohmann::json& body, bool listing) const {
        std::vector<std::pair<std::string, std::string>> headers{{"Authorization", "Basic " + base64(token_)},
                                                                 {"Content-Type", "application/json"}};
        if (listing) {
            headers.emplace_back("ixcsoft", "listar");
        }
        return http_request(method, base_ + resource, body.dump(), headers, Seconds{5});
    }
    /// A listing by GET; the body as text.
    [[nodiscard]] std::string list_text(const std::string& resource, const nlohmann::json& body) const {
        return call("GET", resource, body, true).value().body;
    }
    [[nodiscard]] nlohmann::json list(const std::string& resource, const nlohmann::json& body) const {
        return nlohmann::json::parse(list_text(resource, body));
    }
    [[nodiscard]] nlohmann::json act(const std::string& action, const nlohmann::json& body) const {
        return nlohmann::json::parse(call("POST", action, body, false).value().body);
    }

private:
    std::string base_;
    std::string token_;
};

inline nlohmann::json query(const std::string& column, const std::string& op, const std::string& value,
                            std::size_t per_page = 500, std::size_t page = 1) {
    const std::string table = column.substr(0, column.find('.'));
    return {{"qtype", column},
            {"query", value},
            {"oper", op},
            {"page", std::to_string(page)},
            {"rp", std::to_string(per_page)},
            {"sortname", table + ".id"},
            {"sortorder", "asc"}};
}

inline nlohmann::json with_grid(nlohmann::json body, const nlohmann::json& grid) {
    body["grid_param"] = grid.dump();
    return body;
}

/// The daemon's side of webhooks: keeps what came, answers what it is told to.
class WebhookSink {
public:
    WebhookSink()
        : endpoint_(
              [this](const HttpCall& call) {
                  const std::lock_guard lock(mutex_);
                  calls_.push_back(call);
                  HttpReply reply;
                  reply.status = status_;
                  reply.body = call.method == "GET" ? call.parameter("hub.challenge") : "";
                  return reply;
              },
              0) {}

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(endpoint_.port()) + "/hook"; }
    void answer_with(int status) {
        const std::lock_guard lock(mutex_);
        status_ = status;
    }
    [[nodiscard]] std::vector<HttpCall> calls() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }
    /// Every status of every webhook so far, in order of arrival: "sent", "delivered"...
    [[nodiscard]] std::vector<std::string> statuses() const {
        std::vector<std::string> found;
        for_each_value([&](const nlohmann::json& value) {
            for (const auto& status : value.value("statuses", nlohmann::json::array())) {
                found.push_back(status.at("status"));
            }
        });
        return found;
    }
    [[nodiscard]] std::vector<nlohmann::json> inbound() const {
        std::vector<nlohmann::json> found;
        for_each_value([&](const nlohmann::json& value) {
            for (const auto& message : value.value("messages", nlohmann::json::array())) {
                found.push_back(message);
            }
        });
        return found;
    }

private:
    template <class Visit>
    void for_each_value(Visit visit) const {
        for (const HttpCall& call : calls()) {
            const auto body = nlohmann::json::parse(call.body);
            for (const auto& entry : body.at("entry")) {
                for (const auto& change : entry.at("changes")) {
                    visit(change.at("value"));
                }
            }
        }
    }
    mutable std::mutex mutex_;
    std::vector<HttpCall> calls_;
    int status_ = 200;
    HttpEndpoint endpoint_;
};

}  // namespace emdia::lab
