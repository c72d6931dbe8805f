// Responses and the errors in them.
#include "erp-connectors/protocol/codec.hpp"
#include "erp-connectors/protocol/json_reader.hpp"
#include "erp-connectors/protocol/record_codec.hpp"

namespace emdia::protocol {
namespace {

/// JSON-RPC wants a number; ours means "look at data.kind".
constexpr int kErrorCode = -32000;
constexpr std::int64_t kLongestRetryMs = 24LL * 60 * 60 * 1000;

Json error_json(const Error& error) {
    Json data{{"kind", to_string(error.kind)}, {"cure", error.cure}};
    if (error.retry_after) {
        data["retry_after_ms"] = error.retry_after->count();
    }
    return {{"code", kErrorCode}, {"message", error.what}, {"data", std::move(data)}};
}

Json result_json(const Answer& answer) {
    if (const auto* init = std::get_if<Initialized>(&answer)) {
        return {{"capabilities", init->capabilities}};
    }
    return to_json(std::get<ErpAnswer>(answer));
}

/// An unknown kind counts as one that is never retried, so that a newer connector cannot make us hammer an ERP.
Error read_error(const JsonReader& reader) {
    Error error{ErrorKind::protocol, reader.text_or_empty("message", 2000), ""};
    if (const auto data = reader.optional_field("data")) {
        error.kind = error_kind_from(data->text_or_empty("kind", 50)).value_or(ErrorKind::protocol);
        error.cure = data->text_or_empty("cure", 1000);
        if (const auto retry = data->optional_field("retry_after_ms")) {
            error.retry_after = Millis{retry->integer(0, kLongestRetryMs)};
        }
    }
    return error;
}

Answer read_result(Method method, const JsonReader& result) {
    if (method == Method::initialize) {
        return Initialized{result.field("capabilities").texts(100, 100)};
    }
    return read_answer(method, result);
}

Result<Answer> read_outcome(Method method, const JsonReader& message) {
    try {
        if (const auto error = message.optional_field("error")) {
            return read_error(*error);
        }
        return read_result(method, message.field("result"));
    } catch (const ReadError& error) {
        return Error{ErrorKind::protocol, std::string{to_string(method)} + " was answered badly at " + error.what(),
                     "report it to the author of the connector"};
    }
}

}  // namespace

std::string encode(const Response& response) {
    Json json{{"jsonrpc", "2.0"}, {"id", response.id}};
    if (response.answer) {
        json["result"] = result_json(*response.answer);
    } else {
        json["error"] = error_json(response.answer.error());
    }
    auto line = dump_line(json);
    if (line.size() > kMaxLineBytes) {
        return encode(Response{response.id, Error{ErrorKind::protocol, "the answer does not fit in a line of 1 MiB",
                                                  "ask for a smaller page"}});
    }
    return line;
}

Result<Response> decode_response(std::string_view line, const MethodOfId& method_of_id) {
    try {
        const Json json = parse_object(line);
        const JsonReader message{json, "response"};
        const auto id =
            static_cast<std::uint64_t>(message.field("id").integer(0, std::numeric_limits<std::int64_t>::max()));
        const auto method = method_of_id(id);
        if (!method) {
            return Error{ErrorKind::not_found, "an answer to number " + std::to_string(id) + ", which waits for none",
                         "it came after its deadline, or the connector answers twice"};
        }
        return Response{id, read_outcome(*method, message)};
    } catch (const ReadError& error) {
        return Error{ErrorKind::protocol, error.what(),
                     "the connector must print nothing but protocol lines on standard output"};
    }
}

}  // namespace emdia::protocol
