// What a netlist takes of a device by kind of resource, in the units of device tables, and a module with its
// parameters.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "cost_models/fpga/family.h"

namespace heddle::fpga {

/// Sites of a device, as real numbers: estimates are fractional until they are printed, and a RAMB18 is half a block
/// RAM.
///
/// `lut`: look-up tables as logic; `lutram`: as memory or shift register (a RAM32M16 takes 8). `bram`: blocks of 36
/// kbit (xc7, xcup), 18 kbit (ecp5) or 4 kbit (ice40). `inverters`: cells INV. Yosys puts one in front of the clear pin
/// of every flip-flop with an active-low reset; they are listed, but are no LUTs here, since one inverted reset net (or
/// the slice itself) serves all.
struct Usage {
  double lut = 0;
  double lutram = 0;
  double ff = 0;
  double carry = 0;
  double mux = 0;
  double dsp = 0;
  double bram = 0;
  double inverters = 0;

  Usage& operator+=(const Usage& other);
  bool operator==(const Usage&) const = default;
};

Usage operator*(double factor, Usage usage);

/// A column of tables and JSON; `member` points into Usage.
struct UsageColumn {
  std::string_view key;    ///< in JSON
  std::string_view title;  ///< in tables
  double Usage::* member;
};
inline constexpr std::array<UsageColumn, 8> kUsageColumns{{{"lut", "LUT", &Usage::lut},
                                                           {"lutram", "LUTRAM", &Usage::lutram},
                                                           {"ff", "FF", &Usage::ff},
                                                           {"carry", "CARRY", &Usage::carry},
                                                           {"mux", "MUX", &Usage::mux},
                                                           {"dsp", "DSP", &Usage::dsp},
                                                           {"bram", "BRAM", &Usage::bram},
                                                           {"inverters", "INV", &Usage::inverters}}};

/// Rounded to whole sites, block RAMs to halves.
Json to_json(const Usage& usage);
/// Fails with kBadInput on negative numbers and other types; absent columns are 0.
Result<Usage> usage_from_json(const Json& json);

/// Of mapped cells by type.
Usage usage_of_cells(Family family, const std::map<std::string, std::int64_t>& cells);

/// A module of rtl/ with the parameters that an instance overrides, values as decimal ("32") or hexadecimal ("0x1f")
/// numbers.
struct ModuleSpec {
  std::string module;
  std::map<std::string, std::string> parameters;

  /// The value of a parameter that fits 63 bits; `absent` where the instance does not override it.
  [[nodiscard]] std::int64_t number(const std::string& name, std::int64_t absent = 0) const;
  /// "cgra_delay Cycles=1 Width=32": a name in caches, tables and messages.
  [[nodiscard]] std::string text() const;
  auto operator<=>(const ModuleSpec&) const = default;
};

}  // namespace heddle::fpga
