#include "cost_models/fpga/calibration_grid.h"

#include <fmt/format.h>

#include "compiler/base/files.h"
#include "compiler/codegen/layout.h"
#include "cost_models/fpga/array_modules.h"
#include "cost_models/fpga/number_modules.h"

namespace heddle::fpga {
namespace {

using Values = std::vector<std::pair<const char*, std::int64_t>>;

class Grid {
 public:
  std::vector<ModuleSpec> specs;

  void add(const char* module, const Values& values) {
    ModuleSpec spec{module, {}};
    for (const auto& [name, value] : values) spec.parameters[name] = fmt::format("{}", value);
    specs.push_back(std::move(spec));
  }
};

int clog2(std::int64_t count) {
  int bits = 0;
  while ((std::int64_t{1} << bits) < count) ++bits;
  return bits;
}

void add_muxes(Grid& grid) {
  for (const int width : {16, 32}) {
    for (int sources = 1; sources <= 15; ++sources)
      grid.add(
          "cgra_operand_mux",
          {{"Width", width}, {"Sources", sources}, {"Constants", 2}, {"SrcBits", clog2(sources + 1)}, {"InitBits", 2}});
    for (const int sources : {3, 5, 7})
      grid.add("cgra_operand_mux", {{"Width", width}, {"Sources", sources}, {"SrcBits", 4}});
    for (const auto& [constants, bits] : {std::pair{1, 1}, {3, 2}, {4, 3}, {6, 3}})
      grid.add("cgra_operand_mux", {{"Width", width},
                                    {"Sources", 7 + constants},
                                    {"Constants", constants},
                                    {"SrcBits", clog2(8 + constants)},
                                    {"InitBits", bits}});
  }
  for (const int sources : {5, 9, 17})
    grid.add("cgra_operand_mux",
             {{"Width", 64}, {"Sources", sources}, {"Constants", 2}, {"SrcBits", clog2(sources + 1)}, {"InitBits", 2}});
  for (const int width : {16, 32})
    for (const auto& [reads, bypasses] :
         {std::pair{0, 0}, {1, 0}, {2, 0}, {3, 0}, {1, 1}, {2, 1}, {2, 2}, {3, 2}, {2, 3}, {3, 3}, {2, 5}, {2, 7}}) {
      ModuleSpec spec{"cgra_link_mux", {}};
      std::string codes;
      for (int k = 0; k < bypasses; ++k) codes = fmt::format("{:02x}", 2 + reads + k) + codes;
      spec.parameters = {{"Width", fmt::format("{}", width)},
                         {"SrcBits", "4"},
                         {"ReadPorts", fmt::format("{}", reads)},
                         {"Bypasses", fmt::format("{}", bypasses)},
                         {"BypassCodes", bypasses == 0 ? "0x0" : "0x" + codes.substr(codes.find_first_not_of('0'))}};
      grid.specs.push_back(std::move(spec));
    }
}

void add_storage(Grid& grid) {
  for (const int width : {16, 32})
    for (const auto& [registers, reads, writes] :
         {std::tuple{1, 1, 1}, {2, 1, 1}, {2, 2, 2}, {4, 1, 1}, {4, 2, 2}, {4, 3, 1}, {8, 2, 1}, {8, 2, 2}, {16, 2, 2}})
      grid.add("cgra_regfile",
               {{"Width", width}, {"Registers", registers}, {"ReadPorts", reads}, {"WritePorts", writes}});
  grid.add("cgra_regfile", {{"Width", 32}, {"Registers", 32}, {"ReadPorts", 2}, {"WritePorts", 1}});
  grid.add("cgra_regfile", {{"Width", 64}, {"Registers", 4}, {"ReadPorts", 2}, {"WritePorts", 2}});
  for (const int width : {16, 32, 64})
    for (const int count : {1, 2, 4, 8, 16})
      if (width * count <= 512)
        grid.add("cgra_live_out", {{"Width", width}, {"LiveOuts", count}, {"CodeBits", clog2(count + 1)}});
  for (const int depth : {8, 32, 64, 128, 256})
    for (const int bits : {37, 74, 109, 120, 148, 187, 221})
      grid.add("cgra_config_mem", {{"Bits", bits}, {"Depth", depth}});
}

std::string mask_of(const std::vector<const char*>& names, int width) {
  std::uint64_t mask = 0;
  for (const char* name : names)
    for (const dfg::Opcode op : arch::operations_named(name, width))
      mask |= std::uint64_t{1} << static_cast<unsigned>(op);
  return fmt::format("{:#x}", mask);
}

void add_alus(Grid& grid) {
  const std::vector<const char*> parts[] = {{"alu"},
                                            {"mov"},
                                            {"mov", "add"},
                                            {"mov", "add", "sub"},
                                            {"mov", "arithmetic"},
                                            {"mov", "add", "sub", "eq", "ne"},
                                            {"mov", "add", "sub", "compare"},
                                            {"mov", "arithmetic", "compare", "select"},
                                            {"mov", "arithmetic", "compare", "minmax"},
                                            {"mov", "logic"},
                                            {"mov", "shl"},
                                            {"mov", "shift"},
                                            {"mov", "add", "logic", "shift"},
                                            {"mov", "arithmetic", "logic", "compare", "select", "extend"},
                                            {"mov", "extend"}};
  const auto add = [&](int width, const std::vector<const char*>& names) {
    grid.specs.push_back({"cgra_alu", {{"Width", fmt::format("{}", width)}, {"OpMask", mask_of(names, width)}}});
  };
  for (const int width : {16, 32})
    for (const auto& names : parts) add(width, names);
  for (const std::size_t part : {0U, 3U, 8U, 12U}) add(64, parts[part]);
}

void add_lanes(Grid& grid) {
  for (const int width : {16, 32, 64}) {
    grid.add("cgra_multiplier", {{"Width", width}, {"Latency", 2}});
    for (const int cycles : {0, 1, 2, 3, 8}) grid.add("cgra_delay", {{"Width", width}, {"Cycles", cycles}});
    for (const int bits : {1, 2, 4}) grid.add("cgra_div_stage", {{"Width", width}, {"Shift", width}, {"Bits", bits}});
    for (const auto& [latency, interval] : {std::pair{10, 10}, {18, 18}, {5, 1}, {9, 1}})
      grid.add("cgra_divider", {{"Width", width}, {"Latency", latency}, {"Interval", interval}});
    for (const int address : {12, 17})
      grid.specs.push_back({"cgra_load_store",
                            {{"Width", fmt::format("{}", width)},
                             {"LineBits", fmt::format("{}", width == 16 ? 32 : width)},
                             {"AddrBits", fmt::format("{}", address)},
                             {"OpMask", mask_of({"alu", "memory"}, width)}}});
  }
  grid.specs.push_back(
      {"cgra_load_store",
       {{"Width", "16"}, {"LineBits", "16"}, {"AddrBits", "14"}, {"OpMask", mask_of({"memory"}, 16)}}});
}

void add_scratchpads(Grid& grid) {
  for (const int line : {16, 32, 64})
    for (const int ports : {1, 2})
      for (const int depth : {128, 512, 1024, 2048, 4096})
        if (ports == 1 || depth <= 512)
          grid.add("cgra_spm_bank", {{"LineBits", line}, {"Depth", depth}, {"Ports", ports}});
  for (const int requests : {1, 2, 4, 8, 16})
    for (const int ports : {1, 2}) grid.add("cgra_spm_arbiter", {{"Requests", requests}, {"Ports", ports}});
  for (const int line : {16, 32, 64})
    for (const int never : {0, 1}) grid.add("cgra_spm_response", {{"LineBits", line}, {"NeverStalls", never}});
  const auto add = [&](int width, int requests, int banks, int bytes, int ports, int interleaved) {
    grid.add("cgra_spm", {{"Width", width},
                          {"Requests", requests},
                          {"Banks", banks},
                          {"BankBytes", bytes},
                          {"Ports", ports},
                          {"Interleaved", interleaved}});
  };
  for (const auto& [requests, banks] :
       {std::pair{1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 4}, {4, 2}, {4, 4}, {8, 4}, {4, 8}, {8, 8}, {16, 8}, {8, 16}})
    add(32, requests, banks, 8192, 1, 0);
  for (const auto& [requests, banks] : {std::pair{1, 1}, {2, 2}, {4, 4}}) {
    add(16, requests, banks, 4096, 1, 0);
    add(64, requests, banks, 16384, 1, 0);
    add(32, requests, banks, 4096, 2, 0);
    add(32, requests, banks, 4096, 1, 1);
  }
  add(16, 4, 4, 4096, 1, 1);
  add(16, 2, 2, 4096, 1, 1);
}

void add_control(Grid& grid) {
  for (const int stages : {4, 16, 32, 64}) grid.add("cgra_loop_ctrl", {{"MaxStages", stages}});
  for (const auto& [pes, address] : {std::pair{1, 12}, {4, 16}, {9, 14}, {16, 16}, {64, 17}, {256, 17}}) {
    grid.add("cgra_host_if", {{"NumPes", pes}, {"AddrBits", address}});
    grid.add("cgra_top", {{"NumPes", pes}});
  }
}

/// The PE itself with generators and a loop unit; those without come with the arrays.
void add_loop_levels(Grid& grid) {
  const auto add_pe = [&](int width, int stages, int generators, int levels) {
    codegen::LayoutParameters p;
    p.word_bits = width;
    p.inputs = p.outputs = 3;
    p.write_ports = 2;
    p.constants = 6;
    p.max_stages = stages;
    p.address_generators = generators;
    p.loop_levels = levels;
    Values values{{"Width", width},
                  {"Inputs", p.inputs},
                  {"Outputs", p.outputs},
                  {"Registers", p.registers},
                  {"ReadPorts", p.read_ports},
                  {"WritePorts", p.write_ports},
                  {"Constants", p.constants},
                  {"LiveOuts", p.live_outs},
                  {"MaxStages", stages},
                  {"ConfigBits", codegen::layout(p).bits}};
    if (generators > 0) values.emplace_back("Generators", generators);
    if (levels > 0) values.emplace_back("LoopLevels", levels);
    grid.add("cgra_pe", values);
  };
  for (const int levels : {0, 1, 2, 3, 4}) add_pe(32, 32, 3, levels);
  for (const int levels : {1, 3, 4}) add_pe(32, 32, 0, levels);
  for (const int stages : {8, 16, 64}) add_pe(32, stages, 0, 3);
  for (const int width : {16, 64}) add_pe(width, 32, 3, 2);
  for (const int generators : {1, 7}) add_pe(32, 32, generators, 2);
  for (const int width : {16, 32, 64})
    for (const int generators : {1, 2, 3, 4, 7, 8})
      grid.add("cgra_address_generator",
               {{"Width", width}, {"Generators", generators}, {"CodeBits", clog2(generators + 1)}});
  for (const int levels : {1, 2, 3, 4})
    for (const int stages : {8, 32, 64}) grid.add("cgra_loop_unit", {{"Levels", levels}, {"MaxStages", stages}});
}

void add_number_units(Grid& grid) {
  const std::vector<std::pair<int, int>> formats{{5, 10}, {8, 7}, {4, 3}, {5, 2}, {3, 2}, {2, 3}, {2, 1}};
  const auto add_mac = [&](int mantissa, int stages) {
    grid.add("fp_mac", {{"ExpBits", 8},
                        {"ManBits", 23},
                        {"Specials", 2},
                        {"AExpBits", 8},
                        {"AManBits", mantissa},
                        {"ASpecials", 2},
                        {"Stages", stages}});
  };
  for (const int mantissa : {1, 2, 3, 7, 10, 23})
    for (int stages = 0; stages <= 5; ++stages) add_mac(mantissa, stages);
  for (const int stages : {6, 9}) add_mac(1, stages);
  const auto add_narrowing = [&](int exponent, int mantissa, int stages) {
    const bool ieee = mantissa > 3;
    grid.add("fp_convert", {{"SrcExpBits", 8},
                            {"SrcManBits", 23},
                            {"SrcSpecials", 2},
                            {"DstExpBits", exponent},
                            {"DstManBits", mantissa},
                            {"DstSpecials", ieee ? 2 : 0},
                            {"Saturate", ieee ? 0 : 1},
                            {"Stages", stages}});
  };
  for (const auto& [exponent, mantissa] : formats) {
    grid.add("fp_convert", {{"SrcExpBits", exponent},
                            {"SrcManBits", mantissa},
                            {"SrcSpecials", mantissa > 3 ? 2 : 0},
                            {"DstExpBits", 8},
                            {"DstManBits", 23},
                            {"DstSpecials", 2}});
    for (const int stages : {0, 1, 2}) add_narrowing(exponent, mantissa, stages);
  }
  for (const int stages : {3, 6}) add_narrowing(2, 1, stages);
  for (const char* module : {"fp_from_int", "fp_to_int"})
    for (const int stages : {0, 1, 2, 3, 6})
      grid.add(module, {{"IntBits", 32}, {"ExpBits", 8}, {"ManBits", 23}, {"Specials", 2}, {"Stages", stages}});
}

std::string number_mask(const std::vector<const char*>& names) {
  OpcodeMask mask;
  for (const char* name : names)
    for (const dfg::Opcode op : arch::operations_named(name, 32)) mask.insert(op);
  return mask.hex();
}

void add_numbers(Grid& grid) {
  add_number_units(grid);
  // Sets of formats as cgra_pkg numbers them: one, some of each size, all.
  for (const int formats : {0x01, 0x02, 0x04, 0x08, 0x20, 0x80, 0x06, 0x18, 0x0A, 0x88, 0x0E, 0x38, 0x1E, 0xF8, 0xFE}) {
    grid.add("cgra_widen_any", {{"Formats", formats}});
    grid.add("cgra_narrow_any", {{"Formats", formats}, {"Stages", 0}});
  }
  for (const auto& [mantissa, narrow] : {std::pair{23, 0}, {23, 6}, {10, 0}, {10, 2}, {7, 4}, {3, 0}, {3, 8}, {1, 128}})
    grid.add("cgra_number_mac", {{"ManBits", mantissa}, {"Narrow", narrow}, {"Latency", 3}});
  grid.add("cgra_number_compare", {});
  const auto add = [&](int width, const std::vector<const char*>& names, int mac, int compare, int convert) {
    grid.specs.push_back({"cgra_number",
                          {{"Width", fmt::format("{}", width)},
                           {"OpMask", number_mask(names)},
                           {"MacLatency", fmt::format("{}", mac)},
                           {"CompareLatency", fmt::format("{}", compare)},
                           {"ConvertLatency", fmt::format("{}", convert)}}});
  };
  add(32, {"fp32"}, 4, 1, 2);
  add(32, {"fp32", "fp16", "bf16"}, 4, 1, 2);
  add(32, {"e4m3"}, 3, 0, 3);
  add(32, {"e4m3", "e5m2", "e2m1"}, 3, 0, 1);
  add(32, {"fp16_mac"}, 2, 0, 0);
  add(32, {"fp32_lt", "fp32_min"}, 0, 1, 0);
  add(32, {"fp32_from_s32"}, 0, 0, 2);
  add(32, {"e3m2_mac", "e3m2_add"}, 3, 0, 0);
  add(64, {"fp32", "bf16"}, 4, 1, 2);
}

void add_packed(Grid& grid) {
  const std::vector<std::vector<const char*>> sets{
      {"s8_dot"}, {"packed8"}, {"s4_dot"}, {"packed4"}, {"sparse8"}, {"packed8", "sparse8"}, {"packed8", "packed4"},
      {"packed"}};
  const auto add = [&](int width, const std::vector<const char*>& names, int latency) {
    grid.specs.push_back({"cgra_packed",
                          {{"Width", fmt::format("{}", width)},
                           {"OpMask", number_mask(names)},
                           {"Latency", fmt::format("{}", latency)}}});
  };
  for (const auto& names : sets)
    for (const int latency : {1, 2, 3}) add(32, names, latency);
  for (const int latency : {4, 7}) add(32, {"packed"}, latency);
  add(64, {"packed"}, 2);
}

}  // namespace

std::vector<ModuleSpec> calibration_grid() {
  Grid grid;
  add_muxes(grid);
  add_storage(grid);
  add_alus(grid);
  add_lanes(grid);
  add_scratchpads(grid);
  add_control(grid);
  add_loop_levels(grid);
  add_numbers(grid);
  add_packed(grid);
  return grid.specs;
}

Result<std::vector<CalibrationArray>> calibration_arrays(const std::filesystem::path& file,
                                                         const std::filesystem::path& architectures) {
  HEDDLE_ASSIGN(const std::string text, read_file(file));
  HEDDLE_ASSIGN(const Document list, parse_json(text, file.string()));
  std::vector<CalibrationArray> arrays;
  for (const Json& entry : list.root["arrays"]) {
    const std::string base = entry.value("base", "");
    HEDDLE_ASSIGN(const std::string yaml, read_file(architectures / (base + ".yaml")));
    HEDDLE_ASSIGN(Document document, parse_yaml(yaml, base + ".yaml"));
    if (entry.contains("patch")) document.root.merge_patch(entry["patch"]);
    const std::string name = entry.value("name", base);
    document.root["name"] = name;
    HEDDLE_ASSIGN(arch::Cgra cgra, arch::from_document(document));
    arrays.push_back({name, entry.value("held_out", false), std::move(cgra)});
  }
  return arrays;
}

}  // namespace heddle::fpga
