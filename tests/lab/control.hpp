#pragma once
// The control API: how tests, demo and benchmarks steer the lab. JSON over HTTP on a port of its own, so that nothing
// of it can leak into the imitations. Routes are in docs/LAB.md.

#include <functional>
#include <map>
#include <string>
#include <utility>

#include <nlohmann/json_fwd.hpp>

#include "daemon/core/result.hpp"
#include "tests/lab/http.hpp"

namespace emdia::lab {

/// Routes by method and path. Handlers take the JSON body (an object; query parameters are members of it as text) and
/// give the answer's. An Error becomes 400 (`bad_input`), 404 (`not_found`) or 409, with {"error":..., "cure":...}.
class ControlApi {
public:
    using Handler = std::function<Result<nlohmann::json>(const nlohmann::json& body)>;

    void add(const std::string& method, const std::string& path, Handler handler);
    [[nodiscard]] HttpReply handle(const HttpCall& call) const;

private:
    std::map<std::pair<std::string, std::string>, Handler> routes_;
};

}  // namespace emdia::lab
