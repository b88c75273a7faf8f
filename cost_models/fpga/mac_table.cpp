#include "cost_models/fpga/mac_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "compiler/base/files.h"

namespace heddle::fpga {
namespace {

constexpr std::string_view kSchema = "heddle.mac_calibration/1";
constexpr std::string_view kHeading =
    "family,dsp,a,b,accumulator_bits,multiplier,lut1,lut2,lut3,lut4,lut5,lut6,ff,carry,dsp_blocks,mux,logic_cells,"
    "delay_ps,depth,fmax_mhz,cpu_seconds";
constexpr std::size_t kColumns = 21;

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = line.find(separator);
    parts.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return parts;
    line.remove_prefix(end + 1);
  }
}

template <class T>
Result<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    return fail(ErrorCode::kBadInput, fmt::format("expected a number of at least 0, found '{}'", text));
  return value;
}

template <class T>
Result<std::optional<T>> optional_number(std::string_view text) {
  if (text.empty()) return std::optional<T>();
  HEDDLE_ASSIGN(const T value, number<T>(text));
  return std::optional<T>(value);
}

Result<Multiplier> parse_multiplier(std::string_view text) {
  for (const Multiplier multiplier : kMultipliers)
    if (name(multiplier) == text) return multiplier;
  return fail(ErrorCode::kBadInput, fmt::format("unknown multiplier '{}'", text));
}

Result<MacMeasurement> parse_row(std::string_view line) {
  const auto cells = split(line, ',');
  if (cells.size() != kColumns)
    return fail(ErrorCode::kBadInput, fmt::format("expected {} columns, found {}", kColumns, cells.size()));
  MacMeasurement row;
  HEDDLE_ASSIGN(row.point.family, parse_family(cells[0]));
  HEDDLE_ASSIGN(const int dsp, number<int>(cells[1]));
  row.point.dsp = dsp != 0;
  HEDDLE_ASSIGN(row.point.a, numerics::parse_scalar_format(cells[2]));
  HEDDLE_ASSIGN(row.point.b, numerics::parse_scalar_format(cells[3]));
  HEDDLE_ASSIGN(row.point.accumulator_bits, number<int>(cells[4]));
  HEDDLE_ASSIGN(row.point.multiplier, parse_multiplier(cells[5]));
  Utilisation& found = row.utilisation;
  for (std::size_t i = 0; i < 6; ++i) {
    HEDDLE_ASSIGN(found.lut_by_inputs[i], number<std::int64_t>(cells[6 + i]));
    found.lut += found.lut_by_inputs[i];
  }
  HEDDLE_ASSIGN(found.ff, number<std::int64_t>(cells[12]));
  HEDDLE_ASSIGN(found.carry, number<std::int64_t>(cells[13]));
  HEDDLE_ASSIGN(found.dsp, number<std::int64_t>(cells[14]));
  HEDDLE_ASSIGN(found.mux, number<std::int64_t>(cells[15]));
  HEDDLE_ASSIGN(found.logic_cells, optional_number<std::int64_t>(cells[16]));
  HEDDLE_ASSIGN(found.delay_ps, optional_number<std::int64_t>(cells[17]));
  HEDDLE_ASSIGN(found.depth, optional_number<std::int64_t>(cells[18]));
  HEDDLE_ASSIGN(found.fmax_mhz, optional_number<double>(cells[19]));
  HEDDLE_ASSIGN(row.cpu_seconds, number<double>(cells[20]));
  return row;
}

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? fmt::format("{}", *value) : "";
}

}  // namespace

bool is_held_out(const MacPoint& point) { return content_hash(name(point)) % 5 == 0; }

std::string to_csv(const MacTable& table) {
  std::string text =
      fmt::format("# schema: {}\n# tool: {}\n# rtl: {}\n{}\n", kSchema, table.tool, table.rtl_hash, kHeading);
  for (const auto& [point, found, seconds] : table.rows) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{:.1f}\n", name(point.family), point.dsp ? 1 : 0,
                        numerics::name(point.a), numerics::name(point.b), point.accumulator_bits,
                        name(point.multiplier), fmt::join(found.lut_by_inputs, ","),
                        fmt::format("{},{},{},{}", found.ff, found.carry, found.dsp, found.mux),
                        text_of(found.logic_cells), text_of(found.delay_ps), text_of(found.depth),
                        found.fmax_mhz ? fmt::format("{:.2f}", *found.fmax_mhz) : "", seconds);
  }
  return text;
}

Result<MacTable> parse_mac_table(std::string_view text, const std::string& file) {
  MacTable table;
  int line_number = 0;
  bool schema = false, heading = false;
  for (const std::string_view line : split(text, '\n')) {
    ++line_number;
    const auto bad = [&](const std::string& message) {
      return fail(ErrorCode::kBadInput, message, {file, line_number, 0});
    };
    if (line.empty()) continue;
    if (line.starts_with("# tool: ")) {
      table.tool = line.substr(8);
    } else if (line.starts_with("# rtl: ")) {
      table.rtl_hash = line.substr(7);
    } else if (line.starts_with("# schema: ")) {
      schema = line.substr(10) == kSchema;
      if (!schema) return bad(fmt::format("expected schema {}, found {}", kSchema, line.substr(10)));
    } else if (!heading) {
      if (line != kHeading) return bad("expected the line of column names");
      heading = true;
    } else {
      auto row = parse_row(line);
      if (!row) return bad(row.error().message);
      table.rows.push_back(*row);
    }
  }
  if (!schema || !heading) return fail(ErrorCode::kBadInput, "no table of multiply-accumulate units", {file, 1, 0});
  return table;
}

}  // namespace heddle::fpga
