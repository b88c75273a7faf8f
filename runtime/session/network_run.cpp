#include "runtime/session/network_run.h"

#include <fmt/format.h>

#include "runtime/session/network_module.h"

namespace heddle::session {

Result<ExampleRun> run_example(const CompiledProgram& program, const network::Graph& golden,
                               const network::Tensors& inputs, Backend& backend, const Context& context) {
  std::vector<Argument> arguments;
  for (const network::ValueId id : golden.inputs) {
    const network::Value& value = golden.value(id);
    const auto found = inputs.find(value.name);
    if (found == inputs.end()) return fail(ErrorCode::kBadInput, fmt::format("the input '{}' is missing", value.name));
    const network::TensorType given{found->second.type, found->second.shape};
    if (given != value.type)
      return fail(ErrorCode::kBadInput, fmt::format("the input '{}' is {}, expected {}", value.name,
                                                    network::to_string(given), network::to_string(value.type)));
    arguments.push_back({std::nullopt, found->second.data});
  }
  for (const network::ValueId id : golden.outputs) {
    const network::TensorType& type = golden.value(id).type;
    const auto bytes = static_cast<std::size_t>(type.elements() * tensor::bytes_of(type.element));
    arguments.push_back({std::nullopt, std::vector<std::uint8_t>(bytes)});
  }
  HEDDLE_ASSIGN(RunOutcome outcome, run_kernel(program, kNetworkFunction, arguments, &backend, context));
  ExampleRun run;
  for (std::size_t k = 0; k < golden.outputs.size(); ++k) {
    const network::Value& value = golden.value(golden.outputs[k]);
    run.outputs[value.name] = {value.type.element, value.type.shape,
                               std::move(outcome.arguments[golden.inputs.size() + k].buffer)};
  }
  for (const LaunchRecord& launch : outcome.launches) {
    run.cycles += launch.cycles;
    if (!launch.refused.empty()) ++run.host_launches;
  }
  return run;
}

}  // namespace heddle::session
