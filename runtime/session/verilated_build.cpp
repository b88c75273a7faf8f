#include "runtime/session/verilated_build.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"

namespace heddle::session {
namespace {

namespace fs = std::filesystem;

const ToolCommand kCompilerFlags = {"-std=c++17",          "-fPIC",
                                    "-fvisibility=hidden", "-w",
                                    "-DVM_COVERAGE=0",     "-DVM_SC=0",
                                    "-DVL_USER_STOP",      "-DVL_USER_FATAL",
                                    "-DVL_USER_FINISH",    "-DVL_PRINTF=heddle_rtl_print"};

}  // namespace

ToolCommand joined(ToolCommand first, const ToolCommand& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::uint64_t hash_words(const ToolCommand& words, std::uint64_t seed) {
  for (const std::string& word : words) seed = content_hash(word + '\0', seed);
  return seed;
}

int tool_jobs() { return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 16); }

Result<VerilatorTools> find_verilator(const fs::path& directory, const Context& context) {
  HEDDLE_ASSIGN(const std::string verilator, tool_output({"verilator", "--version"}, directory, context));
  HEDDLE_ASSIGN(const std::string compiler, tool_output({"g++", "--version"}, directory, context));
  HEDDLE_ASSIGN(std::string root, tool_output({"verilator", "--getenv", "VERILATOR_ROOT"}, directory, context));
  while (!root.empty() && root.back() == '\n') root.pop_back();
  return VerilatorTools{verilator + compiler, fs::path(root) / "include"};
}

ToolCommand VerilatedBuild::compiler_flags() const {
  return joined(kCompilerFlags,
                {fmt::format("-DVM_TRACE={}", trace ? 1 : 0), fmt::format("-DVM_TRACE_FST={}", trace ? 1 : 0),
                 "-DVM_TRACE_VCD=0", "-I" + tools.include.string(), "-include", declarations.string()});
}

std::uint64_t VerilatedBuild::key(std::uint64_t seed) const {
  return hash_words(kCompilerFlags, content_hash(tools.versions + (trace ? "fst" : ""), seed));
}

Result<fs::path> runtime_objects(const VerilatedBuild& build, const fs::path& cache, const Context& context) {
  const std::string name = "runtime-" + hex64(build.key(content_hash(build.tools.include.string())));
  const fs::path place = cache / name;
  const FileLock lock(cache / (name + ".lock"));
  HEDDLE_TRY(lock.acquire(context));
  if (fs::exists(place)) return place;
  const TemporaryDirectory scratch(cache);
  std::vector<std::string> units = {"verilated", "verilated_threads"};
  if (build.trace) units.push_back("verilated_fst_c");
  std::vector<ToolCommand> commands;
  for (const std::string& unit : units)
    commands.push_back(joined(joined({"g++", "-O2"}, build.compiler_flags()),
                              {"-c", (build.tools.include / (unit + ".cpp")).string(), "-o", unit + ".o"}));
  HEDDLE_TRY(run_tools(commands, scratch.path(), tool_jobs(), context));
  const fs::path objects = scratch.path() / "objects";
  fs::create_directory(objects);
  for (const std::string& unit : units) fs::rename(scratch.path() / (unit + ".o"), objects / (unit + ".o"));
  std::error_code error;
  fs::rename(objects, place, error);
  if (error) return fail(ErrorCode::kIo, fmt::format("cannot write {}: {}", place.string(), error.message()));
  return place;
}

}  // namespace heddle::session
