#include "network/radius/identifiers.hpp"

namespace emdia {

std::optional<RequestId> Identifiers::take(SteadyTime now) {
    for (std::size_t number = 0;; ++number) {
        if (number == sources_.size()) {
            if (number == max_sources) {
                return std::nullopt;
            }
            Source& opened = sources_.emplace_back();
            for (int id = 0; id < 256; ++id) {
                opened.resting.push_back({now, static_cast<std::uint8_t>(id)});
            }
        }
        Source& source = sources_[number];
        if (source.busy < max_busy_per_source && !source.resting.empty() && source.resting.front().usable_at <= now) {
            const std::uint8_t id = source.resting.front().id;
            source.resting.pop_front();
            ++source.busy;
            return RequestId{static_cast<std::uint16_t>(number), id};
        }
    }
}

void Identifiers::give_back(RequestId id, SteadyTime usable_at) {
    Source& source = sources_[id.source];
    source.resting.push_back({usable_at, id.id});
    --source.busy;
}

}  // namespace emdia
