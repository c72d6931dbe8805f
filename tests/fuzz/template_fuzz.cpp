#include "daemon/adapters/template_files.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace emdia;
using fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::as_text(data, size);
    const IspProfile isp{"Provedor", "Provedor Ltda", "12.345.678/0001-95", "Rua A", "0800", "provedor.example", "",
                         ""};
    const auto tmpl = parse_template(text, "fuzz.toml");
    if (!tmpl) {
        expect(tmpl.error().kind == ErrorKind::config, "a bad file is a fault of the configuration");
        expect(tmpl.error().what.find("fuzz.toml") == 0, "a fault names its file");
        return 0;
    }
    for (const LintFault& fault : lint(*tmpl, isp)) {
        expect(fault.origin == "fuzz.toml" && !fault.rule.empty() && !fault.what.empty(), "a fault says which rule");
    }
    static_cast<void>(lint_text(Stage::notice, text, isp));
    return 0;
}
