#pragma once
// Small help for declaring commands with CLI11. Private to this room.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "daemon/cli/session.hpp"

namespace emdia {

/// Declares `name` with a one-line description and an example below its help.
inline CLI::App* declare(CLI::App& parent, const std::string& name, std::string_view description,
                         const std::string& example) {
    CLI::App* command = parent.add_subcommand(name, std::string(description));
    command->fallthrough();
    command->footer("\n  $ " + example);
    return command;
}

/// A group of sub-commands: one of them must be named.
inline CLI::App* declare_group(CLI::App& parent, const std::string& name, std::string_view description,
                               const std::string& example) {
    CLI::App* group = parent.add_subcommand(name, std::string(description));
    group->fallthrough();
    group->require_subcommand(1);
    group->footer("\n  $ " + example);
    return group;
}

/// The options of one command, alive as long as the command.
template <class Options>
std::shared_ptr<Options> options() {
    return std::make_shared<Options>();
}

inline void require_reason(CLI::App* command, const Session& session, std::string& reason) {
    command
        ->add_option("--reason", reason,
                     std::string(session.say("why; lands in the history with your name",
                                             "motivo; fica no histórico com o seu nome")))
        ->required();
}

}  // namespace emdia
