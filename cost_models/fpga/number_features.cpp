// The units of number formats have few parameters: a format out of seven or a number of mantissa bits out of six, and
// registers inside up to a last place. So their features are a table of these, with synthesised points at every place
// that matters; registers beyond the last place are a delay line behind the result.
#include "cost_models/fpga/number_features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <map>

#include "compiler/dfg/graph.h"
#include "cost_models/fpga/feature_parts.h"

namespace heddle::fpga {
namespace {

constexpr double kFp32Bits = 32;

/// A delay line of `cycles` behind a result: registers, or from three on a shift register.
void add_line(Features& features, double cycles, double bits) {
  features.push_back(cycles <= 2 ? bits * std::max(0.0, cycles) : 0);
  features.push_back(cycles > 2 ? bits * std::ceil(cycles / 32) : 0);
}

/// 1 in the place of `stages` among 0 to `last`, and what is beyond `last` as a delay line.
void add_stages(Features& features, double stages, int last, double bits) {
  for (int place = 0; place <= last; ++place) features.push_back(std::min<double>(stages, last) == place ? 1 : 0);
  add_line(features, stages - last, bits);
}

/// The multiplexer between formats: sources besides fp32, and the operation's decoder before it.
Features widen(const ModuleSpec& spec) {
  const int formats = std::popcount(static_cast<unsigned>(spec.number("Formats")) >> 1U);
  Features features{1};
  for (int count = 1; count <= 7; ++count) features.push_back(formats >= count ? kFp32Bits : 0);
  return features;
}

/// As above; codes of 16 bits and of 8 or fewer leave the multiplexer's upper bits with fewer sources.
Features narrow(const ModuleSpec& spec) {
  const auto formats = static_cast<unsigned>(spec.number("Formats")) >> 1U;
  const int halves = std::popcount(formats & 3U), minis = std::popcount(formats >> 2U);
  Features features{1, halves + minis > 0 ? kFp32Bits : 0.0};
  for (int count = 1; count <= 2; ++count) features.push_back(halves >= count ? 1 : 0);
  for (int count = 1; count <= 5; ++count) features.push_back(minis >= count ? 1 : 0);
  features.push_back(halves > 0 && minis > 0 ? 1 : 0);
  return features;
}

Features number_unit(const ModuleSpec& spec) {
  const bool converts = spec.number("ConvertLatency") > 0;
  return {1, converts ? 1.0 : 0.0, spec.number("MacLatency") > 0 ? 1.0 : 0.0,
          spec.number("CompareLatency") > 0 ? 1.0 : 0.0};
}

Features number_mac(const ModuleSpec& spec) {
  return {1, spec.number("Narrow") != 0 ? 1.0 : 0.0, number(spec, "ManBits")};
}

Features compare(const ModuleSpec& /*spec*/) { return {1}; }

/// A table of mantissa bits by stages. The price of a format is that of the next smaller one and a surplus, so a wider
/// factor is never cheaper.
Features mac(const ModuleSpec& spec) {
  constexpr int kLast = 5;
  constexpr std::array<int, 6> kMantissas{1, 2, 3, 7, 10, 23};
  const double bits = number(spec, "AManBits"), stages = number(spec, "Stages");
  Features features;
  for (int place = 0; place <= kLast; ++place)
    for (const int mantissa : kMantissas)
      features.push_back(std::min<double>(stages, kLast) == place && bits >= mantissa ? 1 : 0);
  add_line(features, stages - kLast, kFp32Bits);
  return features;
}

/// A table of formats by stages, to and from fp32.
Features convert(const ModuleSpec& spec) {
  constexpr int kLast = 2;
  constexpr std::array<std::pair<int, int>, 7> kFormats{{{5, 10}, {8, 7}, {4, 3}, {5, 2}, {3, 2}, {2, 3}, {2, 1}}};
  const bool widens = spec.number("DstManBits") == 23;
  const auto exponent = static_cast<int>(spec.number(widens ? "SrcExpBits" : "DstExpBits"));
  const auto mantissa = static_cast<int>(spec.number(widens ? "SrcManBits" : "DstManBits"));
  const double stages = number(spec, "Stages");
  Features features;
  for (const auto& [exponent_bits, mantissa_bits] : kFormats) {
    const bool is_format = exponent == exponent_bits && mantissa == mantissa_bits;
    features.push_back(widens && is_format ? 1 : 0);
    for (int place = 0; place <= kLast; ++place)
      features.push_back(!widens && is_format && std::min<double>(stages, kLast) == place ? 1 : 0);
  }
  add_line(features, stages - kLast, 1 + exponent + mantissa);
  return features;
}

Features integer(const ModuleSpec& spec) {
  Features features;
  add_stages(features, number(spec, "Stages"), 2, kFp32Bits);
  return features;
}

/// A table of what the unit has by registers inside (behind the products, behind the sum).
Features packed_integers(const ModuleSpec& spec) {
  constexpr int kLast = 2;
  const std::uint64_t operations = std::stoull(spec.parameters.at("OpMask"), nullptr, 16);
  const auto has = [operations](dfg::Opcode op) { return (operations >> static_cast<unsigned>(op) & 1U) != 0; };
  const bool unsigned8 = has(dfg::Opcode::kUs8Dot), unsigned4 = has(dfg::Opcode::kUs4Dot);
  const bool dot8 = unsigned8 || has(dfg::Opcode::kS8Dot), dot4 = unsigned4 || has(dfg::Opcode::kS4Dot);
  const bool pick = has(dfg::Opcode::kB8Pick);
  const int kinds = (dot8 ? 1 : 0) + (dot4 ? 1 : 0) + (pick ? 1 : 0);
  const double stages = number(spec, "Latency") - 1;
  Features features;
  for (int place = 0; place <= kLast; ++place) {
    const bool here = std::min<double>(stages, kLast) == place;
    for (const bool part : {true, dot8, unsigned8, dot4, unsigned4, pick, kinds >= 2, kinds >= 3})
      features.push_back(here && part ? 1 : 0);
  }
  add_line(features, stages - kLast, kFp32Bits);
  return features;
}

using Table = std::map<std::string, Features (*)(const ModuleSpec&)>;
const Table& table() {
  static const Table functions{
      {"cgra_narrow_any", narrow},     {"cgra_number", number_unit},     {"cgra_number_compare", compare},
      {"cgra_number_mac", number_mac}, {"cgra_packed", packed_integers}, {"cgra_widen_any", widen},
      {"fp_convert", convert},         {"fp_from_int", integer},         {"fp_mac", mac},
      {"fp_to_int", integer},
  };
  return functions;
}

}  // namespace

std::vector<double> number_features(const ModuleSpec& spec) {
  const auto found = table().find(spec.module);
  return found == table().end() ? Features{} : found->second(spec);
}

std::vector<std::string> modelled_number_modules() {
  std::vector<std::string> names;
  for (const auto& [name, function] : table()) names.push_back(name);
  return names;
}

}  // namespace heddle::fpga
