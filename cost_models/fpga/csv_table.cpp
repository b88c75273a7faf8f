#include "cost_models/fpga/csv_table.h"

namespace heddle::fpga {
namespace {

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? fmt::format("{}", *value) : "";
}

template <class T>
Result<std::optional<T>> optional_number(std::string_view text) {
  if (text.empty()) return std::optional<T>();
  HEDDLE_ASSIGN(const T value, csv_number<T>(text));
  return std::optional<T>(value);
}

}  // namespace

std::vector<std::string_view> csv_split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = line.find(separator);
    parts.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return parts;
    line.remove_prefix(end + 1);
  }
}

std::string measured_csv(const Utilisation& found) {
  return fmt::format("{},{},{},{},{},{},{},{},{}", fmt::join(found.lut_by_inputs, ","), found.ff, found.carry,
                     found.dsp, found.mux, text_of(found.logic_cells), text_of(found.delay_ps), text_of(found.depth),
                     found.fmax_mhz ? fmt::format("{:.2f}", *found.fmax_mhz) : "");
}

Result<Utilisation> parse_measured(std::span<const std::string_view> cells) {
  Utilisation found;
  for (std::size_t i = 0; i < 6; ++i) {
    HEDDLE_ASSIGN(found.lut_by_inputs[i], csv_number<std::int64_t>(cells[i]));
    found.lut += found.lut_by_inputs[i];
  }
  HEDDLE_ASSIGN(found.ff, csv_number<std::int64_t>(cells[6]));
  HEDDLE_ASSIGN(found.carry, csv_number<std::int64_t>(cells[7]));
  HEDDLE_ASSIGN(found.dsp, csv_number<std::int64_t>(cells[8]));
  HEDDLE_ASSIGN(found.mux, csv_number<std::int64_t>(cells[9]));
  HEDDLE_ASSIGN(found.logic_cells, optional_number<std::int64_t>(cells[10]));
  HEDDLE_ASSIGN(found.delay_ps, optional_number<std::int64_t>(cells[11]));
  HEDDLE_ASSIGN(found.depth, optional_number<std::int64_t>(cells[12]));
  HEDDLE_ASSIGN(found.fmax_mhz, optional_number<double>(cells[13]));
  return found;
}

}  // namespace heddle::fpga
