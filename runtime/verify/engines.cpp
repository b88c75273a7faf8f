#include "runtime/verify/engines.h"

#include "systemc_models/cgra/cgra_model.h"

namespace heddle::verify {
namespace {

Result<std::unique_ptr<codegen::Device>> make_device(Engine engine, const arch::Cgra& cgra, const Options& options,
                                                     bool traced, const Context& context) {
  if (engine == Engine::kSystemc) return systemc::make_cgra_device(cgra);
  if (!options.rtl) return fail(ErrorCode::kBadInput, "verifying the RTL needs the options of its build");
  session::RtlOptions rtl = *options.rtl;
  rtl.trace = rtl.trace || traced;
  return session::make_rtl_device(cgra, rtl, context);
}

/// Each model writes its own format, so the two waveforms do not overwrite each other.
std::optional<std::filesystem::path> trace_path(Engine engine, const Options& options) {
  if (!options.trace) return {};
  // A file for each engine: the name that was given is the RTL's.
  std::filesystem::path path = *options.trace;
  path.replace_extension(engine == Engine::kSystemc ? ".systemc.fst" : ".fst");
  return path;
}

}  // namespace

Result<std::vector<EngineRun>> make_engines(const arch::Cgra& cgra, const Options& options, const Context& context) {
  std::vector<EngineRun> engines;
  for (const Engine engine : options.engines) {
    EngineRun& run = engines.emplace_back();
    run.engine = engine;
    if (engine == Engine::kInterpreter) {
      run.backend = session::make_interpreter_backend(cgra);
      continue;
    }
    if (engine == Engine::kFast) {
      run.backend = session::make_fast_backend(cgra);
      continue;
    }
    const DeviceFactory factory = [engine, &cgra, &options, &context](bool traced) {
      return make_device(engine, cgra, options, traced, context);
    };
    HEDDLE_ASSIGN(auto lockstep, LockstepBackend::make(cgra, factory, to_string(engine), trace_path(engine, options)));
    run.lockstep = lockstep.get();
    run.backend = std::move(lockstep);
  }
  return engines;
}

}  // namespace heddle::verify
