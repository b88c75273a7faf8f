// C file to comparison: compiled, written, loaded, and run on every engine.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <functional>

#include "compiler/base/files.h"
#include "runtime/session/network_module.h"
#include "runtime/session/program.h"
#include "runtime/verify/verify.h"

namespace heddle::e2e {

namespace fs = std::filesystem;

inline const fs::path kSource = HEDDLE_SOURCE_DIR;

inline session::RtlOptions rtl_options(const fs::path& rtl_directory) {
  session::RtlOptions options;
  options.rtl_directory = rtl_directory;
  options.cache_directory = fs::path(HEDDLE_BINARY_DIR) / "rtl_cache";
  options.driver_source = kSource / "runtime" / "session" / "rtl_driver" / "rtl_driver.cpp";
  return options;
}

/// A directory of this process, removed at the end.
struct Directory {
  explicit Directory(const std::string& name)
      : path(fs::path(HEDDLE_BINARY_DIR) / "tests" / "e2e" / (name + "." + std::to_string(getpid()))) {}
  ~Directory() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  fs::path path;
};

/// What hycube_ml_8x8 adds to hycube_nest_4x4, under the name packed_4x4, which takes a quarter of that one's time to
/// verilate.
inline void add_packed(arch::Cgra& cgra) {
  for (arch::PeClass& kind : cgra.classes) {
    if (kind.name == "divider") continue;
    for (const dfg::Opcode op : arch::operations_named("packed", cgra.word_bits)) kind.operations[op] = {2, 1};
  }
  cgra.name = "packed_4x4";
}

inline Result<arch::Cgra> shipped(const std::string& name) {
  return arch::find(name, kSource / "workloads" / "architectures");
}

struct Verified {
  session::CompiledProgram program;
  verify::Report report;

  [[nodiscard]] std::string text() const { return verify::to_text(report) + dump_json(program.report["host"]); }
};

/// Two random inputs and the edge cases. `adjust` changes the request that compiles it.
inline Result<Verified> verified(const fs::path& source, const std::string& architecture,
                                 std::vector<std::string> clang_arguments = {},
                                 std::vector<verify::Engine> engines = {verify::Engine::kInterpreter,
                                                                        verify::Engine::kFast, verify::Engine::kSystemc,
                                                                        verify::Engine::kRtl},
                                 const std::function<void(session::CompileRequest&)>& adjust = {}) {
  const Directory directory(architecture + "_" + source.stem().string());
  session::CompileRequest request;
  HEDDLE_ASSIGN(request.cgra, shipped(architecture));
  request.frontend.source = source;
  request.frontend.include_directory = kSource / "workloads" / "include";
  request.frontend.clang_arguments = std::move(clang_arguments);
  request.rtl_directory = kSource / "rtl";
  request.output = directory.path;
  if (adjust) adjust(request);
  HEDDLE_TRY(session::compile(request, Context{}));
  HEDDLE_ASSIGN(session::CompiledProgram program, session::load_program(directory.path));
  verify::Options options;
  options.vectors = 2;
  options.engines = std::move(engines);
  options.rtl = rtl_options(directory.path / "rtl");
  HEDDLE_ASSIGN(options.network, session::golden_network_if_any(directory.path));
  HEDDLE_ASSIGN(verify::Report report, verify::verify_program(program, options, Context{}));
  return Verified{std::move(program), std::move(report)};
}

/// A list of names that CMake gives.
inline std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> names;
  std::string name;
  for (const char letter : list + ",") {
    if (letter != ',') {
      name += letter;
      continue;
    }
    names.push_back(name);
    name.clear();
  }
  return names;
}

/// What a kernel computes with: words only, number formats, or packed integers.
enum class Arithmetic : std::uint8_t { kIntegers, kNumbers, kPacked };

/// Of kernels that ship, those that compute with that.
inline std::vector<std::string> kernels(const std::string& comma_separated, Arithmetic arithmetic) {
  std::vector<std::string> names = split(comma_separated);
  std::erase_if(names, [&](const std::string& name) {
    const std::string text = read_file(kSource / "workloads" / "kernels" / (name + ".c")).value_or("");
    const auto mentions = [&text](const char* word) { return text.find(word) != std::string::npos; };
    const bool packed = mentions("_dot(");
    const bool numbers =
        mentions("float ") || mentions("heddle_e") || mentions("heddle_fp16 ") || mentions("heddle_bf16 ");
    return arithmetic != (packed ? Arithmetic::kPacked : numbers ? Arithmetic::kNumbers : Arithmetic::kIntegers);
  });
  return names;
}

}  // namespace heddle::e2e
