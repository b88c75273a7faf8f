#include "runtime/cli/tools.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "compiler/base/files.h"

namespace heddle::cli {
namespace fs = std::filesystem;

namespace {

std::string find_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::stringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    const fs::path candidate = fs::path(directory) / program;
    std::error_code code;
    if (fs::is_regular_file(candidate, code) && ::access(candidate.c_str(), X_OK) == 0) return candidate.string();
  }
  return {};
}

struct CloseProcess {
  void operator()(FILE* stream) const { ::pclose(stream); }
};

/// The first line with a digit that the program prints when asked for its version.
std::string ask_version(const std::string& program, const std::string& option) {
  const std::string command = fmt::format("'{}' {} 2>&1 </dev/null", program, option);
  const std::unique_ptr<FILE, CloseProcess> stream(::popen(command.c_str(), "r"));
  if (!stream) return {};
  std::array<char, 512> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), stream.get()) != nullptr) {
    std::string text = line.data();
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    if (text.find_first_of("0123456789") != std::string::npos) return text;
  }
  return {};
}

}  // namespace

std::vector<Tool> find_tools() {
  std::vector<Tool> tools{
      {"clang-19", "clang-19", "compile: reads the C", true, "", ""},
      {"verilator", "verilator", "simulate and verify with --backend rtl", false, "", ""},
      {"g++", "g++", "simulate and verify with --backend rtl: compiles the verilated model", false, "", ""},
      {"make", "make", "simulate and verify with --backend rtl: builds the verilated model", false, "", ""},
      {"ccache", "ccache", "quicker rebuilds of verilated models", false, "", ""},
      {"yosys", "yosys", "synthesis of the generated RTL", false, "", ""},
      {"opt-19", "llvm-19", "the LLVM pass plugin", false, "", ""},
      {"dot", "graphviz", "pictures from map --dot", false, "", ""},
      {"gtkwave", "gtkwave", "looking at waves from --trace", false, "", ""},
  };
  for (Tool& tool : tools) {
    tool.path = find_on_path(tool.name);
    if (!tool.path.empty())
      tool.version = ask_version(tool.path, tool.name == "dot" || tool.name == "yosys" ? "-V" : "--version");
  }
  return tools;
}

std::string heddle_version() { return HEDDLE_VERSION; }

std::string version_text() {
  std::string text = fmt::format("heddle {}\n  built with LLVM {}, SystemC {}\n", HEDDLE_VERSION, HEDDLE_LLVM_VERSION,
                                 HEDDLE_SYSTEMC_VERSION);
  for (const Tool& tool : find_tools()) {
    if (tool.name == "clang-19" || tool.name == "verilator" || tool.name == "yosys")
      text += fmt::format("  {}: {}\n", tool.name, tool.path.empty() ? "not installed" : tool.version);
  }
  return text;
}

}  // namespace heddle::cli
