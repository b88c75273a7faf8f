#include "runtime/report/page.h"

#include "runtime/report/html.h"
#include "runtime/report/page_assets.h"

namespace heddle::report {

std::string render_page(const PageInput& input) {
  const std::string title = input.report.value("source", std::string("program")) + " on " + input.cgra.name;
  return html_page(title, kPageStyle, kPageScript, page_data(input));
}

}  // namespace heddle::report
