// Each function states the structure of one module: what it has per bit, per source, per entry. The fit finds the
// prices. Multiplexers are not linear in their number of inputs (a LUT6 holds one of 4, MUXF7 and MUXF8 pair LUTs), so
// that number enters as a piecewise linear function whose corners stand where the calibration has points.
#include "cost_models/fpga/module_features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <iterator>

#include "compiler/dfg/graph.h"
#include "cost_models/fpga/feature_parts.h"
#include "cost_models/fpga/number_features.h"
#include "cost_models/fpga/number_modules.h"

namespace heddle::fpga {
namespace {

double clog2(double count) {
  return count <= 1 ? 0 : static_cast<double>(std::bit_width(static_cast<std::uint64_t>(count) - 1));
}

/// Code bits beyond those that the sources need: the decoder of each source compares more bits.
double slack(const ModuleSpec& spec, double sources) {
  return std::max(0.0, number(spec, "SrcBits", 4) - clog2(sources + 1));
}

Features operand_mux(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double sources = number(spec, "Sources");
  Features features{1, number(spec, "SrcBits"), width * slack(spec, sources)};
  add_hats(features, sources, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17}, width);
  add_hats(features, number(spec, "Constants", 2), {2, 3, 4, 6}, width);
  return features;
}

Features link_mux(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double sources = 1 + number(spec, "ReadPorts") + number(spec, "Bypasses");
  Features features{1, width * slack(spec, sources)};
  add_hats(features, sources, {1, 2, 3, 4, 5, 6, 7, 8, 10}, width);
  return features;
}

Features regfile(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double registers = number(spec, "Registers");
  const double writes = number(spec, "WritePorts");
  const double bits = width * registers;
  Features features{1, bits, bits * (writes > 1 ? writes - 1 : 0), registers * writes};
  add_hats(features, registers, {1, 2, 4, 8, 16, 32}, width * number(spec, "ReadPorts"));
  return features;
}

Features live_out(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double count = number(spec, "LiveOuts");
  Features features{1, width, count, count * width, width > 32 ? 32.0 : 0.0};
  add_hats(features, count, {1, 2, 4, 8, 16}, width);
  return features;
}

/// Depths fall into classes by the kind of memory that they become; chunks are memories of their own.
Features config_mem(const ModuleSpec& spec) {
  const double bits = number(spec, "Bits");
  const double depth = number(spec, "Depth");
  const double full = std::floor(bits / 32);
  const double rest = bits - 32 * full;
  Features features;
  for (const double largest : {32.0, 64.0, 128.0, 256.0}) {
    const bool in = depth <= largest && (largest == 32 || depth > largest / 2);
    const double wide = rest >= 16 ? 1 : 0;
    for (const double feature : {full, rest > 0 ? 1.0 : 0.0, std::ceil(rest / 14), std::ceil(rest / 7), rest, wide})
      features.push_back(in ? feature : 0);
  }
  return features;
}

/// Opcodes of the mask in an inclusive range.
int count_ops(std::uint64_t mask, dfg::Opcode first, dfg::Opcode last) {
  int count = 0;
  for (auto op = static_cast<unsigned>(first); op <= static_cast<unsigned>(last); ++op)
    count += static_cast<int>((mask >> op) & 1U);
  return count;
}

Features alu(const ModuleSpec& spec) {
  using dfg::Opcode;
  const auto mask = static_cast<std::uint64_t>(spec.number("OpMask"));
  const double width = number(spec, "Width");
  const auto has = [&](Opcode first, Opcode last) { return count_ops(mask, first, last) > 0 ? width : 0; };
  const auto each = [&](Opcode first, Opcode last) { return width * count_ops(mask, first, last); };
  const double order = has(Opcode::kSlt, Opcode::kUmax);
  return {1,
          clog2(width) * (has(Opcode::kShl, Opcode::kShl) + has(Opcode::kLshr, Opcode::kAshr)),
          width,
          has(Opcode::kAdd, Opcode::kSub),
          order,
          std::max(has(Opcode::kEq, Opcode::kNe), order),
          each(Opcode::kAnd, Opcode::kXor),
          each(Opcode::kSmin, Opcode::kUmax),
          has(Opcode::kAbs, Opcode::kAbs),
          has(Opcode::kSelect, Opcode::kSelect),
          each(Opcode::kSext8, Opcode::kZext32),
          has(Opcode::kShl, Opcode::kShl),
          has(Opcode::kLshr, Opcode::kAshr),
          static_cast<double>(std::popcount(mask))};
}

Features multiplier(const ModuleSpec& spec) {
  Features features;
  add_hats(features, number(spec, "Width"), {16, 32, 64}, 1);
  return features;
}

/// Three registers in a row and more become a shift register.
Features delay(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double cycles = number(spec, "Cycles");
  return {cycles <= 2 ? width * cycles : 0, cycles > 2 ? width * std::ceil(cycles / 32) : 0};
}

Features divider(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double cycles = std::max(1.0, number(spec, "Latency") - 1);
  const double shift = std::ceil(width / cycles) * cycles;
  const double state = 3 + 2 * width + shift;
  const bool registered = number(spec, "Latency") > 1;
  const bool pipelined = registered && number(spec, "Interval") < cycles;
  return {1, width, registered && !pipelined ? state : 0, pipelined ? state * cycles : 0,
          pipelined ? width * cycles : 0};
}

Features div_stage(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double bits = number(spec, "Bits");
  return {width * bits, bits, width, 1};
}

Features load_store(const ModuleSpec& spec) {
  const double line = number(spec, "LineBits");
  const double offset = clog2(line / 8);
  return {1, number(spec, "Width"), line, line * offset, offset, number(spec, "AddrBits")};
}

/// Latencies by opcode, out of the hexadecimal OpLatency.
std::vector<int> latencies(const ModuleSpec& spec) {
  std::string digits = spec.parameters.at("OpLatency").substr(2);
  if (digits.size() % 2 != 0) digits.insert(0, 1, '0');
  std::vector<int> result;
  for (std::size_t i = digits.size(); i >= 2; i -= 2) result.push_back(std::stoi(digits.substr(i - 2, 2), nullptr, 16));
  return result;
}

/// What cgra_fu derives from its operations. `lanes`: units whose results wait in the pipeline; `now`: other units than
/// the ALU with results in the cycle of issue.
struct FunctionalUnit {
  int longest = 1, alu = 0, operations = 0, slow = 0, lanes = 0, now = 0;
  bool numbers = false;
  bool packed = false;
};

FunctionalUnit functional_unit_of(const ModuleSpec& spec) {
  FunctionalUnit unit;
  std::array<int, 7> lane{};  // multiply, divide, load, sums of numbers, comparisons, conversions, packed integers
  const std::vector<int> latency = latencies(spec);
  for (std::size_t i = 1; i < latency.size(); ++i) {
    const auto op = static_cast<dfg::Opcode>(i);
    if (latency[i] == 0 || dfg::is_store(op)) continue;
    ++unit.operations;
    unit.slow += latency[i] > 1 ? 1 : 0;
    unit.longest = std::max(unit.longest, latency[i]);
    unit.numbers = unit.numbers || dfg::is_number(op);
    unit.packed = unit.packed || dfg::is_packed(op);
    if (op == dfg::Opcode::kMul)
      lane[0] = latency[i];
    else if (dfg::is_division(op))
      lane[1] = latency[i];
    else if (dfg::is_load(op))
      lane[2] = latency[i];
    else if (dfg::is_packed(op))
      lane[6] = latency[i];
    else if (dfg::is_number(op))
      lane.at(3 + number_lane(op)) = latency[i];
    else
      unit.alu = std::max(unit.alu, latency[i]);
  }
  unit.lanes = static_cast<int>(std::count_if(lane.begin(), lane.end(), [](int cycles) { return cycles > 0; }));
  unit.now = static_cast<int>(std::count(lane.begin(), lane.end(), 1));
  if (unit.alu > 1) ++unit.lanes;
  return unit;
}

Features functional_unit(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const FunctionalUnit unit = functional_unit_of(spec);
  const double entries = unit.longest - 1;
  const double code_bits = number(spec, "LiveOutBits");
  const int lanes = unit.lanes;
  Features features{1,
                    static_cast<double>(unit.slow),
                    static_cast<double>(unit.operations),
                    width,
                    entries,
                    entries * code_bits,
                    entries > 0 ? std::min(2.0, entries) : 0,
                    lanes > 1 ? entries * std::min(lanes, 2) : 0,
                    unit.alu > 1 ? width * (unit.alu - 1) : 0};
  for (int k = 1; k <= 5; ++k) features.push_back(!unit.numbers && lanes == k ? width : 0);
  features.push_back(unit.packed && !unit.numbers ? 1 : 0);  // five lanes: a code of three bits
  features.push_back(unit.packed && !unit.numbers ? entries : 0);
  // Seven lanes instead of four: a code of three bits, with each entry of the pipeline, and a wider multiplexer.
  features.push_back(unit.numbers ? 1 : 0);
  features.push_back(unit.numbers ? entries : 0);
  features.push_back(unit.numbers ? width : 0);
  features.push_back(unit.numbers ? width * std::max(0, lanes - 1) : 0);
  features.push_back(unit.numbers ? width * unit.now : 0);
  return features;
}

/// With generators the base's adder; with a loop unit, for each loop, the choice of the stage's bits out of all, and of
/// a step.
Features processing_element(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double stages = number(spec, "MaxStages");
  const double levels = number(spec, "LoopLevels");
  const double stepping = number(spec, "Generators") > 0 ? width : 0;
  return {1,
          width,
          stages,
          number(spec, "WritePorts"),
          clog2(stages + 1),
          stepping,
          levels > 0 ? 1.0 : 0,
          levels,
          levels * stages,
          levels * stepping};
}

Features address_generator(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  const double generators = number(spec, "Generators");
  Features features{1, width, width * generators, generators};
  add_hats(features, generators, {1, 3, 7, 8}, width);
  return features;
}

Features loop_unit(const ModuleSpec& spec) {
  const double levels = number(spec, "Levels");
  return {1, levels, levels * number(spec, "MaxStages")};
}

Features loop_ctrl(const ModuleSpec& spec) { return {1, number(spec, "MaxStages")}; }

Features host_if(const ModuleSpec& spec) {
  const double pes = number(spec, "NumPes");
  const double bits = std::max(1.0, clog2(pes));
  return {1, number(spec, "AddrBits"), bits, pes, pes * bits};
}

Features top(const ModuleSpec& spec) {
  const double pes = number(spec, "NumPes");
  return {32 * std::ceil((pes - 1) / 5), 32 * (pes - 1)};
}

double line_bits(const ModuleSpec& spec) {
  const double width = number(spec, "Width");
  return width == 16 && (number(spec, "Interleaved") == 0 || number(spec, "Banks") == 1) ? 32 : width;
}

Features scratchpad(const ModuleSpec& spec) {
  const double line = line_bits(spec);
  const double banks = number(spec, "Banks");
  const double ports = banks * number(spec, "Ports");
  const double requests = number(spec, "Requests");
  const double index = clog2(number(spec, "BankBytes") / (line / 8));
  Features features{
      1, requests, requests * ports, banks * line, line, requests * clog2(banks), ports * requests * clog2(banks)};
  add_hats(features, requests, {1, 2, 4, 8, 16}, ports * (line + line / 8 + index));
  add_hats(features, ports, {1, 2, 4, 8, 16}, requests * line);
  add_hats(features, banks, {1, 2, 4, 8, 16}, line);
  return features;
}

Features arbiter(const ModuleSpec& spec) {
  const double requests = number(spec, "Requests");
  const double extra = requests * (number(spec, "Ports", 1) - 1);
  return {requests - 1, std::floor(requests / 4), requests > 1 ? extra : 0};
}

/// A bank narrower than 36 bits fits half a block up to 16 kbit of data; wider ones take whole blocks, 64 x 512.
Features bank(const ModuleSpec& spec) {
  const double line = number(spec, "LineBits");
  const double bits = line * number(spec, "Depth");
  const double blocks = line <= 32 && bits <= 16384 ? 0.5 : std::max(1.0, std::ceil(bits / 32768));
  const bool two = number(spec, "Ports", 1) > 1;
  return {two ? 0 : blocks, two ? 0 : 1.0, two ? 0 : line, two ? 0 : line * clog2(blocks),
          two ? blocks : 0, two ? 1.0 : 0, two ? line : 0, two ? line * clog2(blocks) : 0};
}

Features response(const ModuleSpec& spec) { return {number(spec, "NeverStalls") != 0 ? 0 : number(spec, "LineBits")}; }

using Table = std::map<std::string, Features (*)(const ModuleSpec&)>;
const Table& table() {
  static const Table functions{
      {"cgra_address_generator", address_generator},
      {"cgra_alu", alu},
      {"cgra_config_mem", config_mem},
      {"cgra_delay", delay},
      {"cgra_div_stage", div_stage},
      {"cgra_divider", divider},
      {"cgra_fu", functional_unit},
      {"cgra_host_if", host_if},
      {"cgra_link_mux", link_mux},
      {"cgra_live_out", live_out},
      {"cgra_load_store", load_store},
      {"cgra_loop_ctrl", loop_ctrl},
      {"cgra_loop_unit", loop_unit},
      {"cgra_multiplier", multiplier},
      {"cgra_operand_mux", operand_mux},
      {"cgra_pe", processing_element},
      {"cgra_regfile", regfile},
      {"cgra_spm", scratchpad},
      {"cgra_spm_arbiter", arbiter},
      {"cgra_spm_bank", bank},
      {"cgra_spm_response", response},
      {"cgra_top", top},
  };
  return functions;
}

}  // namespace

Features module_features(const ModuleSpec& spec) {
  const auto found = table().find(spec.module);
  return found == table().end() ? number_features(spec) : found->second(spec);
}

const std::vector<std::string>& modelled_modules() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    std::transform(table().begin(), table().end(), std::back_inserter(list),
                   [](const auto& entry) { return entry.first; });
    const std::vector<std::string> units = modelled_number_modules();
    list.insert(list.end(), units.begin(), units.end());
    return list;
  }();
  return names;
}

}  // namespace heddle::fpga
