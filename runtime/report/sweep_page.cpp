#include "runtime/report/sweep_page.h"

#include "runtime/report/html.h"
#include "runtime/report/page_assets.h"

namespace heddle::report {

std::string render_sweep_page(const Json& data) {
  return html_page("sweep " + data["sweep"].get<std::string>(), kSweepPageStyle, kSweepPageScript, data);
}

}  // namespace heddle::report
