// The parts that tables of syntheses share: cells of CSV lines, and the columns of what was measured.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cost_models/fpga/utilisation.h"

namespace heddle::fpga {

inline constexpr std::string_view kMeasuredHeading =
    "lut1,lut2,lut3,lut4,lut5,lut6,ff,carry,dsp_blocks,mux,logic_cells,delay_ps,depth,fmax_mhz";
inline constexpr std::size_t kMeasuredColumns = 14;

/// The columns of kMeasuredHeading; absent figures are empty.
std::string measured_csv(const Utilisation& utilisation);
/// Reads them; `cells` are kMeasuredColumns. The result has no `cells` and no inverters.
Result<Utilisation> parse_measured(std::span<const std::string_view> cells);

std::vector<std::string_view> csv_split(std::string_view line, char separator);

/// A number that is not negative and takes the whole text.
template <class T>
Result<T> csv_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    return fail(ErrorCode::kBadInput, fmt::format("expected a number of at least 0, found '{}'", text));
  return value;
}

}  // namespace heddle::fpga
