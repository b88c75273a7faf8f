#include "cost_models/fpga/design_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <set>

#include "compiler/base/files.h"

namespace heddle::fpga {
namespace {

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '$'; });
}

/// Values are pasted into a script; nothing in them may end the command.
bool is_value(std::string_view text) {
  return !text.empty() && text.find_first_of(";\n\\ \t#") == std::string_view::npos;
}

bool is_header(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".svh" || extension == ".vh" || extension == ".h";
}

Status read_includes(const std::filesystem::path& directory, int index, Sources& sources) {
  std::error_code error;
  std::set<std::filesystem::path> headers;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    if (entry.is_regular_file() && is_header(entry.path())) headers.insert(entry.path());
  if (error) return fail(ErrorCode::kNotFound, fmt::format("cannot read include directory {}", directory.string()));
  for (const auto& header : headers) {
    HEDDLE_ASSIGN(const std::string text, read_file(header));
    sources.includes.push_back({fmt::format("inc{}/{}", index, header.filename().string()), without_comments(text)});
  }
  return {};
}

/// The end of the token that begins at `i`: a string, a comment, or one character.
std::size_t token_end(std::string_view text, std::size_t i) {
  const auto from = [&](std::string_view mark, std::size_t begin) {
    return std::min(text.find(mark, begin), text.size());
  };
  if (text.substr(i, 2) == "//") return from("\n", i);
  if (text.substr(i, 2) == "/*") return std::min(from("*/", i + 2) + 2, text.size());
  if (text[i] != '"') return i + 1;
  for (++i; i < text.size() && text[i] != '"'; ++i)
    if (text[i] == '\\') ++i;
  return std::min(i + 1, text.size());
}

std::string hash_of(const Sources& sources) {
  std::uint64_t first = 0xCBF29CE484222325U, second = 0x9E3779B97F4A7C15U;
  for (const auto* list : {&sources.files, &sources.includes})
    for (const auto& file : *list) {
      const std::string piece = fmt::format("{}\n{}\n{}", file.name, file.text.size(), file.text);
      first = content_hash(piece, first);
      second = content_hash(piece, second);
    }
  return hex64(first) + hex64(second);
}

std::string read_commands(const DesignPoint& point, const Sources& sources) {
  std::string script = "read_verilog -sv -defer";
  for (int i = 0; i < sources.include_directories; ++i) script += fmt::format(" -Iinc{}", i);
  for (const auto& file : sources.files) script += " " + file.name;
  script += fmt::format("\nhierarchy -check -top {}", point.top);
  for (const auto& [key, value] : point.parameters) script += fmt::format(" -chparam {} {}", key, value);
  script += "\n";
  return script;
}

std::string synthesis_command(const DesignPoint& point) {
  const std::string abc9 = point.abc9 ? " -abc9" : "";
  switch (point.family) {
    case Family::kXc7:
    case Family::kXcup:
      // Without memories, what synth_xilinx does in its "begin", less cells_xtra.v, which takes a second to read.
      return fmt::format("{}synth_xilinx -family {} -flatten -noiopad -noclkbuf{}{} -top {}{}\n",
                         point.memories ? ""
                                        : fmt::format("read_verilog -lib -specify +/xilinx/cells_sim.v\n"
                                                      "hierarchy -check -top {}\n",
                                                      point.top),
                         name(point.family), point.dsp ? "" : " -nodsp", abc9, point.top,
                         point.memories ? "" : " -run prepare:");
    case Family::kEcp5: return fmt::format("synth_ecp5{}{} -top {}\n", point.dsp ? "" : " -nodsp", abc9, point.top);
    case Family::kIce40:
      return fmt::format("synth_ice40 -device hx{}{} -top {}\n", point.dsp ? " -dsp" : "", abc9, point.top);
  }
  return "";
}

/// `ltp` takes AMD flip-flops for wires, and `sta` finds no arcs in derived black boxes (FDCE with INIT set) and takes
/// the asynchronous reset for a path, so: paths are cut at flip-flops for `ltp`; parameters and reset arcs go for
/// `sta`.
std::string timing_commands(Family family) {
  const bool amd = family == Family::kXc7 || family == Family::kXcup;
  const std::string flip_flops = amd ? "t:FD*" : family == Family::kEcp5 ? "t:TRELLIS_FF" : "t:SB_DFF*";
  const std::string depth =
      "write_rtlil mapped.il\n"
      "design -reset\n"
      "read_rtlil mapped.il\n"
      "delete " +
      flip_flops +
      "\n"
      "tee -q -o ltp.txt ltp\n";
  if (family == Family::kEcp5) return depth;
  std::string script = depth + "design -reset\nread_rtlil mapped.il\n";
  if (amd)
    script +=
        "read_verilog -lib -specify +/xilinx/cells_sim.v\n"
        "setparam -unset INIT -unset IS_C_INVERTED -unset IS_D_INVERTED -unset IS_CLR_INVERTED -unset IS_PRE_INVERTED "
        "t:FDCE t:FDPE\n"
        "delete =FDCE/t:$specify2 =FDPE/t:$specify2\n";
  else
    script += "read_verilog -D ICE40_HX -lib -specify +/ice40/cells_sim.v\ndelete =SB_DFF*/t:$specify2\n";
  return script + "tee -q -o sta.txt sta\n";
}

}  // namespace

std::string verilog_constant(std::int32_t value) {
  if (value >= 0) return std::to_string(value);
  return fmt::format("32'sb{}", std::bitset<32>(static_cast<std::uint32_t>(value)).to_string());
}

std::string without_comments(std::string_view verilog) {
  std::string result;
  const auto end_line = [&] {
    while (!result.empty() && (result.back() == ' ' || result.back() == '\t' || result.back() == '\r'))
      result.pop_back();
    if (!result.empty() && result.back() != '\n') result += '\n';
  };
  for (std::size_t i = 0; i < verilog.size();) {
    const std::size_t end = token_end(verilog, i);
    const std::string_view token = verilog.substr(i, end - i);
    const bool comment = token.starts_with("//") || token.starts_with("/*");
    const bool obeyed = token.find("synthesis ") != token.npos || token.find("synopsys ") != token.npos;
    if (token == "\n")
      end_line();
    else if (!comment || obeyed)
      result += token;
    else
      result += ' ';
    i = end;
  }
  end_line();
  return result;
}

Result<Sources> read_sources(const DesignPoint& point) {
  Sources sources;
  int index = 0;
  for (const auto& path : point.files) {
    HEDDLE_ASSIGN(const std::string text, read_file(path));
    sources.files.push_back({fmt::format("src/{:02}_{}", index++, path.filename().string()), without_comments(text)});
  }
  for (const auto& directory : point.include_directories)
    HEDDLE_TRY(read_includes(directory, sources.include_directories++, sources));
  sources.hash = hash_of(sources);
  return sources;
}

Status write_sources(const Sources& sources, const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory / "src", error);
  for (int i = 0; i < sources.include_directories; ++i)
    std::filesystem::create_directories(directory / fmt::format("inc{}", i), error);
  for (const auto* list : {&sources.files, &sources.includes})
    for (const auto& file : *list) HEDDLE_TRY(write_file(directory / file.name, file.text));
  return {};
}

std::string elaboration_script(const DesignPoint& point, const Sources& sources) {
  return read_commands(point, sources) + "write_rtlil elaborated.il\n";
}

std::string synthesis_script(const DesignPoint& point, const Sources& sources) {
  const bool amd = point.family == Family::kXc7 || point.family == Family::kXcup;
  std::string script = read_commands(point, sources);
  for (const std::string& box : point.black_boxes) script += fmt::format("blackbox A:hdlname=\\\\{}\n", box);
  script += synthesis_command(point);
  script += amd ? "tee -q -o stat.json stat -tech xilinx -json\n" : "tee -q -o stat.json stat -json\n";
  if (point.place_and_route) script += "write_json netlist.json\n";
  if (point.is_timed()) script += timing_commands(point.family);
  return script;
}

Status check(const DesignPoint& point) {
  if (point.files.empty()) return fail(ErrorCode::kBadInput, "synthesis: no source file");
  if (!is_identifier(point.top))
    return fail(ErrorCode::kBadInput, fmt::format("synthesis: '{}' is no module name", point.top));
  for (const auto& [key, value] : point.parameters)
    if (!is_identifier(key) || !is_value(value))
      return fail(ErrorCode::kBadInput, fmt::format("synthesis: parameter {} = '{}' cannot be passed on", key, value));
  for (const std::string& box : point.black_boxes)
    if (!is_identifier(box)) return fail(ErrorCode::kBadInput, fmt::format("synthesis: '{}' is no module name", box));
  for (const auto& file : point.files)
    if (!is_value(file.filename().string()))
      return fail(ErrorCode::kBadInput,
                  fmt::format("synthesis: the file name '{}' cannot be passed on", file.string()));
  if (point.place_and_route && point.family != Family::kIce40)
    return fail(ErrorCode::kBadInput,
                fmt::format("place and route is there for ice40 alone, not for {}", name(point.family)));
  return {};
}

}  // namespace heddle::fpga
