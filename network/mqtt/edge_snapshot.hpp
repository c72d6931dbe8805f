#pragma once
// A set of items as a versioned document: how it is cut into chunks and hashed, so that "wanted equals held" is the
// comparison of two strings. Both sides use this. Pure.

#include "daemon/ports/digest.hpp"
#include "network/mqtt/edge_protocol.hpp"

namespace emdia {

/// Hashes of a set and of each of its chunks.
struct EdgeHashes {
    std::string all;
    std::vector<std::string> chunks;
};

/// A power of two that keeps chunks around 128 items (32 KB); never fewer than `at_least`, so that a set that shrinks
/// does not move everything about.
[[nodiscard]] std::size_t chunk_count_for(std::size_t items, std::size_t at_least);
[[nodiscard]] std::size_t chunk_of(std::string_view key, std::size_t chunks);
[[nodiscard]] EdgeHashes hash_items(const EdgeItems& items, std::size_t chunks, const Digest& digest);
/// The items of chunk `number` of `chunks`.
[[nodiscard]] EdgeChunk cut_chunk(const EdgeItems& items, std::size_t number, std::size_t chunks);

/// The set that the head stands for; nullopt while a chunk is missing, of another version, or does not add up.
[[nodiscard]] std::optional<EdgeItems> assemble(const EdgeHead& head, const std::map<std::size_t, EdgeChunk>& chunks,
                                                const Digest& digest);

}  // namespace emdia
