#include <algorithm>
#include <array>

#include "daemon/core/templates.hpp"

namespace emdia {
namespace {

struct Needed {
    Stage stage;
    Reply reply = Reply::none;
};

/// What the daemon may have to say in Brazilian Portuguese; without one of them it would fall silent halfway.
constexpr std::array<Needed, 23> kNeeded{{
    {Stage::before},
    {Stage::after},
    {Stage::notice},
    {Stage::headsup},
    {Stage::blocked},
    {Stage::promise_offer},
    {Stage::promise_confirmed},
    {Stage::promise_reminder},
    {Stage::promise_broken},
    {Stage::payment_received},
    {Stage::unblocked},
    {Stage::reply, Reply::received},
    {Stage::reply, Reply::claim_noted},
    {Stage::reply, Reply::dispute_opened},
    {Stage::reply, Reply::human_called},
    {Stage::reply, Reply::payment_code},
    {Stage::reply, Reply::promise_dates},
    {Stage::reply, Reply::promise_refused},
    {Stage::reply, Reply::promise_declined},
    {Stage::reply, Reply::review_opened},
    {Stage::reply, Reply::nothing_owed},
    {Stage::reply, Reply::opted_out},
    {Stage::reply, Reply::wrong_number},
}};

std::string name_of(Stage stage, Reply reply) {
    std::string name(to_string(stage));
    return stage == Stage::reply ? name + " " + std::string(to_string(reply)) : name;
}

bool same_place(const Template& a, const Template& b) noexcept {
    return a.stage == b.stage && a.reply == b.reply && a.language == b.language;
}

}  // namespace

Result<TemplateSet> TemplateSet::make(std::vector<Template> templates, const IspProfile& isp) {
    std::string faults;
    for (auto tmpl = templates.begin(); tmpl != templates.end(); ++tmpl) {
        for (const LintFault& fault : lint(*tmpl, isp)) {
            faults += "\n" + fault.origin + ": " + fault.what + " [" + fault.rule + "]";
        }
        const auto twin = std::find_if(templates.begin(), tmpl, [&](const Template& other) {
            return same_place(other, *tmpl) || (other.name == tmpl->name && other.language == tmpl->language);
        });
        if (twin != tmpl) {
            faults += "\n" + tmpl->origin + ": the same stage or name stands in " + twin->origin + " already";
        }
    }
    TemplateSet set;
    set.templates_ = std::move(templates);
    for (const Needed& needed : kNeeded) {
        if (set.find(needed.stage, needed.reply) == nullptr) {
            faults += "\nno pt_BR template for " + name_of(needed.stage, needed.reply);
        }
    }
    if (!faults.empty()) {
        return Error{ErrorKind::config, "the templates cannot be used:" + faults, "correct the files named above"};
    }
    return set;
}

const Template* TemplateSet::find(Stage stage, Reply reply, std::string_view language) const noexcept {
    for (const Template& tmpl : templates_) {
        if (tmpl.stage == stage && tmpl.reply == reply && tmpl.language == language) {
            return &tmpl;
        }
    }
    return nullptr;
}

}  // namespace emdia
