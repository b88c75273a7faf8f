#include "cost_models/fpga/mac_table.h"

#include <fmt/format.h>

#include <span>

#include "compiler/base/files.h"
#include "cost_models/fpga/csv_table.h"

namespace heddle::fpga {
namespace {

constexpr std::string_view kSchema = "heddle.mac_calibration/1";
constexpr std::size_t kColumns = 6 + kMeasuredColumns + 1;

std::string heading() {
  return fmt::format("family,dsp,a,b,accumulator_bits,multiplier,{},cpu_seconds", kMeasuredHeading);
}

Result<Multiplier> parse_multiplier(std::string_view text) {
  for (const Multiplier multiplier : kMultipliers)
    if (name(multiplier) == text) return multiplier;
  return fail(ErrorCode::kBadInput, fmt::format("unknown multiplier '{}'", text));
}

Result<MacMeasurement> parse_row(std::string_view line) {
  const auto cells = csv_split(line, ',');
  if (cells.size() != kColumns)
    return fail(ErrorCode::kBadInput, fmt::format("expected {} columns, found {}", kColumns, cells.size()));
  MacMeasurement row;
  HEDDLE_ASSIGN(row.point.family, parse_family(cells[0]));
  HEDDLE_ASSIGN(const int dsp, csv_number<int>(cells[1]));
  row.point.dsp = dsp != 0;
  HEDDLE_ASSIGN(row.point.a, numerics::parse_scalar_format(cells[2]));
  HEDDLE_ASSIGN(row.point.b, numerics::parse_scalar_format(cells[3]));
  HEDDLE_ASSIGN(row.point.accumulator_bits, csv_number<int>(cells[4]));
  HEDDLE_ASSIGN(row.point.multiplier, parse_multiplier(cells[5]));
  HEDDLE_ASSIGN(row.utilisation, parse_measured(std::span(cells).subspan(6, kMeasuredColumns)));
  HEDDLE_ASSIGN(row.cpu_seconds, csv_number<double>(cells[20]));
  return row;
}

}  // namespace

bool is_held_out(const MacPoint& point) { return content_hash(name(point)) % 5 == 0; }

std::string to_csv(const MacTable& table) {
  std::string text =
      fmt::format("# schema: {}\n# tool: {}\n# rtl: {}\n{}\n", kSchema, table.tool, table.rtl_hash, heading());
  for (const auto& [point, found, seconds] : table.rows)
    text += fmt::format("{},{},{},{},{},{},{},{:.1f}\n", name(point.family), point.dsp ? 1 : 0, numerics::name(point.a),
                        numerics::name(point.b), point.accumulator_bits, name(point.multiplier), measured_csv(found),
                        seconds);
  return text;
}

Result<MacTable> parse_mac_table(std::string_view text, const std::string& file) {
  MacTable table;
  int line_number = 0;
  bool schema = false, begun = false;
  for (const std::string_view line : csv_split(text, '\n')) {
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
    } else if (!begun) {
      if (line != heading()) return bad("expected the line of column names");
      begun = true;
    } else {
      auto row = parse_row(line);
      if (!row) return bad(row.error().message);
      table.rows.push_back(*row);
    }
  }
  if (!schema || !begun) return fail(ErrorCode::kBadInput, "no table of multiply-accumulate units", {file, 1, 0});
  return table;
}

}  // namespace heddle::fpga
