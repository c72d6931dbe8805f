#include "tests/lab/ixc_request.hpp"

#include <sstream>
#include <vector>

#include <Poco/URI.h>
#include <nlohmann/json.hpp>

#include "tests/lab/encoding.hpp"

namespace emdia::lab::ixc {
namespace {

Fields json_fields(const std::string& body) {
    Fields fields;
    const auto value = nlohmann::json::parse(body, nullptr, false);
    if (value.is_object()) {
        for (const auto& [key, element] : value.items()) {
            fields[key] = element.is_string() ? element.get<std::string>() : element.dump();
        }
    }
    return fields;
}

Fields form_fields(const std::string& body) {
    Fields fields;
    Poco::URI uri;
    uri.setRawQuery(body);
    for (const auto& [key, value] : uri.getQueryParameters()) {
        fields[key] = value;
    }
    return fields;
}

}  // namespace

std::optional<Path> read_path(const std::string& path) {
    std::vector<std::string> parts;
    std::istringstream stream(path);
    for (std::string part; std::getline(stream, part, '/');) {
        if (!part.empty()) {
            parts.push_back(part);
        }
    }
    if (parts.size() < 3 || parts.size() > 4 || parts[0] != "webservice") {
        return std::nullopt;
    }
    return Path{parts[1], parts[2], parts.size() == 4 ? parts[3] : std::string{}};
}

Fields read_fields(const HttpCall& call) {
    const std::string& type = call.header("content-type");
    if (call.body.rfind('{', 0) == 0) {  // Whatever the label says: curl calls every body a form.
        return json_fields(call.body);
    }
    if (type.find("urlencoded") != std::string::npos) {
        return form_fields(call.body);
    }
    if (type.find("multipart/form-data") != std::string::npos) {
        Fields fields;
        for (auto& part : multipart(type, call.body)) {
            fields[part.name] = std::move(part.content);
        }
        return fields;
    }
    return {};
}

std::optional<Date> read_date(const std::string& text) {
    std::string iso = text;
    if (text.size() == 10 && text[2] == '/') {
        iso = text.substr(6) + "-" + text.substr(3, 2) + "-" + text.substr(0, 2);
    }
    const auto date = parse_date(iso);
    return date ? std::optional{*date} : std::nullopt;
}

}  // namespace emdia::lab::ixc
