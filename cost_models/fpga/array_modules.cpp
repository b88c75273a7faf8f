// Follows the generate statements of rtl/cgra/*.sv and codegen/rtl.cpp; a test compares the list with Yosys's
// elaboration of the generated RTL, so that the two cannot part unnoticed.
#include "cost_models/fpga/array_modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "compiler/codegen/layout.h"
#include "compiler/codegen/rtl_limits.h"
#include "cost_models/fpga/number_modules.h"

namespace heddle::fpga {
namespace {

using arch::Cgra;
using arch::LinkId;
using arch::PeClass;
using arch::PeId;

int at_least_1(int value) { return std::max(value, 1); }

/// Width of the scratchpad's lines and addresses, as in cgra_spm.
struct MemoryWidths {
  int line = 32;
  int address = 15;
};

MemoryWidths memory_widths(const Cgra& cgra) {
  const bool pairs = cgra.word_bits == 16 && (!cgra.scratchpad.interleaved || cgra.scratchpad.banks == 1);
  return {pairs ? 32 : cgra.word_bits,
          static_cast<int>(std::bit_width(static_cast<std::uint64_t>(cgra.scratchpad.bytes()))) - 1};
}

bool usable(const PeClass& pe_class, dfg::Opcode op) { return pe_class.memory || !dfg::is_memory(op); }

/// A byte for each opcode, opcode 0 lowest: OpLatency of cgra_fu, without leading zeros.
std::string latency_bytes(const PeClass& pe_class) {
  std::string digits;
  for (auto entry = pe_class.operations.rbegin(); entry != pe_class.operations.rend(); ++entry) {
    if (!usable(pe_class, entry->first)) continue;
    const auto place = static_cast<std::size_t>(entry->first);
    if (digits.empty()) digits.assign(2 * (place + 1), '0');
    const std::string byte = fmt::format("{:02x}", entry->second.latency);
    digits.replace(digits.size() - 2 * (place + 1), 2, byte);
  }
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? "0x0" : "0x" + digits.substr(first);
}

/// Latencies and operations of a class as the functional unit derives them from OpLatency.
struct Units {
  OpcodeMask all;
  std::uint64_t alu = 0;  ///< bit i: has opcode i
  int multiply = 0;       ///< latency; 0: has none
  int divide = 0;
  int load = 0;
  int packed = 0;
  OpcodeMask packed_operations;
  int division_interval = 0;
  bool memory = false;
};

Units units(const PeClass& pe_class) {
  Units result;
  for (const auto& [op, timing] : pe_class.operations) {
    if (!usable(pe_class, op)) continue;
    result.all.insert(op);
    if (dfg::is_number(op)) continue;  // number_modules
    if (dfg::is_packed(op)) {
      result.packed_operations.insert(op);
      result.packed = std::max(result.packed, timing.latency);
    } else if (op == dfg::Opcode::kMul) {
      result.multiply = timing.latency;
    } else if (dfg::is_division(op)) {
      result.divide = std::max(result.divide, timing.latency);
      const int interval = result.division_interval;
      result.division_interval = interval == 0 ? timing.interval : std::min(interval, timing.interval);
    } else if (dfg::is_memory(op)) {
      result.memory = true;
      if (dfg::is_load(op)) result.load = std::max(result.load, timing.latency);
    } else {
      result.alu |= std::uint64_t{1} << static_cast<unsigned>(op);
    }
  }
  return result;
}

class Lister {
 public:
  explicit Lister(const Cgra& cgra) : cgra_(cgra), widths_(memory_widths(cgra)) {}

  std::vector<ModuleUse> list() {
    for (std::size_t pe = 0; pe < cgra_.pes.size(); ++pe) add_pe(PeId(static_cast<std::int64_t>(pe)));
    add_control();
    add_scratchpad();
    std::vector<ModuleUse> uses;
    for (const auto& [key, count] : counts_)
      uses.push_back({std::get<2>(key), std::get<1>(key), std::get<0>(key), count});
    return uses;
  }

 private:
  using Parameters = std::map<std::string, std::string>;
  static std::string text(std::int64_t value) { return fmt::format("{}", value); }

  void add(Part part, const char* module, Parameters parameters, std::int64_t count = 1) {
    counts_[{pe_class_, part, ModuleSpec{module, std::move(parameters)}}] += count;
  }

  void add_pe(PeId pe) {
    pe_class_ = cgra_.pe(pe).pe_class;
    const PeClass& kind = cgra_.pe_class(pe);
    const codegen::Layout layout = codegen::layout(codegen::layout_parameters(cgra_, pe));
    const codegen::LayoutParameters& p = layout.parameters;
    const std::string width = text(cgra_.word_bits);
    Parameters control{{"Width", width},
                       {"Inputs", text(p.inputs)},
                       {"Outputs", text(p.outputs)},
                       {"Registers", text(p.registers)},
                       {"ReadPorts", text(p.read_ports)},
                       {"WritePorts", text(p.write_ports)},
                       {"Constants", text(p.constants)},
                       {"LiveOuts", text(p.live_outs)},
                       {"MaxStages", text(p.max_stages)},
                       {"ConfigBits", text(layout.bits)}};
    // Instances leave them out where they are 0.
    if (p.address_generators > 0) control["Generators"] = text(p.address_generators);
    if (p.loop_levels > 0) control["LoopLevels"] = text(p.loop_levels);
    add(Part::kPeControl, "cgra_pe", std::move(control));
    if (p.address_generators > 0)
      add(Part::kAddressGenerators, "cgra_address_generator",
          {{"Width", width},
           {"Generators", text(p.address_generators)},
           {"CodeBits", text(codegen::select_bits(p.address_generators + 1))}});
    add(Part::kConfigMemory, "cgra_config_mem", {{"Bits", text(layout.bits)}, {"Depth", text(cgra_.config_depth)}});
    add_storage(p, layout);
    if (p.live_outs > 0)
      add(Part::kLiveOuts, "cgra_live_out",
          {{"Width", width}, {"LiveOuts", text(p.live_outs)}, {"CodeBits", text(live_out_bits(p))}});
    add_functional_unit(kind, p);
    add_links(pe, layout);
  }

  static int live_out_bits(const codegen::LayoutParameters& p) {
    return p.live_outs == 0 ? 1 : codegen::select_bits(p.live_outs + 1);
  }

  void add_storage(const codegen::LayoutParameters& p, const codegen::Layout& layout) {
    const std::string width = text(p.word_bits);
    const std::string src_bits = text(layout.source_bits);
    const int transits = 1 + p.read_ports + p.inputs;
    if (p.registers > 0 && p.read_ports > 0 && p.write_ports > 0) {
      add(Part::kOperandMuxes, "cgra_operand_mux",
          {{"Width", width}, {"Sources", text(transits)}, {"SrcBits", src_bits}}, p.write_ports);
      add(Part::kRegisters, "cgra_regfile",
          {{"Width", width},
           {"Registers", text(p.registers)},
           {"ReadPorts", text(p.read_ports)},
           {"WritePorts", text(p.write_ports)}});
    }
    add(Part::kOperandMuxes, "cgra_operand_mux",
        {{"Width", width},
         {"Sources", text(transits + p.constants)},
         {"Constants", text(at_least_1(p.constants))},
         {"SrcBits", src_bits},
         {"InitBits", text(codegen::select_bits(p.constants + 1))}},
        3);
  }

  void add_functional_unit(const PeClass& kind, const codegen::LayoutParameters& p) {
    const Units unit = units(kind);
    const std::string width = text(p.word_bits);
    add(Part::kPeControl, "cgra_fu",
        {{"Width", width}, {"LiveOutBits", text(live_out_bits(p))}, {"OpLatency", latency_bytes(kind)}});
    add(Part::kAlu, "cgra_alu", {{"Width", width}, {"OpMask", fmt::format("{:#x}", unit.alu)}});
    if (unit.multiply > 0) {
      add(Part::kMultiplier, "cgra_multiplier", {{"Width", width}, {"Latency", text(unit.multiply)}});
      add(Part::kMultiplier, "cgra_delay", {{"Width", width}, {"Cycles", text(unit.multiply - 1)}});
    }
    if (unit.divide > 0) add_divider(unit);
    for (const auto& [spec, count] : number_modules(kind, p.word_bits))
      add(Part::kNumbers, spec.module.c_str(), spec.parameters, count);
    if (unit.packed > 0)
      add(Part::kPacked, "cgra_packed",
          {{"Width", width}, {"OpMask", unit.packed_operations.hex()}, {"Latency", text(unit.packed)}});
    if (unit.memory) {
      add(Part::kLoadStore, "cgra_load_store",
          {{"Width", width},
           {"LineBits", text(widths_.line)},
           {"AddrBits", text(widths_.address)},
           {"OpMask", unit.all.hex()}});
      add(Part::kLoadStore, "cgra_delay", {{"Width", width}, {"Cycles", text(std::max(0, unit.load - 2))}});
    }
  }

  void add_divider(const Units& unit) {
    const int width = cgra_.word_bits;
    const int interval = at_least_1(unit.division_interval);
    const int cycles = at_least_1(unit.divide - 1);
    const int bits = (width + cycles - 1) / cycles;
    const bool pipelined = unit.divide > 1 && interval < cycles;
    add(Part::kDivider, "cgra_divider",
        {{"Width", text(width)}, {"Latency", text(unit.divide)}, {"Interval", text(interval)}});
    add(Part::kDivider, "cgra_div_stage",
        {{"Width", text(width)}, {"Shift", text(std::int64_t{bits} * cycles)}, {"Bits", text(bits)}},
        pipelined ? cycles : 1);
  }

  void add_links(PeId pe, const codegen::Layout& layout) {
    pe_class_ = -1;
    const int reads = layout.parameters.read_ports;
    for (const LinkId link : cgra_.out_links[pe.index()]) {
      std::string codes;
      int count = 0;
      for (std::size_t i = 0; i < cgra_.in_links[pe.index()].size(); ++i) {
        if (!cgra_.may_bypass(cgra_.in_links[pe.index()][i], link)) continue;
        codes = fmt::format("{:02x}", layout.input(static_cast<int>(i))) + codes;
        ++count;
      }
      const std::size_t first = codes.find_first_not_of('0');
      add(Part::kLinks, "cgra_link_mux",
          {{"Width", text(cgra_.word_bits)},
           {"SrcBits", text(layout.source_bits)},
           {"ReadPorts", text(reads)},
           {"Bypasses", text(count)},
           {"BypassCodes", first == std::string::npos ? "0x0" : "0x" + codes.substr(first)}});
    }
  }

  void add_control() {
    pe_class_ = -1;
    add(Part::kHostInterface, "cgra_host_if",
        {{"NumPes", text(static_cast<std::int64_t>(cgra_.pes.size()))}, {"AddrBits", text(widths_.address)}});
    add(Part::kLoopControl, "cgra_loop_ctrl", {{"MaxStages", text(cgra_.max_stages)}});
    if (cgra_.loop_levels > 0)
      add(Part::kLoopControl, "cgra_loop_unit",
          {{"Levels", text(cgra_.loop_levels)}, {"MaxStages", text(cgra_.max_stages)}});
    add(Part::kLiveOutRead, "cgra_top", {{"NumPes", text(static_cast<std::int64_t>(cgra_.pes.size()))}});
  }

  void add_scratchpad() {
    const arch::Scratchpad& spm = cgra_.scratchpad;
    const int requests = at_least_1(static_cast<int>(cgra_.memory_pes.size()));
    const std::string line = text(widths_.line);
    add(Part::kScratchpadCrossbar, "cgra_spm",
        {{"Width", text(cgra_.word_bits)},
         {"Requests", text(requests)},
         {"Banks", text(spm.banks)},
         {"BankBytes", text(spm.bank_bytes)},
         {"Ports", text(spm.ports)},
         {"Interleaved", spm.interleaved ? "1" : "0"}});
    add(Part::kScratchpadCrossbar, "cgra_spm_arbiter", {{"Requests", text(requests)}, {"Ports", text(spm.ports)}},
        spm.banks);
    add(Part::kScratchpadBanks, "cgra_spm_bank",
        {{"LineBits", line}, {"Depth", text(spm.bank_bytes / (widths_.line / 8))}, {"Ports", text(spm.ports)}},
        spm.banks);
    add(Part::kScratchpadResponse, "cgra_spm_response",
        {{"LineBits", line}, {"NeverStalls", requests <= spm.ports ? "1" : "0"}}, requests);
  }

  const Cgra& cgra_;
  const MemoryWidths widths_;
  int pe_class_ = -1;
  std::map<std::tuple<int, Part, ModuleSpec>, std::int64_t> counts_;
};

}  // namespace

std::string_view name(Part part) {
  constexpr std::string_view kNames[] = {"ALU",
                                         "multiplier",
                                         "divider",
                                         "number formats",
                                         "packed integers",
                                         "load/store",
                                         "address generators",
                                         "registers",
                                         "operand multiplexers",
                                         "configuration",
                                         "live-outs",
                                         "decode, RES",
                                         "links",
                                         "loop control",
                                         "scratchpad banks",
                                         "scratchpad crossbar",
                                         "scratchpad response",
                                         "host interface",
                                         "live-out read"};
  return kNames[static_cast<std::size_t>(part)];
}

Result<std::vector<ModuleUse>> array_modules(const Cgra& cgra) {
  HEDDLE_TRY(codegen::check_rtl_limits(cgra));
  return Lister(cgra).list();
}

ModuleSpec own_parameters(ModuleSpec spec) {
  if (spec.module == "cgra_pe")
    for (const char* handed_on : {"OpLatency", "DivInterval", "ConfigDepth", "LineBits", "AddrBits"})
      spec.parameters.erase(handed_on);
  if (spec.module == "cgra_fu")
    for (const char* handed_on : {"DivInterval", "LineBits", "AddrBits"}) spec.parameters.erase(handed_on);
  return spec;
}

}  // namespace heddle::fpga
