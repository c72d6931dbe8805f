#pragma once
// What every command works with: where to write, in which language, and how it ended.

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "daemon/core/explain.hpp"

namespace CLI {
class App;
}

namespace emdia {

using Json = nlohmann::ordered_json;

/// Exit codes; docs/CLI.md and emdia(1) list them.
enum class Exit {
    done = 0,
    failed = 1,          ///< For a reason not listed here.
    usage = 2,           ///< The command line is wrong.
    no_daemon = 3,       ///< emdiad does not answer.
    not_found = 4,       ///< No such account, task, hold...
    refused = 5,         ///< A rule or a permission says no.
    bad_input = 6,       ///< The file or code that was given is faulty.
    needs_attention = 7  ///< status: it runs, but a person should look.
};

struct Session {
    Language language = Language::en;
    bool json = false;
    std::string socket = "/run/emdia/admin.sock";
    Exit exit = Exit::done;
    std::ostream& out;
    std::ostream& err;

    /// The text in the language of the operator.
    [[nodiscard]] std::string_view say(std::string_view english, std::string_view portuguese) const noexcept {
        return language == Language::pt_br ? portuguese : english;
    }
    /// A text that was made in English elsewhere (a fault, a task, a hold), in the language of the operator.
    [[nodiscard]] std::string translated(const std::string& english) const;
    /// Writes the error with its cure and sets the exit code that fits its kind.
    void fail(const Error& error);
    /// The word of a state ("blocked", "observed") in the language of the operator.
    [[nodiscard]] std::string state(const std::string& word) const;
    /// With --json the value as it is; then true.
    bool printed(const Json& value) const;
};

/// Language of the operator from LC_ALL, LC_MESSAGES and LANG, in this order.
[[nodiscard]] Language language_of_environment();

/// Asks the daemon. On an error: prints it, sets the exit code, and gives nullopt.
[[nodiscard]] std::optional<Json> ask(Session& session, std::string_view method, Json params);

/// The whole of a file; "-" is standard input. At most 16 MiB.
[[nodiscard]] Result<std::string> read_input(const std::string& path);

// One function per group of commands, each in a file of its own.
void add_status_commands(CLI::App& app, Session& session);
void add_account_commands(CLI::App& app, Session& session);
void add_override_commands(CLI::App& app, Session& session);
void add_promise_commands(CLI::App& app, Session& session);
void add_work_commands(CLI::App& app, Session& session);
void add_config_commands(CLI::App& app, Session& session);
void add_decide_command(CLI::App& app, Session& session);
void add_calendar_command(CLI::App& app, Session& session);
void add_payment_code_commands(CLI::App& app, Session& session);
void add_template_commands(CLI::App& app, Session& session);

}  // namespace emdia
