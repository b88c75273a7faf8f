// FPGA families that Yosys maps to, and what their cells are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/base/result.h"

namespace heddle::fpga {

enum class Family : std::uint8_t {
  kXc7,    ///< AMD 7 series
  kXcup,   ///< AMD UltraScale+
  kEcp5,   ///< Lattice ECP5
  kIce40,  ///< Lattice iCE40 HX
};

inline constexpr Family kFamilies[] = {Family::kXc7, Family::kXcup, Family::kEcp5, Family::kIce40};

/// xc7, xcup, ecp5 or ice40.
std::string_view name(Family family);
/// Fails with the valid names and the nearest of them.
Result<Family> parse_family(std::string_view text);

/// What a cell is counted as.
enum class CellKind : std::uint8_t {
  kLut,
  kLutRam,
  kFlipFlop,
  kCarry,
  kDsp,
  kBram,
  kMux,
  kInverter,  ///< in front of clear pins; one inverted reset net serves all, so they are no LUTs
  kOther,     ///< buffers and what no rule knows
};

/// `units` per kind: a LUT's number of inputs; the LUTs that a LUT RAM or shift register occupies; half blocks of
/// 18 kbit for AMD block RAM; otherwise 1.
struct CellClass {
  CellKind kind = CellKind::kOther;
  int units = 1;
};

/// By the name of a mapped cell, without the backslash.
CellClass classify(Family family, std::string_view cell);

}  // namespace heddle::fpga
