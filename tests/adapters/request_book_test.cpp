#include "daemon/adapters/request_book.hpp"

#include <catch2/catch.hpp>

using namespace emdia;
using namespace std::chrono_literals;

namespace {

const RequestBook::TimePoint kNow{100s};

ErpRequest block(ErpRequestId id, Millis deadline = 10s) { return {id, ErpBlock{"7"}, deadline, "k"}; }
ErpRequest read(ErpRequestId id, Millis deadline = 10s) { return {id, ErpReadContract{"7"}, deadline, ""}; }

}  // namespace

TEST_CASE("requests are sent once, in order, with the time that is left") {
    RequestBook book;
    book.add(block(41), kNow);
    book.add(read(42), kNow);
    const auto first = book.send_next(kNow + 4s);
    REQUIRE(first);
    CHECK(protocol::method_of(*first) == protocol::Method::access_block);
    CHECK(first->deadline == 6s);
    CHECK(first->idempotency_key == "k");
    const auto second = book.send_next(kNow);
    CHECK(protocol::method_of(*second) == protocol::Method::contract_read);
    CHECK_FALSE(book.send_next(kNow));
    CHECK(book.method_of(second->id) == protocol::Method::contract_read);
}

TEST_CASE("an answer is taken once; numbers never sent or already answered are nobody's") {
    RequestBook book;
    book.add(read(42), kNow);
    CHECK_FALSE(book.answer(1, ErpAnswer{ErpHealthReport{}}));
    const auto sent = book.send_next(kNow);
    const auto reply = book.answer(sent->id, ErpAnswer{ErpHealthReport{}});
    REQUIRE(reply);
    CHECK(reply->id == 42);
    CHECK_FALSE(book.answer(sent->id, ErpAnswer{ErpHealthReport{}}));
    CHECK_FALSE(book.method_of(sent->id));
}

TEST_CASE("a passed deadline is unknown for a sent write and unavailable for all else") {
    RequestBook book;
    book.add(block(1, 1s), kNow);
    book.add(read(2, 1s), kNow);
    static_cast<void>(book.send_next(kNow));
    static_cast<void>(book.send_next(kNow));
    book.add(block(3, 1s), kNow);
    book.add(block(4, 9s), kNow);
    CHECK(book.next_deadline() == kNow + 1s);
    const auto expired = book.expire(kNow + 1s);
    REQUIRE(expired.replies.size() == 3);
    CHECK(expired.hung);
    CHECK(expired.replies[0].answer.error().kind == ErrorKind::unknown);
    CHECK(expired.replies[1].answer.error().kind == ErrorKind::unavailable);
    CHECK(expired.replies[2].answer.error().kind == ErrorKind::unavailable);
    CHECK(book.size() == 1);
}

TEST_CASE("requests that wait together and are late together count once as a connector that hangs") {
    RequestBook book;
    for (ErpRequestId id = 1; id <= 3; ++id) {
        book.add(read(id, Millis{1000 * static_cast<Millis::rep>(id)}), kNow);
        static_cast<void>(book.send_next(kNow));
    }
    CHECK(book.expire(kNow + 1s).hung);
    book.add(read(4, 1s), kNow + 1500ms);
    static_cast<void>(book.send_next(kNow + 1500ms));
    CHECK_FALSE(book.expire(kNow + 2s).hung);
    CHECK(book.expire(kNow + 2500ms).hung);
    CHECK_FALSE(book.expire(kNow + 3s).hung);
}

TEST_CASE("a crash answers what had been sent and keeps what waits") {
    RequestBook book;
    book.add(block(1), kNow);
    static_cast<void>(book.send_next(kNow));
    book.add(read(2), kNow);
    const auto lost = book.lose_sent("it died");
    REQUIRE(lost.size() == 1);
    CHECK(lost[0].id == 1);
    CHECK(lost[0].answer.error().kind == ErrorKind::unknown);
    CHECK(book.send_next(kNow)->id > 1);
    const auto rest = book.lose_all({ErrorKind::unavailable, "over", ""});
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].id == 2);
    CHECK(book.size() == 0);
}
