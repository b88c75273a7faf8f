#include "cost_models/fpga/convert_point.h"

#include <fmt/format.h>

#include "compiler/base/check.h"
#include "compiler/numerics/dot.h"
#include "cost_models/fpga/csv_table.h"
#include "cost_models/fpga/mac_sweep.h"

namespace heddle::fpga {
namespace {

using numerics::FloatFormat;
using numerics::IntFormat;

constexpr std::string_view kSchema = "heddle.convert_calibration/1";
constexpr const char* kFiles[] = {"chain_add.sv",   "mul_row_pairs.sv",  "mul_booth.sv",        "mul_table.sv",
                                  "mul_integer.sv", "fp_delay.sv",       "fp_lzc.sv",           "fp_shift_right.sv",
                                  "fp_round.sv",    "convert_to_int.sv", "convert_to_float.sv", "convert_back.sv"};
// Half the bits by which a sum of 4608 products of random signs is longer than a product.
constexpr int kGrowth = 6;
constexpr std::size_t kColumns = 4 + kMeasuredColumns + 1;

std::string heading() {
  return fmt::format("format,accumulator_bits,multiplier_bits,shift_bits,{},cpu_seconds", kMeasuredHeading);
}

Result<ConvertMeasurement> parse_row(std::string_view line) {
  const auto cells = csv_split(line, ',');
  if (cells.size() != kColumns)
    return fail(ErrorCode::kBadInput, fmt::format("expected {} columns, found {}", kColumns, cells.size()));
  ConvertMeasurement row;
  HEDDLE_ASSIGN(row.point.format, numerics::parse_scalar_format(cells[0]));
  HEDDLE_ASSIGN(row.point.accumulator_bits, csv_number<int>(cells[1]));
  HEDDLE_ASSIGN(row.point.multiplier_bits, csv_number<int>(cells[2]));
  HEDDLE_ASSIGN(row.point.shift_bits, csv_number<int>(cells[3]));
  HEDDLE_ASSIGN(row.utilisation, parse_measured(std::span(cells).subspan(4, kMeasuredColumns)));
  HEDDLE_ASSIGN(row.cpu_seconds, csv_number<double>(cells.back()));
  return row;
}

}  // namespace

std::string name(const ConvertPoint& point) {
  std::string text = fmt::format("{}->{}", point.accumulator_bits, numerics::name(point.format));
  if (point.multiplier_bits > 0) text += fmt::format(" mul {}", point.multiplier_bits);
  if (point.shift_bits > 0) text += fmt::format(" shift {}", point.shift_bits);
  return text;
}

DesignPoint design_point(const ConvertPoint& point, const std::filesystem::path& rtl) {
  DesignPoint design;
  for (const char* file : kFiles) design.files.push_back(rtl / file);
  design.top = "convert_back";
  design.memories = false;
  const auto set = [&](const char* key, int value) {
    design.parameters[key] = value < 0 ? verilog_constant(value) : std::to_string(value);
  };
  set("AccBits", point.accumulator_bits);
  set("Lsb", 2 * numerics::unit_exponent(point.format));
  set("MulBits", point.multiplier_bits);
  set("ShiftBits", point.shift_bits);
  if (const auto* integer = std::get_if<IntFormat>(&point.format)) {
    set("OutExpBits", 0);
    set("OutManBits", integer->bits);
    set("OutSigned", integer->is_signed ? 1 : 0);
    set("Shift", point.multiplier_bits + integer->bits + kGrowth);
  } else {
    const auto& real = std::get<FloatFormat>(point.format);
    set("OutExpBits", real.exponent_bits);
    set("OutManBits", real.mantissa_bits);
    set("OutSigned", real.is_signed ? 1 : 0);
    set("OutBias", real.bias);
    set("Shift", point.multiplier_bits);
  }
  return design;
}

Result<std::string> convert_rtl_hash(const std::filesystem::path& rtl) {
  HEDDLE_ASSIGN(const Sources sources, read_sources(design_point(ConvertPoint{}, rtl)));
  return sources.hash;
}

std::vector<ConvertPoint> convert_sweep() {
  std::vector<numerics::ScalarFormat> formats;
  for (int bits = 2; bits <= 8; ++bits) formats.emplace_back(IntFormat{bits});
  for (const auto& minifloat : numerics::minifloats(true)) formats.emplace_back(minifloat);
  std::vector<ConvertPoint> points;
  for (std::size_t i = 0; i < formats.size(); ++i) {
    const auto bits = [&](std::uint64_t terms) { return numerics::formula_bits(formats[i], formats[i], terms); };
    points.push_back({formats[i], bits(kLongestDot)});
    if (bits(kLongestDot) > 100) continue;
    if (i % 2 == 0) points.push_back({formats[i], bits(kLongestDot), 16, 5});
    if (i % 3 == 0) points.push_back({formats[i], bits(16)});
    if (i % 3 == 1) points.push_back({formats[i], bits(100'000)});
  }
  return points;
}

std::string to_csv(const ConvertTable& table) {
  std::string text =
      fmt::format("# schema: {}\n# tool: {}\n# rtl: {}\n{}\n", kSchema, table.tool, table.rtl_hash, heading());
  for (const auto& [point, found, seconds] : table.rows)
    text += fmt::format("{},{},{},{},{},{:.1f}\n", numerics::name(point.format), point.accumulator_bits,
                        point.multiplier_bits, point.shift_bits, measured_csv(found), seconds);
  return text;
}

Result<ConvertTable> parse_convert_table(std::string_view text, const std::string& file) {
  ConvertTable table;
  int number = 0;
  bool schema = false, begun = false;
  for (const std::string_view line : csv_split(text, '\n')) {
    ++number;
    const Mark mark{file, number, 0};
    if (line.starts_with("# schema: ")) {
      schema = line.substr(10) == kSchema;
    } else if (line.starts_with("# tool: ")) {
      table.tool = line.substr(8);
    } else if (line.starts_with("# rtl: ")) {
      table.rtl_hash = line.substr(7);
    } else if (!line.empty() && !begun) {
      begun = line == heading();
      if (!schema || !begun)
        return fail(ErrorCode::kBadInput, fmt::format("expected a table of schema {}", kSchema), mark);
    } else if (!line.empty()) {
      auto row = parse_row(line);
      if (!row) return fail(ErrorCode::kBadInput, row.error().message, mark);
      table.rows.push_back(*row);
    }
  }
  if (!begun) return fail(ErrorCode::kBadInput, fmt::format("expected a table of schema {}", kSchema), {file, 1, 0});
  return table;
}

}  // namespace heddle::fpga
