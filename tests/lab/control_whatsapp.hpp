#pragma once
// Control routes about WhatsApp and the people who hold the phones: GET /messages, POST /press, /text, /rules,
// /webhook, /templates, /template-news, /delays, /tier.

#include "tests/lab/conductor.hpp"
#include "tests/lab/control.hpp"
#include "tests/lab/scripts.hpp"
#include "tests/lab/wa_service.hpp"

namespace emdia::lab {

/// The routes keep references to all of these.
void add_whatsapp_routes(ControlApi& api, LabState& state, Conductor& conductor, wa::Service& whatsapp,
                         Scripts& scripts);

/// A message as GET /messages shows it.
[[nodiscard]] nlohmann::json message_json(const wa::Message& message);

}  // namespace emdia::lab
