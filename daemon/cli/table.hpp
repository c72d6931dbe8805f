#pragma once
// Plain text tables for people.

#include <iosfwd>
#include <string>
#include <vector>

namespace emdia {

/// Columns are as wide as their widest cell (counted in characters of UTF-8); the last one is not padded.
class Table {
public:
    explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    [[nodiscard]] bool empty() const noexcept { return rows_.size() == 1; }
    void print(std::ostream& out) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace emdia
