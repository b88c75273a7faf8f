// What is done for a point, as tasks: pure functions of a JSON text, so that results can be kept by content.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "runtime/explore/sweep.h"

namespace heddle::explore {

/// What the front end made of kernels, for the predictor of cycles, which asks for the same ones at every point.
struct ProgramMemo;
std::shared_ptr<ProgramMemo> make_program_memo();

/// Where the tools of an evaluation find their files, and what they keep between evaluations of a process.
struct Tools {
  std::filesystem::path include;          ///< of heddle/kernel.h
  std::filesystem::path rtl;              ///< leaf modules
  std::filesystem::path synthesis_cache;  ///< SQLite file
  std::shared_ptr<ProgramMemo> programs;  ///< null: nothing is kept
};

struct Task {
  Json identity;        ///< everything that the result depends on, sources by content hash
  Json request;         ///< for `evaluate`: the identity, and where sources are
  std::string name;     ///< the kernel, or "array"
  bool is_kept = true;  ///< worth keeping between sweeps
};

/// What does not change from point to point: hashes of the sources, of the headers, and of this program.
Result<Json> sources_of(const Sweep& sweep, const Tools& tools, std::uint64_t seed);

/// The cost of the array if some metric needs it, then a task for each kernel if one does.
std::vector<Task> tasks_of(const Sweep& sweep, const Design& design, const Json& sources);

/// {"status": "ok", metric: value, ...}; "infeasible" with a reason where the design cannot be or a kernel does not run
/// on it whole; "failed" with a reason for everything else.
Json evaluate(const Json& request, const Tools& tools);

/// Hexadecimal digits that tell builds of this program apart (the linker's build id).
std::string build_id();

}  // namespace heddle::explore
