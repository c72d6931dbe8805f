#include "tests/bench/isp.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "daemon/adapters/template_files.hpp"
#include "tests/core/template_fixture.hpp"

namespace emdia::bench {
namespace {

template <class T>
T must(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().text());
    }
    return std::move(result).value();
}

int number(const std::string& id) { return std::stoi(id); }

template <class Row, class Make>
std::vector<Row> rows(int first, int count, Make make) {
    std::vector<Row> made;
    made.reserve(static_cast<std::size_t>(count));
    for (int n = first; n < first + count; ++n) {
        made.push_back(make(n));
    }
    return made;
}

}  // namespace

Date overdue_since() { return make_date(2026, 3, 10); }

ErpSubscriber subscriber(int n) {
    std::string id = std::to_string(n);
    std::string phone = "+55119" + std::string(8 - std::min<std::size_t>(8, id.size()), '0') + id;
    return {std::move(id), "Maria", std::move(phone), "SP", "3550308", false};
}

ErpContract contract(int n) {
    const std::string id = std::to_string(n);
    return {id, id, "fibra-500", ContractStatus::active, ErpAccess::open, false, {}};
}

ErpConnection connection(int n) {
    const std::string id = std::to_string(n);
    return {id, id, "cliente" + id + "@isp", "100.64.1.1", "", "bench", std::to_string(81'000'000 + n), false};
}

ErpInvoice invoice(int n) {
    ErpInvoice row;
    row.id = std::to_string(n);
    row.contract_id = row.id;
    row.subscriber_id = row.id;
    row.due = is_overdue(n) ? overdue_since() : make_date(2026, 4, 20);
    row.reference = make_date(2026, is_overdue(n) ? 3U : 4U, 1);
    row.face = Money::centavos(9990);
    row.open = row.face;
    row.state = InvoiceState::open;
    return row;
}

// --- Clock ---------------------------------------------------------------------------------------------------------

void StepClock::set(Instant t) {
    const std::lock_guard lock{mutex_};
    at_ = t;
    running_since_.reset();
}

void StepClock::let_run() {
    const std::lock_guard lock{mutex_};
    running_since_ = std::chrono::steady_clock::now();
}

Instant StepClock::now() const {
    const std::lock_guard lock{mutex_};
    if (!running_since_) {
        return at_;
    }
    return at_ + std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - *running_since_);
}

std::optional<Millis> StepClock::real_wait_until(Instant t) const { return std::max(Millis{0}, t - now()); }

// --- ERP -----------------------------------------------------------------------------------------------------------

void NumberedErp::come_up() {
    sink_(ErpStateChange{name_, true, {"pull", "invoice.read", "contract.read", "invoice.payment_codes"}, {}});
}

ErpInvoice NumberedErp::present(int n) const {
    ErpInvoice row = invoice(n);
    if (paid_.contains(n)) {
        row.open = Money{};
        row.state = InvoiceState::paid;
    }
    return row;
}

ErpPage NumberedErp::page(const ErpPull& pull) const {
    ErpPage page;
    page.kind = pull.kind;
    const int first = pull.cursor.empty() ? 0 : number(pull.cursor);
    // Nothing but what reads of single invoices show ever changes here.
    const int count = pull.full ? std::min(pull.page_size, contracts_ - first) : 0;
    switch (pull.kind) {
        case RecordKind::subscribers:
            page.records = rows<ErpSubscriber>(first, count, subscriber);
            break;
        case RecordKind::contracts:
            page.records = rows<ErpContract>(first, count, contract);
            break;
        case RecordKind::connections:
            page.records = rows<ErpConnection>(first, count, connection);
            break;
        case RecordKind::invoices:
            page.records = rows<ErpInvoice>(first, count, [this](int n) { return present(n); });
            break;
        case RecordKind::payments:
            page.records = std::vector<ErpPayment>{};
            return page;
    }
    if (pull.full && first + count < contracts_) {
        page.next_cursor = std::to_string(first + count);
    }
    return page;
}

ErpInvoicesRead NumberedErp::read(const ErpReadInvoices& call) {
    ErpInvoicesRead result;
    for (const std::string& id : call.invoice_ids) {
        const int n = number(id);
        result.invoices.push_back(present(n));
        if (paid_.contains(n) && shown_.insert(n).second && on_shown_paid) {
            on_shown_paid(n);
        }
    }
    return result;
}

void NumberedErp::submit(ErpRequest request) {
    const auto answer = [&](ErpAnswer value) { sink_(ErpReply{name_, request.id, std::move(value)}); };
    if (const auto* pull = std::get_if<ErpPull>(&request.call)) {
        answer(page(*pull));
    } else if (const auto* invoices = std::get_if<ErpReadInvoices>(&request.call)) {
        answer(read(*invoices));
    } else if (const auto* single = std::get_if<ErpReadContract>(&request.call)) {
        const int n = number(single->contract_id);
        answer(ErpContractRead{contract(n), {connection(n)}});
    } else if (const auto* wanted = std::get_if<ErpGetPaymentCodes>(&request.call)) {
        PaymentCodes codes;
        codes.pix = "code-of-" + wanted->invoice_id;
        codes.original = invoice(number(wanted->invoice_id)).open;
        codes.total = codes.original;
        answer(codes);
    } else {
        answer(ErpDone{});
    }
}

// --- Channel -------------------------------------------------------------------------------------------------------

void PacedGateway::pace(Millis latency, int per_second) {
    const std::lock_guard lock{mutex_};
    latency_ = latency;
    gap_ =
        per_second == 0 ? std::chrono::nanoseconds{0} : std::chrono::nanoseconds{std::chrono::seconds{1}} / per_second;
}

void PacedGateway::start(MessengerSink sink) {
    sink_ = std::move(sink);
    thread_ = std::thread{[this] { run(); }};
}

void PacedGateway::submit(OutgoingMessage message) {
    {
        const std::lock_guard lock{mutex_};
        leaves_at_ = std::max(std::chrono::steady_clock::now(), leaves_at_ + gap_);
        under_way_.push_back({message.id, message.queued_at, std::move(message.to), leaves_at_ + latency_});
    }
    changed_.notify_one();
}

void PacedGateway::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void PacedGateway::run() {
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        if (under_way_.empty()) {
            changed_.wait(lock);
        } else if (const SteadyTime due = under_way_.front().answer_at; due > std::chrono::steady_clock::now()) {
            changed_.wait_until(lock, due);
        } else {
            const Under message = std::move(under_way_.front());
            under_way_.pop_front();
            lock.unlock();
            answer(message);
            lock.lock();
        }
    }
}

void PacedGateway::answer(const Under& message) {
    const std::string provider_id = "wamid." + std::to_string(raw(message.id));
    SendResult result;
    result.id = message.id;
    result.outcome = SendAccepted{provider_id, message.to, false};
    sink_(MessengerEvent{std::move(result)});
    MessageStatusEvent status;
    status.provider_id = provider_id;
    status.id = message.id;
    status.queued_at = message.queued_at;
    status.state = MessageState::delivered;
    status.at = clock_.now();
    WebhookBatch batch;
    batch.statuses.push_back(std::move(status));
    batch.done = [](bool) {};
    sink_(MessengerEvent{std::move(batch)});
    ++accepted_;
}

// --- Equipment -----------------------------------------------------------------------------------------------------

void WatchedDriver::start(DriverSink sink) {
    inner_.start([this, sink = std::move(sink)](DriverEvent event) {
        if (const auto* result = std::get_if<ApplyResult>(&event);
            result != nullptr && result->kind == ApplyKind::acknowledged) {
            const std::lock_guard lock{mutex_};
            const auto& [account, access] = wishes_.at(result->command);
            times_[access].at(account).acknowledged = std::chrono::steady_clock::now();
        }
        sink(std::move(event));
    });
}

void WatchedDriver::apply(DesiredAccess desired) {
    {
        const std::lock_guard lock{mutex_};
        wishes_[desired.command] = {desired.account, desired.access};
        times_[desired.access][desired.account] = Times{std::chrono::steady_clock::now(), {}};
    }
    inner_.apply(std::move(desired));
}

std::map<AccountId, WatchedDriver::Times> WatchedDriver::times(Access access) const {
    const std::lock_guard lock{mutex_};
    const auto found = times_.find(access);
    return found == times_.end() ? std::map<AccountId, Times>{} : found->second;
}

std::size_t WatchedDriver::given(Access access) const { return times(access).size(); }

std::size_t WatchedDriver::acknowledged(Access access) const {
    const auto all = times(access);
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const auto& entry) { return entry.second.acknowledged.has_value(); }));
}

// --- The house -----------------------------------------------------------------------------------------------------

Isp::Isp(const std::string& ledger_file, int contracts, AccessDriver* driver)
    : ledger(must(SqliteLedger::open(ledger_file))), erp(contracts), gateway(clock) {
    if (driver != nullptr) {
        drivers_.push_back(driver);
        settings.routing.fallback = Route{driver->name(), "bench"};
    }
    settings.isp = test::sample_isp();
    settings.rollout.live = true;
    settings.policy.stages.headsup.reset();
    // The interlock against mass blocks (I10) is what this data would trip; it is not what is measured.
    settings.policy.block.max_per_run_percent = 100;
    settings.channel.initiated_per_day = 1'000'000;
    ErpSettings source;
    source.name = erp.name();
    source.optin_source = "contract clause 7";
    settings.erps.push_back(source);
}

Isp::~Isp() {
    if (engine_) {
        engine_->stop_ports();
    }
}

Instant Isp::local(const std::string& text) const {
    std::string rfc = text + "-03:00";
    rfc.at(10) = 'T';
    return must(parse_instant(rfc));
}

void Isp::start() {
    templates_ = must(TemplateSet::make(must(load_templates(EMDIA_SOURCE_DIR "/templates/pt-BR")), settings.isp));
    places_ = must(Places::make(settings.places, zones_));
    engine_ = std::make_unique<Engine>(settings, *templates_, *places_,
                                       EnginePorts{clock, *ledger, gateway, {&erp}, drivers_, digest_, entropy_, log_});
    engine_->start_ports();
    engine_->recover();
    erp.come_up();
}

void Isp::go_live() {
    engine_->queue().push(ControlCall{[](Control& control) {
                                          control.go_live(Operator{"maria", "benchmark"});
                                      },
                                      [](const std::optional<Error>& error) {
                                          if (error) {
                                              throw std::runtime_error(error->text());
                                          }
                                      }});
    settle();
}

void Isp::settle(const std::function<bool()>& more) {
    while (!more || more()) {
        if (engine_->turn()) {
            continue;
        }
        if (engine_->quiet()) {
            return;
        }
        std::this_thread::yield();
    }
}

}  // namespace emdia::bench
