#include "tests/lab/wa_errors.hpp"

#include <map>

#include <nlohmann/json.hpp>

namespace emdia::lab::wa {
namespace {

struct Code {
    int http;
    const char* title;
};

const Code& code_of(int code) {
    static const std::map<int, Code> table{
        {0, {401, "AuthException"}},
        {1, {400, "API Unknown"}},
        {2, {503, "API Service"}},
        {4, {400, "API Too Many Calls"}},
        {10, {403, "Permission Denied"}},
        {33, {400, "Parameter value is not valid"}},
        {100, {400, "Invalid parameter"}},
        {190, {401, "Access token has expired"}},
        {368, {403, "Temporarily blocked for policies violations"}},
        {80007, {400, "Rate limit issues"}},
        {130429, {400, "Rate limit hit"}},
        {130472, {400, "User's number is part of an experiment"}},
        {130497, {403, "Business account is restricted from messaging users in this country"}},
        {131000, {500, "Something went wrong"}},
        {131005, {403, "Access denied"}},
        {131008, {400, "Required parameter is missing"}},
        {131009, {400, "Parameter value is not valid"}},
        {131016, {500, "Service unavailable"}},
        {131021, {400, "Recipient cannot be sender"}},
        {131026, {400, "Message undeliverable"}},
        {131031, {403, "Account has been locked"}},
        {131042, {400, "Business eligibility payment issue"}},
        {131047, {400, "Re-engagement message"}},
        {131048, {400, "Spam rate limit hit"}},
        {131049, {400, "This message was not delivered to maintain healthy ecosystem engagement"}},
        {131050, {400, "User has stopped marketing messages"}},
        {131051, {400, "Unsupported message type"}},
        {131052, {400, "Media download error"}},
        {131053, {400, "Media upload error"}},
        {131056, {400, "Pair rate limit hit"}},
        {131057, {500, "Account in maintenance mode"}},
        {131064, {400, "Messaging limit reached"}},
        {132000, {400, "Template param count mismatch"}},
        {132001, {404, "Template does not exist"}},
        {132005, {400, "Template hydrated text too long"}},
        {132007, {400, "Template format character policy violated"}},
        {132012, {400, "Template parameter format mismatch"}},
        {132015, {400, "Template is paused"}},
        {132016, {400, "Template is disabled"}},
        {132018, {400, "Template parameter has invalid characters"}},
        {133010, {400, "Phone number not registered"}},
        {134011, {400, "Payments terms not accepted"}},
        {135000, {400, "Generic user error"}},
    };
    static const Code unknown{400, "Something went wrong"};
    const auto found = table.find(code);
    return found == table.end() ? unknown : found->second;
}

}  // namespace

HttpReply refuse(const Refusal& refusal, bool throttle_as_429) {
    const Code& code = code_of(refusal.code);
    HttpReply reply;
    reply.status = throttle_as_429 && refusal.code == 130429 ? 429 : code.http;
    reply.body = nlohmann::json{{"error",
                                 {{"message", "(#" + std::to_string(refusal.code) + ") " + code.title},
                                  {"type", "OAuthException"},
                                  {"code", refusal.code},
                                  {"error_data", {{"messaging_product", "whatsapp"}, {"details", refusal.details}}},
                                  {"fbtrace_id", "Alab0000000000000000000"}}}}
                     .dump();
    return reply;
}

nlohmann::json status_error(int code) {
    const std::string title = code_of(code).title;
    return {{"code", code},
            {"title", title},
            {"message", title},
            {"error_data", {{"details", title}}},
            {"href", "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}};
}

}  // namespace emdia::lab::wa
