#pragma once
// How our types stand in the file: instants as UTC milliseconds, dates as days since 1970-01-01, money as centavos,
// enums by name, ids as integers (0 as NULL where a column says so with ref()), absent as NULL.

#include <concepts>
#include <optional>
#include <type_traits>

#include "daemon/adapters/sqlite_db.hpp"
#include "daemon/core/model.hpp"
#include "daemon/ports/ledger.hpp"

namespace emdia::sqlite {

// Names of enums that only the file spells out. Never rename one that has shipped.
[[nodiscard]] std::string_view to_string(Channel channel) noexcept;
[[nodiscard]] std::string_view to_string(InvoiceState state) noexcept;
[[nodiscard]] std::string_view to_string(ContractStatus status) noexcept;
[[nodiscard]] std::string_view to_string(ErpAccess access) noexcept;
[[nodiscard]] std::string_view to_string(Proof proof) noexcept;
[[nodiscard]] std::string_view to_string(MessageClass sort) noexcept;

/// How the name of an enum is read back: by searching up to its last enumerator, or by core where core can.
template <class E>
struct StoredEnum;
template <auto Last>
struct NamesUpTo {
    using Enum = decltype(Last);
    static constexpr int kCount = static_cast<int>(Last) + 1;
    static std::optional<Enum> from(std::string_view name) {
        for (int i = 0; i < kCount; ++i) {
            if (to_string(static_cast<Enum>(i)) == name) {
                return static_cast<Enum>(i);
            }
        }
        return std::nullopt;
    }
};
template <auto From>
struct NamesFrom {
    static auto from(std::string_view name) { return From(name); }
};
// clang-format off
template <> struct StoredEnum<Channel> : NamesUpTo<Channel::letter> {};
template <> struct StoredEnum<InvoiceState> : NamesUpTo<InvoiceState::unknown> {};
template <> struct StoredEnum<ContractStatus> : NamesUpTo<ContractStatus::other> {};
template <> struct StoredEnum<ErpAccess> : NamesUpTo<ErpAccess::unknown> {};
template <> struct StoredEnum<Proof> : NamesUpTo<Proof::observed> {};
template <> struct StoredEnum<MessageClass> : NamesUpTo<MessageClass::reply> {};
template <> struct StoredEnum<MessageState> : NamesUpTo<MessageState::dropped> {};
template <> struct StoredEnum<PromiseState> : NamesUpTo<PromiseState::cancelled> {};
template <> struct StoredEnum<OverrideKind> : NamesUpTo<OverrideKind::freeze> {};
template <> struct StoredEnum<Access> : NamesUpTo<Access::blocked> {};
template <> struct StoredEnum<CommandState> : NamesUpTo<CommandState::superseded> {};
template <> struct StoredEnum<ErpWriteKind> : NamesUpTo<ErpWriteKind::note> {};
template <> struct StoredEnum<Stage> : NamesFrom<stage_from> {};
template <> struct StoredEnum<Reply> : NamesFrom<reply_from> {};
template <> struct StoredEnum<ReasonCode> : NamesFrom<reason_from> {};
template <> struct StoredEnum<TaskKind> : NamesFrom<task_kind_from> {};
// clang-format on

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(std::string_view name) {
    StoredEnum<E>::from(name);
};
template <class E>
concept RowId = std::is_enum_v<E> && !NamedEnum<E> && std::same_as<std::underlying_type_t<E>, std::int64_t>;

/// Throws LedgerFailure: the file holds a name this program does not know.
[[noreturn]] void fail_unknown_name(std::string_view name);

template <NamedEnum E>
[[nodiscard]] E enum_from(std::string_view name) {
    if (const auto value = StoredEnum<E>::from(name)) {
        return *value;
    }
    fail_unknown_name(name);
}

/// A row id whose column is NULL for "none" (0).
template <class Id>
struct Ref {
    Id id;
};
template <class Id>
[[nodiscard]] Ref<Id&> ref(Id& id) {
    return {id};
}
template <class Id>
[[nodiscard]] Ref<const Id&> ref(const Id& id) {
    return {id};
}

template <std::integral T>
struct Codec<T> {
    static void bind(Query& query, int index, T value) { query.bind_integer(index, static_cast<std::int64_t>(value)); }
    static void read(const Query& row, int column, T& out) { out = static_cast<T>(row.integer(column)); }
};
template <>
struct Codec<std::string_view> {
    static void bind(Query& query, int index, std::string_view value) { query.bind_text(index, value); }
};
template <>
struct Codec<std::string> : Codec<std::string_view> {
    static void read(const Query& row, int column, std::string& out) { out = row.text(column); }
};
template <>
struct Codec<Instant> {
    static void bind(Query& query, int index, Instant value) {
        query.bind_integer(index, value.time_since_epoch().count());
    }
    static void read(const Query& row, int column, Instant& out) { out = Instant{Millis{row.integer(column)}}; }
};
template <>
struct Codec<Date> {
    static void bind(Query& query, int index, Date value) {
        query.bind_integer(index, value.time_since_epoch().count());
    }
    static void read(const Query& row, int column, Date& out) {
        out = Date{Days{static_cast<Days::rep>(row.integer(column))}};
    }
};
template <>
struct Codec<Millis> {
    static void bind(Query& query, int index, Millis value) { query.bind_integer(index, value.count()); }
};
template <>
struct Codec<Money> {
    static void bind(Query& query, int index, Money value) { query.bind_integer(index, value.centavos()); }
    static void read(const Query& row, int column, Money& out) { out = Money::centavos(row.integer(column)); }
};
template <NamedEnum E>
struct Codec<E> {
    static void bind(Query& query, int index, E value) { query.bind_text(index, to_string(value)); }
    static void read(const Query& row, int column, E& out) { out = enum_from<E>(row.text(column)); }
};
template <RowId Id>
struct Codec<Id> {
    static void bind(Query& query, int index, Id value) { query.bind_integer(index, raw(value)); }
    static void read(const Query& row, int column, Id& out) { out = Id{row.integer(column)}; }
};
template <class Id>
struct Codec<Ref<Id>> {
    static void bind(Query& query, int index, Ref<Id> value) {
        raw(value.id) == 0 ? query.bind_null(index) : query.bind_integer(index, raw(value.id));
    }
    static void read(const Query& row, int column, Ref<Id> out) {
        out.id = std::remove_cvref_t<Id>{row.is_null(column) ? 0 : row.integer(column)};
    }
};
template <class T>
struct Codec<std::optional<T>> {
    static void bind(Query& query, int index, const std::optional<T>& value) {
        value ? Codec<T>::bind(query, index, *value) : query.bind_null(index);
    }
    static void read(const Query& row, int column, std::optional<T>& out) {
        if (row.is_null(column)) {
            out.reset();
        } else {
            Codec<T>::read(row, column, out.emplace());
        }
    }
};

}  // namespace emdia::sqlite
