// Multiply-accumulate units of number formats.
#include <fmt/format.h>

#include "compiler/base/files.h"
#include "compiler/numerics/format.h"
#include "runtime/report/cost_report.h"

namespace heddle::report {
namespace {

using numerics::ScalarFormat;

struct FormatPair {
  ScalarFormat a;
  ScalarFormat b;
};

/// "A" or "AxB". Names may hold an x themselves, so every place is tried.
Result<FormatPair> parse_pair(const std::string& design, const std::vector<std::string>& architectures) {
  auto whole = numerics::parse_scalar_format(design);
  if (whole) return FormatPair{*whole, *whole};
  std::optional<Error> half;
  for (std::size_t at = design.find('x'); at != std::string::npos; at = design.find('x', at + 1)) {
    auto a = numerics::parse_scalar_format(design.substr(0, at));
    auto b = numerics::parse_scalar_format(design.substr(at + 1));
    if (a && b) return FormatPair{*a, *b};
    if (a)
      half = b.error();
    else if (b)
      half = a.error();
  }
  if (half) return tl::unexpected(*half);
  Error error = whole.error();
  error.notes.push_back({"nor is it a file, a directory of 'heddle compile', or an architecture that ships", {}});
  const std::string near = nearest_name(design, architectures);
  if (!near.empty()) error.hint = fmt::format("did you mean the architecture '{}'?", near);
  return tl::unexpected(std::move(error));
}

}  // namespace

Result<Json> format_cost(const std::string& design, const CostRequest& request,
                         const std::vector<std::string>& architectures, const Context&) {
  HEDDLE_ASSIGN(const FormatPair pair, parse_pair(design, architectures));
  HEDDLE_ASSIGN(const fpga::Family family, requested_family(request, fpga::Family::kXc7));
  return fail(ErrorCode::kUnsupported,
              fmt::format("{} x {} on {}: no predictor of multiply-accumulate units is built in yet",
                          numerics::name(pair.a), numerics::name(pair.b), fpga::name(family)));
}

Json format_costs() { return nullptr; }

}  // namespace heddle::report
