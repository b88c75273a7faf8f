// The report in its two forms, and what verify_program refuses.
#include <fstream>

#include "compiler/base/files.h"
#include "compiler/tensor/tensor.h"
#include "tests/verify/support.h"

namespace heddle::verify {
namespace {

/// Fails unless the report is what workloads/schema/verify.json says.
void expect_valid(const Report& report) {
  const auto schema = parse_json(read_file(kSource / "workloads/schema/verify.json").value(), "verify.json");
  ASSERT_THAT(schema, IsOk());
  const auto document = parse_json(dump_json(to_json(report)), "report");
  ASSERT_THAT(document, IsOk());
  EXPECT_THAT(validate_schema(*document, schema->root), IsOk());
}

TEST(Report_Json, KeepsToItsSchema) {
  expect_valid({});
  Report report;
  report.engines = {"systemc", "rtl"};
  report.kernels.push_back({"k", 3, {"random 1: crashed"}, 2, {{"too large", 1}}, 10, 2, 30});
  report.faults.push_back({"k_7", "image", "PE (0,1) slot 2 field op: 3, expected 2"});
  report.mismatches.push_back({"k", "random 0", "rtl", "return value", "1", "2", ValueFault{}});
  report.mismatches.push_back({"k", "random 0", "rtl", "argument a[0]", "1", "2", {}});
  expect_valid(report);
  EXPECT_FALSE(report.equal());
}

TEST(Report_Text, NamesWhatIsNeededToFindTheFault) {
  ValueFault fault;
  fault.region = "k_7";
  fault.what = "result";
  fault.array_cycle = 12;
  fault.row = 1;
  fault.column = 2;
  fault.node = "%n3 (add 'sum')";
  fault.where = {"k.c", 9, 4};
  fault.iteration = 5;
  fault.expected = 7;
  fault.got = 8;
  EXPECT_EQ(to_text(fault),
            "region k_7, launch 0, array cycle 12, PE (1,2): result of %n3 (add 'sum'), k.c:9, iteration 5: expected "
            "7, got 8");
}

TEST(VerifyProgram_UnknownKernel, IsRefusedWithTheNearestName) {
  const auto program = compile_text(kDotText, "mesh_2x2");
  Options options = without_rtl();
  options.kernels = {"dop"};
  const auto report = verify_program(program, options, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(report.error().hint, "is it 'dot'?");
}

TEST(VerifyProgram_RtlWithoutOptions, IsRefused) {
  const auto program = compile_text(kDotText, "mesh_2x2");
  const auto report = verify_program(program, {}, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kBadInput);
}

TEST(VerifyProgram_Main, RunsWithItsArgumentsAndOutput) {
  const auto program = compile_text(R"(
#include <stdio.h>
int32_t data[16];
int main(int argc, char** argv) {
  for (int i = 0; i < 16; i++) data[i] = i * argc;
  printf("%d %s\n", data[15], argv[1]);
  return data[3];
}
)",
                                    "mesh_4x4");
  Options options = without_rtl();
  options.main_arguments = {"seven"};
  const auto report = verify_program(program, options, {});
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->equal()) << to_text(*report);
  EXPECT_EQ(report->kernels[0].launches, 1U) << to_text(*report);
}

TEST(VerifyProgram_UserInputs, AreOneMoreVector) {
  const auto program = compile_text(kDotText, "mesh_2x2");
  const tensor::Tensor array{tensor::Type::kInt16, {32}, std::vector<std::uint8_t>(64, 3)};
  const tensor::Tensor partial{tensor::Type::kInt32, {32}, std::vector<std::uint8_t>(128, 0)};
  const tensor::Tensor count{tensor::Type::kInt64, {}, {20, 0, 0, 0, 0, 0, 0, 0}};
  Options options = without_rtl();
  options.vectors = 0;
  options.edge_cases = false;
  options.inputs = test_directory() / "inputs.npz";
  ASSERT_THAT(tensor::write_npz(*options.inputs, {{"n", count}, {"a", array}, {"b", array}, {"partial", partial}}),
              IsOk());
  const auto report = verify_program(program, options, {});
  ASSERT_THAT(report, IsOk());
  EXPECT_EQ(report->kernels[0].vectors, 1);
  EXPECT_EQ(report->kernels[0].launches, 1U);
  EXPECT_TRUE(report->equal()) << to_text(*report);
}

TEST(VerifyProgram_SameSeed, GivesTheSameReport) {
  const auto program = compile_text(kDotText, "mesh_2x2");
  const auto first = verify_program(program, without_rtl(), {});
  const auto second = verify_program(program, without_rtl(), {});
  EXPECT_EQ(to_json(first.value()), to_json(second.value()));
}

}  // namespace
}  // namespace heddle::verify
