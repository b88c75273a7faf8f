#include "systemc_models/cgra/trace.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace heddle::systemc {
namespace {

/// Fails early: SystemC itself would only report to its own log.
Status check_writable(const std::string& path) {
  if (!std::ofstream(path)) return fail(ErrorCode::kIo, "cannot write the waveform '" + path + "'");
  return {};
}

void trace_loop(sc_core::sc_trace_file* file, const CgraModule& module) {
  const LoopState& loop = module.array().loop();
  sc_core::sc_trace(file, module.clk, "clk");
  sc_core::sc_trace(file, loop.busy, "loop.busy");
  sc_core::sc_trace(file, loop.stalled, "loop.stalled");
  sc_core::sc_trace(file, loop.slot, "loop.slot");
  sc_core::sc_trace(file, loop.it, "loop.it");
  sc_core::sc_trace(file, loop.array_cycle, "loop.array_cycle");
}

void trace_state(sc_core::sc_trace_file* file, const Array& array) {
  const arch::Cgra& cgra = array.cgra();
  const int width = cgra.word_bits;
  const auto trace = [&](Index index, const std::string& name) {
    sc_core::sc_trace(file, array.state()[index], name, width);
  };
  const auto pe_name = [&](arch::PeId id) { return fmt::format("pe_{}_{}", cgra.pe(id).row, cgra.pe(id).column); };
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
    const arch::PeId id(static_cast<std::int64_t>(pe));
    trace(StateMap::result(pe), pe_name(id) + ".res");
    for (int r = 0; r < cgra.pe_class(id).registers; ++r)
      trace(array.map().reg(pe, r), fmt::format("{}.reg_{}", pe_name(id), r));
    for (std::size_t j = 0; j < cgra.out_links[pe].size(); ++j)
      trace(array.map().link(cgra.out_links[pe][j]),
            fmt::format("{}.out_{}_{}", pe_name(id), j, cgra.link(cgra.out_links[pe][j]).name));
  }
}

}  // namespace

Result<sc_core::sc_trace_file*> open_vcd(const std::string& path, const CgraModule& module) {
  const std::filesystem::path file_path(path);
  if (file_path.extension() != ".vcd")
    return fail(ErrorCode::kUnsupported, "the SystemC model writes waveforms as .vcd, not '" + path + "'", {},
                "use the RTL backend for FST");
  HEDDLE_TRY(check_writable(path));
  // SystemC appends the suffix itself.
  sc_core::sc_trace_file* file =
      sc_core::sc_create_vcd_trace_file((file_path.parent_path() / file_path.stem()).c_str());
  trace_loop(file, module);
  trace_state(file, module.array());
  return file;
}

}  // namespace heddle::systemc
