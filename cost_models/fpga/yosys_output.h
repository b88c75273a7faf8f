// Reads what Yosys 0.23 and nextpnr print. Every function fails with kBadInput on text that is something else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "cost_models/fpga/utilisation.h"

namespace heddle::fpga {

/// One module of `stat -json`.
struct ModuleStatistics {
  std::map<std::string, std::int64_t> cells;  ///< by type, names without a leading backslash
  std::optional<std::int64_t> logic_cells;    ///< with -tech xilinx
};

/// The "modules" object of `stat -json`; the rest of it is not valid JSON in 0.23. Names without a leading backslash.
Result<std::map<std::string, ModuleStatistics>> parse_statistics(std::string_view text);

/// "Latest arrival time in 'm' is 2383:" of `sta`, in ps. 0 if the design has no timed path ("No timing paths").
Result<std::int64_t> parse_arrival(std::string_view text);

/// "Longest topological path in m (length=7):" of `ltp`.
Result<std::int64_t> parse_depth(std::string_view text);

/// The slowest clock of a nextpnr --report file, MHz; nothing if no path goes from register to register.
Result<std::optional<double>> parse_fmax(std::string_view report);

/// One module of an RTLIL file as `hierarchy` leaves it.
struct RtlilModule {
  std::string name;                               ///< as cells refer to it, without a leading backslash
  std::string source_name;                        ///< without parameters: its "hdlname", or the name
  std::map<std::string, std::string> parameters;  ///< as Verilog constants
  std::map<std::string, std::int64_t> cells;      ///< by type, names without a leading backslash
  bool is_top = false;
};

/// All modules of the file, in its order.
Result<std::vector<RtlilModule>> parse_rtlil(std::string_view text);

/// The Verilog constant of an RTLIL one: 8'0101 -> 8'b0101, -3 -> 32'b11...01; decimals and strings stay.
std::string verilog_constant(std::string_view rtlil);

}  // namespace heddle::fpga
