#include "runtime/cli/examples_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/base/files.h"
#include "compiler/base/json.h"
#include "compiler/network/batches.h"
#include "compiler/tensor/elements.h"
#include "compiler/tensor/idx.h"

namespace heddle::cli {
namespace {

using session::LaunchCycles;
using tensor::Tensor;
using tensor::Type;

// Names that no network's output has.
constexpr const char* kIdentity = "heddle:identity";
constexpr const char* kInputs = "heddle:inputs";
constexpr const char* kCycles = "heddle:cycles";
constexpr const char* kEqual = "heddle:equal";

constexpr std::array kPhases = {&LaunchCycles::configuration, &LaunchCycles::live_in, &LaunchCycles::dma_in,
                                &LaunchCycles::run,           &LaunchCycles::stall,   &LaunchCycles::dma_out,
                                &LaunchCycles::live_out};

std::string_view as_text(const Tensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size()};
}

tl::unexpected<Error> not_ours(const std::filesystem::path& file, const std::string& why) {
  return fail(ErrorCode::kBadInput, why, {file.string()}, "without --resume the run starts again");
}

}  // namespace

Status ExamplesState::add(std::uint64_t input, const session::ExampleRun& run, bool is_equal) {
  HEDDLE_TRY(network::append_examples(outputs, run.outputs));
  inputs.push_back(input);
  cycles.push_back(run.cycles);
  equal.push_back(is_equal ? 1 : 0);
  host_launches = run.host_launches;
  return {};
}

Result<network::Tensors> ExamplesState::outputs_of(std::size_t example) const {
  network::Tensors result;
  for (const auto& [name, all] : outputs) {
    const std::int64_t each = all.shape[0] / static_cast<std::int64_t>(done());
    HEDDLE_ASSIGN(result[name], tensor::take_examples(all, static_cast<std::int64_t>(example) * each, each));
  }
  return result;
}

std::uint64_t identity_of(const session::CompiledProgram& program, const std::string& backend) {
  std::uint64_t hash = content_hash(backend);
  hash = content_hash(program.host_bitcode, hash);
  hash = content_hash(dump_json(arch::to_json(program.cgra)), hash);
  for (const session::CompiledRegion& region : program.regions)
    if (region.mapping.ii > 0) hash = content_hash(dump_json(codegen::to_json(region.image)), hash);
  return hash;
}

std::uint64_t identity_of(const network::Tensors& inputs) {
  std::uint64_t hash = content_hash("");
  for (const auto& [name, tensor] : inputs) hash = content_hash(as_text(tensor), content_hash(name, hash));
  return hash;
}

Status save(const ExamplesState& state, const std::filesystem::path& file) {
  network::Tensors tensors = state.outputs;
  Tensor identity = tensor::make_tensor(Type::kUint64, {2});
  tensor::elements<std::uint64_t>(identity)[0] = state.identity;
  tensor::elements<std::uint64_t>(identity)[1] = state.host_launches;
  const auto examples = static_cast<std::int64_t>(state.done());
  Tensor cycles = tensor::make_tensor(Type::kUint64, {examples, static_cast<std::int64_t>(kPhases.size())});
  std::size_t at = 0;
  for (const LaunchCycles& each : state.cycles)
    for (const auto phase : kPhases) tensor::elements<std::uint64_t>(cycles)[at++] = each.*phase;
  tensors[kIdentity] = std::move(identity);
  tensors[kCycles] = std::move(cycles);
  Tensor inputs = tensor::make_tensor(Type::kUint64, {examples});
  std::ranges::copy(state.inputs, tensor::elements<std::uint64_t>(inputs).begin());
  tensors[kInputs] = std::move(inputs);
  tensors[kEqual] = {Type::kUint8, {examples}, state.equal};
  return tensor::write_npz(file, tensors);
}

Result<ExamplesState> load_state(const std::filesystem::path& file, std::uint64_t identity,
                                 const std::vector<network::Tensors>& examples) {
  if (!std::filesystem::exists(file)) return ExamplesState{};
  ExamplesState state;
  HEDDLE_ASSIGN(state.outputs, tensor::read_npz(file));
  const auto take = [&](const char* name, Type type) {
    Tensor taken;
    if (auto found = state.outputs.extract(name); !found.empty()) taken = std::move(found.mapped());
    return taken.type == type ? taken : Tensor{};
  };
  const Tensor head = take(kIdentity, Type::kUint64);
  const Tensor cycles = take(kCycles, Type::kUint64);
  const Tensor inputs = take(kInputs, Type::kUint64);
  state.equal = take(kEqual, Type::kUint8).data;
  if (head.data.size() != 16 || inputs.data.size() != state.equal.size() * 8 ||
      cycles.data.size() != state.equal.size() * kPhases.size() * 8)
    return not_ours(file, "the file is damaged");
  if (tensor::elements<std::uint64_t>(head)[0] != identity)
    return not_ours(file, "the file is of another program or backend");
  for (std::size_t k = 0; k < state.equal.size(); ++k) {
    state.inputs.push_back(tensor::elements<std::uint64_t>(inputs)[k]);
    if (k >= examples.size() || state.inputs[k] != identity_of(examples[k]))
      return not_ours(file, fmt::format("the file holds {} examples, of which number {} is not among the inputs",
                                        state.equal.size(), k));
  }
  state.host_launches = tensor::elements<std::uint64_t>(head)[1];
  state.cycles.resize(state.equal.size());
  std::size_t at = 0;
  for (LaunchCycles& each : state.cycles)
    for (const auto phase : kPhases) each.*phase = tensor::elements<std::uint64_t>(cycles)[at++];
  for (const auto& [name, tensor] : state.outputs)
    if (state.done() == 0 || tensor.shape.empty() || tensor.shape[0] % static_cast<std::int64_t>(state.done()) != 0)
      return not_ours(file, "the file is damaged");
  return state;
}

}  // namespace heddle::cli
