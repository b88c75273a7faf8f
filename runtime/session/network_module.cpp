#include "runtime/session/network_module.h"

#include <algorithm>

#include "compiler/frontend/onnx/import.h"
#include "compiler/network/kinds.h"
#include "compiler/network/to_integer.h"
#include "compiler/tensor/elements.h"
#include "runtime/session/attention.h"

namespace heddle::session {
namespace {

struct Range {
  double low;
  double high;
};

/// What a Quantize that reads the input can tell apart; -1..1 otherwise.
Range range_of_input(const network::Graph& graph, network::ValueId input) {
  for (const network::Node& node : graph.nodes) {
    const auto* op = std::get_if<network::Quantize>(&node.op);
    if (op == nullptr || node.inputs[0] != input) continue;
    const auto& q = graph.value(node.outputs[0]).quantization;
    if (!q || q->axis) continue;
    const double least = op->to == tensor::Type::kInt8 ? -128 : 0;
    const auto zero = static_cast<double>(q->zero_points[0]);
    const double scale = q->scales[0];
    return {(least - zero) * scale, (least + 255 - zero) * scale};
  }
  return {-1, 1};
}

frontend::Parameter parameter(const network::Graph& graph, const lowering::Port& port, network::ValueId id) {
  frontend::Parameter result;
  result.name = port.name;
  result.kind = frontend::Parameter::Kind::kPointer;
  result.bytes = tensor::bytes_of(port.type.element);
  result.is_signed = port.type.element != tensor::Type::kUint8 && port.type.element != tensor::Type::kBool;
  result.extent_bytes = port.type.elements() * result.bytes;
  result.is_const = !port.output;
  result.is_output = port.output;
  if (port.type.element != tensor::Type::kFloat32) return result;
  result.format = "fp32";
  const Range range = range_of_input(graph, id);
  result.real_low = range.low;
  result.real_high = range.high;
  return result;
}

/// Whether most PEs of an array of 32 bits have all of these operations.
bool most_have(const arch::Cgra& cgra, std::initializer_list<dfg::Opcode> wanted) {
  const auto count = std::count_if(cgra.pes.begin(), cgra.pes.end(), [&](const arch::Pe& pe) {
    const auto& operations = cgra.classes[static_cast<std::size_t>(pe.pe_class)].operations;
    return std::ranges::all_of(wanted, [&](dfg::Opcode op) { return operations.contains(op); });
  });
  return cgra.word_bits == 32 && 2 * static_cast<std::size_t>(count) > cgra.pes.size();
}

/// A loop unit for the three inner loops of a convolution, and address generators.
bool has_loops(const arch::Cgra& cgra) {
  return cgra.loop_levels >= 3 && !cgra.memory_pes.empty() &&
         std::all_of(cgra.memory_pes.begin(), cgra.memory_pes.end(),
                     [&](arch::PeId pe) { return cgra.pe_class(pe).address_generators >= 2; });
}

bool has_codes(const network::Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const network::Node& node) {
    return network::is_one_of<network::Quantize, network::Dequantize>(node.op);
  });
}

}  // namespace

lowering::Machine machine_of(const arch::Cgra& cgra) {
  const arch::Scratchpad& pad = cgra.scratchpad;
  return {static_cast<int>(cgra.pes.size()),
          static_cast<int>(cgra.memory_pes.size()),
          cgra.config_depth,
          pad.banks,
          pad.bank_bytes,
          pad.ports,
          most_have(cgra, {dfg::Opcode::kS8Dot, dfg::Opcode::kUs8Dot}),
          has_loops(cgra),
          most_have(cgra, {dfg::Opcode::kS4Dot, dfg::Opcode::kUs4Dot}),
          most_have(cgra, {dfg::Opcode::kB8Pick})};
}

Result<NetworkModule> network_module(const network::Graph& graph, const arch::Cgra& cgra, const std::string& file,
                                     bool dump, const arch::Swat* attention) {
  network::Graph claimed = graph;
  std::vector<network::AttentionRemainder> remainders;
  if (attention != nullptr) {
    HEDDLE_ASSIGN(remainders, claim_attention(claimed, *attention));
  }
  HEDDLE_ASSIGN(network::IntegerGraph integer, network::to_integer(claimed));
  HEDDLE_ASSIGN(lowering::Lowered lowered, lowering::lower(integer.graph, machine_of(cgra), file, dump));
  frontend::Kernel kernel;
  kernel.name = kNetworkFunction;
  kernel.where = {file, 1, 1};
  std::vector<network::ValueId> ids = integer.graph.inputs;
  ids.insert(ids.end(), integer.graph.outputs.begin(), integer.graph.outputs.end());
  for (std::size_t k = 0; k < lowered.ports.size(); ++k)
    kernel.parameters.push_back(parameter(integer.graph, lowered.ports[k], ids[k]));
  NetworkModule module{{std::move(lowered.bitcode), {kernel}},
                       std::move(lowered.dumps),
                       {},
                       {},
                       has_codes(graph),
                       std::move(remainders)};
  module.operators = host_operators(integer, lowered.host_calls);
  module.graph = std::make_shared<network::Graph>(std::move(integer.graph));
  return module;
}

void set_network(CompileRequest& request, const NetworkModule& network) {
  request.frontend.module = std::make_shared<frontend::Module>(network.module);
  request.graph = network.graph;
  request.operators = network.operators;
}

Result<network::Graph> golden_network(const std::filesystem::path& directory, const AttentionRunner& runner) {
  const std::filesystem::path file = directory / kNetworkFile;
  if (!std::filesystem::exists(file))
    return fail(ErrorCode::kNotFound, "'" + directory.string() + "' is not a compiled network");
  HEDDLE_ASSIGN(network::Graph graph, frontend::load_onnx(file));
  HEDDLE_ASSIGN(const auto attention, attention_array(directory));
  if (attention) HEDDLE_TRY(claim_attention(graph, *attention, runner));
  HEDDLE_ASSIGN(network::IntegerGraph integer, network::to_integer(graph));
  return std::move(integer.graph);
}

Result<std::shared_ptr<const network::Graph>> golden_network_if_any(const std::filesystem::path& directory) {
  auto golden = golden_network(directory);
  if (golden) return std::make_shared<const network::Graph>(std::move(*golden));
  if (golden.error().code == ErrorCode::kNotFound) return nullptr;
  return fail(std::move(golden).error());
}

}  // namespace heddle::session
