#include "runtime/explore/metric.h"

#include <algorithm>

namespace heddle::explore {

const char* to_string(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::kPredictor: return "predictor";
    case Fidelity::kAnalytic: return "analytic";
    case Fidelity::kSystemc: return "systemc";
    case Fidelity::kSynthesis: return "synthesis";
  }
  return "";
}

const std::vector<MetricKind>& metric_kinds() {
  using enum Fidelity;
  static const std::vector<MetricKind> kinds{
      {"lut", "LUTs", "look-up tables as logic", true, {kPredictor, kSynthesis}},
      {"lutram", "LUTs", "look-up tables as memory", true, {kPredictor, kSynthesis}},
      {"ff", "flip-flops", "flip-flops", true, {kPredictor, kSynthesis}},
      {"dsp", "blocks", "DSP blocks", true, {kPredictor, kSynthesis}},
      {"bram", "blocks", "block RAMs", true, {kPredictor, kSynthesis}},
      {"cycles",
       "cycles",
       "of a call of a kernel, transfers included: geometric mean",
       false,
       {kAnalytic, kPredictor, kSystemc}},
      {"cycles_sum", "cycles", "the same, summed over the kernels", false, {kAnalytic, kPredictor, kSystemc}},
      {"ii",
       "cycles",
       "initiation interval, summed over a kernel's loops: geometric mean",
       false,
       {kAnalytic, kPredictor}},
      {"energy_pj", "pJ", "of a call of a kernel: geometric mean", false, {kSystemc}},
  };
  return kinds;
}

const MetricKind* find_metric(const std::string& name) {
  const auto found = std::ranges::find(metric_kinds(), name, &MetricKind::name);
  return found == metric_kinds().end() ? nullptr : &*found;
}

}  // namespace heddle::explore
