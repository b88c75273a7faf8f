// The frame of a page that is one file.
#pragma once

#include <string>

#include "compiler/base/json.h"

namespace heddle::report {

/// HTML with the data in the element #data, an empty main#page, and a script that fills it. `title` is plain text.
std::string html_page(const std::string& title, const std::string& style, const std::string& script, const Json& data);

}  // namespace heddle::report
