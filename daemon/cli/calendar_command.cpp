#include <ostream>

#include <nlohmann/json.hpp>

#include "daemon/cli/commands.hpp"
#include "daemon/cli/ground.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/core/decide.hpp"

// calendar: the dates that follow from a due date.

namespace emdia {
namespace {

struct CalendarOptions {
    std::string due;
    std::string uf;
    std::string town;
    std::string delivered;
    GroundOptions ground;
};

struct Dates {
    StageDates stages;
    Date delivered{};
    NoticeClock clock;
    std::string calendar_version;
    std::string policy_version;
    std::string policy_from;
};

Error bad(std::string what, std::string cure) { return {ErrorKind::bad_input, std::move(what), std::move(cure)}; }

Result<Dates> dates_of(const CalendarOptions& asked) {
    const auto due = parse_date(asked.due);
    if (!due) {
        return bad("the due date is no date", "write it as 2026-03-10");
    }
    const auto uf = uf_from(asked.uf);
    if (!uf && !asked.uf.empty()) {
        return bad("--uf names no unit of the federation", "two letters, such as SP");
    }
    const auto ground = ground_of(asked.ground);
    if (!ground) {
        return ground.error();
    }
    const Policy& policy = ground->config.policy;
    const Calendar calendar = ground->holidays.calendar(uf, asked.town);
    Dates out{stage_dates(*due, policy, calendar), {}, {}, calendar.version(), policy.version, ground->policy_from};
    out.delivered = out.stages.notice;
    if (!asked.delivered.empty()) {
        const auto delivered = parse_date(asked.delivered);
        if (!delivered || *delivered <= out.stages.effective_due) {
            return bad("--delivered is no date after the effective due date (A2)", "write it as 2026-03-16");
        }
        out.delivered = *delivered;
    }
    out.clock = notice_clock(out.delivered, {}, policy, calendar).value();
    return out;
}

Json to_json(const Dates& dates) {
    const auto optional_date = [](const std::optional<Date>& date) {
        return date ? Json(to_iso(*date)) : Json(nullptr);
    };
    return {{"due", to_iso(dates.stages.due)},
            {"effective_due", to_iso(dates.stages.effective_due)},
            {"before", optional_date(dates.stages.before)},
            {"after", optional_date(dates.stages.after)},
            {"after_skipped", dates.stages.after_skipped},
            {"notice", to_iso(dates.stages.notice)},
            {"delivered", to_iso(dates.delivered)},
            {"last_day_of_notice", to_iso(dates.clock.last_day)},
            {"period_ends", to_iso(dates.clock.period_ends)},
            {"earliest_block", to_iso(dates.clock.earliest_block)},
            {"calendar_version", dates.calendar_version},
            {"policy_version", dates.policy_version},
            {"policy_from", dates.policy_from}};
}

std::string_view weekday_name(const Session& session, Date date) {
    static constexpr std::string_view kEnglish[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    return session.say(kEnglish[weekday_of(date).c_encoding()], pt_br_weekday(date));
}

void print(const Session& session, const Dates& dates) {
    Table table({std::string(session.say("STAGE", "ETAPA")), std::string(session.say("DATE", "DATA")), ""});
    const auto row = [&](std::string_view english, std::string_view portuguese, const std::optional<Date>& date) {
        table.add({std::string(session.say(english, portuguese)), date ? to_iso(*date) : "-",
                   date ? std::string(weekday_name(session, *date)) : ""});
    };
    row("due", "vencimento", dates.stages.due);
    row("effective due", "vencimento efetivo", dates.stages.effective_due);
    row("reminder", "lembrete", dates.stages.before);
    if (dates.stages.after_skipped) {
        table.add({std::string(session.say("after", "cobrança")), "-",
                   std::string(session.say("skipped: the notice is closer than 48 h",
                                           "omitida: o aviso está a menos de 48 h"))});
    } else {
        row("after", "cobrança", dates.stages.after);
    }
    row("formal notice", "aviso formal", dates.stages.notice);
    row("if delivered on", "se entregue em", dates.delivered);
    row("last day of notice", "último dia do aviso", dates.clock.last_day);
    row("period ends", "prazo termina", dates.clock.period_ends);
    row("earliest block", "bloqueio a partir de", dates.clock.earliest_block);
    table.print(session.out);
    session.out << session.say("calendar: ", "calendário: ") << dates.calendar_version << '\n'
                << session.say("policy: ", "política: ") << dates.policy_version << " (" << dates.policy_from << ")\n";
}

}  // namespace

void add_calendar_command(CLI::App& app, Session& session) {
    auto asked = options<CalendarOptions>();
    CLI::App* calendar = declare(app, "calendar",
                                 session.say("the stage dates and the earliest block that follow from a due date",
                                             "as datas das etapas e o primeiro bloqueio possível para um vencimento"),
                                 "emdia calendar 2026-03-10 --uf SP --delivered 2026-03-16");
    calendar->add_option("due", asked->due, std::string(session.say("due date", "vencimento")))->required();
    calendar->add_option("--uf", asked->uf, std::string(session.say("unit of the federation", "unidade da federação")));
    calendar->add_option("--town", asked->town, std::string(session.say("IBGE code", "código IBGE")));
    calendar->add_option("--delivered", asked->delivered,
                         std::string(session.say("day on which the notice arrives", "dia em que o aviso chega")));
    add_ground_options(calendar, session, asked->ground);
    calendar->callback([&session, asked] {
        const auto dates = dates_of(*asked);
        if (!dates) {
            session.fail(dates.error());
        } else if (!session.printed(to_json(*dates))) {
            print(session, *dates);
        }
    });
}

}  // namespace emdia
