// What Verilator's front end knows of a user's RTL before anything is built: ports, widths, edges, files, complaints.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"
#include "compiler/base/tool_process.h"

namespace heddle::verify {

/// Sources as the user names them.
struct RtlSources {
  std::vector<std::filesystem::path> files;
  std::string top;                                        ///< empty: the only module of the files
  std::vector<std::string> parameters = {};               ///< NAME=VALUE of the top module
  std::vector<std::filesystem::path> include_paths = {};  ///< for `include and for modules in files of their own
};

struct RtlPort {
  enum class Direction : std::uint8_t { kInput, kOutput, kInout };
  std::string name;
  std::string member;  ///< of Verilator's class
  Direction direction = Direction::kInput;
  int bits = 1;  ///< 0: a type that is not a vector of bits (unpacked array, real, interface)
  bool is_signed = false;
  Mark where;

  [[nodiscard]] std::size_t words() const { return (static_cast<std::size_t>(bits) + 63) / 64; }
};

/// Edges of a signal that some process waits for.
struct RtlEdges {
  bool rising = false;
  bool falling = false;
};

struct RtlDesign {
  std::string top;
  std::vector<RtlPort> ports;                ///< in the order of the module's header
  std::map<std::string, RtlEdges> edges;     ///< by the signal's name, in any module
  std::vector<std::filesystem::path> files;  ///< everything that was read, includes as well; absolute

  [[nodiscard]] const RtlPort* find(std::string_view name) const;
};

/// The arguments that every call of Verilator on these sources needs, with absolute paths.
std::vector<std::string> verilator_arguments(const RtlSources& sources);

/// Runs `verilator --xml-only` in `scratch`. Fails with the first error of Verilator at its place (the others as
/// notes), with kNotFound for missing files, and with the nearest name for an unknown module or parameter.
Result<RtlDesign> read_design(const RtlSources& sources, const std::filesystem::path& scratch, const Context& context);

/// Runs a tool on a user's design, in `directory`, with its output in tool-0.log. Fails with kNotFound if it is
/// missing, with kUnsupported if it fails (the end of its output is in the message) or takes more than ten minutes.
Status run_design_tool(const ToolCommand& command, const std::filesystem::path& directory, const Context& context);

/// The messages of a Verilator log that start with `%kind`, as remarks with places; paths as in `sources`.
std::vector<Note> verilator_messages(const std::string& log, const std::string& kind, const RtlSources& sources);

}  // namespace heddle::verify
