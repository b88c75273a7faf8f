// C file to comparison: compiled, written, loaded, and run on every engine.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <functional>

#include "compiler/base/files.h"
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
  HEDDLE_ASSIGN(verify::Report report, verify::verify_program(program, options, Context{}));
  return Verified{std::move(program), std::move(report)};
}

}  // namespace heddle::e2e
