#include "compiler/codegen/rtl.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "compiler/base/check.h"
#include "compiler/base/files.h"
#include "compiler/codegen/layout.h"
#include "compiler/codegen/rtl_limits.h"

namespace heddle::codegen {
namespace {

using arch::Cgra;
using arch::LinkId;
using arch::PeClass;
using arch::PeId;

PeId pe_id(std::size_t index) { return PeId(static_cast<std::int64_t>(index)); }

/// The widths that the top and the scratchpad module must agree on (cgra_spm.sv).
struct Widths {
  int word = 32;
  int line = 32;
  int address = 15;
};

Widths widths(const Cgra& cgra) {
  const bool narrow = cgra.word_bits == 16 && (!cgra.scratchpad.interleaved || cgra.scratchpad.banks == 1);
  return {cgra.word_bits, narrow ? 32 : cgra.word_bits,
          static_cast<int>(std::bit_width(static_cast<std::uint64_t>(cgra.scratchpad.bytes()))) - 1};
}

/// OpLatency of cgra_fu: a byte per opcode, opcode 0 lowest, as one hexadecimal literal.
std::string latency_literal(const PeClass& pe_class) {
  std::string digits;
  for (int op = (1 << dfg::kOpcodeBits) - 1; op >= 0; --op) {
    const auto found = pe_class.operations.find(static_cast<dfg::Opcode>(op));
    const bool usable = found != pe_class.operations.end() && (pe_class.memory || !dfg::is_memory(found->first));
    digits += fmt::format("{:02x}", usable ? found->second.latency : 0);
    if (op % 8 == 0 && op != 0) digits += '_';
  }
  return fmt::format("{}'h{}", 8 << dfg::kOpcodeBits, digits);
}

int division_interval(const PeClass& pe_class) {
  int interval = 0;
  for (const auto& [op, timing] : pe_class.operations)
    if (dfg::is_division(op)) interval = interval == 0 ? timing.interval : std::min(interval, timing.interval);
  return std::max(interval, 1);
}

std::string header(const Cgra& cgra) {
  return fmt::format(
      "// {}: {} x {} array of {}-bit processing elements. Generated; the architecture is its source.\n"
      "// Function and timing: docs/execution_model.md. Host port: section 7 there; one clock per access, read data in "
      "the next.\n"
      "`include \"cgra_assert.svh\"\n"
      "module cgra_top (\n"
      "  input  logic        clk_i,\n"
      "  input  logic        rst_ni,\n"
      "  input  logic        host_req_i,\n"
      "  input  logic        host_we_i,\n"
      "  input  logic [31:0] host_addr_i,\n"
      "  input  logic [31:0] host_wdata_i,\n"
      "  output logic [31:0] host_rdata_o,\n"
      "  output logic        busy_o\n"
      "`ifdef VERILATOR\n"
      "  ,\n"
      "  output logic        probe_en_o,  // an array cycle ends with this clock\n"
      "  output logic [{}:0] probe_res_o  // RES of every PE during it, 64 bits each\n"
      "`endif\n"
      ");\n\n",
      cgra.name, cgra.rows, cgra.columns, cgra.word_bits, cgra.pes.size() * 64 - 1);
}

std::string class_tables(const Cgra& cgra) {
  std::string text = "  // Latency of every operation by PE class, a byte per opcode; 0: absent.\n";
  for (std::size_t i = 0; i < cgra.classes.size(); ++i)
    text += fmt::format("  // {}\n  localparam logic [1023:0] OpLatency{} =\n      {};\n", cgra.classes[i].name, i,
                        latency_literal(cgra.classes[i]));
  return text + '\n';
}

std::string control(const Cgra& cgra, const Widths& w) {
  return fmt::format(
      R"(  // Control and host port.
  logic start, en, first, fetch, stall;
  logic [7:0] fetch_slot, ii_minus_1, last_slot, config_slot;
  logic [5:0] config_chunk, live_out_index;
  logic [31:0] trip_count, run_cycles, stall_cycles, config_wdata, live_out_rdata;
  logic [32:0] last_it;
  logic [{stages}:0] started, ended;
  logic [{pes}:0] config_we, live_out_sel;
  logic spm_req, spm_we;
  logic [{address}:0] spm_addr;
  logic [31:0] spm_wdata, spm_rdata;

  cgra_host_if #(.NumPes({num_pes}), .AddrBits({address_bits})) u_host_if (
    .clk_i, .rst_ni, .host_req_i, .host_we_i, .host_addr_i, .host_wdata_i, .host_rdata_o,
    .busy_i(busy_o), .run_cycles_i(run_cycles), .stall_cycles_i(stall_cycles),
    .start_o(start), .ii_minus_1_o(ii_minus_1), .trip_count_o(trip_count), .last_it_o(last_it),
    .last_slot_o(last_slot), .config_we_o(config_we), .config_slot_o(config_slot),
    .config_chunk_o(config_chunk), .config_wdata_o(config_wdata), .live_out_sel_o(live_out_sel),
    .live_out_index_o(live_out_index), .live_out_rdata_i(live_out_rdata), .spm_req_o(spm_req),
    .spm_we_o(spm_we), .spm_addr_o(spm_addr), .spm_wdata_o(spm_wdata), .spm_rdata_i(spm_rdata)
  );
  cgra_loop_ctrl #(.MaxStages({stages})) u_loop_ctrl (
    .clk_i, .rst_ni, .start_i(start), .ii_minus_1_i(ii_minus_1), .trip_count_i(trip_count),
    .last_it_i(last_it), .last_slot_i(last_slot), .busy_o, .run_cycles_o(run_cycles),
    .stall_cycles_o(stall_cycles), .stall_i(stall), .en_o(en), .first_o(first), .fetch_o(fetch),
    .fetch_slot_o(fetch_slot), .started_o(started), .ended_o(ended)
  );

)",
      fmt::arg("stages", cgra.max_stages), fmt::arg("pes", cgra.pes.size() - 1), fmt::arg("num_pes", cgra.pes.size()),
      fmt::arg("address", w.address - 1), fmt::arg("address_bits", w.address));
}

/// The loop unit listens to the host's writes itself. A fetch of slot 0 ends the current iteration of stage 0.
std::string loop_unit(const Cgra& cgra) {
  if (cgra.loop_levels == 0) return {};
  return fmt::format(
      R"(  // Loop unit.
  logic [{last}:0] ends;
  cgra_loop_unit #(.Levels({levels}), .MaxStages({stages})) u_loop_unit (
    .clk_i, .rst_ni, .host_req_i, .host_we_i, .host_addr_i, .host_wdata_i, .start_i(start),
    .next_i(en & fetch_slot == '0), .ends_o(ends)
  );

)",
      fmt::arg("last", cgra.loop_levels * (cgra.max_stages + 2) - 1), fmt::arg("levels", cgra.loop_levels),
      fmt::arg("stages", cgra.max_stages));
}

std::string scratchpad(const Cgra& cgra, const Widths& w) {
  const std::size_t requests = std::max<std::size_t>(1, cgra.memory_pes.size());
  std::string text = fmt::format(
      R"(  // Scratchpad.
  logic [{last}:0] mem_req, mem_we;
  logic [{requests}*{address}-1:0] mem_addr;
  logic [{requests}*{bytes}-1:0] mem_be;
  logic [{requests}*{line}-1:0] mem_wdata, mem_rdata;
  cgra_spm #(
    .Width({word}), .Requests({requests}), .Banks({banks}), .BankBytes({bank_bytes}), .Ports({ports}),
    .Interleaved(1'b{interleaved})
  ) u_spm (
    .clk_i, .rst_ni, .en_i(en), .first_i(first), .req_i(mem_req), .we_i(mem_we), .addr_i(mem_addr),
    .be_i(mem_be), .wdata_i(mem_wdata), .rdata_o(mem_rdata), .stall_o(stall),
    .host_req_i(spm_req), .host_we_i(spm_we), .host_addr_i(spm_addr), .host_wdata_i(spm_wdata),
    .host_rdata_o(spm_rdata)
  );
)",
      fmt::arg("last", requests - 1), fmt::arg("requests", requests), fmt::arg("address", w.address),
      fmt::arg("bytes", w.line / 8), fmt::arg("line", w.line), fmt::arg("word", w.word),
      fmt::arg("banks", cgra.scratchpad.banks), fmt::arg("bank_bytes", cgra.scratchpad.bank_bytes),
      fmt::arg("ports", cgra.scratchpad.ports), fmt::arg("interleaved", cgra.scratchpad.interleaved ? 1 : 0));
  if (cgra.memory_pes.empty()) {
    for (const char* name : {"mem_req", "mem_we", "mem_addr", "mem_be", "mem_wdata"})
      text += fmt::format("  assign {} = '0;\n", name);
    text += "  logic unused_mem_rdata;\n  assign unused_mem_rdata = ^mem_rdata;\n";
  }
  return text + '\n';
}

/// Places of this PE's scratchpad port in the vectors of the crossbar, or wires of its own that nobody reads.
std::string memory_connections(const Cgra& cgra, std::size_t pe, const Widths& w) {
  const auto found = std::find(cgra.memory_pes.begin(), cgra.memory_pes.end(), pe_id(pe));
  if (found == cgra.memory_pes.end()) {
    return fmt::format(
        "    .mem_req_o(unused_req_{0}), .mem_we_o(unused_we_{0}), .mem_addr_o(unused_addr_{0}),\n"
        "    .mem_be_o(unused_be_{0}), .mem_wdata_o(unused_wdata_{0}), .mem_rdata_i('0)\n",
        pe);
  }
  const auto k = std::distance(cgra.memory_pes.begin(), found);
  return fmt::format(
      "    .mem_req_o(mem_req[{0}]), .mem_we_o(mem_we[{0}]), .mem_addr_o(mem_addr[{0}*{1}+:{1}]),\n"
      "    .mem_be_o(mem_be[{0}*{2}+:{2}]), .mem_wdata_o(mem_wdata[{0}*{3}+:{3}]),\n"
      "    .mem_rdata_i(mem_rdata[{0}*{3}+:{3}])\n",
      k, w.address, w.line / 8, w.line);
}

/// The words of `links`, the first in the lowest bits.
std::string concatenation(const std::vector<LinkId>& links) {
  if (links.empty()) return "'0";
  std::string text;
  for (auto link = links.rbegin(); link != links.rend(); ++link)
    text += fmt::format("{}link_{}", text.empty() ? "{" : ", ", link->value);
  return text + "}";
}

std::string pe_wires(const Cgra& cgra, std::size_t pe, const Layout& layout, const Widths& w) {
  const LayoutParameters& p = layout.parameters;
  std::string text = fmt::format(
      "  logic [{}:0] res_{};\n  logic [{}:0] rf_{};\n  logic [{}:0] src_{};\n  logic [31:0] live_out_{};\n",
      w.word - 1, pe, std::max(1, p.read_ports) * w.word - 1, pe, std::max(1, p.outputs) * layout.source_bits - 1, pe,
      pe);
  if (!std::binary_search(cgra.memory_pes.begin(), cgra.memory_pes.end(), pe_id(pe))) {
    text += fmt::format(
        "  logic unused_req_{0}, unused_we_{0};\n  logic [{1}:0] unused_addr_{0};\n  logic [{2}:0] unused_be_{0};\n"
        "  logic [{3}:0] unused_wdata_{0};\n",
        pe, w.address - 1, w.line / 8 - 1, w.line - 1);
  }
  return text;
}

std::string pe_instance(const Cgra& cgra, std::size_t pe, const Widths& w) {
  const Layout layout = codegen::layout(layout_parameters(cgra, pe_id(pe)));
  const LayoutParameters& p = layout.parameters;
  const arch::Pe& place = cgra.pes[pe];
  std::string text =
      fmt::format("  // PE {} at ({},{}), class {}.\n", pe, place.row, place.column, cgra.pe_class(pe_id(pe)).name);
  text += pe_wires(cgra, pe, layout, w);
  text += fmt::format(
      R"(  cgra_pe #(
    .Width({word}), .Inputs({inputs}), .Outputs({outputs}), .Registers({registers}), .ReadPorts({reads}),
    .WritePorts({writes}), .Constants({constants}), .LiveOuts({live_outs}), .MaxStages({stages}),
    .ConfigDepth({depth}), .ConfigBits({bits}), .LineBits({line}), .AddrBits({address}),
    .OpLatency(OpLatency{pe_class}), .DivInterval({interval}){generators}
  ) u_pe_{pe} (
    .clk_i, .rst_ni, .clear_i(start), .en_i(en), .fetch_i(fetch), .fetch_slot_i(fetch_slot),
    .started_i({started}), .ended_i(ended), .config_we_i(config_we[{pe}]), .config_slot_i(config_slot),
    .config_chunk_i(config_chunk), .config_wdata_i(config_wdata), .live_out_sel_i(live_out_sel[{pe}]),
    .live_out_index_i(live_out_index), .live_out_rdata_o(live_out_{pe}),
    .links_i({links}), .res_o(res_{pe}), .rf_o(rf_{pe}), .link_src_o(src_{pe}),
)",
      fmt::arg("word", p.word_bits), fmt::arg("inputs", p.inputs), fmt::arg("outputs", p.outputs),
      fmt::arg("registers", p.registers), fmt::arg("reads", p.read_ports), fmt::arg("writes", p.write_ports),
      fmt::arg("constants", p.constants), fmt::arg("live_outs", p.live_outs), fmt::arg("stages", p.max_stages),
      fmt::arg("depth", cgra.config_depth), fmt::arg("bits", layout.bits), fmt::arg("line", w.line),
      fmt::arg("address", w.address), fmt::arg("pe_class", place.pe_class),
      fmt::arg("interval", division_interval(cgra.pe_class(pe_id(pe)))), fmt::arg("pe", pe),
      fmt::arg("generators",
               (p.address_generators == 0 ? "" : fmt::format(",\n    .Generators({})", p.address_generators)) +
                   (p.loop_levels == 0 ? "" : fmt::format(",\n    .LoopLevels({})", p.loop_levels))),
      fmt::arg("started", p.loop_levels == 0 ? "started" : "{ends, started}"),
      fmt::arg("links", concatenation(cgra.in_links[pe])));
  return text + memory_connections(cgra, pe, w) + "  );\n\n";
}

/// One multiplexer per link, with the inputs that may pass on to it and their source codes in this PE.
std::string link_instance(const Cgra& cgra, LinkId link, std::size_t output, const Layout& layout) {
  const std::size_t pe = cgra.link(link).from.index();
  std::vector<LinkId> passed;
  std::string codes;
  const std::vector<LinkId>& incoming = cgra.in_links[pe];
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    if (!cgra.may_bypass(incoming[i], link)) continue;
    passed.push_back(incoming[i]);
    codes = fmt::format("{:02x}", layout.input(static_cast<int>(i))) + codes;
  }
  const LayoutParameters& p = layout.parameters;
  const std::string code_literal =
      passed.empty() ? std::string("8'h00") : fmt::format("{}'h{}", 8 * passed.size(), codes);
  return fmt::format(
      "  cgra_link_mux #(\n"
      "    .Width({word}), .SrcBits({src}), .ReadPorts({reads}), .Bypasses({count}), .BypassCodes({codes})\n"
      "  ) u_link_{link} (\n"
      "    .src_i(src_{pe}[{output}*{src}+:{src}]), .res_i(res_{pe}), .rf_i(rf_{pe}),\n"
      "    .bypass_i({passed}), .link_o(link_{link})\n"
      "  );\n",
      fmt::arg("word", p.word_bits), fmt::arg("src", layout.source_bits), fmt::arg("reads", p.read_ports),
      fmt::arg("count", passed.size()), fmt::arg("codes", code_literal), fmt::arg("link", link.value),
      fmt::arg("pe", pe), fmt::arg("output", output), fmt::arg("passed", concatenation(passed)));
}

std::string link_wires(const Cgra& cgra) {
  std::string text = "  // Links.\n";
  for (std::size_t i = 0; i < cgra.links.size(); ++i) {
    const arch::Link& link = cgra.links[i];
    const arch::Pe& from = cgra.pe(link.from);
    const arch::Pe& to = cgra.pe(link.to);
    text += fmt::format("  logic [{}:0] link_{};  // ({},{}) {} ({},{})\n", cgra.word_bits - 1, i, from.row,
                        from.column, link.name, to.row, to.column);
  }
  return text + '\n';
}

std::string link_instances(const Cgra& cgra) {
  std::string text = "  // What each link carries.\n";
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
    const Layout layout = codegen::layout(layout_parameters(cgra, pe_id(pe)));
    for (std::size_t output = 0; output < cgra.out_links[pe].size(); ++output)
      text += link_instance(cgra, cgra.out_links[pe][output], output, layout);
  }
  return text + '\n';
}

std::string probes(const Cgra& cgra) {
  std::string text = "  assign live_out_rdata = live_out_0";
  for (std::size_t pe = 1; pe < cgra.pes.size(); ++pe) text += fmt::format("\n      | live_out_{}", pe);
  text += ";\n\n`ifdef VERILATOR\n  assign probe_en_o = en;\n";
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe)
    text += fmt::format("  assign probe_res_o[{0}*64+:64] = 64'(res_{0});\n", pe);
  return text + "`endif\n\n";
}

/// Outgoing links of PEs without any: their select field is 1 code wide and unread.
std::string unused_selects(const Cgra& cgra) {
  std::string text;
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
    if (!cgra.out_links[pe].empty()) continue;
    text += fmt::format("  logic unused_src_{0};\n  assign unused_src_{0} = ^{{src_{0}, rf_{0}}};\n", pe);
  }
  return text;
}

/// Does any PE have such an operation? Then its unit is among the sources.
bool has_any(const Cgra& cgra, bool (*is_member)(dfg::Opcode)) {
  return std::any_of(cgra.classes.begin(), cgra.classes.end(), [is_member](const PeClass& pe_class) {
    return std::any_of(pe_class.operations.begin(), pe_class.operations.end(),
                       [is_member](const auto& entry) { return is_member(entry.first); });
  });
}

/// Lists of files of units that not every array has.
std::vector<const char*> unit_lists(const Cgra& cgra) {
  std::vector<const char*> lists;
  if (has_any(cgra, dfg::is_number)) lists.push_back("number_files.f");
  if (has_any(cgra, dfg::is_packed)) lists.push_back("packed_files.f");
  return lists;
}

bool has_generators(const Cgra& cgra) {
  return std::any_of(cgra.classes.begin(), cgra.classes.end(),
                     [](const PeClass& pe_class) { return pe_class.address_generators > 0; });
}

/// The lines of a list of files that are not empty.
Result<std::vector<std::string>> read_list(const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const std::string text, read_file(path));
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

}  // namespace

Result<std::string> generate_top(const Cgra& cgra) {
  HEDDLE_TRY(check_rtl_limits(cgra));
  const Widths w = widths(cgra);
  std::string text =
      header(cgra) + class_tables(cgra) + control(cgra, w) + loop_unit(cgra) + scratchpad(cgra, w) + link_wires(cgra);
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) text += pe_instance(cgra, pe, w);
  return text + link_instances(cgra) + probes(cgra) + unused_selects(cgra) + "endmodule\n";
}

Status write_rtl(const Cgra& cgra, const std::filesystem::path& rtl_dir, const std::filesystem::path& directory) {
  HEDDLE_ASSIGN(const std::string top, generate_top(cgra));
  const std::filesystem::path leaves = rtl_dir / "cgra";
  HEDDLE_ASSIGN(std::vector<std::string> files, read_list(leaves / "files.f"));
  constexpr int kPackages = 2;  // at the head of the list
  for (const char* list : unit_lists(cgra)) {
    HEDDLE_ASSIGN(const std::vector<std::string> unit, read_list(leaves / list));
    files.insert(files.begin() + kPackages, unit.begin(), unit.end());
  }
  if (has_generators(cgra)) files.insert(files.begin() + kPackages, "cgra_address_generator.sv");
  if (cgra.loop_levels > 0) files.insert(files.begin() + kPackages, "cgra_loop_unit.sv");
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error)
    return fail(ErrorCode::kIo, fmt::format("cannot make directory {}: {}", directory.string(), error.message()));
  std::string list;
  for (const std::string& name : files) {
    const std::string plain = std::filesystem::path(name).filename();
    HEDDLE_ASSIGN(const std::string leaf, read_file(leaves / name));
    HEDDLE_TRY(write_file(directory / plain, leaf));
    list += plain + "\n";
  }
  HEDDLE_ASSIGN(const std::string assertions, read_file(leaves / "cgra_assert.svh"));
  HEDDLE_TRY(write_file(directory / "cgra_assert.svh", assertions));
  HEDDLE_TRY(write_file(directory / "cgra_top.sv", top));
  return write_file(directory / "files.f", list + "cgra_top.sv\n");
}

}  // namespace heddle::codegen
