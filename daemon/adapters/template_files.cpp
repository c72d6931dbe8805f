#include "daemon/adapters/template_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/adapters/toml_reader.hpp"

namespace emdia {
namespace {

constexpr std::string_view kEnding = ".toml";
constexpr std::string_view kCure = "templates/README.md shows the keys of a template file";

std::optional<TemplateCategory> category_from(std::string_view name) {
    if (name == "utility") {
        return TemplateCategory::utility;
    }
    return name == "marketing" ? std::optional{TemplateCategory::marketing} : std::nullopt;
}

std::optional<TemplateButton::Kind> kind_from(std::string_view name) {
    if (name == "quick_reply") {
        return TemplateButton::Kind::quick_reply;
    }
    return name == "order_details" ? std::optional{TemplateButton::Kind::order_details} : std::nullopt;
}

void read_button(TomlReader button, Template& tmpl) {
    TemplateButton out;
    button.parsed<TemplateButton::Kind>("kind", out.kind, kind_from, "\"quick_reply\" or \"order_details\"");
    button.text("title", out.title, Need::required);
    const bool quick_reply = out.kind == TemplateButton::Kind::quick_reply;
    button.text("action", out.action, quick_reply ? Need::required : Need::optional);
    button.done();
    tmpl.buttons.push_back(std::move(out));
}

void read_buttons(TomlReader& root, Template& tmpl, TomlFindings& findings) {
    const toml::node* node = root.any("buttons");
    if (node == nullptr) {
        return;
    }
    const toml::array* list = node->as_array();
    if (list == nullptr) {
        root.fault("buttons", "must be tables written as [[buttons]]");
        return;
    }
    for (const toml::node& item : *list) {
        if (const toml::table* table = item.as_table()) {
            read_button(TomlReader(*table, "buttons", findings), tmpl);
        } else {
            root.fault("buttons", "must be tables written as [[buttons]]");
        }
    }
}

Template read_template(const toml::table& table, TomlFindings& findings) {
    Template tmpl;
    tmpl.origin = findings.file;
    TomlReader root(table, "", findings);
    root.parsed<Stage>("stage", tmpl.stage, stage_from, "a stage such as \"before\" or \"notice\"", Need::required);
    root.parsed<Reply>("reply", tmpl.reply, reply_from, "a reply such as \"received\"");
    root.text("name", tmpl.name, Need::required);
    root.text("version", tmpl.version, Need::required);
    root.parsed<TemplateCategory>("category", tmpl.category, category_from, "\"utility\"", Need::required);
    root.text("language", tmpl.language, Need::required);
    root.text("body", tmpl.body, Need::required);
    root.text("footer", tmpl.footer);
    read_buttons(root, tmpl, findings);
    if (std::optional<TomlReader> samples = root.table("samples")) {
        for (auto& [name, value] : samples->each_text()) {
            tmpl.samples.emplace(name, std::move(value));
        }
    }
    root.done();
    return tmpl;
}

std::string faults_of(const TomlFindings& findings) {
    std::string text;
    for (const ConfigFault& fault : findings.faults) {
        text += (text.empty() ? "" : "\n") + fault.text();
    }
    return text;
}

bool has_payment_button(const Template& tmpl) {
    return std::any_of(tmpl.buttons.begin(), tmpl.buttons.end(),
                       [](const TemplateButton& button) { return button.kind == TemplateButton::Kind::order_details; });
}

/// Of a stage that has a plain and a payment-button template, keeps the one asked for.
std::vector<Template> choose(std::vector<Template> all, PixButton pix) {
    std::vector<Template> chosen;
    for (const Template& tmpl : all) {
        const bool with_button = has_payment_button(tmpl);
        const bool other_exists = std::any_of(all.begin(), all.end(), [&](const Template& other) {
            return other.stage == tmpl.stage && other.reply == tmpl.reply && other.language == tmpl.language &&
                   has_payment_button(other) != with_button;
        });
        const bool wanted = with_button == (pix == PixButton::order_details);
        if (wanted || (!with_button && !other_exists)) {
            chosen.push_back(tmpl);
        }
    }
    return chosen;
}

std::vector<std::filesystem::path> template_paths(const std::string& directory, std::error_code& error) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
        if (entry.path().extension() == kEnding) {
            paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace

Result<Template> parse_template(std::string_view content, const std::string& origin) {
    TomlFindings findings;
    findings.file = origin;
    const std::optional<toml::table> table = parse_toml_text(content, origin, findings);
    Template tmpl;
    if (table) {
        tmpl = read_template(*table, findings);
    }
    if (!findings.faults.empty()) {
        return Error{ErrorKind::config, faults_of(findings), std::string(kCure)};
    }
    return tmpl;
}

Result<std::vector<Template>> load_templates(const std::string& directory, PixButton pix) {
    std::error_code error;
    const std::vector<std::filesystem::path> paths = template_paths(directory, error);
    if (error || paths.empty()) {
        return Error{ErrorKind::config, directory + ": holds no template files",
                     "set templates.dir to the directory with the *.toml templates"};
    }
    std::vector<Template> templates;
    std::string faults;
    for (const std::filesystem::path& path : paths) {
        std::ifstream in(path, std::ios::binary);
        const std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        Result<Template> tmpl = parse_template(content, path.string());
        if (tmpl) {
            templates.push_back(*std::move(tmpl));
        } else {
            faults += (faults.empty() ? "" : "\n") + tmpl.error().what;
        }
    }
    if (!faults.empty()) {
        return Error{ErrorKind::config, std::move(faults), std::string(kCure)};
    }
    return choose(std::move(templates), pix);
}

}  // namespace emdia
