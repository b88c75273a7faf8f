#include "systemc_models/cgra/trace.h"

#include <fmt/format.h>

#include <fstream>

#include "systemc_models/cgra/fst.h"

namespace heddle::systemc {
namespace {

/// Fails early: SystemC itself would only report to its own log.
Status check_writable(const std::filesystem::path& path) {
  if (!std::ofstream(path)) return fail(ErrorCode::kIo, "cannot write the waveform '" + path.string() + "'");
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

std::filesystem::path Waves::vcd() const {
  return path_.extension() == ".vcd" ? path_ : std::filesystem::path(path_.string() + ".vcd");
}

Result<Waves> Waves::open(const std::filesystem::path& path, const CgraModule& module) {
  if (path.extension() != ".vcd" && path.extension() != ".fst")
    return fail(ErrorCode::kUnsupported, "the SystemC model writes waves as .vcd or .fst, not '" + path.string() + "'");
  Waves waves(path);
  HEDDLE_TRY(check_writable(path));
  HEDDLE_TRY(check_writable(waves.vcd()));
  // SystemC appends the suffix itself.
  waves.file_ = sc_core::sc_create_vcd_trace_file((waves.vcd().parent_path() / waves.vcd().stem()).c_str());
  trace_loop(waves.file_, module);
  trace_state(waves.file_, module.array());
  return waves;
}

Status Waves::close() {
  sc_core::sc_close_vcd_trace_file(file_);
  if (path_.extension() == ".vcd") return {};
  const Status converted = convert_to_fst(vcd(), path_);
  std::error_code ignored;
  std::filesystem::remove(vcd(), ignored);
  return converted;
}

}  // namespace heddle::systemc
