// Sweep files: what they say, and what is wrong with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/arch/cgra.h"
#include "runtime/explore/space.h"
#include "tests/explore/support.h"
#include "tests/support/matchers.h"

namespace heddle::explore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string message(const Result<Sweep>& sweep) { return sweep ? "no error" : to_string(sweep.error()); }

TEST(ReadSweep, KnowsAxesMetricsAndFidelities) {
  const auto sweep = sweep_of(R"(kernels: [fir]
axes:
  size: [2, 4]
  banks: {from: 1, to: 8, factor: 2}
  hop_limit: {values: [1, 2], when: size > 2}
objectives: [{minimize: cycles, reference: 1000}, {minimize: lut + 100 * dsp, name: area}]
constraints: [dsp <= 64, banks <= size]
fidelity: {cycles: systemc}
)");
  ASSERT_THAT(sweep, IsOk());
  EXPECT_THAT(sweep->axes[1].values, ElementsAre(1, 2, 4, 8));
  ASSERT_EQ(sweep->metrics.size(), 3U);
  EXPECT_EQ(sweep->metrics[0].fidelity, Fidelity::kSystemc);
  EXPECT_FALSE(sweep->constraints[0].over_axes);
  EXPECT_TRUE(sweep->constraints[1].over_axes);
  EXPECT_EQ(sweep->objectives[0].reference, 1000);
  EXPECT_EQ(sweep->objectives[1].name, "area");
}

struct Wrong {
  std::string rest;
  std::string found;  // in the message
};

class BadSweep : public testing::TestWithParam<Wrong> {};

TEST_P(BadSweep, SaysWhatAndWhere) {
  const auto sweep = sweep_of(GetParam().rest);
  EXPECT_THAT(message(sweep), HasSubstr(GetParam().found));
}

INSTANTIATE_TEST_SUITE_P(
    Sweeps, BadSweep,
    testing::Values(
        Wrong{"axes: {bankz: [1]}\nobjectives: [{minimize: lut}]\n",
              "sweep.yaml:11:8: error: at /axes/bankz: unknown axis 'bankz'\n"},
        Wrong{"axes: {bankz: [1]}\nobjectives: [{minimize: lut}]\n", "did you mean banks?"},
        Wrong{"axes: {banks: [1, 99]}\nobjectives: [{minimize: lut}]\n",
              "sweep.yaml:11:19: error: at /axes/banks/1: banks takes integers from 1 to 64, found 99"},
        Wrong{"axes: {banks: [2, 2]}\nobjectives: [{minimize: lut}]\n", "listed twice"},
        Wrong{"axes: {topology: [tours]}\nobjectives: [{minimize: lut}]\n", "did you mean torus?"},
        Wrong{"axes: {banks: {from: 4, to: 1}}\nobjectives: [{minimize: lut}]\n", "from 4 to 1 is empty"},
        Wrong{"axes: {banks: [1]}\nobjectives: [{minimize: lutt}]\n",
              "sweep.yaml:12:25: error: at /objectives/0/minimize: unknown axis or metric 'lutt'"},
        Wrong{"axes: {banks: [1]}\nobjectives: [{minimize: lut +}]\n", "end of expression found at position"},
        Wrong{"axes: {banks: [1]}\nobjectives: [{minimize: lut}]\nconstraints: [banks = 1]\n", "compare with =="},
        Wrong{"axes: {banks: [1]}\nobjectives: [{minimize: lut}]\nfidelity: {lut: systemc}\n",
              "lut cannot be had at fidelity systemc"},
        Wrong{"axes: {banks: [1]}\nobjectives: [{minimize: cycles}]\n", "a metric of kernels, and none is named"},
        Wrong{"axes: {banks: [1]}\nobjectives: [{minimize: cycles}]\nkernels: [gem]\n", "did you mean gemm?"},
        Wrong{"axes: {banks: [1], size: [2], rows: [2]}\nobjectives: [{minimize: lut}]\n", "size sets rows"},
        Wrong{"axes: {banks: {values: [1], when: size > 1}, size: [2]}\nobjectives: [{minimize: lut}]\n",
              "'size' is no axis above this one"},
        Wrong{"axes: {banks: [1]}\nobjectives: [{minimize: lut}]\nsampler: {kind: sobol}\n", "needs points"},
        Wrong{"axes: {banks: [1]}\nobjectives: [{minimize: lut}]\nfamily: ecp5\n", "knows xcup, not ecp5"}));

TEST(ReadSweep, PointsIntoTheArrayInPlace) {
  auto document = parse_yaml(
      "schema: heddle.sweep/1\nname: x\narray:\n  schema: heddle.arch/1\n  name: x\n"
      "  grid: {rows: 0, columns: 2}\n  pe_classes: {c: {operations: [alu]}}\n"
      "axes: {banks: [1]}\nobjectives: [{minimize: lut}]\n",
      "sweep.yaml");
  ASSERT_THAT(document, IsOk());
  EXPECT_THAT(message(read_sweep(*document, axis_kinds(), shipped_places())), HasSubstr("sweep.yaml:6:16"));
}

TEST(ReadSweep, TakesAnAxisThatOnlyTheTestKnows) {
  std::vector<AxisKind> kinds = axis_kinds();
  kinds.push_back({"word_bits", "a toy", {}, 16, 64, 1, [](const Json& value, Design& design) -> Status {
                     design.array["word_bits"] = value;
                     return {};
                   }});
  const auto sweep = sweep_of("axes: {word_bits: [16, 32]}\nobjectives: [{minimize: lut}]\n", kinds);
  ASSERT_THAT(sweep, IsOk());
  const auto design = design_of(*sweep, Json{{"word_bits", 16}});
  ASSERT_THAT(design, IsOk());
  EXPECT_EQ(design->array["word_bits"], 16);
}

TEST(Expression, TakesTheNameOfEveryAxisAndMetric) {
  std::vector<std::string> names;
  for (const AxisKind& kind : axis_kinds()) names.push_back(kind.name);
  for (const MetricKind& kind : metric_kinds()) names.push_back(kind.name);
  for (const std::string& name : names) {
    const auto formula = Expression::parse("2 * " + name + " + 1");
    ASSERT_THAT(formula, IsOk());
    EXPECT_THAT(formula->names(), ElementsAre(name));
    EXPECT_EQ(formula->number(Json{{name, 3}}), 7) << name;
  }
}

TEST(Expression, RefusesWhatIsNotFinite) {
  EXPECT_THAT(Expression::parse("1 / banks")->number(Json{{"banks", 0}}), HasError(ErrorCode::kBadInput, "not finite"));
  EXPECT_THAT(Expression::parse("banks + 1")->truth(Json{{"banks", 0}}),
              HasError(ErrorCode::kBadInput, "expected true or false"));
}

TEST(DesignOf, EveryAxisGivesAnArrayThatCanBeRead) {
  for (const AxisKind& kind : axis_kinds()) {
    const Json value = kind.choices.empty() ? Json(std::max<std::int64_t>(kind.low, 2)) : Json(kind.choices.back());
    if (kind.name == "loop_levels" || kind.name == "address_generators" || kind.name == "bank_bytes") continue;
    const auto sweep = sweep_of("axes: {" + kind.name + ": [" + value.dump() + "]}\nobjectives: [{minimize: lut}]\n");
    ASSERT_THAT(sweep, IsOk()) << kind.name;
    auto design = design_of(*sweep, Json{{kind.name, value}});
    ASSERT_THAT(design, IsOk()) << kind.name;
    Document document;
    document.root = design->array;
    EXPECT_THAT(arch::from_document(document), IsOk()) << kind.name;
    EXPECT_TRUE(design->array != sweep->array || !design->compile.empty() || kind.name == "size" ||
                kind.name == "rows" || kind.name == "columns")
        << kind.name;
  }
}

TEST(DesignOf, PutsMemoryIntoTheFirstColumnThenTheLast) {
  const auto sweep = sweep_of("axes: {size: [4], memory_pes: [6]}\nobjectives: [{minimize: lut}]\n");
  ASSERT_THAT(sweep, IsOk());
  const auto design = design_of(*sweep, Json{{"size", 4}, {"memory_pes", 6}});
  ASSERT_THAT(design, IsOk());
  Document document;
  document.root = design->array;
  const auto cgra = arch::from_document(document);
  ASSERT_THAT(cgra, IsOk());
  std::vector<int> pes;
  for (const arch::PeId pe : cgra->memory_pes) pes.push_back(pe.value);
  EXPECT_THAT(pes, ElementsAre(0, 3, 4, 8, 11, 12));
}

}  // namespace
}  // namespace heddle::explore
