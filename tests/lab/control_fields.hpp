#pragma once
// Members of a control call. Numbers may come as text, because query parameters do.

#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace emdia::lab {

[[nodiscard]] inline std::string text_in(const nlohmann::json& body, const char* key) {
    const auto found = body.find(key);
    return found == body.end() ? std::string{} : found->is_string() ? found->get<std::string>() : found->dump();
}

[[nodiscard]] inline std::int64_t number_in(const nlohmann::json& body, const char* key, std::int64_t otherwise = 0) {
    const auto found = body.find(key);
    if (found == body.end()) {
        return otherwise;
    }
    return found->is_string() ? std::stoll(found->get<std::string>()) : found->get<std::int64_t>();
}

}  // namespace emdia::lab
