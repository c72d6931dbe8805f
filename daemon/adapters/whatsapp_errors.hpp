#pragma once
// What an error code of the Cloud API means for us: the table of whatsapp.md section 9, one row per code.

#include "daemon/ports/messenger.hpp"

namespace emdia {

/// The refusal that stands for `code`. A code that is not in the table is `dead`, or `retry_later` when it came with an
/// HTTP status of 5xx. The text names code, meaning and cure; never what the platform wrote, which may quote the
/// recipient. `retry_after` is set for the verdicts that wait.
[[nodiscard]] SendRejected refusal_of(int code, int http_status);

/// A refusal that carries no error object: an HTML page of a proxy, a wrong address.
[[nodiscard]] SendRejected refusal_of_status(int http_status);

}  // namespace emdia
