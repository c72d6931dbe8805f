#include "daemon/adapters/journal_log.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

using namespace emdia;

namespace {

class Pipe {
public:
    Pipe() { REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0); }
    ~Pipe() {
        ::close(ends_[0]);
        close_writer();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int writer() const { return ends_[1]; }
    void close_writer() {
        if (ends_[1] >= 0) {
            ::close(ends_[1]);
            ends_[1] = -1;
        }
    }
    /// What is in the pipe now, without waiting.
    std::string drain() {
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
        std::string text;
        std::array<char, 65536> chunk{};
        for (auto n = ::read(ends_[0], chunk.data(), chunk.size()); n > 0;
             n = ::read(ends_[0], chunk.data(), chunk.size())) {
            text.append(chunk.data(), static_cast<std::size_t>(n));
        }
        return text;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

}  // namespace

TEST_CASE("a line has the priority of its level, the id, the text and the fields", "[log]") {
    Pipe pipe;
    JournalLog log(LogLevel::debug, pipe.writer());
    log.write(LogLevel::error, "ERP-PULL-FAILED", "the ERP did not answer", {{"erp", "ixc"}, {"attempt", "3"}});
    log.write(LogLevel::warning, "W", "w");
    log.write(LogLevel::info, "I", "i");
    log.write(LogLevel::debug, "D", "d");
    CHECK(pipe.drain() == "<3>ERP-PULL-FAILED the ERP did not answer erp=ixc attempt=3\n<4>W w\n<6>I i\n<7>D d\n");
}

TEST_CASE("lines below the threshold are left out", "[log]") {
    Pipe pipe;
    JournalLog log(LogLevel::warning, pipe.writer());
    log.write(LogLevel::info, "I", "i");
    log.write(LogLevel::warning, "W", "w");
    CHECK(pipe.drain() == "<4>W w\n");
}

TEST_CASE("values with blanks or quotes are quoted; nothing in a value can begin another line", "[log]") {
    Pipe pipe;
    JournalLog log(LogLevel::info, pipe.writer());
    log.write(LogLevel::info, "X", "one\ntwo",
              {{"a", "b c"}, {"d", R"(say "hi" \ bye)"}, {"e", "x\n<0>forged"}, {"f", ""}});
    CHECK(pipe.drain() == "<6>X one two a=\"b c\" d=\"say \\\"hi\\\" \\\\ bye\" e=\"x <0>forged\" f=\"\"\n");
}

TEST_CASE("a line longer than a pipe takes at once is cut and says so", "[log]") {
    Pipe pipe;
    JournalLog log(LogLevel::info, pipe.writer());
    log.write(LogLevel::info, "X", std::string(10'000, 'x'));
    const std::string line = pipe.drain();
    CHECK(line.size() == 4096);
    CHECK_THAT(line, Catch::EndsWith("x[cut]\n"));
}

TEST_CASE("lines of threads do not mix", "[log]") {
    Pipe pipe;
    JournalLog log(LogLevel::info, pipe.writer());
    std::vector<std::jthread> threads;
    for (const char letter : {'a', 'b', 'c', 'd'}) {
        threads.emplace_back([&log, letter] {
            for (int i = 0; i < 50; ++i) {
                log.write(LogLevel::info, "T", std::string(200, letter));
            }
        });
    }
    threads.clear();
    std::istringstream lines(pipe.drain());
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        REQUIRE(line.size() == 205);
        REQUIRE(std::all_of(line.begin() + 5, line.end(), [&](char c) { return c == line[5]; }));
    }
    CHECK(count == 200);
}

TEST_CASE("a reader that stops costs a moment, not the daemon; lost lines are counted aloud", "[log]") {
    Pipe pipe;
    JournalLog log(LogLevel::info, pipe.writer());
    const std::string text(4000, 'x');
    // 64 KiB is the size of a Linux pipe: some of these do not fit.
    for (int i = 0; i < 18; ++i) {
        log.write(LogLevel::info, "FULL", text);
    }
    CHECK(pipe.drain().size() <= 65536);
    log.write(LogLevel::info, "AGAIN", "back");
    const std::string after = pipe.drain();
    CHECK_THAT(after, Catch::StartsWith("<4>LOG-LINES-LOST"));
    CHECK_THAT(after, Catch::EndsWith("<6>AGAIN back\n"));
}

TEST_CASE("a closed descriptor does not throw", "[log]") {
    JournalLog log(LogLevel::info, -1);
    CHECK_NOTHROW(log.write(LogLevel::error, "X", "nobody hears this"));
}
