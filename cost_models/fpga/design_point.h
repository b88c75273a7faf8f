// One design to synthesise: sources, top, parameters, family and flags; and the Yosys scripts for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "cost_models/fpga/family.h"

namespace heddle::fpga {

/// Values as Verilog constants: decimal ("12"), sized ("4'b1010") or a quoted string without spaces.
using Parameters = std::map<std::string, std::string>;

/// A parameter's value, of 32 bits if negative ("-3" is no constant for -chparam).
std::string verilog_constant(std::int32_t value);

struct DesignPoint {
  std::vector<std::filesystem::path> files;                ///< in the order in which they are read
  std::vector<std::filesystem::path> include_directories;  ///< their files *.svh, *.vh and *.h are part of the sources
  std::string top;
  Parameters parameters;
  Family family = Family::kXc7;
  bool dsp = false;              ///< multipliers may become DSP blocks
  bool abc9 = true;              ///< LUT mapping by abc9, which sees carry chains
  bool memories = true;          ///< may use block RAM; without, AMD's big library of cells need not be read
  bool timing = true;            ///< run `ltp` and (AMD, ecp5) `sta`; for flat designs of up to some thousand LUTs
  bool place_and_route = false;  ///< nextpnr on the largest HX device for fmax; ice40 only
  /// Modules (by source name) whose instances are left out and counted as cells of that name. There is no timing then.
  std::vector<std::string> black_boxes;

  /// Whether there is a depth. DSP blocks have no timing in Yosys 0.23, so designs that may have them have none either.
  [[nodiscard]] bool is_timed() const { return timing && black_boxes.empty() && !dsp; }
  /// Whether there is a delay: on ecp5 neither flip-flops nor carry cells have arcs for `sta`.
  [[nodiscard]] bool has_delay() const { return is_timed() && family != Family::kEcp5; }
};

/// The sources of a point, read once and by content, without comments: results depend neither on where the files lie
/// nor on what is said about them.
struct Sources {
  struct File {
    std::string name;  ///< relative to the scratch directory
    std::string text;
  };
  std::vector<File> files;     ///< to be read, in order
  std::vector<File> includes;  ///< sorted by name
  int include_directories = 0;
  std::string hash;  ///< of names and texts, 32 hex digits
};

/// The text without comments, spaces at ends of lines and empty lines. Comments that tools obey ("synthesis ..." and
/// "synopsys ...") stay.
std::string without_comments(std::string_view verilog);

/// Fails with kNotFound if a file or an include directory does not exist.
Result<Sources> read_sources(const DesignPoint& point);

/// Writes the sources below `directory`.
Status write_sources(const Sources& sources, const std::filesystem::path& directory);

/// The Yosys commands, in terms of the names in `sources`. The results are stat.json, and ltp.txt and sta.txt with
/// timing, and netlist.json for place and route.
std::string synthesis_script(const DesignPoint& point, const Sources& sources);

/// The commands that elaborate the point and write elaborated.il, for its hierarchy.
std::string elaboration_script(const DesignPoint& point, const Sources& sources);

/// Fails with kBadInput for points that no script can be made of: no file, no top, names with spaces or quotes, place
/// and route on another family than ice40.
Status check(const DesignPoint& point);

}  // namespace heddle::fpga
