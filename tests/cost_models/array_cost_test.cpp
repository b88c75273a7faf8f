// The cost of whole arrays: the module list against Yosys's elaboration, estimates against synthesised arrays that were
// not used for the fit, and laws that hold for every array.
#include "cost_models/fpga/array_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "compiler/base/files.h"
#include "compiler/base/tool_process.h"
#include "compiler/codegen/rtl.h"
#include "cost_models/fpga/calibration_grid.h"
#include "cost_models/fpga/calibration_tables.h"
#include "cost_models/fpga/module_features.h"
#include "cost_models/fpga/number_modules.h"
#include "cost_models/fpga/yosys_output.h"
#include "tests/support/matchers.h"

namespace heddle::fpga {
namespace {

namespace fs = std::filesystem;
const fs::path kSource = HEDDLE_SOURCE_DIR;

arch::Cgra shipped(const std::string& name) {
  auto cgra = arch::find(name, kSource / "workloads/architectures");
  EXPECT_THAT(cgra, IsOk());
  return *cgra;
}

/// A shipped architecture with a JSON merge patch.
arch::Cgra varied(const std::string& base, const Json& patch) {
  auto document = parse_yaml(*read_file(kSource / "workloads/architectures" / (base + ".yaml")), base);
  EXPECT_THAT(document, IsOk());
  document->root.merge_patch(patch);
  auto cgra = arch::from_document(*document);
  EXPECT_THAT(cgra, IsOk());
  return *cgra;
}

Usage estimate(const arch::Cgra& cgra) {
  const auto cost = estimate_array(cgra, Family::kXcup);
  EXPECT_THAT(cost, IsOk());
  return cost ? *cost->estimate : Usage{};
}

ModuleCalibration built_in(Family family = Family::kXcup) {
  auto calibration = built_in_calibration(family);
  EXPECT_THAT(calibration, IsOk());
  return *calibration;
}

TEST(BuiltInPredictor, IsFittedOnceAndEqualsAFreshFit) {
  const auto first = built_in_predictor(Family::kXcup);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(*first, *built_in_predictor(Family::kXcup));
  const auto fresh = ModulePredictor::fit(built_in());
  const ModuleSpec spec{"cgra_multiplier", {{"Width", "32"}, {"Latency", "2"}}};
  EXPECT_EQ((*first)->predict(spec)->lut, fresh->predict(spec)->lut);
  EXPECT_EQ((*first)->predict(spec)->dsp, fresh->predict(spec)->dsp);
  EXPECT_THAT(built_in_predictor(Family::kIce40), HasError(ErrorCode::kUnsupported, "calibrated for xcup"));
}

// The module list -----------------------------------------------------------------------------------------------------

/// The value of a Verilog constant as ModuleSpec writes it, or as decimal if it fits 63 bits.
std::string plain_value(const std::string& constant) {
  const std::size_t quote = constant.find('\'');
  if (quote == std::string::npos) return constant;
  std::string bits = constant.substr(quote + 2);  // 32'b0101
  bits.erase(0, std::min(bits.find('1'), bits.size()));
  std::string hex;
  while (!bits.empty()) {
    const std::size_t take = std::min<std::size_t>(4, bits.size());
    hex.insert(hex.begin(), "0123456789abcdef"[std::stoi(bits.substr(bits.size() - take), nullptr, 2)]);
    bits.resize(bits.size() - take);
  }
  return hex.empty() ? "0x0" : "0x" + hex;
}

std::string as_hex(const std::string& value) {
  return value.starts_with("0x") ? value : fmt::format("{:#x}", std::stoll(value));
}

/// Yosys lists parameters that an instance leaves out; those of the units of number formats go where they are the
/// default.
void erase_unit_defaults(ModuleSpec& spec) {
  auto& all = spec.parameters;
  const auto erase_if_is = [&](const std::string& name, const std::string& value) {
    if (all.contains(name) && all.at(name) == value) all.erase(name);
  };
  for (const char* side : {"", "Src", "Dst", "A", "B"}) {
    const std::string prefix = side;
    erase_if_is(prefix + "Signed", "0x1");
    if (all.contains(prefix + "ExpBits"))
      erase_if_is(prefix + "Bias",
                  fmt::format("{:#x}", (1 << (std::stoi(all.at(prefix + "ExpBits"), nullptr, 16) - 1)) - 1));
  }
  for (const char* parameter : {"ExpBits", "ManBits", "Specials"})
    if (all.contains(std::string("A") + parameter))
      erase_if_is(std::string("B") + parameter, all.at(std::string("A") + parameter));
  erase_if_is("Stages", "0x0");
  erase_if_is("Saturate", "0x0");
}

/// All values hexadecimal, and without the defaults of a multiplexer that Yosys lists and instances leave out.
std::string census_name(ModuleSpec spec) {
  spec = own_parameters(std::move(spec));
  for (auto& [name, value] : spec.parameters) value = as_hex(value);
  if (is_unit(spec.module) || spec.module == "cgra_narrow_any") erase_unit_defaults(spec);
  if (spec.module == "cgra_top") spec.parameters.clear();
  // Instances leave them out where they are 0.
  if (spec.module == "cgra_pe")
    for (const char* name : {"Generators", "LoopLevels"})
      if (spec.parameters.contains(name) && spec.parameters[name] == "0x0") spec.parameters.erase(name);
  if (spec.module == "cgra_operand_mux")
    for (const char* name : {"Constants", "InitBits"})
      if (spec.parameters.contains(name) && spec.parameters[name] == "0x2") spec.parameters.erase(name);
  return spec.text();
}

/// Instances by module and parameters, all values in hexadecimal.
using Census = std::map<std::string, std::int64_t>;

Census census_of_list(const arch::Cgra& cgra) {
  Census census;
  const auto modules = array_modules(cgra);
  EXPECT_THAT(modules, IsOk());
  for (const ModuleUse& use : *modules) {
    census[census_name(use.spec)] += use.count;
  }
  return census;
}

Census census_of_elaboration(const arch::Cgra& cgra, const std::string& test) {
  const fs::path directory = fs::path(testing::TempDir()) / ("heddle_census_" + test);
  fs::remove_all(directory);
  EXPECT_THAT(codegen::write_rtl(cgra, kSource / "rtl", directory), IsOk());
  std::string files = *read_file(directory / "files.f");
  std::replace(files.begin(), files.end(), '\n', ' ');
  EXPECT_THAT(write_file(directory / "e.ys", "read_verilog -sv -defer -I. " + files +
                                                 "\nhierarchy -check -top cgra_top\nwrite_rtlil elaborated.il\n"),
              IsOk());
  EXPECT_THAT(tool_output({"yosys", "-q", "-s", "e.ys"}, directory, Context{}), IsOk());
  const auto modules = parse_rtlil(*read_file(directory / "elaborated.il"));
  EXPECT_THAT(modules, IsOk());
  std::map<std::string, const RtlilModule*> by_name;
  for (const RtlilModule& module : *modules) by_name[module.name] = &module;
  Census census;
  const std::function<void(const RtlilModule&, std::int64_t)> visit = [&](const RtlilModule& module,
                                                                          std::int64_t count) {
    ModuleSpec spec{module.source_name, {}};
    for (const auto& [name, value] : module.parameters) spec.parameters[name] = plain_value(value);
    census[census_name(spec)] += count;
    if (is_unit(module.source_name)) return;  // stands for what is in it
    for (const auto& [type, number] : module.cells)
      if (by_name.contains(type)) visit(*by_name.at(type), count * number);
  };
  for (const RtlilModule& module : *modules)
    if (module.is_top) visit(module, 1);
  fs::remove_all(directory);
  return census;
}

/// A line for each module whose number differs.
std::string differences(const Census& list, const Census& elaboration) {
  std::set<std::string> modules;
  for (const Census* census : {&list, &elaboration})
    for (const auto& [module, count] : *census) modules.insert(module);
  const auto count_in = [](const Census& census, const std::string& module) {
    return census.contains(module) ? census.at(module) : 0;
  };
  std::string text;
  for (const std::string& module : modules)
    if (count_in(list, module) != count_in(elaboration, module))
      text += fmt::format("{}: list has {}, Yosys {}\n", module, count_in(list, module), count_in(elaboration, module));
  return text;
}

TEST(ArrayModules_List, IsYosysElaborationOfTheGeneratedRtl) {
  const arch::Cgra everything = varied(
      "mesh_2x2", {{"bypass", {{"hop_limit", 3}}},
                   {"pe_classes",
                    {{"divider", {{"operations", {{"div", {{"latency", 6}, {"interval", 1}}}}}, {"rf_write_ports", 0}}},
                     {"memory", {{"operations", {{"load", {{"latency", 4}}}, {"memory", nullptr}}}, {"live_outs", 0}}},
                     {"compute", {{"constants", 0}, {"registers", 3}, {"rf_read_ports", 3}}}}},
                   {"scratchpad", {{"banks", 4}, {"bank_bytes", 1024}, {"layout", "interleaved"}, {"ports", 2}}}});
  // Lanes of one cycle and of many, a class without sums, one with only multiply-accumulates, words of 64 bits.
  const arch::Cgra every_lane =
      varied("float_4x4",
             {{"word_bits", 64},
              {"pe_classes",
               {{"memory", {{"operations", {{"fp32_lt", {{"latency", 3}}}, {"bf16_to_fp32", {{"latency", 1}}}}}}},
                {"multiply", {{"operations", {{"e2m3_mac", {{"latency", 6}}}, {"fp32_to_u32", {{"latency", 4}}}}}}},
                {"divider", {{"operations", {{"fp16_add", {{"latency", 1}}}, {"e5m2_mul", {{"latency", 1}}}}}}}}}});
  for (const auto& [name, cgra] : {std::pair{"everything", everything},
                                   {"single", shipped("single_1x1")},
                                   {"generators", shipped("hycube_agu_4x4")},
                                   {"nest", shipped("hycube_nest_4x4")},
                                   {"packed", shipped("hycube_ml_8x8")},
                                   {"narrow", varied("heterogeneous_4x4", {{"word_bits", 16}})},
                                   {"float", shipped("float_4x4")},
                                   {"minifloat", shipped("minifloat_4x4")},
                                   {"numbers", every_lane}}) {
    EXPECT_EQ(differences(census_of_list(cgra), census_of_elaboration(cgra, name)), "") << name;
  }
}

TEST(ArrayModules_List, OfAnArrayWithoutRtlFails) {
  EXPECT_THAT(array_modules(varied("mesh_4x4", {{"bypass", {{"hop_limit", 4}, {"turns", "any"}}}})),
              HasError(ErrorCode::kUnsupported, "combinational loop"));
}

// Calibration ---------------------------------------------------------------------------------------------------------

TEST(Calibration_Modules, BelongToTheSourcesOfToday) {
  std::set<std::string> stale;
  for (const Family family : calibrated_families())
    for (const CalibrationPoint& point : built_in(family).points) {
      const auto hash = source_hash(point.spec.module, kSource / "rtl");
      ASSERT_THAT(hash, IsOk());
      if (*hash != point.source) stale.insert(std::string(name(family)) + " " + point.spec.module);
    }
  EXPECT_TRUE(stale.empty()) << "changed since the calibration: " << testing::PrintToString(stale)
                             << "\ncalibrate again: build heddle_calibrate_arrays and run it (docs/cost_of_arrays.md)";
}

Json synthesised_arrays(Family family) {
  const auto text = read_file(kSource / fmt::format("cost_models/calibration/arrays_{}.json", name(family)));
  EXPECT_THAT(text, IsOk());
  return Json::parse(*text);
}

class CalibratedFamily : public testing::TestWithParam<Family> {};

TEST_P(CalibratedFamily, HeldOutArraysAreWithinTenPercent) {
  const auto arrays =
      calibration_arrays(kSource / "cost_models/calibration/arrays.json", kSource / "workloads/architectures");
  ASSERT_THAT(arrays, IsOk());
  const Json synthesised = synthesised_arrays(GetParam());
  int held_out = 0, with_numbers = 0;
  for (std::size_t i = 0; i < arrays->size(); ++i) {
    const CalibrationArray& array = (*arrays)[i];
    if (!array.held_out) continue;
    ++held_out;
    const auto truth = usage_from_json(synthesised["arrays"][i]["usage"]);
    ASSERT_THAT(truth, IsOk());
    const auto cost = estimate_array(array.cgra, GetParam());
    ASSERT_THAT(cost, IsOk());
    with_numbers += std::any_of(cost->parts.begin(), cost->parts.end(),
                                [](const ArrayPart& part) { return part.part == Part::kNumbers; })
                        ? 1
                        : 0;
    const Usage& guess = *cost->estimate;
    for (const auto member : {&Usage::lut, &Usage::ff, &Usage::dsp, &Usage::bram}) {
      EXPECT_LE(std::abs(guess.*member - (*truth).*member), 0.1 * (*truth).*member)
          << array.name << ": estimate " << guess.*member << ", synthesis " << (*truth).*member;
    }
  }
  EXPECT_GE(held_out, 8);
  EXPECT_GE(with_numbers, 2);
}

TEST_P(CalibratedFamily, HasItsTablesOnThePage) {
  const auto arrays =
      calibration_arrays(kSource / "cost_models/calibration/arrays.json", kSource / "workloads/architectures");
  ASSERT_THAT(arrays, IsOk());
  const auto tables = array_tables(*arrays, synthesised_arrays(GetParam()), built_in(GetParam()));
  ASSERT_THAT(tables, IsOk());
  const std::string page = *read_file(kSource / "docs/cost_of_arrays.md");
  const auto expected = replace_generated(page, GetParam(), *tables);
  ASSERT_THAT(expected, IsOk());
  EXPECT_EQ(page, *expected) << "run heddle_calibrate_arrays " << name(GetParam());
}

INSTANTIATE_TEST_SUITE_P(All, CalibratedFamily, testing::ValuesIn(calibrated_families()),
                         [](const auto& parameter) { return std::string(name(parameter.param)); });

TEST(Calibration_HeldOutArrays, AreNotAmongTheFitted) {
  const auto arrays =
      calibration_arrays(kSource / "cost_models/calibration/arrays.json", kSource / "workloads/architectures");
  ASSERT_THAT(arrays, IsOk());
  std::set<std::string> fitted;
  for (const CalibrationArray& array : *arrays) {
    Json json = arch::to_json(array.cgra);
    json.erase("name");
    if (!array.held_out) fitted.insert(json.dump());
  }
  for (const CalibrationArray& array : *arrays) {
    Json json = arch::to_json(array.cgra);
    json.erase("name");
    EXPECT_TRUE(!array.held_out || !fitted.contains(json.dump())) << array.name;
  }
}

TEST(Calibration_File, ThatIsBrokenIsRefusedWithItsPlace) {
  const auto read = [](const std::string& text) {
    const auto document = parse_json(text, "c.json");
    EXPECT_THAT(document, IsOk());
    return module_calibration(*document);
  };
  EXPECT_THAT(read("{}"), HasError(ErrorCode::kBadInput, "heddle.module_calibration/1"));
  EXPECT_THAT(read(R"({"schema": "heddle.module_calibration/1", "family": "xcup", "points": [{"module": "m"}]})"),
              HasError(ErrorCode::kBadInput, "expected {module"));
  EXPECT_THAT(read(R"({"schema": "heddle.module_calibration/1", "family": "spartan", "points": []})"),
              HasError(ErrorCode::kBadInput, "unknown FPGA family"));
  const auto empty = read(R"({"schema": "heddle.module_calibration/1", "family": "xcup", "points": []})");
  ASSERT_THAT(empty, IsOk());
  EXPECT_THAT(ModulePredictor::fit(*empty), HasError(ErrorCode::kBadInput, "no point of"));
}

TEST(Estimate_Family, WithoutCalibrationSaysWhatMeasures) {
  const auto cost = estimate_array(shipped("mesh_2x2"), Family::kEcp5);
  EXPECT_THAT(cost, HasError(ErrorCode::kUnsupported, "calibrated for xcup, not for ecp5"));
  EXPECT_NE(cost.error().hint.find("--synthesize"), std::string::npos);
}

// Laws ----------------------------------------------------------------------------------------------------------------

/// Wide multiplexers (MUXF) are left out: a LUT heuristic may use fewer of them in a larger module.
void expect_no_cheaper(const Usage& more, const Usage& less, const std::string& what) {
  for (const UsageColumn& column : kUsageColumns) {
    if (column.member != &Usage::mux) {
      EXPECT_GE(more.*column.member, less.*column.member - 1e-6) << what << ": " << column.title;
    }
  }
}

TEST(Estimate_MoreOfAnything, NeverCostsLess) {
  for (const char* name : {"mesh_2x2", "hycube_4x4", "heterogeneous_4x4"}) {
    const auto with = [&](const Json& patch) { return estimate(varied(name, patch)); };
    expect_no_cheaper(with({{"word_bits", 32}}), with({{"word_bits", 16}}), "32 bits over 16");
    expect_no_cheaper(with({{"word_bits", 64}}), with({{"word_bits", 32}}), "64 bits over 32");
    const std::string kind = std::string(name) == "heterogeneous_4x4" ? "plain" : "compute";
    Usage before{};
    for (const int registers : {1, 2, 3, 4, 6, 8, 12, 16, 32}) {
      const Usage now = with({{"pe_classes", {{kind, {{"registers", registers}}}}}});
      expect_no_cheaper(now, before, std::to_string(registers) + " registers");
      before = now;
    }
    before = {};
    for (const int stages : {4, 8, 16, 32, 64, 128}) {
      const Usage now = with({{"max_stages", stages}});
      expect_no_cheaper(now, before, std::to_string(stages) + " stages");
      before = now;
    }
  }
}

/// Latencies beyond the synthesised table add the registers of a delay line and nothing else.
TEST(Estimate_MultiplyAccumulate, GrowsWithTheFactorsAndWithLatencyBeyondTheTable) {
  const auto predictor = ModulePredictor::fit(built_in());
  ASSERT_THAT(predictor, IsOk());
  const auto mac = [&](int mantissa, int stages) {
    const auto usage = predictor->predict(
        {"fp_mac", {{"AManBits", fmt::format("{}", mantissa)}, {"Stages", fmt::format("{}", stages)}}});
    EXPECT_THAT(usage, IsOk());
    return *usage;
  };
  for (int stages = 0; stages <= 8; ++stages)
    for (const auto& [less, more] : {std::pair{1, 2}, {2, 3}, {3, 7}, {7, 10}, {10, 23}})
      expect_no_cheaper(mac(more, stages), mac(less, stages), fmt::format("{} bits, {} stages", more, stages));
  EXPECT_GT(mac(23, 2).dsp, 1.5);
  EXPECT_NEAR(mac(3, 2).dsp, 0, 1e-6);
  EXPECT_NEAR(mac(10, 6).ff, mac(10, 5).ff + 32, 1e-6);
  EXPECT_NEAR(mac(10, 6).lut, mac(10, 5).lut, 1e-6);
  EXPECT_NEAR(mac(10, 9).lutram, mac(10, 5).lutram + 32, 1);
}

TEST(Estimate_ANumberFormat, AddsToAClassInItsOwnPart) {
  const auto plain = [](const Json& operations) {
    return estimate_array(varied("float_4x4", {{"pe_classes", {{"number", {{"operations", operations}}}}}}),
                          Family::kXcup);
  };
  const auto without = plain({{"fp32", nullptr}, {"fp16", nullptr}, {"bf16", nullptr}});
  const auto half = plain({{"fp32", nullptr}, {"bf16", nullptr}});
  const auto all = plain(Json::object());
  ASSERT_THAT(without, IsOk());
  ASSERT_THAT(half, IsOk());
  ASSERT_THAT(all, IsOk());
  EXPECT_GT(half->estimate->lut, without->estimate->lut + 8 * 500);
  EXPECT_GT(all->estimate->lut, half->estimate->lut);
  const auto parts = [](const ArrayCost& cost) {
    return std::count_if(cost.parts.begin(), cost.parts.end(),
                         [](const ArrayPart& part) { return part.part == Part::kNumbers; });
  };
  EXPECT_EQ(parts(*without), 0);
  EXPECT_EQ(parts(*all), 1);
}

TEST(Estimate_MorePes, CostMore) {
  Usage before{};
  for (int side = 1; side <= 8; ++side) {
    std::string picture;
    for (int row = 0; row < side; ++row) picture += "M" + std::string(static_cast<std::size_t>(side) - 1, 'c') + "\n";
    const Usage now = estimate(
        varied("mesh_4x4", {{"grid", {{"rows", side}, {"columns", side}}}, {"placement", {{"picture", picture}}}}));
    EXPECT_GT(now.lut, before.lut);
    EXPECT_GT(now.ff, before.ff);
    EXPECT_GT(now.dsp, before.dsp);
    before = now;
  }
}

TEST(Estimate_Parts, SumToTheTotal) {
  const auto cost = estimate_array(shipped("hycube_4x4"), Family::kXcup);
  ASSERT_THAT(cost, IsOk());
  Usage sum;
  for (const ArrayPart& part : cost->parts) sum += *part.estimate;
  for (const UsageColumn& column : kUsageColumns)
    EXPECT_NEAR(sum.*column.member, (*cost->estimate).*column.member, 1e-6) << column.title;
}

// Least squares -------------------------------------------------------------------------------------------------------

TEST(LeastSquares_NonNegative, FindsWhatTheDataWereMadeOf) {
  const std::vector<std::vector<double>> rows{{1, 0, 2}, {0, 1, 1}, {1, 1, 0}, {3, 1, 4}, {2, 2, 1}};
  std::vector<double> target;
  for (const auto& row : rows) target.push_back(2 * row[0] + 0.5 * row[2]);
  const std::vector<double> x = non_negative_least_squares(rows, target);
  EXPECT_NEAR(x[0], 2, 1e-9);
  EXPECT_NEAR(x[1], 0, 1e-9);
  EXPECT_NEAR(x[2], 0.5, 1e-9);
}

TEST(LeastSquares_NonNegative, KeepsAHarmfulFeatureAtZero) {
  // Unconstrained, the second price would be -1.
  const std::vector<double> x = non_negative_least_squares({{1, 0}, {1, 1}, {1, 2}}, {3, 2, 1});
  EXPECT_NEAR(x[0], 2, 1e-9);
  EXPECT_EQ(x[1], 0);
}

}  // namespace
}  // namespace heddle::fpga
