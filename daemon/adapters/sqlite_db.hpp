#pragma once
// A thin owner of one SQLite connection: statements are prepared once, bound by value and reset by scope; transactions
// are immediate, because a deferred one that reads first cannot wait for another writer. Not thread-safe.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace emdia::sqlite {

class Database;

/// How a C++ type is bound and read; see sqlite_codec.hpp.
template <class T>
struct Codec;

/// A prepared statement on loan from its Database: bound on creation, reset when it goes out of scope. One statement
/// text cannot be on loan twice at a time.
class Query {
public:
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query(Query&& other) noexcept
        : db_(other.db_), statement_(std::exchange(other.statement_, nullptr)), text_(other.text_) {}
    Query& operator=(Query&&) = delete;
    ~Query();

    /// Moves to the next row; false at the end. Throws LedgerFailure.
    bool next();
    /// The columns of the present row, from the left.
    template <class... T>
    void read(T&&... out) const {
        int column = 0;
        ((Codec<std::remove_cvref_t<T>>::read(*this, column++, out)), ...);
    }

    void bind_null(int index);
    void bind_integer(int index, std::int64_t value);
    void bind_text(int index, std::string_view value);
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    /// Valid until the next step.
    [[nodiscard]] std::string_view text(int column) const;

private:
    friend class Database;
    /// Whether bound text is copied or must stay where it is until the statement is reset.
    enum class Text { copied, borrowed };
    Query(Database& db, sqlite3_stmt* statement, Text text) : db_(db), statement_(statement), text_(text) {}

    Database& db_;
    sqlite3_stmt* statement_;
    Text text_;
};

class Database {
public:
    /// Opens or creates (mode 0600). The error says what is wrong with the file or its directory, and the cure.
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    /// `sql` must be a literal: its address is the key under which the prepared statement is kept.
    template <class... T>
    [[nodiscard]] Query query(const char* sql, const T&... values) {
        return bound(Query{*this, prepared(sql), Text::copied}, values...);
    }
    /// Runs a statement that gives no rows; returns the number of rows it changed.
    template <class... T>
    std::int64_t run(const char* sql, const T&... values) {
        Query statement = borrowing(sql, values...);
        statement.next();
        return changes();
    }
    /// The first column of the first row; a value of R{} if there is none.
    template <class R, class... T>
    [[nodiscard]] R value(const char* sql, const T&... values) {
        Query row = borrowing(sql, values...);
        R result{};
        if (row.next()) {
            row.read(result);
        }
        return result;
    }
    /// The first column of every row.
    template <class R, class... T>
    [[nodiscard]] std::vector<R> column(const char* sql, const T&... values) {
        std::vector<R> result;
        for (Query row = borrowing(sql, values...); row.next();) {
            row.read(result.emplace_back());
        }
        return result;
    }
    /// Any number of statements, not kept.
    void script(const std::string& sql);
    [[nodiscard]] std::int64_t last_id() const;

    void begin();
    /// On failure nothing of the transaction is kept.
    void commit();
    void rollback() noexcept;
    [[nodiscard]] bool in_transaction() const;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Throws LedgerFailure for the last error of the connection.
    [[noreturn]] void fail(int code) const;

private:
    using Text = Query::Text;

    template <class... T>
    [[nodiscard]] static Query bound(Query query, const T&... values) {
        int index = 0;
        ((Codec<T>::bind(query, ++index, values)), ...);
        return query;
    }
    /// For statements that are done before `values` go.
    template <class... T>
    [[nodiscard]] Query borrowing(const char* sql, const T&... values) {
        return bound(Query{*this, prepared(sql), Text::borrowed}, values...);
    }
    Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}
    [[nodiscard]] sqlite3_stmt* prepared(const char* sql);
    [[nodiscard]] std::int64_t changes() const;

    std::string path_;
    sqlite3* handle_;
    std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace emdia::sqlite
