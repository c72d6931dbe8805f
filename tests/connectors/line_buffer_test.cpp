#include "erp-connectors/protocol/line_buffer.hpp"

#include <catch2/catch.hpp>

using emdia::protocol::LineBuffer;

TEST_CASE("lines come out whole however the bytes are cut") {
    const std::string stream = "one\ntwo\r\n\n\nthree\n";
    for (std::size_t chunk = 1; chunk <= stream.size(); ++chunk) {
        LineBuffer buffer;
        std::vector<std::string> lines;
        for (std::size_t at = 0; at < stream.size(); at += chunk) {
            REQUIRE(buffer.feed(std::string_view{stream}.substr(at, chunk)));
            while (auto line = buffer.next()) {
                lines.push_back(*line);
            }
        }
        CHECK(lines == std::vector<std::string>{"one", "two", "three"});
    }
}

TEST_CASE("what is not ended by LF is not a line yet") {
    LineBuffer buffer;
    REQUIRE(buffer.feed("half"));
    CHECK_FALSE(buffer.next());
    REQUIRE(buffer.feed(" a line\n"));
    CHECK(buffer.next() == "half a line");
}

TEST_CASE("a line may have exactly the limit, and one byte more breaks the stream for good") {
    LineBuffer buffer{4};
    REQUIRE(buffer.feed("1234\n12"));
    CHECK(buffer.next() == "1234");
    REQUIRE(buffer.feed("34\n"));
    CHECK(buffer.next() == "1234");
    CHECK_FALSE(buffer.feed("12345"));
    CHECK_FALSE(buffer.feed("\n"));
}
