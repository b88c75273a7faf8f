#include "runtime/session/rtl_build.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <sstream>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "runtime/session/verilated_build.h"

namespace heddle::session {
namespace {

namespace fs = std::filesystem;

// Waves and assertions aside, these decide speed: one-bit choices measured on hycube_4x4 (docs/rtl.md).
const ToolCommand kVerilatorFlags = {"--cc",       "-O3",       "--x-assign", "fast",           "--x-initial", "fast",
                                     "-Wno-fatal", "-Wno-lint", "-Wno-style", "--output-split", "40000"};
constexpr std::size_t kUnitBytes = 400'000;  // generated code per compiler call

/// What a build depends on.
struct Inputs {
  RtlDesign design;               ///< with absolute paths
  std::vector<fs::path> sources;  ///< absolute, in compile order
  VerilatedBuild build;
  std::uint64_t key = 0;
};

ToolCommand verilator_flags(const Inputs& inputs) {
  const RtlDesign& design = inputs.design;
  ToolCommand flags = joined(kVerilatorFlags, {"--prefix", "V" + design.top, "--top-module", design.top});
  for (const std::string& parameter : design.parameters) flags.push_back("-G" + parameter);
  if (inputs.build.trace) flags.push_back("--trace-fst");
  flags.push_back(design.assertions ? "--assert" : "--no-assert");
  return flags;
}

Result<std::vector<fs::path>> listed_sources(const fs::path& directory) {
  HEDDLE_ASSIGN(const std::string list, read_file(directory / "files.f"));
  std::vector<fs::path> sources;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) sources.push_back(fs::absolute(directory / line));
  return sources;
}

Result<Inputs> gather(const RtlDesign& design, const Context& context) {
  Inputs inputs;
  inputs.design = design;
  inputs.build.trace = design.trace;
  inputs.build.declarations = design.driver.parent_path() / "rtl_abi.h";
  HEDDLE_ASSIGN(inputs.sources, listed_sources(design.directory));
  const TemporaryDirectory scratch(design.cache);
  HEDDLE_ASSIGN(inputs.build.tools, find_verilator(scratch.path(), context));
  std::vector<fs::path> files = inputs.sources;
  for (const std::string& header : design.headers) files.push_back(design.directory / header);
  files.push_back(design.driver);
  for (const std::string& header : names_in(design.driver.parent_path(), ".h"))
    files.push_back(design.driver.parent_path() / (header + ".h"));
  std::uint64_t key = content_hash("");
  for (const fs::path& file : files) {
    HEDDLE_ASSIGN(const std::string text, read_file(file));
    key = content_hash(text, content_hash(file.filename().string() + '\0', key));
  }
  // The place of the driver is part of the flags but not of the result.
  inputs.key = inputs.build.key(hash_words(verilator_flags(inputs), content_hash(design.shared_module, key)));
  return inputs;
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
    commands.push_back(joined(joined({"g++", slow ? "-O0" : "-O2"}, inputs.build.compiler_flags()),
                              {"-I" + (directory / "model").string(), "-c", unit + ".cpp", "-o", unit + ".o"}));
    return {};
  };
  HEDDLE_TRY(add(fmt::format("#include \"{}\"\n", inputs.design.driver.string()), false));
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
  if (const std::string& shared = inputs.design.shared_module; !shared.empty()) {
    HEDDLE_TRY(
        write_file(directory / "config.vlt", fmt::format("`verilator_config\nno_inline -module \"{}\"\n", shared)));
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
  if (inputs.build.trace) command.push_back("-lz");
  return run_tools({command}, directory, 1, context);
}

Status build(const Inputs& inputs, const fs::path& cache, const fs::path& library, const Context& context) {
  const TemporaryDirectory directory(cache);
  context.progress("verilating", 0, 3);
  HEDDLE_TRY(verilate(inputs, directory.path(), context));
  context.progress("compiling the verilated model", 1, 3);
  HEDDLE_ASSIGN(const fs::path runtime, runtime_objects(inputs.build, cache, context));
  HEDDLE_ASSIGN(const std::vector<ToolCommand> commands, compile_commands(inputs, directory.path()));
  HEDDLE_TRY(run_tools(commands, directory.path(), tool_jobs(), context));
  context.progress("linking the verilated model", 2, 3);
  HEDDLE_TRY(link(inputs, directory.path(), commands.size(), runtime, context));
  std::error_code error;
  fs::rename(directory.path() / "model.so", library, error);
  if (error) return fail(ErrorCode::kIo, fmt::format("cannot write {}: {}", library.string(), error.message()));
  return {};
}

}  // namespace

Result<fs::path> build_rtl_library(const RtlDesign& design, const Context& context) {
  RtlDesign absolute = design;
  absolute.directory = fs::absolute(design.directory);
  absolute.driver = fs::absolute(design.driver);
  absolute.cache = fs::absolute(design.cache);
  const fs::path& cache = absolute.cache;
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

Result<const void*> rtl_symbol(const fs::path& library, const char* symbol) {
  void* opened = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) return fail(ErrorCode::kIo, fmt::format("cannot load {}: {}", library.string(), ::dlerror()));
  return ::dlsym(opened, symbol);
}

}  // namespace heddle::session
