// Follows the generate statements of rtl/cgra/cgra_number*.sv, cgra_widen_any.sv and cgra_narrow_any.sv; the test that
// compares lists of modules with Yosys's elaboration covers them.
#include "cost_models/fpga/number_modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/dfg/number_operations.h"

namespace heddle::fpga {
namespace {

using dfg::NumberFunction;
using Instances = std::vector<std::pair<ModuleSpec, std::int64_t>>;
using Parameters = std::vector<std::pair<const char*, std::string>>;

constexpr int kFp16 = 1, kBf16 = 2;  // formats as cgra_pkg numbers them; 0 is fp32

std::string text(std::int64_t value) { return fmt::format("{}", value); }

/// Operations of a class, as sets of formats by what they need.
struct Formats {
  unsigned all = 0;
  unsigned narrow_sums = 0;  ///< of sums and products with results narrower than fp32
  unsigned from_fp32 = 0;
  bool from_int = false;
  bool to_int = false;
  int mantissa_bits = 0;  ///< the most among factors
  OpcodeMask operations;
};

int format_index(std::string_view format) {
  const auto& formats = dfg::number_formats();
  return static_cast<int>(std::find(formats.begin(), formats.end(), format) - formats.begin());
}

Formats formats_of(const arch::PeClass& pe_class) {
  Formats result;
  for (const auto& [op, timing] : pe_class.operations) {
    if (!dfg::is_number(op)) continue;
    const dfg::NumberOperation& number = dfg::number_operation(op);
    const unsigned bit = 1U << static_cast<unsigned>(format_index(number.format));
    result.operations.insert(op);
    result.all |= bit;
    if (number.function <= NumberFunction::kMac)
      result.mantissa_bits = std::max(result.mantissa_bits, number.number.mantissa_bits);
    if (number.function <= NumberFunction::kMul && bit != 1) result.narrow_sums |= bit;
    result.from_fp32 |= number.function == NumberFunction::kFromFp32 ? bit : 0;
    result.from_int |= number.function == NumberFunction::kFromS32 || number.function == NumberFunction::kFromU32;
    result.to_int |= number.function == NumberFunction::kToS32 || number.function == NumberFunction::kToU32;
  }
  return result;
}

class Lister {
 public:
  Instances instances;

  void add(const char* module, const Parameters& parameters, std::int64_t count = 1) {
    ModuleSpec spec{module, {}};
    for (const auto& [name, value] : parameters) spec.parameters[name] = value;
    instances.emplace_back(std::move(spec), count);
  }

  void add_delay(int width, int cycles) { add("cgra_delay", {{"Width", text(width)}, {"Cycles", text(cycles)}}); }

  /// Two operands.
  void add_widening(unsigned formats) {
    add("cgra_widen_any", {{"Formats", hex(formats)}}, 2);
    for_each(formats, [this](const numerics::FloatFormat& format, int index) {
      add("fp_convert",
          {{"SrcExpBits", text(format.exponent_bits)},
           {"SrcManBits", text(format.mantissa_bits)},
           {"SrcSpecials", index <= kBf16 ? "2" : "0"},
           {"DstExpBits", "8"},
           {"DstManBits", "23"},
           {"DstSpecials", "2"}},
          2);
    });
  }

  void add_narrowing(unsigned formats, int stages, bool stages_given) {
    Parameters parameters{{"Formats", hex(formats)}};
    if (stages_given) parameters.emplace_back("Stages", text(stages));
    add("cgra_narrow_any", parameters);
    add_delay(35, stages);
    for_each(formats, [&](const numerics::FloatFormat& format, int index) {
      const bool ieee = index <= kBf16;
      add("fp_convert", {{"SrcExpBits", "8"},
                         {"SrcManBits", "23"},
                         {"SrcSpecials", "2"},
                         {"DstExpBits", text(format.exponent_bits)},
                         {"DstManBits", text(format.mantissa_bits)},
                         {"DstSpecials", ieee ? "2" : "0"},
                         {"Saturate", ieee ? "0" : "1"},
                         {"Stages", text(stages)}});
    });
  }

  void add_mac(const Formats& formats, int latency) {
    const bool narrow = formats.narrow_sums != 0;
    const int round_stages = narrow && latency >= 3 ? 1 : 0;
    const std::string man_bits = text(formats.mantissa_bits);
    add("cgra_number_mac", {{"ManBits", man_bits}, {"Narrow", hex(formats.narrow_sums)}, {"Latency", text(latency)}});
    add("fp_mac", {{"ExpBits", "8"},
                   {"ManBits", "23"},
                   {"Specials", "2"},
                   {"AExpBits", "8"},
                   {"AManBits", man_bits},
                   {"ASpecials", "2"},
                   {"Stages", text(latency - 1 - round_stages)}});
    if (!narrow) return;
    add_delay(3, latency - 1);
    add_delay(32, round_stages);
    add_narrowing(formats.narrow_sums, 0, false);
  }

  void add_conversion(const Formats& formats, int latency) {
    const int stages = latency - 1;
    add_delay(36, stages);
    add_narrowing(formats.from_fp32, stages, true);
    const Parameters single{
        {"IntBits", "32"}, {"ExpBits", "8"}, {"ManBits", "23"}, {"Specials", "2"}, {"Stages", text(stages)}};
    if (formats.from_int) add("fp_from_int", single);
    if (formats.to_int) add("fp_to_int", single);
  }

 private:
  static std::string hex(unsigned value) { return fmt::format("{:#x}", value); }

  template <typename Function>
  static void for_each(unsigned formats, Function function) {
    std::map<int, numerics::FloatFormat> present;
    for (const dfg::NumberOperation& operation : dfg::number_operations()) {
      const int index = format_index(operation.format);
      if (index >= kFp16 && ((formats >> static_cast<unsigned>(index)) & 1U) != 0) present[index] = operation.number;
    }
    for (const auto& [index, format] : present) function(format, index);
  }
};

const std::map<std::string, std::vector<std::string>>& units() {
  static const std::map<std::string, std::vector<std::string>> contents{
      {"cgra_number_compare", {"fp_order"}},
      {"cgra_packed",
       {"cgra_delay", "chain_add", "int_dot", "mac_integer_product", "mac_stage", "mul_booth", "mul_integer",
        "mul_row_pairs", "mul_table"}},
      {"fp_mac", {"fp_decode", "fp_delay", "fp_factor", "fp_lzc", "fp_normalise", "fp_round", "fp_shift_right"}},
      {"fp_convert", {"fp_decode", "fp_delay", "fp_factor", "fp_lzc", "fp_round", "fp_shift_right"}},
      {"fp_from_int", {"fp_delay", "fp_lzc", "fp_normalise", "fp_round"}},
      {"fp_to_int", {"fp_decode", "fp_delay"}},
  };
  return contents;
}

}  // namespace

std::string OpcodeMask::hex() const {
  if (words_[1] == 0) return fmt::format("{:#x}", words_[0]);
  return fmt::format("{:#x}{:016x}", words_[1], words_[0]);
}

std::size_t number_lane(dfg::Opcode op) {
  const NumberFunction function = dfg::number_operation(op).function;
  return function <= NumberFunction::kMac ? 0 : function <= NumberFunction::kEq ? 1 : 2;
}

NumberLanes number_lanes(const arch::PeClass& pe_class) {
  NumberLanes lanes;
  for (const auto& [op, timing] : pe_class.operations) {
    if (!dfg::is_number(op)) continue;
    const std::size_t place = number_lane(op);
    int& lane = place == 0 ? lanes.mac : place == 1 ? lanes.compare : lanes.convert;
    lane = std::max(lane, timing.latency);
  }
  return lanes;
}

Instances number_modules(const arch::PeClass& pe_class, int word_bits) {
  const NumberLanes lanes = number_lanes(pe_class);
  if (!lanes.any()) return {};
  const Formats formats = formats_of(pe_class);
  Lister lister;
  lister.add("cgra_number", {{"Width", text(word_bits)},
                             {"OpMask", formats.operations.hex()},
                             {"MacLatency", text(lanes.mac)},
                             {"CompareLatency", text(lanes.compare)},
                             {"ConvertLatency", text(lanes.convert)}});
  lister.add_widening(formats.all);
  if (lanes.mac > 0) lister.add_mac(formats, lanes.mac);
  if (lanes.compare > 0) {
    lister.add("cgra_number_compare", {});
    lister.add_delay(32, lanes.compare - 1);
  }
  if (lanes.convert > 0) lister.add_conversion(formats, lanes.convert);
  return std::move(lister.instances);
}

bool is_unit(const std::string& module) { return units().contains(module); }

const std::vector<std::string>& unit_contents(const std::string& module) {
  static const std::vector<std::string> none;
  const auto found = units().find(module);
  return found == units().end() ? none : found->second;
}

}  // namespace heddle::fpga
