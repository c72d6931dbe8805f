#pragma once
// The program emdia as a person runs it.

#include <map>
#include <string>
#include <vector>

#include "tests/support/run_program.hpp"

namespace emdia::test {

/// Runs the emdia that was built, in English unless LANG says otherwise.
inline ProgramRun emdia(std::vector<std::string> words, const std::string& input = {},
                        std::map<std::string, std::string> environment = {{"LANG", "en_US.UTF-8"}}) {
    words.insert(words.begin(), std::string(EMDIA_BINARY_DIR) + "/bin/emdia");
    return run_program(words, input, environment);
}

}  // namespace emdia::test
