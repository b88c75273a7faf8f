#include "runtime/report/layers_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/report/layers_energy.h"
#include "runtime/report/text_table.h"

namespace heddle::report {
namespace {

std::string joined(const Json& list, const char* key, const char* separator) {
  std::string text;
  for (const Json& item : list) {
    const Json& value = key == nullptr ? item : item[key];
    text += (text.empty() ? "" : separator) + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text;
}

std::string rate(std::int64_t macs, std::int64_t cycles) {
  return macs == 0 || cycles == 0 ? "-"
                                  : fmt::format("{:.2f}", static_cast<double>(macs) / static_cast<double>(cycles));
}

}  // namespace

double macs_per_cycle(const arch::Cgra& cgra) {
  double sum = 0;
  for (std::size_t k = 0; k < cgra.pes.size(); ++k) {
    const auto& operations = cgra.pe_class(arch::PeId(static_cast<std::int64_t>(k))).operations;
    if (operations.contains(dfg::Opcode::kS8Dot))
      sum += 4;
    else if (operations.contains(dfg::Opcode::kMul))
      sum += 0.5;
  }
  return sum;
}

std::string memory_text(const Json& memory) {
  if (!memory.is_object()) return {};
  const auto number = [&](const char* key) { return grouped(memory[key].get<std::int64_t>()); };
  return fmt::format("activations take {} bytes, at least {}, without sharing {}; weights {}\n",
                     number("activations_peak_bytes"), number("activations_bound_bytes"),
                     number("activations_sum_bytes"), number("weights_bytes"));
}

std::string timeline_text(const Json& layers) {
  if (!layers.contains("timeline")) return {};
  const Json& times = layers["timeline"];
  const auto number = [&](const char* key) { return grouped(times[key].get<std::int64_t>()); };
  return fmt::format(
      "modelled on {} ({:g} MHz): {} cycles with copies beside the array, {:.3f} ms; {} one after the other; the host "
      "{}; "
      "DRAM reads {} bytes, writes {}\n",
      layers["system"]["name"].get<std::string>(), layers["system"]["array_mhz"].get<double>(),
      number("overlapped_cycles"), 1e3 * times["latency_seconds"].get<double>(), number("serial_cycles"),
      number("host_cycles"), number("dram_bytes_read"), number("dram_bytes_written"));
}

std::string layers_text(const Json& run, const arch::Cgra& cgra) {
  const Json& layers = run["layers"];
  TextTable table({"layer", "operators", "output", "MACs", "place", "II", "launches", "array cycles", "transfers",
                   "scratchpad", "MACs/cycle"});
  std::string reasons;
  std::int64_t macs = 0;
  std::int64_t launches = 0;
  std::int64_t array = 0;
  std::int64_t transfers = 0;
  std::int64_t scratchpad = 0;
  for (const Json& layer : layers) {
    const auto number = [&](const char* key) { return layer[key].get<std::int64_t>(); };
    const std::string iis = joined(layer["regions"], "ii", ",");
    table.add({layer["name"], joined(layer["operators"], nullptr, "+"), layer["output"], grouped(number("macs")),
               layer["place"], iis.empty() ? "-" : iis, grouped(number("launches")), grouped(number("array_cycles")),
               grouped(number("transfer_cycles")), grouped(layer.value("scratchpad_bytes", std::int64_t{0})),
               rate(number("macs"), number("array_cycles"))});
    if (layer.contains("reason"))
      reasons += fmt::format("{}: {}: {}\n", layer["name"].get<std::string>(),
                             layer["place"] == "host" ? "on the host" : "partly on the host",
                             layer["reason"].get<std::string>());
    macs += number("macs");
    launches += number("launches");
    array += number("array_cycles");
    transfers += number("transfer_cycles");
    scratchpad = std::max(scratchpad, layer.value("scratchpad_bytes", std::int64_t{0}));
  }
  table.add({"all", "-", "-", grouped(macs), "-", "-", grouped(launches), grouped(array), grouped(transfers),
             grouped(scratchpad), rate(macs, array)});
  std::string text = table.text(kTableColumns) + reasons;
  if (array > 0)
    text += fmt::format(
        "one run takes {} clock cycles; while the array runs it does {:.1f} % of the multiply-accumulates that its PEs "
        "can begin, {:g} a cycle\n",
        grouped(array + transfers),
        100.0 * static_cast<double>(macs) / (static_cast<double>(array) * macs_per_cycle(cgra)), macs_per_cycle(cgra));
  text += memory_text(run.value("memory", Json())) + timeline_text(run);
  if (run.contains("energy"))
    text += fmt::format("energy (model) {}, {:.3f} TOPS-equivalent per W; heddle cost DIR has it by layer\n",
                        scaled_energy(run["energy"]["total"]["pj"].get<double>()),
                        run["energy"]["tops_per_watt"].get<double>());
  return text;
}

}  // namespace heddle::report
