// What a design takes of an FPGA, as Yosys maps it: cells after mapping, before placement. Another tool's figures
// differ.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "compiler/base/json.h"
#include "cost_models/fpga/family.h"

namespace heddle::fpga {

/// Counts of cells; sums are over instances.
struct Utilisation {
  std::int64_t lut = 0;                         ///< LUTs as logic; on ecp5 with those in carry cells
  std::array<std::int64_t, 6> lut_by_inputs{};  ///< [k - 1]: LUTs of k inputs; their sum is `lut`
  std::int64_t ff = 0;
  std::int64_t carry = 0;  ///< CARRY4, CCU2C, SB_CARRY cells
  std::int64_t dsp = 0;
  std::int64_t bram = 0;       ///< blocks of 18 kbit (a RAMB36 is 2); of 4 kbit on ice40
  std::int64_t lutram = 0;     ///< LUTs as memory or shift registers
  std::int64_t mux = 0;        ///< MUXF7/8/9, PFUMX, L6MUX21
  std::int64_t inverters = 0;  ///< INV cells of AMD families, not counted as LUTs
  /// Yosys' `stat -tech xilinx` estimate of logic cells, which pairs small LUTs; AMD families only.
  std::optional<std::int64_t> logic_cells;
  /// Latest arrival of `sta` in ps, register to register or port to register, without routing. Absent where the design
  /// was not flat, or not asked for.
  std::optional<std::int64_t> delay_ps;
  /// Cells on the longest topological path (`ltp`), flip-flops cut.
  std::optional<std::int64_t> depth;
  /// Clock rate of nextpnr after place and route, MHz; ice40 only.
  std::optional<double> fmax_mhz;
  std::map<std::string, std::int64_t> cells;  ///< every cell by type, as mapped

  bool operator==(const Utilisation&) const = default;
};

/// Counts cells by kind. Types that `classify` does not know are in `cells` alone.
Utilisation count_cells(Family family, const std::map<std::string, std::int64_t>& cells);

/// Adds `instances` times the cells of `part`. Logic cells become absent if either side lacks them; delay is the larger
/// of both (absent counts as 0), and so is depth; the clock rate is dropped: it is not a sum.
void add(Utilisation& total, const Utilisation& part, std::int64_t instances);

Json to_json(const Utilisation& utilisation);
/// Reads what to_json wrote. The counts are made anew from the cells, so that what is kept outlives changes of what is
/// counted as what. Fails with kBadInput if it is something else.
Result<Utilisation> utilisation_from_json(const Json& json, Family family);

}  // namespace heddle::fpga
