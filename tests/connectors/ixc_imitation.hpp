#pragma once
// A small IXC for tests: answers are scripted per resource; what was asked is remembered.

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "erp-connectors/ixc/ixc_connector.hpp"
#include "tests/support/test_http_server.hpp"

namespace emdia::test {

using Json = nlohmann::json;

class IxcImitation {
public:
    struct Asked {
        std::string method;
        std::string resource;
        std::string header;  ///< ixcsoft
        std::string authorization;
        Json body;
    };

    /// With `tls` it speaks HTTPS.
    explicit IxcImitation(const TlsFiles* tls = nullptr)
        : server_([this](const ServedRequest& request) { return serve(request); }, tls) {}

    /// The next answers of a resource, in order; the last one is repeated.
    void answer(const std::string& resource, std::vector<ServedResponse> answers) {
        const std::lock_guard lock{mutex_};
        answers_[resource] = {answers.begin(), answers.end()};
    }
    /// Every answer of the resource comes so late.
    void delay(const std::string& resource, Millis time) {
        const std::lock_guard lock{mutex_};
        delays_[resource] = time;
    }
    void rows(const std::string& resource, std::vector<Json> rows) { answer(resource, {listing(rows)}); }
    static ServedResponse listing(const std::vector<Json>& rows) {
        return json({{"page", "1"}, {"total", std::to_string(rows.size())}, {"registros", rows}});
    }
    static ServedResponse json(const Json& body) { return {200, body.dump(), "text/x-json; charset=utf-8", {}}; }
    static ServedResponse html(int status, const std::string& body) { return {status, body, "text/html", {}}; }

    [[nodiscard]] std::vector<Asked> asked(const std::string& resource) const {
        const std::lock_guard lock{mutex_};
        std::vector<Asked> found;
        for (const auto& a : asked_) {
            if (a.resource == resource) {
                found.push_back(a);
            }
        }
        return found;
    }
    [[nodiscard]] std::string url() const { return server_.url(); }

private:
    ServedResponse serve(const ServedRequest& request) {
        const std::lock_guard lock{mutex_};
        const std::string resource = request.path.substr(std::string{"/webservice/v1/"}.size());
        if (const auto late = delays_.find(resource); late != delays_.end()) {
            std::this_thread::sleep_for(late->second);
        }
        const auto header = request.headers.find("ixcsoft");
        asked_.push_back({request.method, resource, header == request.headers.end() ? "" : header->second,
                          request.headers.at("authorization"), Json::parse(request.body, nullptr, false)});
        const auto found = answers_.find(resource);
        if (found == answers_.end()) {
            return json({{"type", "error"}, {"message", "Recurso " + resource + " não está disponível!"}});
        }
        auto answer = found->second.front();
        if (found->second.size() > 1) {
            found->second.pop_front();
        }
        return answer;
    }

    mutable std::mutex mutex_;
    std::map<std::string, std::deque<ServedResponse>> answers_;
    std::map<std::string, Millis> delays_;
    std::vector<Asked> asked_;
    TestHttpServer server_;
};

/// A connector that was initialised for the imitation, with more settings on top.
class IxcUnderTest {
public:
    explicit IxcUnderTest(const IxcImitation& ixc, Json settings = Json::object()) {
        settings["url"] = ixc.url();
        settings["second_look_ms"] = 1;
        settings["retry_pause_ms"] = 1;
        ready = connector.initialize({"ixc", settings.dump(), {{"token", "7:abcdef"}}});
    }
    [[nodiscard]] static sdk::CallContext context() {
        return {std::chrono::steady_clock::now() + std::chrono::seconds{10}, "key-1"};
    }
    sdk::Logger log;
    ixc::IxcConnector connector{log};
    Result<std::vector<std::string>> ready = Error{};
};

inline Json title_row(const std::string& id) {
    return {{"id", id},
            {"id_cliente", "4102"},
            {"id_contrato", "7301"},
            {"data_vencimento", "2026-11-20"},
            {"data_inicial", "2026-11-01"},
            {"data_final", "2026-11-30"},
            {"valor", "109.90"},
            {"valor_aberto", "109.90"},
            {"status", "A"},
            {"liberado", "S"},
            {"estornado", "N"},
            {"ultima_atualizacao", "2026-10-20 13:53:41"}};
}

inline Json contract_row(const std::string& status_internet) {
    return {{"id", "7301"},
            {"id_cliente", "4102"},
            {"contrato", "FIBRA 300"},
            {"status", "A"},
            {"status_internet", status_internet},
            {"status_velocidade", "N"},
            {"bloqueio_automatico", "S"},
            {"desbloqueio_confianca", "S"},
            {"ultima_atualizacao", "2026-11-02 10:11:12"}};
}

}  // namespace emdia::test
