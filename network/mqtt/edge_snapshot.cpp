#include "network/mqtt/edge_snapshot.hpp"

namespace emdia {
namespace {

constexpr std::size_t kItemsPerChunk = 128;

void append_line(std::string& text, const EdgeItem& item) {
    text += item.key;
    text += item.mode == Access::reduced ? "\treduced\t" : "\tblocked\t";
    text += std::to_string(item.generation);
    for (const auto* const addresses : {&item.ipv4, &item.ipv6}) {
        text += '\t';
        for (const std::string& address : *addresses) {
            text += address;
            text += ',';
        }
    }
    text += '\t';
    if (item.not_after) {
        text += std::to_string(item.not_after->time_since_epoch().count());
    }
    text += '\n';
}

}  // namespace

std::size_t chunk_count_for(std::size_t items, std::size_t at_least) {
    std::size_t count = at_least == 0 ? 1 : at_least;
    while (count * kItemsPerChunk < items) {
        count *= 2;
    }
    return count;
}

std::size_t chunk_of(std::string_view key, std::size_t chunks) {
    // FNV-1a: the same on every machine, which std::hash is not.
    std::uint64_t hash = 14'695'981'039'346'656'037ULL;
    for (const char c : key) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
    }
    return static_cast<std::size_t>(hash % chunks);
}

EdgeHashes hash_items(const EdgeItems& items, std::size_t chunks, const Digest& digest) {
    std::string all;
    std::vector<std::string> parts(chunks);
    for (const auto& [key, item] : items) {
        append_line(all, item);
        append_line(parts[chunk_of(key, chunks)], item);
    }
    EdgeHashes hashes{digest.sha256_hex(all), {}};
    for (const std::string& part : parts) {
        hashes.chunks.push_back(digest.sha256_hex(part));
    }
    return hashes;
}

EdgeChunk cut_chunk(const EdgeItems& items, std::size_t number, std::size_t chunks) {
    EdgeChunk chunk;
    for (const auto& [key, item] : items) {
        if (chunk_of(key, chunks) == number) {
            chunk.items.push_back(item);
        }
    }
    return chunk;
}

std::optional<EdgeItems> assemble(const EdgeHead& head, const std::map<std::size_t, EdgeChunk>& chunks,
                                  const Digest& digest) {
    if (head.chunks.empty()) {
        return std::nullopt;
    }
    EdgeItems items;
    for (std::size_t number = 0; number < head.chunks.size(); ++number) {
        const auto chunk = chunks.find(number);
        if (chunk == chunks.end()) {
            return std::nullopt;
        }
        for (const EdgeItem& item : chunk->second.items) {
            items[item.key] = item;
        }
    }
    const EdgeHashes hashes = hash_items(items, head.chunks.size(), digest);
    const bool adds_up = items.size() == head.count && hashes.all == head.hash && hashes.chunks == head.chunks;
    return adds_up ? std::optional(std::move(items)) : std::nullopt;
}

}  // namespace emdia
