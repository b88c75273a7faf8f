// The RTL through the verifier: equal as it is, and found out when one leaf module is changed.
#include "compiler/base/files.h"
#include "tests/verify/support.h"

namespace heddle::verify {
namespace {

Options only_rtl(const session::CompiledProgram& program, const std::filesystem::path& leaves = kSource / "rtl") {
  Options options;
  options.engines = {Engine::kRtl};
  options.rtl = rtl_options(program.cgra, leaves);
  options.max_mismatches = 1;
  return options;
}

TEST(RtlVerify_Dot, IsEqualInValuesAndCycles) {
  const auto program = compile_text(kDotText, "mesh_2x2");
  Options options = only_rtl(program);
  options.engines = {Engine::kInterpreter, Engine::kFast, Engine::kSystemc, Engine::kRtl};
  const auto report = verify_program(program, options, {});
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->equal()) << to_text(*report);
  EXPECT_GE(report->kernels[0].launches, 10U);
}

TEST(RtlVerify_FlippedImageBit, IsTracedToItsPe) {
  auto program = compile_text(kDotText, "mesh_2x2");
  const mapper::Placement load = program.regions[0].mapping.nodes[1];
  const auto slot = static_cast<std::size_t>(load.time % program.regions[0].mapping.ii);
  auto& word = program.regions[0].image.words[load.pe.index()][slot];
  const int op_lsb = codegen::layout(codegen::layout_parameters(program.cgra, load.pe)).field("op").lsb;
  word[static_cast<std::size_t>(op_lsb) / 32] ^= 1U << (static_cast<unsigned>(op_lsb) % 32U);
  const auto report = verify_program(program, only_rtl(program), {});
  ASSERT_THAT(report, IsOk());
  ASSERT_FALSE(report->mismatches.empty()) << to_text(*report);
  ASSERT_TRUE(report->mismatches[0].cause) << to_text(*report);
  EXPECT_EQ(report->mismatches[0].cause->pe, load.pe.value) << to_text(*report);
}

/// A change of one leaf module, and the operations it breaks.
struct LeafMutation {
  const char* name;
  const char* file;
  const char* from;
  const char* to;
  std::vector<std::string> operations;  ///< that may be named; empty: any
};

void PrintTo(const LeafMutation& mutation, std::ostream* out) { *out << mutation.name; }

class RtlMutation : public testing::TestWithParam<LeafMutation> {
 protected:
  /// A copy of the leaf modules with the change.
  std::filesystem::path mutated_leaves() {
    const auto leaves = test_directory() / "leaves";
    std::filesystem::remove_all(leaves);
    std::filesystem::copy(kSource / "rtl", leaves, std::filesystem::copy_options::recursive);
    const auto path = leaves / GetParam().file;
    std::string text = read_file(path).value_or("");
    const std::size_t at = text.find(GetParam().from);
    EXPECT_NE(at, std::string::npos) << "the leaf module has changed: choose another mutation";
    if (at != std::string::npos) text.replace(at, std::string(GetParam().from).size(), GetParam().to);
    EXPECT_THAT(write_file(path, text), IsOk());
    return leaves;
  }
};

TEST_P(RtlMutation, IsFoundAndTheOperationNamed) {
  const auto program = compile_text(kDotText, "mesh_2x2");
  const auto report = verify_program(program, only_rtl(program, mutated_leaves()), {});
  ASSERT_THAT(report, IsOk());
  ASSERT_FALSE(report->mismatches.empty());
  EXPECT_TRUE(report->faults.empty()) << "the image is right";
  const auto& cause = report->mismatches[0].cause;
  ASSERT_TRUE(cause) << to_text(*report);
  EXPECT_GT(cause->where.line, 0) << to_text(*report);
  if (!GetParam().operations.empty()) {
    EXPECT_THAT(GetParam().operations, testing::Contains(cause->operation)) << to_text(*report);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Leaves, RtlMutation,
    testing::Values(
        LeafMutation{"adder_subtracts", "cgra/cgra_alu.sv", "is_add ? b_i : ~b_i", "is_add ? ~b_i : b_i", {"add"}},
        LeafMutation{"loads_forget_the_sign",
                     "cgra/cgra_load_store.sv",
                     "{48{signed_q & line[15]}}",
                     "{48{1'b0}}",
                     {"load_s16"}},
        LeafMutation{"links_invert", "cgra/cgra_link_mux.sv", "link_o = res_i;", "link_o = ~res_i;", {}},
        LeafMutation{"registers_drop_a_bit",
                     "cgra/cgra_regfile.sv",
                     "value_q <= value_d;",
                     "value_q <= value_d & ~Width'(1);",
                     {}}),
    [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace heddle::verify
