#include "tests/lab/ixc_service.hpp"

#include <algorithm>
#include <cctype>

#include <nlohmann/json.hpp>

#include "tests/lab/encoding.hpp"
#include "tests/lab/ixc_actions.hpp"
#include "tests/lab/ixc_request.hpp"

namespace emdia::lab::ixc {
namespace {

constexpr const char* red_page =
    "<div style=\"padding:10px;background:#FF0000;color:#FFFFFF\">Ocorreu um erro ao processar. Contate o suporte IXC "
    "Soft.</div>";

HttpReply html(int status, const std::string& body) {
    HttpReply reply;
    reply.status = status;
    reply.content_type = "text/html; charset=UTF-8";
    reply.body = body;
    return reply;
}

HttpReply nginx_page(int status, const std::string& title) {
    return html(status, "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
                            "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n");
}

}  // namespace

Service::Service(LabState& state, std::string token)
    : state_(state), authorization_("Basic " + base64(token)), catalogue_(make_catalogue(state.erp, state.faults)) {}

HttpReply Service::handle(const HttpCall& call) {
    const std::lock_guard lock(state_.mutex);
    HttpReply reply = answer_for(call);
    reply.headers.emplace_back("Set-Cookie", "IXC_Session=0123456789abcdef; path=/; HttpOnly");
    reply.headers.emplace_back("Cache-Control", "no-store, no-cache, must-revalidate");
    reply.headers.emplace_back("Date", http_date(state_.time.now()));
    return reply;
}

HttpReply Service::answer_for(const HttpCall& call) {
    const auto path = read_path(call.path);
    const std::string resource = path ? path->resource : std::string{};
    if (call.header("authorization") != authorization_ || state_.faults.on("ixc.token_revoked")) {
        ++counts_.refused;
        return nginx_page(401, "401 Authorization Required");
    }
    if (state_.faults.on("ixc.ip_denied")) {
        ++counts_.refused;
        return business_error(state_, "Seu IP não está liberado para efetuar login!");
    }
    if (!path) {
        ++counts_.refused;
        return nginx_page(404, "404 Not Found");
    }
    if (auto fault = wire_fault(resource)) {
        return *fault;
    }
    if (path->version != "v1") {
        return business_error(state_, "Versão " + path->version + " do webservice não está disponível!");
    }
    HttpReply reply = list_or_write(call, Target{resource, path->id}, read_fields(call));
    bend(reply, resource);
    return reply;
}

std::optional<HttpReply> Service::wire_fault(const std::string& resource) {
    ++calls_;
    if (const auto fault = state_.faults.strikes("ixc.http_status", resource)) {
        return nginx_page(static_cast<int>(fault->value), std::to_string(fault->value) + " Error");
    }
    if (const auto fault = state_.faults.strikes("ixc.every_nth_504", resource);
        fault && fault->value > 0 && calls_ % static_cast<std::uint64_t>(fault->value) == 0) {
        return nginx_page(504, "504 Gateway Time-out");
    }
    if (state_.faults.on("ixc.no_permission", resource)) {
        return unavailable(resource);
    }
    if (const auto fault = state_.faults.strikes("ixc.huge", resource)) {
        return answer(std::string(static_cast<std::size_t>(fault->value), ' '));
    }
    return std::nullopt;
}

void Service::bend(HttpReply& reply, const std::string& resource) {
    if (state_.faults.on("ixc.html", resource)) {
        reply = html(200, red_page);
    }
    if (state_.faults.on("ixc.not_json", resource)) {
        reply.body.resize(reply.body.size() / 2);
    }
    if (state_.faults.on("ixc.truncated", resource)) {
        reply.manner = HttpReply::Manner::truncated;
    }
    if (state_.faults.on("ixc.dropped", resource)) {
        reply.manner = HttpReply::Manner::dropped;
    }
    if (const auto fault = state_.faults.strikes("ixc.slow", resource)) {
        reply.delay = Millis{fault->value};
    }
}

HttpReply Service::list_or_write(const HttpCall& call, const Target& target, const Fields& fields) {
    if (auto reply = run_action(state_, target.resource, fields)) {  // 1.9: whatever the header says.
        ++counts_.actions;
        return *reply;
    }
    const bool wants_listing = call.header("ixcsoft") == "listar";
    if (call.method == "GET") {
        if (!wants_listing || state_.faults.on("ixc.post_listing_only")) {
            ++counts_.refused;
            return nginx_page(404, "404 Not Found");
        }
        return listing(target, fields);
    }
    if (call.method == "POST") {
        return wants_listing && !state_.faults.on("ixc.get_listing_only") ? listing(target, fields)
                                                                          : insert(target.resource, fields);
    }
    return call.method == "PUT" ? edit(target, fields) : remove(target);
}

HttpReply Service::listing(const Target& target, const Fields& fields) {
    const auto table = catalogue_.find(target.resource);
    if (table == catalogue_.end()) {
        return unavailable(target.resource);
    }
    ++counts_.listings;
    const auto query = read_query(fields);
    if (!query) {
        return html(200, red_page);
    }
    auto result = list(*table->second, *query, state_.faults, target.resource);
    return std::holds_alternative<NotUnderstood>(result) ? html(200, red_page)
                                                         : answer(std::get<std::string>(std::move(result)));
}

HttpReply Service::insert(const std::string& resource, const Fields& fields) {
    ++counts_.inserts;
    if (resource == "su_ticket" || resource == "su_mensagens" || resource == "su_oss_chamado") {
        return inserted(++last_ticket_);
    }
    if (resource != "cliente_contrato_historico") {
        // 8: a POST listing without its header lands here. IXC asks for the fields of a new row.
        return catalogue_.count(resource) > 0 ? business_error(state_, "Preencha os campos obrigatórios!<br />")
                                              : unavailable(resource);
    }
    const auto text = fields.find("historico");
    if (text == fields.end() || text->second.empty() || id_in(fields, "id_contrato") == 0) {
        return business_error(state_, "Preencha o campo histórico!<br />");
    }
    const auto kind = fields.find("tipo");
    const Instant now = state_.time.now();
    const auto& note = state_.erp.notes.add(
        HistoryNote{state_.erp.notes.next_id(72'947), id_in(fields, "id_cliente"), id_in(fields, "id_contrato"),
                    kind == fields.end() ? std::string{} : kind->second, text->second, state_.erp.today(now), now});
    return inserted(note.id);
}

HttpReply Service::inserted(std::int64_t id) {
    nlohmann::json body{{"type", "success"},
                        {"message", state_.faults.on("ixc.english") ? "Record successfully inserted!"
                                                                    : "Registro inserido com sucesso!"},
                        {"id", std::to_string(id)}};
    if (state_.faults.on("ixc.id_as_number")) {
        body["id"] = id;
    }
    return answer(body.dump());
}

HttpReply Service::edit(const Target& target, const Fields& fields) {
    const auto table = catalogue_.find(target.resource);
    if (table == catalogue_.end()) {
        return unavailable(target.resource);
    }
    for (std::size_t column = 0; column < table->second->columns(); ++column) {
        if (fields.count(std::string{table->second->column_name(column)}) == 0) {
            return html(200, red_page);  // 5.0: a partial record.
        }
    }
    Contract* contract =
        target.resource == "cliente_contrato" ? state_.erp.contracts.find(id_in({{"id", target.id}}, "id")) : nullptr;
    if (contract == nullptr) {
        return business_error(state_, "Registro não encontrado!<br />");
    }
    // Only the ERP's own hold is taken over; the lab has no use for the rest of the record.
    contract->no_block_until = read_date(fields.at("nao_bloquear_ate"));
    contract->updated = state_.time.now();
    return success(state_, "Registro atualizado com sucesso!");
}

HttpReply Service::remove(const Target& target) {
    const std::int64_t id = id_in({{"id", target.id}}, "id");
    if (target.resource == "fn_areceber_baixas" && state_.erp.reverse(id, state_.time.now())) {
        return success(state_, "Registro deletado com sucesso!");
    }
    return unavailable(target.resource);
}

HttpReply Service::unavailable(const std::string& resource) {
    ++counts_.refused;
    return business_error(state_, "Recurso " + resource + " não está disponível!");
}

}  // namespace emdia::lab::ixc
