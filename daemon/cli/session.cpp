#include "daemon/cli/session.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "daemon/cli/portuguese.hpp"

namespace emdia {
namespace {

constexpr std::size_t kMaxInput = 16 * 1024 * 1024;

Exit exit_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::bad_input:
        case ErrorKind::config:
        case ErrorKind::protocol:
            return Exit::bad_input;
        case ErrorKind::not_found:
            return Exit::not_found;
        case ErrorKind::unavailable:
            return Exit::no_daemon;
        case ErrorKind::refused:
        case ErrorKind::forbidden:
        case ErrorKind::unauthorized:
        case ErrorKind::unsupported:
            return Exit::refused;
        case ErrorKind::rate_limited:
        case ErrorKind::unknown:
        case ErrorKind::internal:
            break;
    }
    return Exit::failed;
}

}  // namespace

void Session::fail(const Error& error) {
    exit = exit_of(error.kind);
    const std::string what = translated(error.what);
    const std::string cure = translated(error.cure);
    if (json) {
        out << Json{{"error", {{"kind", to_string(error.kind)}, {"what", what}, {"cure", cure}}}}.dump(2) << '\n';
        return;
    }
    err << "emdia: " << what << '\n';
    if (!cure.empty()) {
        err << say("  cure: ", "  como resolver: ") << cure << '\n';
    }
}

std::string Session::translated(const std::string& english) const {
    return language == Language::pt_br ? in_portuguese(english) : english;
}

std::string Session::state(const std::string& word) const {
    return std::string(language == Language::pt_br ? state_in_portuguese(word) : word);
}

bool Session::printed(const Json& value) const {
    if (json) {
        out << value.dump(2) << '\n';
    }
    return json;
}

Language language_of_environment() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            return std::string_view(value).substr(0, 2) == "pt" ? Language::pt_br : Language::en;
        }
    }
    return Language::en;
}

Result<std::string> read_input(const std::string& path) {
    std::ifstream file;
    if (path != "-") {
        file.open(path, std::ios::binary);
        if (!file) {
            return Error{ErrorKind::bad_input, "cannot open " + path, "check the path and the right to read it"};
        }
    }
    std::istream& in = path == "-" ? std::cin : file;
    std::string content;
    for (std::istreambuf_iterator<char> at(in), end; at != end; ++at) {
        content.push_back(*at);
        if (content.size() > kMaxInput) {
            return Error{ErrorKind::bad_input, path + " is larger than 16 MiB", "give the facts of one account"};
        }
    }
    return content;
}

}  // namespace emdia
