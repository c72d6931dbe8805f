#pragma once
// A base of subscribers by seed: the same seed and settings give the same base on every machine.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/lab/erp_world.hpp"

namespace emdia::lab {

/// How a subscriber deals with invoices.
enum class Behaviour {
    pays_before,         ///< One to five days before the due date.
    pays_on_due,         ///< On the day.
    pays_after_day_one,  ///< Some hours after the first late reminder.
    pays_after_notice,   ///< Within four days of the formal notice.
    pays_after_block,    ///< Within a day of the block.
    never,
    keeps_promise,   ///< Promises when blocked, pays on the promised day.
    breaks_promise,  ///< Promises when blocked, pays after the second block.
    disputes         ///< Says that the invoice is wrong when the notice comes.
};
[[nodiscard]] std::string_view to_string(Behaviour behaviour) noexcept;
[[nodiscard]] std::optional<Behaviour> behaviour_from(std::string_view name) noexcept;
[[nodiscard]] const std::vector<Behaviour>& all_behaviours() noexcept;

/// Per thousand, in the order of Behaviour; whatever is missing to 1000 pays before the due date.
struct BehaviourMix {
    unsigned before = 450;
    unsigned on_due = 250;
    unsigned after_day_one = 150;
    unsigned after_notice = 60;
    unsigned after_block = 40;
    unsigned never = 15;
    unsigned keeps_promise = 15;
    unsigned breaks_promise = 10;
    unsigned disputes = 10;
};

struct PopulationSpec {
    std::uint64_t seed = 1;
    int contracts = 200;
    Date today{};          ///< The story begins here: invoices due before it are paid.
    int months_back = 1;   ///< Invoices of past months.
    int months_ahead = 2;  ///< Invoices of coming months, this one included.
    std::vector<Uf> ufs{Uf::SP};
    BehaviourMix mix;
    unsigned percent_without_phone = 1;
    unsigned percent_shared_phone = 3;
    unsigned percent_second_contract = 4;
};

/// One contract's place in the script.
struct Person {
    std::int64_t contract = 0;
    std::int64_t customer = 0;
    Behaviour behaviour = Behaviour::pays_before;
};

/// Fills an empty world.
[[nodiscard]] std::vector<Person> populate(ErpWorld& world, const PopulationSpec& spec);

/// One more contract with a login, for tests that need a certain case.
struct NewContract {
    std::string name = "FULANA DE TESTE";
    std::string mobile;  ///< Masked; empty: a free number of São Paulo is given.
    Uf uf = Uf::SP;
    Money price = Money::centavos(9990);
    std::string plan = "FIBRA 300";
    Instant now{};
};
[[nodiscard]] Contract& add_contract(ErpWorld& world, const NewContract& wanted);

/// One more invoice; its period is the month before the due date.
Title& add_invoice(ErpWorld& world, const Contract& contract, Date due, Money amount, Instant now);

/// "5511900000001" from "(11) 90000-0001"; empty when there is no number.
[[nodiscard]] std::string digits_of_phone(std::string_view masked);
/// The number the subscriber's messages go to: `whatsapp`, else `telefone_celular` (erp-ixc.md 3.1).
[[nodiscard]] std::string contact_number(const Customer& customer);

}  // namespace emdia::lab
