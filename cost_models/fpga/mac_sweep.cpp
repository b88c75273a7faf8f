#include "cost_models/fpga/mac_sweep.h"

#include <set>

#include "compiler/base/check.h"
#include "compiler/base/random.h"
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

/// Products as tables of 7 to 10 bits: never the best, but a user may ask for them.
constexpr Pair kTables[] = {{"int4", "int4"}, {"int5", "int5"}, {"int4", "int6"}, {"uint4", "uint4"}, {"int2", "int8"},
                            {"e1m3", "e1m3"}, {"e2m3", "e2m3"}, {"e3m3", "e3m3"}, {"e4m3", "e4m3"},   {"e3m4", "e3m4"},
                            {"int4", "e4m3"}, {"int3", "e2m3"}, {"e2m1", "e3m4"}, {"uint3", "int5"}};
/// Beyond 8 bits.
constexpr Pair kWide[] = {{"int10", "int10"}, {"int12", "int12"}, {"int16", "int16"}, {"uint16", "uint16"},
                          {"int8", "int16"},  {"fp16", "fp16"},   {"bf16", "bf16"},   {"int8", "fp16"},
                          {"e4m3", "bf16"},   {"int4", "fp16"}};
constexpr std::uint64_t kDevelopmentSeed = 1, kSecondSeed = 20'261'124, kThirdSeed = 20'261'125,
                        kFreshSeed = 20'261'126;
constexpr std::size_t kDevelopmentPoints = 80;

MacPoint point(const ScalarFormat& a, const ScalarFormat& b, std::uint64_t terms, Multiplier multiplier) {
  return {a, b, numerics::formula_bits(a, b, terms), multiplier};
}

/// The format with itself, by every multiplier that may be the best: a table of more than 6 bits is not.
void add_same(std::vector<MacPoint>& points, const ScalarFormat& same) {
  for (const Multiplier multiplier : multipliers_for(same, same)) {
    const int bits = 2 * factor_bits(same);
    if (multiplier == Multiplier::kTable && bits == 2) continue;
    points.push_back(point(same, same, kLongestDot, multiplier));
  }
}

/// Whatever has 2 to 8 bits: integers, minifloats without special codes and, fewer, with them.
std::vector<ScalarFormat> small_formats() {
  std::vector<ScalarFormat> formats;
  for (const bool is_signed : {true, false}) {
    for (int bits = 2; bits <= 8; ++bits) formats.emplace_back(numerics::IntFormat{bits, is_signed});
    for (const auto& minifloat : numerics::minifloats(is_signed)) formats.emplace_back(minifloat);
  }
  for (const char* text : {"e4m3fn", "e5m2ieee", "e4m3fnuz", "e5m2fnuz", "e3m4ieee", "e2m3fn", "e3m2:nosub"})
    formats.push_back(format(text));
  return formats;
}

constexpr int kAnyTable = 10, kSmallTable = 6;  // what mac_unit takes; what the predictor estimates

/// Appends `count` random points whose names are not in `taken`: any two small formats, any multiplier (tables up to
/// `table_bits`), accumulators for 2 to 2^20 terms. Nothing is favoured, so dear formats of 6 and 7 exponent bits are
/// many.
void add_random(std::vector<MacPoint>& points, std::uint64_t seed, std::size_t count, int table_bits,
                std::set<std::string> taken) {
  const std::vector<ScalarFormat> formats = small_formats();
  Random random(seed);
  for (std::size_t added = 0; added < count;) {
    const ScalarFormat a = formats[random.below(formats.size())], b = formats[random.below(formats.size())];
    std::vector<Multiplier> multipliers{Multiplier::kPlain, Multiplier::kRowPairs, Multiplier::kBooth};
    if (factor_bits(a) + factor_bits(b) <= table_bits) multipliers.push_back(Multiplier::kTable);
    const std::uint64_t terms = random.below(std::uint64_t{2} << random.below(20)) + 2;
    const MacPoint drawn = point(a, b, terms, multipliers[random.below(multipliers.size())]);
    if (!taken.insert(name(drawn)).second) continue;
    points.push_back(drawn);
    ++added;
  }
}

std::set<std::string> names(const std::vector<MacPoint>& points) {
  std::set<std::string> result;
  for (const MacPoint& each : points) result.insert(name(each));
  return result;
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
  for (const Pair& pair : kTables)
    points.push_back(point(format(pair.a), format(pair.b), kLongestDot, Multiplier::kTable));
  for (const Pair& pair : kWide)
    for (const Multiplier multiplier : {Multiplier::kPlain, Multiplier::kRowPairs, Multiplier::kBooth})
      points.push_back(point(format(pair.a), format(pair.b), kLongestDot, multiplier));
  add_random(points, kDevelopmentSeed, kDevelopmentPoints, kAnyTable, names(points));
  for (const std::uint64_t seed : {kSecondSeed, kThirdSeed})  // fresh once: docs/cost_model.md
    add_random(points, seed, kDevelopmentPoints, kSmallTable, names(points));
  return points;
}

std::vector<MacPoint> mac_fresh_sweep() {
  std::vector<MacPoint> points;
  add_random(points, kFreshSeed, kFreshPoints, kSmallTable, names(mac_sweep()));
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
