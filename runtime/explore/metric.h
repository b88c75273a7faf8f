// What can be measured of a point, and how exactly.
#pragma once

#include <string>
#include <vector>

namespace heddle::explore {

/// From cheap to dear. Predictors: fitted costs, and cycles as if
/// every loop reached its lower bound. Analytic: compiled and mapped, cycles
/// by formula. SystemC: cycles of the cycle model. Synthesis: Yosys.
enum class Fidelity : unsigned char { kPredictor, kAnalytic, kSystemc, kSynthesis };

const char* to_string(Fidelity fidelity);

/// Of the array, or of the kernels on it.
struct MetricKind {
  std::string name;
  std::string unit;
  std::string help;
  bool of_array = false;
  std::vector<Fidelity> fidelities;  ///< the first is what a sweep gets that names none
};

/// `lut`, `lutram`, `ff`, `dsp`, `bram` of the array; `cycles`, `cycles_sum`, `ii`, `energy_pj` of the kernels:
/// geometric means over them, except the sum.
const std::vector<MetricKind>& metric_kinds();

/// Null if there is none.
const MetricKind* find_metric(const std::string& name);

}  // namespace heddle::explore
