#include "daemon/app/channel_settings.hpp"

namespace emdia {

WhatsAppSettings whatsapp_settings(const WhatsAppConfig& config, const IspProfile& isp) {
    WhatsAppSettings settings;
    settings.base_url = config.base_url;
    settings.phone_number_id = config.phone_number_id;
    settings.token = config.token.reveal();
    settings.payee = PixPayee{isp.legal_name, isp.pix_key, isp.pix_key_type};
    settings.limits.per_second = config.max_per_second;
    settings.limits.pair_gap = config.pair_gap;
    settings.qr = config.qr;
    return settings;
}

WhatsAppWebhookSettings webhook_settings(const WhatsAppConfig& config) {
    WhatsAppWebhookSettings settings;
    settings.app_secret = config.app_secret.reveal();
    settings.verify_token = config.verify_token.reveal();
    settings.phone_number_id = config.phone_number_id;
    return settings;
}

}  // namespace emdia
