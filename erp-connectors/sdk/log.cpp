#include "erp-connectors/sdk/log.hpp"

#include <algorithm>
#include <cctype>

#include <unistd.h>

namespace emdia::sdk {
namespace {

constexpr std::size_t kLongestText = 200;
constexpr std::size_t kShortestSecret = 4;
/// CPF has 11 digits, phones 10 and more; ids and amounts of an ERP have fewer.
constexpr std::size_t kPersonalDigits = 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string without_tags(std::string_view text) {
    std::string plain;
    bool in_tag = false;
    for (const char c : text) {
        if (c == '<') {
            in_tag = true;
            plain += ' ';
        } else if (c == '>') {
            in_tag = false;
        } else if (!in_tag) {
            plain += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return plain;
}

/// Masks digit runs, counting through the marks that CPF, CNPJ and phones are written with.
std::string without_numbers(const std::string& text) {
    std::string masked;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        std::size_t digits = 0;
        std::size_t last_digit = at;
        while (end < text.size() && (is_digit(text[end]) || (digits > 0 && std::string_view{".-/() "}.find(text[end]) !=
                                                                               std::string_view::npos))) {
            if (is_digit(text[end])) {
                ++digits;
                last_digit = end + 1;
            }
            ++end;
        }
        if (digits == 0) {
            masked += text[at++];
        } else {
            masked += digits >= kPersonalDigits ? "[number]" : text.substr(at, last_digit - at);
            at = last_digit;
        }
    }
    return masked;
}

std::string words_without_addresses(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = text.find_first_not_of(' ', at);
        if (begin == std::string::npos) {
            break;
        }
        const auto end = std::min(text.find(' ', begin), text.size());
        const auto word = text.substr(begin, end - begin);
        out += out.empty() ? "" : " ";
        out += word.find('@') == std::string::npos ? word : "[address]";
        at = end;
    }
    return out;
}

/// Cuts without leaving half a UTF-8 character.
void shorten(std::string& text) {
    if (text.size() <= kLongestText) {
        return;
    }
    std::size_t end = kLongestText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    text.resize(end);
}

}  // namespace

std::string presentable(std::string_view text) {
    auto out = words_without_addresses(without_numbers(without_tags(text)));
    shorten(out);
    return out;
}

void Logger::hide(std::string secret) {
    if (secret.size() >= kShortestSecret) {
        const std::lock_guard lock{mutex_};
        secrets_.push_back(std::move(secret));
    }
}

std::string Logger::redact(std::string text) const {
    const std::lock_guard lock{mutex_};
    for (const auto& secret : secrets_) {
        for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
            text.replace(at, secret.size(), "[redacted]");
        }
    }
    return text;
}

void Logger::write(char level, std::string_view text) const {
    std::string line{level, ' '};
    line += redact(std::string{text});
    std::replace(line.begin(), line.end(), '\n', ' ');
    line += '\n';
    // A log that cannot be written has nowhere to be reported.
    [[maybe_unused]] const auto written = ::write(descriptor_, line.data(), line.size());
}

}  // namespace emdia::sdk
