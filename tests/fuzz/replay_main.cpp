// Runs a fuzz target without libFuzzer: every file of the corpus, then mutations of them that are the same on every
// machine. The input that breaks the target is left in a file, to be given back as the only argument.

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <unistd.h>

#include "tests/fuzz/fuzz.hpp"

// Present when a sanitizer is linked in: it ends the process without a signal.
extern "C" void __sanitizer_set_death_callback(void (*callback)())
    __attribute__((weak));  // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)

namespace {

namespace fs = std::filesystem;

using Input = std::string;

constexpr int kMutations = 20'000;
constexpr std::size_t kLongestInput = 4096;

// What the process was doing when it died. Globals, because a signal handler can reach nothing else.
Input current_input;     // NOLINT(readability-identifier-naming)
std::string crash_file;  // NOLINT(readability-identifier-naming)

void keep_input() {
    if (FILE* const file = std::fopen(crash_file.c_str(), "wb")) {
        std::fwrite(current_input.data(), 1, current_input.size(), file);
        std::fclose(file);
        std::fprintf(stderr, "fuzz: the input is in %s\n", crash_file.c_str());
    }
}

extern "C" void on_death_signal(int number) {
    keep_input();
    std::signal(number, SIG_DFL);
    std::raise(number);
}

void run(Input input) {
    current_input = std::move(input);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current_input.data()), current_input.size());
}

Input read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<Input> read_corpus(const fs::path& place) {
    if (!fs::is_directory(place)) {
        return {read_file(place)};
    }
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(place)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<Input> corpus;
    std::transform(files.begin(), files.end(), std::back_inserter(corpus), read_file);
    return corpus;
}

class Mutator {
public:
    explicit Mutator(const std::vector<Input>& corpus) : corpus_(corpus) {}

    Input next() {
        Input input = any_of(corpus_);
        for (auto steps = below(4) + 1; steps > 0; --steps) {
            step(input);
        }
        input.resize(std::min(input.size(), kLongestInput));
        return input;
    }

private:
    // Not uniform_int_distribution: its results differ between libraries.
    std::size_t below(std::size_t limit) {
        return static_cast<std::size_t>(random_() % std::max<std::size_t>(limit, 1));
    }

    const Input& any_of(const std::vector<Input>& list) { return list[below(list.size())]; }

    char any_char() {
        using namespace std::string_view_literals;
        constexpr auto kLikely = "0123456789.,-+:/ \"{}[]\\\n\r\t\0\x7f\x80\xff"sv;
        return below(2) == 0 ? kLikely[below(kLikely.size())] : static_cast<char>(below(256));
    }

    void step(Input& input) {
        const std::size_t at = below(input.size() + 1);
        const std::size_t length = below(std::min<std::size_t>(input.size() - at, 16) + 1);
        switch (below(6)) {
            case 0:
                input.insert(at, 1, any_char());
                break;
            case 1:
                input.erase(at, length);
                break;
            case 2:
                input.insert(at, input.substr(at, length));
                break;
            case 3:
                input.insert(at, any_of(corpus_).substr(0, below(64)));
                break;
            case 4:
                input.resize(at);
                break;
            default:
                if (at < input.size()) {
                    input[at] = any_char();
                }
        }
    }

    const std::vector<Input>& corpus_;
    std::mt19937_64 random_{20'251'110};
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: " << argv[0] << " CORPUS-FOLDER | INPUT-FILE\n";
        return EXIT_FAILURE;
    }
    const fs::path place = argv[1];
    const std::vector<Input> corpus = fs::exists(place) ? read_corpus(place) : std::vector<Input>{};
    if (corpus.empty()) {
        std::cerr << "fuzz: nothing to replay in " << place << "\n";
        return EXIT_FAILURE;
    }
    crash_file = "crash-" + fs::path(argv[0]).filename().string();
    for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
        std::signal(number, on_death_signal);
    }
    if (__sanitizer_set_death_callback != nullptr) {
        __sanitizer_set_death_callback(keep_input);
    }
    std::for_each(corpus.begin(), corpus.end(), run);
    if (!fs::is_directory(place)) {
        return EXIT_SUCCESS;
    }
    Mutator mutator(corpus);
    for (int i = 0; i < kMutations; ++i) {
        run(mutator.next());
    }
    std::cout << "fuzz: " << corpus.size() << " inputs and " << kMutations << " mutations\n";
    return EXIT_SUCCESS;
}
