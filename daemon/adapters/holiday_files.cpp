#include "daemon/adapters/holiday_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace emdia {
namespace {

constexpr std::string_view kEnding = ".holidays";

struct HolidayFile {
    std::string stem;  ///< "sp" or "3550308"
    LocalHolidays days;
};

/// FNV-1a: names the content of a file in every decision (I13); not a proof against forgery.
std::string content_mark(std::string_view content) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : content) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (int shift = 28; shift >= 0; shift -= 4) {
        out += kHex[(hash >> static_cast<unsigned>(shift)) & 0xFU];
    }
    return out;
}

void note(std::string& faults, const std::string& fault) {
    if (!faults.empty()) {
        faults += '\n';
    }
    faults += fault;
}

std::vector<HolidayFile> read_dir(const std::string& dir, std::string& faults) {
    std::vector<HolidayFile> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(dir, error)) {
        const std::filesystem::path& path = entry.path();
        if (path.extension() != kEnding) {
            continue;
        }
        std::ifstream in(path, std::ios::binary);
        if (!in) {
            note(faults, path.string() + ": cannot be read");
            continue;
        }
        const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        Result<LocalHolidays> days = parse_holidays(content, path.string());
        if (!days) {
            note(faults, days.error().text());
            continue;
        }
        days->version = path.stem().string() + "-" + content_mark(content);
        files.push_back({path.stem().string(), *std::move(days)});
    }
    std::sort(files.begin(), files.end(), [](const HolidayFile& a, const HolidayFile& b) { return a.stem < b.stem; });
    return files;
}

}  // namespace

Result<HolidayFiles> load_holidays(const std::string& states_dir, const std::string& towns_dir) {
    HolidayFiles files;
    std::string faults;
    for (HolidayFile& file : read_dir(states_dir, faults)) {
        if (const auto uf = uf_from(file.stem)) {
            files.states.insert_or_assign(*uf, std::move(file.days));
        } else {
            note(faults, states_dir + "/" + file.stem + std::string(kEnding) + ": is named after no state");
        }
    }
    for (HolidayFile& file : read_dir(towns_dir, faults)) {
        if (uf_of_town(file.stem)) {
            files.towns.insert_or_assign(file.stem, std::move(file.days));
        } else {
            note(faults, towns_dir + "/" + file.stem + std::string(kEnding) + ": is named after no IBGE town code");
        }
    }
    if (!faults.empty()) {
        return Error{ErrorKind::config, std::move(faults), "rows are \"MM-DD name\" or \"YYYY-MM-DD name\""};
    }
    return files;
}

Calendar HolidayFiles::calendar(std::optional<Uf> uf, const std::string& ibge_code) const {
    std::vector<LocalHolidays> local;
    if (const auto town_uf = uf_of_town(ibge_code)) {
        uf = town_uf;
    }
    if (uf) {
        if (const auto state = states.find(*uf); state != states.end()) {
            local.push_back(state->second);
        }
    }
    if (const auto town = towns.find(ibge_code); town != towns.end()) {
        local.push_back(town->second);
    }
    return Calendar(std::move(local));
}

std::vector<Uf> HolidayFiles::states_without_file() const {
    std::vector<Uf> out;
    for (const Uf uf : all_ufs()) {
        if (!states.contains(uf)) {
            out.push_back(uf);
        }
    }
    return out;
}

}  // namespace emdia
