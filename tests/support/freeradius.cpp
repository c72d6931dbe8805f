#include "tests/support/freeradius.hpp"

#include <csignal>
#include <stdexcept>

#include <sqlite3.h>

namespace emdia::testing {
namespace {

// Only the columns that the server below reads and writes.
constexpr const char* schema = R"(
CREATE TABLE sessions(login TEXT, session_id TEXT, ipv4 TEXT, address_list TEXT, online INTEGER DEFAULT 1);
CREATE TABLE changes(login TEXT);
)";

constexpr const char* frame = R"(
prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = @FOLDER@
confdir = @FOLDER@
logdir = @FOLDER@
run_dir = @FOLDER@
name = emdia-test
max_request_time = 10
cleanup_delay = 2
max_requests = 65536
proxy_requests = no
log {
    destination = files
    file = ${logdir}/radius.log
}
security {
    allow_core_dumps = no
    max_attributes = 200
    reject_delay = 0
    status_server = no
}
thread pool {
    start_servers = 4
    max_servers = 4
    min_spare_servers = 1
    max_spare_servers = 4
    max_requests_per_server = 0
}
client test {
    ipaddr = 127.0.0.1
    secret = "@SECRET@"
}
modules {
    always ok {
        rcode = ok
    }
    always reject {
        rcode = reject
    }
@MODULES@
}
server nas {
    listen {
        type = coa
        ipaddr = 127.0.0.1
        port = @PORT@
        recv_buff = 1048576
    }
    recv-coa {
@POLICY@
        ok
    }
    send-coa {
        ok
    }
}
)";

constexpr const char* sql_module = R"(
    sql {
        dialect = "sqlite"
        driver = "rlm_sql_sqlite"
        sqlite {
            filename = "@FOLDER@/sessions.db"
            busy_timeout = 2000
        }
        radius_db = "radius"
        read_groups = no
        read_clients = no
        sql_user_name = "%{User-Name}"
        safe_characters = "@abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_: /"
        pool {
            start = 1
            min = 1
            max = 16
            spare = 1
            uses = 0
            lifetime = 0
            idle_timeout = 60
        }
    }
)";

constexpr const char* session_policy = R"(
        if (!&User-Name && !&Acct-Session-Id && !&Framed-IP-Address) {
            update reply {
                &Error-Cause := Missing-Attribute
            }
            reject
        }
        update control {
            &Tmp-Integer-0 := "%{sql:SELECT COUNT(*) FROM sessions WHERE @MATCH@}"
        }
        if (&control:Tmp-Integer-0 == 0) {
            update reply {
                &Error-Cause := Session-Context-Not-Found
            }
            reject
        }
        if (&Packet-Type == Disconnect-Request) {
            "%{sql:INSERT INTO changes SELECT login FROM sessions WHERE @MATCH@}"
            "%{sql:UPDATE sessions SET online=0 WHERE @MATCH@}"
        }
        elsif (&Mikrotik-Address-List) {
            "%{sql:INSERT INTO changes SELECT login FROM sessions WHERE @MATCH@}"
            "%{sql:UPDATE sessions SET address_list='%{Mikrotik-Address-List}' WHERE @MATCH@}"
        }
        else {
            update reply {
                &Error-Cause := Unsupported-Attribute
            }
            reject
        }
)";

constexpr const char* match =
    "online=1 AND ('%{User-Name}'='' OR login='%{User-Name}') AND ('%{Acct-Session-Id}'='' OR "
    "session_id='%{Acct-Session-Id}') AND ('%{Framed-IP-Address}'='' OR ipv4='%{Framed-IP-Address}')";

std::string replace(std::string text, const std::string& mark, const std::string& value) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
    }
    return text;
}

}  // namespace

void FreeRadius::CloseDatabase::operator()(sqlite3* database) const noexcept { sqlite3_close(database); }

FreeRadius::FreeRadius(FreeRadiusKind kind) {
    sqlite3* database = nullptr;
    if (sqlite3_open((folder() / "sessions.db").c_str(), &database) != SQLITE_OK) {
        throw std::runtime_error("cannot make the session database");
    }
    database_.reset(database);
    sqlite3_busy_timeout(database, 5'000);
    execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;");
    execute(schema);
    write_file(folder() / "dictionary", "");
    for (int attempt = 0; attempt < 3; ++attempt) {
        port_ = free_udp_port();
        write_configuration(kind);
        start();
        const auto ready = [this] {
            return !process_->running() ||
                   read_file(folder() / "radius.log").find("Ready to process requests") != std::string::npos;
        };
        if (eventually(ready, Millis{20'000}) && process_->running()) {
            return;
        }
    }
    throw std::runtime_error("FreeRADIUS does not start: " + read_file(folder() / "output") +
                             read_file(folder() / "radius.log"));
}

FreeRadius::~FreeRadius() { resume(); }

void FreeRadius::write_configuration(FreeRadiusKind kind) {
    const bool sessions = kind == FreeRadiusKind::sessions;
    std::string text = replace(frame, "@MODULES@", sessions ? sql_module : "");
    text = replace(text, "@POLICY@", sessions ? session_policy : "");
    text = replace(text, "@MATCH@", match);
    text = replace(text, "@FOLDER@", folder().string());
    text = replace(text, "@SECRET@", radius_test_secret);
    text = replace(text, "@PORT@", std::to_string(port_));
    write_file(folder() / "radiusd.conf", text);
    std::filesystem::permissions(folder() / "radiusd.conf", std::filesystem::perms::owner_read);
}

void FreeRadius::start() {
    std::filesystem::remove(folder() / "radius.log");
    process_ = std::make_unique<BackgroundProcess>(
        std::vector<std::string>{"freeradius", "-d", folder().string(), "-n", "radiusd", "-f", "-l",
                                 (folder() / "radius.log").string()},
        folder() / "output", "freeradius");
}

void FreeRadius::open_session(const std::string& login, const std::string& session_id, const std::string& ipv4) {
    execute("INSERT INTO sessions(login, session_id, ipv4) VALUES('" + login + "','" + session_id + "','" + ipv4 +
            "')");
}

bool FreeRadius::online(const std::string& login) {
    return ask("SELECT 'yes' FROM sessions WHERE login=? AND online=1", login).has_value();
}

std::optional<std::string> FreeRadius::address_list(const std::string& login) {
    return ask("SELECT coalesce(address_list,'') FROM sessions WHERE login=? AND online=1", login);
}

std::size_t FreeRadius::changes() {
    return std::stoul(ask("SELECT count(*) FROM changes WHERE login<>?", "").value_or("0"));
}

void FreeRadius::pause() { process_->signal(SIGSTOP); }

void FreeRadius::resume() { process_->signal(SIGCONT); }

void FreeRadius::execute(const std::string& sql) {
    if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw std::runtime_error(std::string("session database: ") + sqlite3_errmsg(database_.get()));
    }
}

std::optional<std::string> FreeRadius::ask(const std::string& sql, const std::string& login) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr);
    sqlite3_bind_text(statement, 1, login.c_str(), -1, SQLITE_STATIC);
    std::optional<std::string> answer;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return answer;
}

}  // namespace emdia::testing
