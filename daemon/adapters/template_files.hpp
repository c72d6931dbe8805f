#pragma once
// Message templates from a directory of TOML files, one template each (templates/README.md shows the keys).

#include <string>
#include <string_view>
#include <vector>

#include "daemon/core/templates.hpp"

namespace emdia {

/// How a Pix code reaches the subscriber with a template.
enum class PixButton {
    none,          ///< On request or in a second message: the default (D5).
    order_details  ///< A payment button, where Meta allowed it: files with such a button take the place of the plain
                   ///< file of the same stage.
};

/// Reads every "*.toml" of the directory in name order. All faults are said at once, one "file:line:column: key: what"
/// a line (`config`); nothing is taken then. The texts are not judged here: TemplateSet::make lints them.
[[nodiscard]] Result<std::vector<Template>> load_templates(const std::string& directory,
                                                           PixButton pix = PixButton::none);
/// The content of one file; `origin` names it in faults.
[[nodiscard]] Result<Template> parse_template(std::string_view content, const std::string& origin);

}  // namespace emdia
