#include "cost_models/fpga/mac_sweep.h"

#include "compiler/base/check.h"
#include "compiler/numerics/dot.h"

namespace heddle::fpga {
namespace {

using numerics::ScalarFormat;

ScalarFormat format(std::string_view text) {
  auto parsed = numerics::parse_scalar_format(text);
  HEDDLE_CHECK(parsed.has_value(), "a format of the sweep");
  return *parsed;
}

struct Pair {
  const char* a;
  const char* b;
};

// Weights x activations of different formats: integers, unsigned after ReLU, floats of other exponents, integer x
// float.
constexpr Pair kOtherPairs[] = {
    {"int4", "int8"},         {"int3", "int6"},   {"int2", "int8"},   {"int4", "uint4"},    {"int8", "uint8"},
    {"int6", "uint6"},        {"int4", "uint8"},  {"e2m1", "ue2m2"},  {"e2m3", "ue2m4"},    {"e3m2", "ue3m3"},
    {"e4m3", "ue4m4"},        {"e2m1", "e4m3"},   {"e3m2", "e2m3"},   {"e2m1", "e2m3"},     {"e5m2", "e4m3"},
    {"e3m4", "e4m3"},         {"e1m2", "e3m1"},   {"e3m0", "e2m2"},   {"int4", "e2m1"},     {"int4", "e4m3"},
    {"int8", "e4m3"},         {"int6", "e2m3"},   {"int8", "e2m1"},   {"uint4", "e3m2"},    {"int5", "e5m2"},
    {"ue2m1", "ue2m1"},       {"ue3m3", "ue3m3"}, {"uint8", "uint8"}, {"e4m3fn", "e4m3fn"}, {"e5m2ieee", "e5m2ieee"},
    {"e4m3fnuz", "e4m3fnuz"},
};
constexpr const char* kSpread[] = {"int3", "int4", "int6", "int8", "e2m1", "e1m2", "e3m0",
                                   "e2m3", "e3m2", "e2m4", "e4m3", "e3m4", "e5m2"};

MacPoint point(const ScalarFormat& a, const ScalarFormat& b, std::uint64_t terms, Multiplier multiplier) {
  return {a, b, numerics::formula_bits(a, b, terms), multiplier};
}

/// The format with itself, by every multiplier that may be the best: a table of more than 6 bits is not.
void add_same(std::vector<MacPoint>& points, const ScalarFormat& same) {
  constexpr int kUsefulTable = 6;
  for (const Multiplier multiplier : multipliers_for(same, same)) {
    const int bits = 2 * factor_bits(same);
    if (multiplier == Multiplier::kTable && (bits > kUsefulTable || bits == 2)) continue;
    points.push_back(point(same, same, kLongestDot, multiplier));
  }
}

}  // namespace

std::vector<MacPoint> mac_sweep() {
  std::vector<MacPoint> points;
  for (int bits = 2; bits <= 8; ++bits) add_same(points, numerics::IntFormat{bits});
  for (const auto& minifloat : numerics::minifloats(true)) add_same(points, minifloat);
  for (const Pair& pair : kOtherPairs)
    for (const Multiplier multiplier : {Multiplier::kRowPairs, Multiplier::kBooth})
      points.push_back(point(format(pair.a), format(pair.b), kLongestDot, multiplier));
  for (const char* text : kSpread) {
    points.push_back(point(format(text), format(text), 16, Multiplier::kRowPairs));
    points.push_back(point(format(text), format(text), 256, Multiplier::kBooth));
    points.push_back(point(format(text), format(text), 100'000, Multiplier::kRowPairs));
  }
  return points;
}

std::vector<MacPoint> mac_family_sweep() {
  std::vector<MacPoint> points;
  for (const char* text : {"int4", "int8", "e2m1", "e2m3", "e3m2", "e4m3", "e5m2"}) {
    const ScalarFormat same = format(text);
    const int bits = numerics::formula_bits(same, same, kLongestDot);
    for (const Family family : {Family::kXcup, Family::kEcp5, Family::kIce40})
      points.push_back({same, same, bits, Multiplier::kRowPairs, family, false});
  }
  for (const char* text : {"int4", "int8", "e2m3", "e4m3"}) {
    const ScalarFormat same = format(text);
    const int bits = numerics::formula_bits(same, same, kLongestDot);
    for (const Family family : {Family::kXc7, Family::kXcup, Family::kEcp5})
      points.push_back({same, same, bits, Multiplier::kPlain, family, true});
  }
  return points;
}

}  // namespace heddle::fpga
