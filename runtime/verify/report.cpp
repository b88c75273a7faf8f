#include "runtime/verify/report.h"

#include <fmt/format.h>

namespace heddle::verify {
namespace {

Json mark_json(const Mark& mark) { return Json{{"file", mark.file}, {"line", mark.line}, {"column", mark.column}}; }

Json fault_json(const ValueFault& fault) {
  return Json{{"region", fault.region},
              {"launch", fault.launch},
              {"what", fault.what},
              {"array_cycle", fault.array_cycle},
              {"pe", {{"number", fault.pe}, {"row", fault.row}, {"column", fault.column}}},
              {"operation", fault.operation},
              {"node", fault.node},
              {"where", mark_json(fault.where)},
              {"iteration", fault.iteration},
              {"expected", fault.expected},
              {"got", fault.got},
              {"operands", fault.operands}};
}

Json mismatch_json(const Mismatch& mismatch) {
  return Json{{"kernel", mismatch.kernel},
              {"vector", mismatch.vector},
              {"engine", mismatch.engine},
              {"what", mismatch.what},
              {"expected", mismatch.expected},
              {"got", mismatch.got},
              {"cause", mismatch.cause ? fault_json(*mismatch.cause) : Json()}};
}

Json kernel_json(const KernelReport& kernel) {
  Json refused = Json::array();
  for (const auto& [reason, count] : kernel.refused) refused.push_back({{"reason", reason}, {"launches", count}});
  return Json{{"name", kernel.name},
              {"vectors", kernel.vectors},
              {"skipped", kernel.skipped},
              {"launches", kernel.launches},
              {"refused", std::move(refused)},
              {"cycles", {{"run", kernel.run_cycles}, {"stall", kernel.stall_cycles}, {"total", kernel.total_cycles}}}};
}

Json coverage_json(const Coverage& coverage) {
  const auto share = [](const Coverage::Share& part) { return Json{{"used", part.used}, {"total", part.total}}; };
  return Json{{"pes", share(coverage.pes)},
              {"memory_pes", share(coverage.memory_pes)},
              {"operations", share(coverage.operations)},
              {"links", share(coverage.links)},
              {"registers", share(coverage.registers)},
              {"live_outs", share(coverage.live_outs)},
              {"unused_operations", coverage.unused_operations}};
}

template <class T, class Convert>
Json array_of(const std::vector<T>& items, const Convert& convert) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(convert(item));
  return array;
}

std::string kernel_text(const KernelReport& kernel) {
  std::string text =
      fmt::format("  {}: {} inputs, {} launches, {} cycles on the array ({} stalls), {} with transfers\n", kernel.name,
                  kernel.vectors, kernel.launches, kernel.run_cycles, kernel.stall_cycles, kernel.total_cycles);
  for (const auto& [reason, count] : kernel.refused)
    text += fmt::format("    {} launches ran on the host: {}\n", count, reason);
  for (const std::string& reason : kernel.skipped) text += fmt::format("    skipped: {}\n", reason);
  return text;
}

std::string mismatch_text(const Mismatch& mismatch) {
  std::string text = fmt::format("mismatch: kernel {}, input '{}', {}: {}: expected {}, got {}\n", mismatch.kernel,
                                 mismatch.vector, mismatch.engine, mismatch.what, mismatch.expected, mismatch.got);
  if (!mismatch.cause) return text;
  text += "  first wrong value: " + to_text(*mismatch.cause) + '\n';
  for (const std::string& operand : mismatch.cause->operands) text += "    with " + operand + '\n';
  return text;
}

std::string coverage_text(const Coverage& coverage) {
  return fmt::format("  covered: {}/{} PEs, {}/{} operations, {}/{} links, {}/{} registers, {}/{} memory ports\n",
                     coverage.pes.used, coverage.pes.total, coverage.operations.used, coverage.operations.total,
                     coverage.links.used, coverage.links.total, coverage.registers.used, coverage.registers.total,
                     coverage.memory_pes.used, coverage.memory_pes.total);
}

}  // namespace

std::string to_text(const ValueFault& fault) {
  const std::string source = fault.where.line > 0 ? fmt::format(", {}:{}", fault.where.file, fault.where.line) : "";
  return fmt::format("region {}, launch {}, array cycle {}, PE ({},{}): {} of {}{}, iteration {}: expected {}, got {}",
                     fault.region, fault.launch, fault.array_cycle, fault.row, fault.column, fault.what, fault.node,
                     source, fault.iteration, fault.expected, fault.got);
}

Json to_json(const Report& report) {
  Json json;
  json["schema"] = "heddle.verify/1";
  json["equal"] = report.equal();
  json["source"] = report.source;
  json["architecture"] = report.architecture;
  json["seed"] = report.seed;
  json["engines"] = report.engines;
  json["kernels"] = array_of(report.kernels, kernel_json);
  json["faults"] = array_of(report.faults, [](const StaticFault& fault) {
    return Json{{"region", fault.region}, {"check", fault.check}, {"message", fault.message}};
  });
  json["mismatches"] = array_of(report.mismatches, mismatch_json);
  json["coverage"] = coverage_json(report.coverage);
  json["trace"] = report.trace;
  return json;
}

std::string to_text(const Report& report) {
  std::string text = fmt::format("{} on {}: {} (native, {})\n", report.source, report.architecture,
                                 report.equal() ? "equal" : "NOT equal", fmt::join(report.engines, ", "));
  for (const KernelReport& kernel : report.kernels) text += kernel_text(kernel);
  text += coverage_text(report.coverage);
  for (const StaticFault& fault : report.faults)
    text += fmt::format("fault: region {}, {}: {}\n", fault.region, fault.check, fault.message);
  for (const Mismatch& mismatch : report.mismatches) text += mismatch_text(mismatch);
  if (!report.trace.empty()) text += "waveform: " + report.trace + '\n';
  return text;
}

}  // namespace heddle::verify
