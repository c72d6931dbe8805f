#pragma once
// From the configuration file to what the WhatsApp client and its webhook are told.

#include "daemon/adapters/config.hpp"
#include "daemon/adapters/whatsapp_cloud.hpp"
#include "daemon/adapters/whatsapp_route.hpp"

namespace emdia {

[[nodiscard]] WhatsAppSettings whatsapp_settings(const WhatsAppConfig& config, const IspProfile& isp);
[[nodiscard]] WhatsAppWebhookSettings webhook_settings(const WhatsAppConfig& config);

}  // namespace emdia
