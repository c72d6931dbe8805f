#include "erp-connectors/ixc/ixc_answer.hpp"

#include <catch2/catch.hpp>

using namespace emdia;
using namespace emdia::ixc;

namespace {

HttpResponse response(int status, std::string body) { return {status, {}, std::move(body)}; }

const Columns kColumns{"id", "login"};

ErrorKind kind_of(int status, const std::string& body) {
    const auto listing = read_listing("radusuarios", response(status, body), kColumns);
    REQUIRE_FALSE(listing.ok());
    CHECK_FALSE(listing.error().cure.empty());
    return listing.error().kind;
}

}  // namespace

TEST_CASE("an answer that nests deeper than any IXC answer is refused before it is parsed") {
    const auto refused = [](const std::string& body) -> std::optional<ErrorKind> {
        const auto read = read_listing("cliente", response(200, body), kColumns);
        return read.ok() ? std::nullopt : std::optional{read.error().kind};
    };
    const auto nested = [](std::size_t depth) {
        return R"({"total":"0","x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    CHECK_FALSE(refused(nested(32)));
    CHECK(refused(nested(33)) == ErrorKind::protocol);
    CHECK(refused(std::string(4'000'000, '[')) == ErrorKind::protocol);
    CHECK_FALSE(refused(R"({"total":"0","x":"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"})"));
}

TEST_CASE("error classes of section 2.19, by body first, each with a cure") {
    struct Case {
        int status;
        const char* body;
        ErrorKind kind;
    };
    const Case cases[] = {
        {401, "<html>401 Authorization Required</html>", ErrorKind::unauthorized},
        {403, "", ErrorKind::forbidden},
        {200, R"({"type":"error","message":"Seu IP n\u00e3o est\u00e1 liberado para efetuar login!"})",
         ErrorKind::forbidden},
        {404, "", ErrorKind::config},
        {400, "", ErrorKind::config},
        {302, "", ErrorKind::config},
        {429, "", ErrorKind::rate_limited},
        {500, "", ErrorKind::unavailable},
        {504, "<html>", ErrorKind::unavailable},
        {200, R"({"type":"error","message":"Recurso X não está disponível!"})", ErrorKind::unsupported},
        {200, R"({"type":"error","message":"Versão v1xxx do webservice não está disponível!"})", ErrorKind::config},
        {200, R"({"type":"error","message":"Parcela já está recebida ou cancelada!<br />"})", ErrorKind::refused},
        {200, "<div style=\"background:#FF0000\">Ocorreu um erro ao processar. Contate o suporte IXC Soft.</div>",
         ErrorKind::protocol},
        {200, "", ErrorKind::protocol},
        {200, "<!DOCTYPE html><html>login", ErrorKind::protocol},
        {200, R"({"page":"1","total":"2","registros":[{"id":"1"},{"i)", ErrorKind::protocol},
        {200, R"({"page":"1"})", ErrorKind::protocol},
        {200, R"({"total":"1","registros":["x"]})", ErrorKind::protocol},
        {200, R"({"tipo":"erro","codigo":"113","mensagem":"O desbloqueio não está disponível para o contrato 7301"})",
         ErrorKind::refused},
    };
    for (const auto& c : cases) {
        INFO(c.status << " " << c.body);
        CHECK(kind_of(c.status, c.body) == c.kind);
    }
}

TEST_CASE("Retry-After is honoured up to five minutes") {
    const HttpResponse later{429, {{"Retry-After", "9999"}}, ""};
    CHECK(read_listing("x", later, kColumns).error().retry_after == Millis{300'000});
}

TEST_CASE("listings: total as text or number, no rows, rows as object, unasked columns dropped (2.15, 2.18)") {
    const auto two = read_listing(
        "radusuarios",
        response(200, R"({"total":2,"registros":{"0":{"id":9,"senha":"geheim"},"1":{"id":"10","login":null}}})"),
        kColumns);
    REQUIRE(two.ok());
    CHECK(two->total == 2);
    REQUIRE(two->rows.size() == 2);
    CHECK(two->rows[0]["id"] == "9");
    CHECK(two->rows[0]["senha"].empty());
    CHECK(two->rows[1]["login"].empty());
    CHECK(read_listing("x", response(200, R"({"page":"1","total":"0"})"), kColumns)->rows.empty());
    CHECK(read_listing("x", response(200, R"({"page":"1","total":"0","registros":[]})"), kColumns)->rows.empty());
}

TEST_CASE("a body in ISO-8859-1 is read (2.19)") {
    const auto listing = read_listing(
        "x", response(200, "{\"total\":\"1\",\"registros\":[{\"id\":\"1\",\"login\":\"jos\xe9\"}]}"), kColumns);
    REQUIRE(listing.ok());
    CHECK(listing->rows[0]["login"] == "josé");
}

TEST_CASE("actions speak two dialects; already active is done (4.4)") {
    CHECK(read_action("a", response(200, R"({"type":"success","message":"ok","id":591})"))->id == "591");
    CHECK(read_action("a", response(200, R"({"tipo":"sucesso","codigo":"100"})")).ok());
    CHECK(read_action("a", response(200, R"({"tipo":"erro","codigo":"107"})")).ok());
    CHECK(read_action("a", response(200, R"({"msg":[{"type":"success","message":""}]})")).ok());
    CHECK(read_action("a", response(200, R"({"tipo":"erro","codigo":"113","mensagem":"x"})")).error().kind ==
          ErrorKind::refused);
    CHECK(read_action("a", response(200, R"({"page":"1"})")).error().kind == ErrorKind::protocol);
}

TEST_CASE("texts are found by path, and what leads nowhere is empty") {
    const auto texts =
        read_texts("get_pix", response(200, R"({"pix":{"qrCode":{"qrcode":"000201"},"dadosPix":7},"type":"success"})"),
                   {{"pix", "qrCode", "qrcode"}, {"pix", "dadosPix", "pixCopiaECola"}, {"nowhere"}});
    REQUIRE(texts.ok());
    CHECK(*texts == std::vector<std::string>{"000201", "", ""});
}
