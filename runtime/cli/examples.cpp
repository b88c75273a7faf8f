#include "runtime/cli/examples.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <ostream>

#include "compiler/base/files.h"
#include "compiler/frontend/onnx/import.h"
#include "compiler/network/batches.h"
#include "compiler/tensor/elements.h"
#include "compiler/tensor/idx.h"
#include "runtime/cli/examples_state.h"
#include "runtime/cli/outcome.h"
#include "runtime/cli/program_options.h"
#include "runtime/report/layers_energy.h"
#include "runtime/report/text_table.h"
#include "runtime/session/network_layers.h"
#include "runtime/session/network_module.h"
#include "runtime/session/network_run.h"

namespace heddle::cli {
namespace {

using network::Tensors;

constexpr auto kSaveInterval = std::chrono::seconds(30);

struct Workload {
  network::Graph golden;
  std::vector<Tensors> examples;
  std::vector<std::int64_t> labels;
  std::optional<network::Accuracy> float_accuracy;
  std::uint64_t identity = 0;
};

Result<Tensors> first_examples(Tensors inputs, std::int64_t count) {
  if (count == 0) return inputs;
  for (auto& [name, tensor] : inputs) {
    auto taken = tensor::take_examples(tensor, 0, count);
    if (!taken) return fail(ErrorCode::kBadInput, fmt::format("--examples: {}", taken.error().message));
    tensor = std::move(*taken);
  }
  return inputs;
}

Result<Workload> prepare(const session::CompiledProgram& program, const std::filesystem::path& directory,
                         const ExamplesRequest& request) {
  Workload workload;
  HEDDLE_ASSIGN(workload.golden, session::golden_network(directory));
  HEDDLE_ASSIGN(Tensors inputs, tensor::read_npz(request.inputs));
  HEDDLE_ASSIGN(inputs, first_examples(std::move(inputs), request.count));
  workload.identity = identity_of(program, fmt::format("{} {}", request.backend, fmt::join(request.layers, " ")));
  HEDDLE_ASSIGN(workload.examples, network::split_batches(workload.golden, inputs));
  if (request.labels.empty()) return workload;
  HEDDLE_ASSIGN(workload.labels, network::read_labels(request.labels));
  if (request.float_network.empty()) return workload;
  HEDDLE_ASSIGN(const network::Graph before, frontend::load_onnx(request.float_network));
  auto outputs = network::evaluate_batches(before, inputs);
  if (!outputs) {
    outputs.error().where.file = request.float_network;
    return fail(outputs.error());
  }
  HEDDLE_ASSIGN(workload.float_accuracy, network::accuracy(*outputs, workload.labels));
  return workload;
}

/// "logits[3]: golden 1.5, here 1.25" of the first element that differs.
std::string first_difference(const Tensors& golden, const Tensors& got) {
  std::string text;
  for (const auto& [name, expected] : golden) {
    const auto found = got.find(name);
    if (found == got.end() || !text.empty()) continue;
    tensor::dispatch(expected.type, [&]<class T>(T) {
      const auto a = tensor::elements<T>(expected);
      const auto b = tensor::elements<T>(found->second);
      for (std::size_t k = 0; k < a.size() && text.empty(); ++k)
        if (std::memcmp(&a[k], &b[k], sizeof(T)) != 0)
          text = fmt::format("{}[{}]: golden {}, here {}", name, k, a[k], b[k]);
    });
  }
  return text;
}

/// Runs what is left, and saves now and then. Fails with kInterrupted once all that is done is saved.
Status run_rest(const session::CompiledProgram& program, const Workload& workload, session::Backend& backend,
                const std::filesystem::path& file, ExamplesState& state, const Context& context) {
  Context quiet = context;
  quiet.progress = [](const std::string&, std::int64_t, std::int64_t) {};
  auto saved = std::chrono::steady_clock::now();
  const std::size_t count = workload.examples.size();
  while (state.done() < count) {
    const std::size_t k = state.done();
    context.progress("examples", static_cast<std::int64_t>(k), static_cast<std::int64_t>(count));
    auto run = context.cancelled()
                   ? Result<session::ExampleRun>(fail(ErrorCode::kInterrupted, ""))
                   : session::run_example(program, workload.golden, workload.examples[k], backend, quiet);
    if (!run && run.error().code == ErrorCode::kInterrupted) {
      HEDDLE_TRY(save(state, file));
      return fail(ErrorCode::kInterrupted, fmt::format("interrupted after {} of {} examples", k, count), {},
                  "the same command with --resume goes on");
    }
    if (!run) return fail(std::move(run).error());
    HEDDLE_ASSIGN(const Tensors golden, network::evaluate(workload.golden, workload.examples[k], quiet));
    HEDDLE_TRY(state.add(identity_of(workload.examples[k]), *run, golden == run->outputs));
    if (std::chrono::steady_clock::now() - saved < kSaveInterval) continue;
    HEDDLE_TRY(save(state, file));
    saved = std::chrono::steady_clock::now();
  }
  return save(state, file);
}

Result<Json> to_json(const Workload& workload, const ExamplesRequest& request, const ExamplesState& state,
                     const Context& context) {
  const auto [least, most] = std::ranges::minmax(state.cycles, {}, &session::LaunchCycles::total);
  session::LaunchCycles total;
  for (const session::LaunchCycles& each : state.cycles) total += each;
  Json json{{"schema", "heddle.examples/1"},
            {"backend", request.backend},
            {"inputs", request.inputs},
            {"examples", state.done()},
            {"equal", std::ranges::count(state.equal, std::uint8_t{1})},
            {"cycles",
             {{"least", least.total()},
              {"most", most.total()},
              {"first", cycles_json(state.cycles.front())},
              {"all", cycles_json(total)}}},
            {"host_launches", state.host_launches}};
  if (!workload.labels.empty()) {
    HEDDLE_ASSIGN(const network::Accuracy accuracy, network::accuracy(state.outputs, workload.labels));
    json["accuracy"] = accuracy_json(accuracy);
  }
  if (workload.float_accuracy) json["float_accuracy"] = accuracy_json(*workload.float_accuracy);
  const auto wrong = std::ranges::find(state.equal, std::uint8_t{0});
  if (wrong == state.equal.end()) return json;
  const auto index = static_cast<std::size_t>(wrong - state.equal.begin());
  HEDDLE_ASSIGN(const Tensors golden, network::evaluate(workload.golden, workload.examples[index], context));
  HEDDLE_ASSIGN(const Tensors got, state.outputs_of(index));
  json["first_difference"] = fmt::format("example {}, {}", index, first_difference(golden, got));
  return json;
}

std::string to_text(const Json& json) {
  const auto number = [](const Json& value) { return report::grouped(value.get<std::int64_t>()); };
  const Json& cycles = json["cycles"];
  const Json& first = cycles["first"];
  std::string text = fmt::format("{} examples on {}: {} equal to the golden model in every output byte\n",
                                 number(json["examples"]), json["backend"].get<std::string>(), number(json["equal"]));
  if (json.contains("first_difference"))
    text += fmt::format("first difference: {}\n", json["first_difference"].get<std::string>());
  if (json.contains("accuracy")) {
    const Json& accuracy = json["accuracy"];
    text += accuracy_text({accuracy["right"].get<std::int64_t>(), accuracy["examples"].get<std::int64_t>()});
  }
  if (json.contains("float_accuracy")) {
    const Json& accuracy = json["float_accuracy"];
    text += "in float32, " +
            accuracy_text({accuracy["right"].get<std::int64_t>(), accuracy["examples"].get<std::int64_t>()});
  }
  text += cycles["least"] == cycles["most"]
              ? fmt::format("cycles of each example: {}", number(cycles["least"]))
              : fmt::format("cycles of an example: {} to {}; of the first {}", number(cycles["least"]),
                            number(cycles["most"]), number(first["total"]));
  text += fmt::format(" ({} on the array, {} of them stalls)\ncycles of all examples: {}\n", number(first["run"]),
                      number(first["stall"]), number(cycles["all"]["total"]));
  if (json["host_launches"] != 0)
    text += fmt::format("{} launches of each example ran on the host, without cycles: heddle explain tells why\n",
                        number(json["host_launches"]));
  return text;
}

}  // namespace

Json accuracy_json(const network::Accuracy& accuracy) {
  return {{"right", accuracy.right}, {"examples", accuracy.examples}};
}

std::string accuracy_text(const network::Accuracy& accuracy) {
  return fmt::format("accuracy: {} of {}, {:.2f} %\n", accuracy.right, accuracy.examples, 100 * accuracy.share());
}

Result<int> simulate_examples(const session::CompiledProgram& program, const std::filesystem::path& directory,
                              const ExamplesRequest& request, Environment& environment) {
  HEDDLE_ASSIGN(const Workload workload, prepare(program, directory, request));
  const std::filesystem::path file = directory / "examples.npz";
  ExamplesState state;
  if (request.resume) {
    HEDDLE_ASSIGN(state, load_state(file, workload.identity, workload.examples));
  }
  state.identity = workload.identity;
  HEDDLE_ASSIGN(Engine engine, make_engine(request.backend, request.layers, program, directory, "", environment));
  HEDDLE_TRY(run_rest(program, workload, *engine.backend, file, state, environment.context));
  HEDDLE_ASSIGN(const Json json, to_json(workload, request, state, environment.context));
  HEDDLE_TRY(write_file(directory / "examples.json", dump_json(json)));
  HEDDLE_ASSIGN(Json layers, session::explained_layers(program, workload.golden, environment.context));
  HEDDLE_TRY(report::add_energy(layers, program.cgra));
  for (const char* key : {"accuracy", "float_accuracy"})
    if (json.contains(key)) layers[key] = json[key];
  HEDDLE_TRY(write_file(directory / session::kLayersFile, dump_json(layers)));
  if (!request.output.empty()) HEDDLE_TRY(tensor::write_npz(request.output, state.outputs));
  if (environment.json) {
    environment.print(json);
  } else {
    environment.out << to_text(json);
  }
  return json["equal"] == json["examples"] ? 0 : 1;
}

}  // namespace heddle::cli
