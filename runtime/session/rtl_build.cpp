#include "runtime/session/rtl_build.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <thread>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "compiler/base/tool_process.h"

namespace heddle::session {
namespace {

namespace fs = std::filesystem;

// Waves and assertions aside, these decide speed: one-bit choices measured on hycube_4x4 (docs/rtl.md).
const ToolCommand kVerilatorFlags = {"--cc",       "--prefix",   "Vcgra_top",  "--top-module",   "cgra_top",
                                     "-O3",        "--x-assign", "fast",       "--x-initial",    "fast",
                                     "-Wno-fatal", "-Wno-lint",  "-Wno-style", "--output-split", "40000"};
const ToolCommand kCompilerFlags = {"-std=c++17",          "-fPIC",
                                    "-fvisibility=hidden", "-w",
                                    "-DVM_COVERAGE=0",     "-DVM_SC=0",
                                    "-DVL_USER_STOP",      "-DVL_USER_FATAL",
                                    "-DVL_USER_FINISH",    "-DVL_PRINTF=heddle_rtl_print"};
/// Arrays with more PEs than this keep their PEs as functions of their own, shared by equal PEs: compiles in time
/// linear in the kinds of PE.
constexpr std::size_t kInlinedSources = 100'000;  // bytes of cgra_top.sv
constexpr std::size_t kUnitBytes = 400'000;       // generated code per compiler call

/// What a build depends on.
struct Inputs {
  std::vector<fs::path> sources;  ///< absolute, in compile order
  std::size_t top_bytes = 0;
  fs::path driver;
  fs::path verilator_include;
  std::string tools;  ///< versions
  bool trace = false;
  bool assertions = true;
  std::uint64_t key = 0;

  [[nodiscard]] int jobs() const { return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 16); }
};

ToolCommand joined(ToolCommand first, const ToolCommand& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

ToolCommand compiler_flags(const Inputs& inputs) {
  return joined(kCompilerFlags, {fmt::format("-DVM_TRACE={}", inputs.trace ? 1 : 0),
                                 fmt::format("-DVM_TRACE_FST={}", inputs.trace ? 1 : 0), "-DVM_TRACE_VCD=0",
                                 "-I" + inputs.verilator_include.string(), "-include",
                                 (inputs.driver.parent_path() / "rtl_abi.h").string()});
}

ToolCommand verilator_flags(const Inputs& inputs) {
  ToolCommand flags = kVerilatorFlags;
  if (inputs.trace) flags.push_back("--trace-fst");
  flags.push_back(inputs.assertions ? "--assert" : "--no-assert");
  return flags;
}

std::uint64_t hash_words(const ToolCommand& words, std::uint64_t seed) {
  for (const std::string& word : words) seed = content_hash(word + '\0', seed);
  return seed;
}

Result<std::vector<fs::path>> listed_sources(const fs::path& directory) {
  HEDDLE_ASSIGN(const std::string list, read_file(directory / "files.f"));
  std::vector<fs::path> sources;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) sources.push_back(fs::absolute(directory / line));
  return sources;
}

/// Versions and places of the tools; run in the cache directory, where their output may be written.
Status ask_tools(Inputs& inputs, const fs::path& directory, const Context& context) {
  HEDDLE_ASSIGN(const std::string verilator, tool_output({"verilator", "--version"}, directory, context));
  HEDDLE_ASSIGN(const std::string compiler, tool_output({"g++", "--version"}, directory, context));
  HEDDLE_ASSIGN(std::string root, tool_output({"verilator", "--getenv", "VERILATOR_ROOT"}, directory, context));
  while (!root.empty() && root.back() == '\n') root.pop_back();
  inputs.tools = verilator + compiler;
  inputs.verilator_include = fs::path(root) / "include";
  return {};
}

Result<Inputs> gather(const RtlOptions& options, const Context& context) {
  Inputs inputs;
  inputs.trace = options.trace;
  inputs.assertions = options.assertions;
  inputs.driver = fs::absolute(options.driver_source);
  HEDDLE_ASSIGN(inputs.sources, listed_sources(options.rtl_directory));
  const TemporaryDirectory scratch(options.cache_directory);
  HEDDLE_TRY(ask_tools(inputs, scratch.path(), context));
  std::vector<fs::path> files = inputs.sources;
  files.push_back(fs::absolute(options.rtl_directory) / "cgra_assert.svh");
  files.push_back(inputs.driver);
  files.push_back(inputs.driver.parent_path() / "rtl_abi.h");
  std::uint64_t key = content_hash(inputs.tools);
  for (const fs::path& file : files) {
    HEDDLE_ASSIGN(const std::string text, read_file(file));
    key = content_hash(text, content_hash(file.filename().string() + '\0', key));
    if (file.filename() == "cgra_top.sv") inputs.top_bytes = text.size();
  }
  // The place of the driver is part of the flags but not of the result.
  inputs.key = hash_words(kCompilerFlags, hash_words(verilator_flags(inputs), key));
  return inputs;
}

/// Objects of Verilator's run time, which take longer to compile than a small array; shared by all models.
Result<fs::path> runtime_objects(const Inputs& inputs, const fs::path& cache, const Context& context) {
  const std::uint64_t key = hash_words(
      kCompilerFlags, content_hash(inputs.tools + (inputs.trace ? "fst" : "") + inputs.verilator_include.string()));
  const fs::path place = cache / ("runtime-" + hex64(key));
  const FileLock lock(cache / ("runtime-" + hex64(key) + ".lock"));
  HEDDLE_TRY(lock.acquire(context));
  if (fs::exists(place)) return place;
  const TemporaryDirectory build(cache);
  std::vector<std::string> units = {"verilated", "verilated_threads"};
  if (inputs.trace) units.push_back("verilated_fst_c");
  std::vector<ToolCommand> commands;
  for (const std::string& unit : units)
    commands.push_back(joined(joined({"g++", "-O2"}, compiler_flags(inputs)),
                              {"-c", (inputs.verilator_include / (unit + ".cpp")).string(), "-o", unit + ".o"}));
  HEDDLE_TRY(run_tools(commands, build.path(), inputs.jobs(), context));
  const fs::path objects = build.path() / "objects";
  fs::create_directory(objects);
  for (const std::string& unit : units) fs::rename(build.path() / (unit + ".o"), objects / (unit + ".o"));
  std::error_code error;
  fs::rename(objects, place, error);
  if (error) return fail(ErrorCode::kIo, fmt::format("cannot write {}: {}", place.string(), error.message()));
  return place;
}

/// The generated C++ as files that include several of Verilator's, fast code apart from code that runs once.
Result<std::vector<ToolCommand>> compile_commands(const Inputs& inputs, const fs::path& directory) {
  std::vector<fs::path> generated;
  for (const auto& entry : fs::directory_iterator(directory / "model"))
    if (entry.path().extension() == ".cpp") generated.push_back(entry.path());
  std::sort(generated.begin(), generated.end());
  std::vector<ToolCommand> commands;
  const auto add = [&](const std::string& includes, bool slow) -> Status {
    const std::string unit = fmt::format("unit{}", commands.size());
    HEDDLE_TRY(write_file(directory / (unit + ".cpp"), includes));
    commands.push_back(joined(joined({"g++", slow ? "-O0" : "-O2"}, compiler_flags(inputs)),
                              {"-I" + (directory / "model").string(), "-c", unit + ".cpp", "-o", unit + ".o"}));
    return {};
  };
  HEDDLE_TRY(add(fmt::format("#include \"{}\"\n", inputs.driver.string()), false));
  for (const bool slow : {false, true}) {
    std::string includes;
    std::size_t bytes = 0;
    for (const fs::path& file : generated) {
      const std::string name = file.filename().string();
      if (slow != (name.find("__Slow") != std::string::npos || name.find("__Syms") != std::string::npos ||
                   name.find("__Trace") != std::string::npos))
        continue;
      includes += fmt::format("#include \"{}\"\n", name);
      bytes += fs::file_size(file);
      if (bytes < kUnitBytes) continue;
      HEDDLE_TRY(add(includes, slow));
      includes.clear();
      bytes = 0;
    }
    if (!includes.empty()) HEDDLE_TRY(add(includes, slow));
  }
  return commands;
}

Status verilate(const Inputs& inputs, const fs::path& directory, const Context& context) {
  ToolCommand command = joined({"verilator"}, verilator_flags(inputs));
  if (inputs.top_bytes > kInlinedSources) {
    HEDDLE_TRY(write_file(directory / "config.vlt", "`verilator_config\nno_inline -module \"cgra_pe\"\n"));
    command.push_back((directory / "config.vlt").string());
  }
  command =
      joined(command, {"--Mdir", (directory / "model").string(), "-I" + inputs.sources.front().parent_path().string()});
  for (const fs::path& source : inputs.sources) command.push_back(source.string());
  return run_tools({command}, directory, 1, context);
}

Status link(const Inputs& inputs, const fs::path& directory, std::size_t units, const fs::path& runtime,
            const Context& context) {
  ToolCommand command = {"g++", "-shared", "-Wl,-Bsymbolic", "-Wl,-z,defs", "-o", "model.so"};
  for (std::size_t i = 0; i < units; ++i) command.push_back(fmt::format("unit{}.o", i));
  for (const auto& entry : fs::directory_iterator(runtime)) command.push_back(entry.path().string());
  command.push_back("-pthread");
  if (inputs.trace) command.push_back("-lz");
  return run_tools({command}, directory, 1, context);
}

Status build(const Inputs& inputs, const fs::path& cache, const fs::path& library, const Context& context) {
  const TemporaryDirectory directory(cache);
  context.progress("verilating", 0, 3);
  HEDDLE_TRY(verilate(inputs, directory.path(), context));
  context.progress("compiling the verilated model", 1, 3);
  HEDDLE_ASSIGN(const fs::path runtime, runtime_objects(inputs, cache, context));
  HEDDLE_ASSIGN(const std::vector<ToolCommand> commands, compile_commands(inputs, directory.path()));
  HEDDLE_TRY(run_tools(commands, directory.path(), inputs.jobs(), context));
  context.progress("linking the verilated model", 2, 3);
  HEDDLE_TRY(link(inputs, directory.path(), commands.size(), runtime, context));
  std::error_code error;
  fs::rename(directory.path() / "model.so", library, error);
  if (error) return fail(ErrorCode::kIo, fmt::format("cannot write {}: {}", library.string(), error.message()));
  return {};
}

}  // namespace

Result<fs::path> build_rtl_library(const RtlOptions& options, const Context& context) {
  RtlOptions absolute = options;
  absolute.cache_directory = fs::absolute(options.cache_directory);
  const fs::path& cache = absolute.cache_directory;
  std::error_code error;
  fs::create_directories(cache, error);
  if (error) return fail(ErrorCode::kIo, fmt::format("cannot make directory {}: {}", cache.string(), error.message()));
  HEDDLE_ASSIGN(const Inputs inputs, gather(absolute, context));
  const fs::path library = cache / ("rtl-" + hex64(inputs.key) + ".so");
  if (fs::exists(library)) return library;
  const FileLock lock(cache / ("rtl-" + hex64(inputs.key) + ".lock"));
  HEDDLE_TRY(lock.acquire(context));
  if (fs::exists(library)) return library;  // built while we waited
  const auto begin = std::chrono::steady_clock::now();
  HEDDLE_TRY(build(inputs, cache, library, context));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  context.log(LogLevel::kInfo, fmt::format("verilated the array in {:.1f} s", seconds));
  return library;
}

}  // namespace heddle::session
