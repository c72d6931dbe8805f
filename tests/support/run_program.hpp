#pragma once
// Runs a program to its end and keeps what it said.

#include <map>
#include <string>
#include <vector>

namespace emdia::test {

struct ProgramRun {
    int status = -1;  ///< Exit code; 128 + signal when it was killed.
    std::string out;
    std::string err;
};

/// `words[0]` is the path. The environment is PATH and `environment` only. Throws std::runtime_error when the program
/// cannot be started or does not end within a minute.
[[nodiscard]] ProgramRun run_program(const std::vector<std::string>& words, const std::string& input = {},
                                     const std::map<std::string, std::string>& environment = {});

}  // namespace emdia::test
