#include "cost_models/fpga/mac_point.h"

#include <fmt/format.h>

namespace heddle::fpga {
namespace {

using numerics::FloatFormat;
using numerics::IntFormat;
using numerics::ScalarFormat;

constexpr int kMaxTableBits = 6;
constexpr const char* kMacFiles[] = {"chain_add.sv",           "mul_row_pairs.sv",     "mul_booth.sv",   "mul_table.sv",
                                     "mul_integer.sv",         "mac_stage.sv",         "mac_operand.sv", "mac_align.sv",
                                     "mac_integer_product.sv", "mac_float_product.sv", "mac_unit.sv"};

/// The parameters of operand `side` ("A" or "B").
void set_operand(Parameters& parameters, const std::string& side, const ScalarFormat& format) {
  const auto set = [&](const char* key, int value) { parameters[side + key] = std::to_string(value); };
  if (const auto* integer = std::get_if<IntFormat>(&format)) {
    set("ExpBits", 0);
    set("ManBits", integer->bits);
    set("Signed", integer->is_signed ? 1 : 0);
    return;
  }
  const auto& real = std::get<FloatFormat>(format);
  set("ExpBits", real.exponent_bits);
  set("ManBits", real.mantissa_bits);
  set("Signed", real.is_signed ? 1 : 0);
  set("Specials", static_cast<int>(real.specials));
  set("Subnormals", real.subnormals ? 1 : 0);
}

Status check_operand(const ScalarFormat& format) {
  constexpr int kMaxBits = 16, kMaxExponent = 8;
  const auto* real = std::get_if<FloatFormat>(&format);
  const bool fits = real == nullptr ? std::get<IntFormat>(format).bits <= kMaxBits
                                    : real->exponent_bits <= kMaxExponent && real->mantissa_bits < kMaxBits;
  if (fits) return {};
  return fail(
      ErrorCode::kUnsupported,
      fmt::format("no multiply-accumulate unit for {}: integers have at most {} bits, floats {} exponent and {} "
                  "mantissa bits",
                  numerics::name(format), kMaxBits, kMaxExponent, kMaxBits - 1));
}

}  // namespace

std::string_view name(Multiplier multiplier) {
  switch (multiplier) {
    case Multiplier::kPlain: return "plain";
    case Multiplier::kRowPairs: return "rows";
    case Multiplier::kBooth: return "booth";
    case Multiplier::kTable: return "table";
  }
  return "?";
}

int factor_bits(const ScalarFormat& format) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) return integer->bits;
  return std::get<FloatFormat>(format).mantissa_bits + 1;
}

std::vector<Multiplier> multipliers_for(const ScalarFormat& a, const ScalarFormat& b) {
  std::vector<Multiplier> result{Multiplier::kPlain, Multiplier::kRowPairs, Multiplier::kBooth};
  if (factor_bits(a) + factor_bits(b) <= kMaxTableBits) result.push_back(Multiplier::kTable);
  return result;
}

bool is_large_table(const MacPoint& point) {
  return point.multiplier == Multiplier::kTable && factor_bits(point.a) + factor_bits(point.b) > kMaxTableBits;
}

bool is_estimated(const MacPoint& point) { return !point.dsp && !is_large_table(point); }

std::string name(const MacPoint& point) {
  return fmt::format("{}*{}+{} {} {}{}", numerics::name(point.a), numerics::name(point.b), point.accumulator_bits,
                     name(point.multiplier), name(point.family), point.dsp ? " dsp" : "");
}

Status check(const MacPoint& point) {
  HEDDLE_TRY(check_operand(point.a));
  HEDDLE_TRY(check_operand(point.b));
  if (point.accumulator_bits < 2 || point.accumulator_bits > 1024)
    return fail(ErrorCode::kUnsupported,
                fmt::format("an accumulator of {} bits; it has 2 to 1024", point.accumulator_bits));
  return {};
}

DesignPoint design_point(const MacPoint& point, const std::filesystem::path& rtl) {
  DesignPoint design;
  for (const char* file : kMacFiles) design.files.push_back(rtl / file);
  design.top = "mac_unit";
  set_operand(design.parameters, "A", point.a);
  set_operand(design.parameters, "B", point.b);
  design.parameters["AccBits"] = std::to_string(point.accumulator_bits);
  design.parameters["Architecture"] = std::to_string(static_cast<int>(point.multiplier));
  design.family = point.family;
  design.dsp = point.dsp;
  design.memories = point.dsp;  // DSP48E2 is in the big library
  design.place_and_route = point.family == Family::kIce40;
  return design;
}

Result<std::string> mac_rtl_hash(const std::filesystem::path& rtl) {
  HEDDLE_ASSIGN(const Sources sources, read_sources(design_point({}, rtl)));
  return sources.hash;
}

}  // namespace heddle::fpga
