#include "runtime/cli/program_options.h"

#include <fmt/format.h>

#include <map>

#include "compiler/base/files.h"
#include "runtime/cli/layer_options.h"
#include "systemc_models/cgra/cgra_model.h"

namespace heddle::cli {

session::RtlOptions rtl_options(const std::filesystem::path& directory, const Environment& environment, bool trace) {
  session::RtlOptions options;
  options.rtl_directory = directory / "rtl";
  options.cache_directory = environment.cache;
  options.driver_source = environment.data.rtl_driver();
  options.trace = trace;
  return options;
}

Result<Engine> make_engine(const std::string& name, const session::CompiledProgram& program,
                           const std::filesystem::path& directory, const std::string& trace,
                           const Environment& environment) {
  Engine engine;
  if (name == "interpreter" || name == "fast") {
    if (!trace.empty())
      return fail(ErrorCode::kUnsupported, fmt::format("the backend '{}' has no waveform", name), {},
                  "use --backend systemc or rtl");
    engine.backend =
        name == "fast" ? session::make_fast_backend(program.cgra) : session::make_interpreter_backend(program.cgra);
    return engine;
  }
  if (name == "systemc") {
    engine.device = systemc::make_cgra_device(program.cgra);
  } else {
    HEDDLE_ASSIGN(engine.device,
                  session::make_rtl_device(program.cgra, rtl_options(directory, environment, !trace.empty()),
                                           environment.context));
  }
  if (!trace.empty()) HEDDLE_TRY(engine.device->open_trace(trace));
  engine.backend = session::make_device_backend(program.cgra, *engine.device, name);
  return engine;
}

Result<Engine> make_engine(const std::string& name, const std::vector<std::string>& layers,
                           const session::CompiledProgram& program, const std::filesystem::path& directory,
                           const std::string& trace, const Environment& environment) {
  HEDDLE_ASSIGN(const std::vector<LayerChoice> choices, parse_layers(layers, program));
  HEDDLE_ASSIGN(Engine rest, make_engine(name, program, directory, trace, environment));
  if (choices.empty()) return rest;
  Engine mixed;
  mixed.parts.push_back(std::move(rest));
  std::map<std::string, session::Backend*> backends{{name, mixed.parts.front().backend.get()}};
  std::vector<session::LaunchChoice> launches;
  for (const LayerChoice& choice : choices) {
    session::Backend*& backend = backends[choice.backend];
    if (backend == nullptr) {
      HEDDLE_ASSIGN(Engine part, make_engine(choice.backend, program, directory, "", environment));
      backend = part.backend.get();
      mixed.parts.push_back(std::move(part));
    }
    launches.push_back({choice.region, choice.launch, backend});
  }
  mixed.backend = session::make_mixed_backend(*backends[name], std::move(launches));
  return mixed;
}

Result<const frontend::Kernel*> find_kernel(const session::CompiledProgram& program, const std::string& name) {
  std::vector<std::string> names;
  for (const frontend::Kernel& kernel : program.kernels) {
    if (kernel.name == name) return &kernel;
    names.push_back(kernel.name);
  }
  if (name.empty() && names.size() == 1) return &program.kernels.front();
  if (name.empty())
    return fail(ErrorCode::kBadInput, "the program has several kernels", {},
                fmt::format("choose with --kernel: {}", fmt::join(names, ", ")));
  const std::string nearest = nearest_name(name, names);
  return fail(ErrorCode::kNotFound, fmt::format("the program has no kernel '{}'", name), {},
              nearest.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                              : fmt::format("did you mean '{}'?", nearest));
}

}  // namespace heddle::cli
