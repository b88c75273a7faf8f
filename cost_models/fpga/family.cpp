#include "cost_models/fpga/family.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <vector>

#include "compiler/base/files.h"

namespace heddle::fpga {
namespace {

/// The first rule whose prefix fits decides, so longer prefixes stand first.
struct Rule {
  std::string_view prefix;
  CellKind kind;
  int units = 1;
};

// LUTs of the distributed memories: UG474 tables 2-3 and 2-5, UG574 table 5. SRLs take one LUT each.
constexpr Rule kAmd[] = {
    {"LUT1", CellKind::kLut, 1},
    {"LUT2", CellKind::kLut, 2},
    {"LUT3", CellKind::kLut, 3},
    {"LUT4", CellKind::kLut, 4},
    {"LUT5", CellKind::kLut, 5},
    {"LUT6", CellKind::kLut, 6},
    {"INV", CellKind::kInverter},
    {"FDCE", CellKind::kFlipFlop},
    {"FDPE", CellKind::kFlipFlop},
    {"FDRE", CellKind::kFlipFlop},
    {"FDSE", CellKind::kFlipFlop},
    {"CARRY", CellKind::kCarry},
    {"MUXF", CellKind::kMux},
    {"DSP48E", CellKind::kDsp},
    {"RAMB36", CellKind::kBram, 2},
    {"RAMB18", CellKind::kBram, 1},
    {"RAM32M16", CellKind::kLutRam, 8},
    {"RAM64M8", CellKind::kLutRam, 8},
    {"RAM32M", CellKind::kLutRam, 4},
    {"RAM64M", CellKind::kLutRam, 4},
    {"RAM512X1S", CellKind::kLutRam, 8},
    {"RAM256X1S", CellKind::kLutRam, 4},
    {"RAM256X1D", CellKind::kLutRam, 8},
    {"RAM128X1S", CellKind::kLutRam, 2},
    {"RAM128X1D", CellKind::kLutRam, 4},
    {"RAM64X1S", CellKind::kLutRam, 1},
    {"RAM64X1D", CellKind::kLutRam, 2},
    {"RAM32X1S", CellKind::kLutRam, 1},
    {"RAM32X1D", CellKind::kLutRam, 2},
    {"SRL", CellKind::kLutRam, 1},
};

// A 16x4 RAM occupies the LUTs of two slices (FPGA-TN-02204).
constexpr Rule kEcp5[] = {
    {"LUT4", CellKind::kLut, 4},
    {"TRELLIS_FF", CellKind::kFlipFlop},
    {"CCU2C", CellKind::kCarry},
    {"PFUMX", CellKind::kMux},
    {"L6MUX21", CellKind::kMux},
    {"MULT18X18D", CellKind::kDsp},
    {"MULT9X9D", CellKind::kDsp},
    {"ALU54B", CellKind::kDsp},
    {"DP16KD", CellKind::kBram},
    {"PDPW16KD", CellKind::kBram},
    {"TRELLIS_DPR16X4", CellKind::kLutRam, 4},
};

constexpr Rule kIce40[] = {
    {"SB_LUT4", CellKind::kLut, 4},   {"SB_DFF", CellKind::kFlipFlop}, {"SB_CARRY", CellKind::kCarry},
    {"SB_RAM40_4K", CellKind::kBram}, {"SB_MAC16", CellKind::kDsp},
};

std::span<const Rule> rules(Family family) {
  switch (family) {
    case Family::kXc7:
    case Family::kXcup: return kAmd;
    case Family::kEcp5: return kEcp5;
    case Family::kIce40: return kIce40;
  }
  return {};
}

}  // namespace

std::string_view name(Family family) {
  switch (family) {
    case Family::kXc7: return "xc7";
    case Family::kXcup: return "xcup";
    case Family::kEcp5: return "ecp5";
    case Family::kIce40: return "ice40";
  }
  return "?";
}

Result<Family> parse_family(std::string_view text) {
  std::vector<std::string_view> names;
  for (const Family family : kFamilies) {
    if (name(family) == text) return family;
    names.push_back(name(family));
  }
  const std::string near = nearest_name(text, names);
  return fail(ErrorCode::kBadInput, fmt::format("unknown FPGA family '{}', expected xc7, xcup, ecp5 or ice40", text),
              {}, near.empty() ? "" : fmt::format("did you mean '{}'?", near));
}

CellClass classify(Family family, std::string_view cell) {
  for (const Rule& rule : rules(family))
    if (cell.substr(0, rule.prefix.size()) == rule.prefix) return {rule.kind, rule.units};
  return {};
}

}  // namespace heddle::fpga
