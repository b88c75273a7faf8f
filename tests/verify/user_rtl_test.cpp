// Users' designs through the verifier: right ones pass, each planted fault is found, misbehaving ones are told.
#include <filesystem>

#include "compiler/base/files.h"
#include "tests/verify/user_rtl_support.h"

namespace heddle::verify {
namespace {

using testing::HasSubstr;

UserRtlReport verified(const UserRtlOptions& options) {
  auto report = verify_user_rtl(options, {});
  EXPECT_THAT(report, IsOk());
  return report ? *report : UserRtlReport{};
}

UserRtlOptions int8_mac(int fault) {
  return user_rtl("int8_mac", "int.mac:int8", {"fault_i=" + std::to_string(fault)});
}

UserRtlOptions e4m3_mac(int fault) {
  return user_rtl("minifloat_mac", "minifloat.mac:e4m3",
                  {"a=x", "b=w", "first=start", "valid=in_valid", "out_valid=sum_valid", "acc=sum",
                   "fault=" + std::to_string(fault)});
}

UserRtlOptions product(const std::string& golden, int fault, std::vector<std::string> parameters = {}) {
  return user_rtl("fp_mul", golden, {"fault_i=" + std::to_string(fault)}, std::move(parameters));
}

UserRtlOptions fp16_product(int fault) {
  UserRtlOptions options = product("fp.mul:fp16", fault, {"ExpBits=5", "ManBits=10", "Ieee=1"});
  options.vectors = 200'000;
  return options;
}

TEST(UserRtl_Int8Mac, IsEqualOverAllPairsAndRuns) {
  const UserRtlReport report = verified(int8_mac(0));
  EXPECT_TRUE(report.equal()) << to_text(report);
  EXPECT_TRUE(report.exhaustive);
  EXPECT_EQ(report.operand_combinations, 65536);
  EXPECT_EQ(report.latency, 1);
  EXPECT_EQ(report.reset_level, "low");
  EXPECT_GT(report.vectors(), 200'000U);
}

TEST(UserRtl_Int8MacShortAccumulator, IsFoundAtTheLimit) {
  const UserRtlReport report = verified(int8_mac(1));
  ASSERT_TRUE(report.counterexample) << to_text(report);
  EXPECT_EQ(report.counterexample->phase, "upper limit");
  EXPECT_EQ(report.counterexample->run.size(), 256U);  // 256 * 128^2 = 2^22 is the first sum with the bit
  EXPECT_EQ(report.counterexample->expected.value, "4194304");
  EXPECT_EQ(report.counterexample->got.value, "-4194304");
}

TEST(UserRtl_Int8MacUnsignedOperand, IsShownByOneVector) {
  const UserRtlReport report = verified(int8_mac(2));
  ASSERT_TRUE(report.counterexample) << to_text(report);
  EXPECT_EQ(report.counterexample->run.size(), 1U);
  EXPECT_EQ(report.counterexample->expected.value, "-128");
  EXPECT_EQ(report.counterexample->got.value, "128");
  EXPECT_EQ(input(report, 0, "a"), "0x80 (-128)");
}

TEST(UserRtl_Int8MacDeafClear, IsFoundInRuns) {
  const UserRtlReport report = verified(int8_mac(3));
  ASSERT_TRUE(report.counterexample) << to_text(report);
  EXPECT_EQ(report.counterexample->phase, "runs");
  EXPECT_EQ(input(report, report.counterexample->run.size() - 1, "clear"), "0x1 (1)");
}

TEST(UserRtl_Int8MacOneWrongProduct, IsFoundAmongAllPairs) {
  const UserRtlReport report = verified(int8_mac(4));
  ASSERT_TRUE(report.counterexample) << to_text(report);
  EXPECT_EQ(input(report, 0, "a") + input(report, 0, "b"), "0x80 (-128)0x80 (-128)");
}

TEST(UserRtl_ForgottenRegister, IsFoundByItsPowerUpState) {
  const UserRtlReport report = verified(int8_mac(5));
  ASSERT_TRUE(report.counterexample) << to_text(report);
  EXPECT_THAT(to_text(report), HasSubstr("a register that nothing sets"));
}

TEST(UserRtl_E4m3Mac, IsEqualWithTwoCyclesOfLatency) {
  const UserRtlReport report = verified(e4m3_mac(0));
  EXPECT_TRUE(report.equal()) << to_text(report);
  EXPECT_TRUE(report.exhaustive);
  EXPECT_EQ(report.latency, 2);
  EXPECT_EQ(report.reset_level, "high");
}

TEST(UserRtl_E4m3MacFaults, AreAllFound) {
  const std::vector<std::pair<int, const char*>> faults = {
      {1, "all"}, {2, "all"}, {3, "all"}, {4, "all"}, {5, "upper limit"}};
  for (const auto& [fault, phase] : faults) {
    const UserRtlReport report = verified(e4m3_mac(fault));
    ASSERT_TRUE(report.counterexample) << "fault " << fault << "\n" << to_text(report);
    EXPECT_EQ(report.counterexample->phase, phase) << "fault " << fault;
    EXPECT_TRUE(report.counterexample->shortened);
  }
}

TEST(UserRtl_WrongLatency, IsAMismatchThatNamesTheRightOne) {
  UserRtlOptions options = e4m3_mac(6);  // a cycle early
  options.latency = 2;
  const UserRtlReport report = verified(options);
  EXPECT_FALSE(report.equal());
  EXPECT_THAT(to_text(report), HasSubstr("with --latency 1 the first 512 vectors agree"));
  options.latency.reset();
  EXPECT_EQ(verified(options).latency, 1);
}

TEST(UserRtl_Products, AreEqual) {
  const UserRtlReport e4m3 = verified(product("minifloat.mul:e4m3", 0));
  EXPECT_TRUE(e4m3.equal() && e4m3.exhaustive) << to_text(e4m3);
  const UserRtlReport e2m1 = verified(product("minifloat.mul:e2m1", 0, {"ExpBits=2", "ManBits=1"}));
  EXPECT_TRUE(e2m1.equal() && e2m1.exhaustive) << to_text(e2m1);
  const UserRtlReport fp16 = verified(fp16_product(0));
  EXPECT_TRUE(fp16.equal()) << to_text(fp16);
  EXPECT_FALSE(fp16.exhaustive);
}

TEST(UserRtl_ProductFaults, AreAllFound) {
  for (int fault = 1; fault <= 7; ++fault) {
    const UserRtlReport e4m3 = verified(product("minifloat.mul:e4m3", fault));
    EXPECT_FALSE(e4m3.equal()) << "e4m3, fault " << fault;
    const UserRtlReport fp16 = verified(fp16_product(fault));
    EXPECT_FALSE(fp16.equal()) << "fp16, fault " << fault;
    if (fault == 7) continue;  // no product of e2m1 has bits behind its half bit: the fault does not show
    const UserRtlReport e2m1 = verified(product("minifloat.mul:e2m1", fault, {"ExpBits=2", "ManBits=1"}));
    EXPECT_FALSE(e2m1.equal()) << "e2m1, fault " << fault;
  }
}

TEST(UserRtl_ProductFault, TellsCodesAndValues) {
  const UserRtlReport report = verified(product("minifloat.mul:e4m3", 4));
  ASSERT_TRUE(report.counterexample);
  EXPECT_EQ(report.counterexample->expected.code, "0x80");
  EXPECT_EQ(report.counterexample->expected.value, "-0");
  EXPECT_EQ(report.counterexample->got.code, "0x00");
  // Every zero with a negative sign is wrong: 2 * 128 - 1 + those that underflow.
  EXPECT_GT(report.phases.back().differences, 255U);
}

TEST(UserRtl_WrongRoundingOption, IsFound) {
  EXPECT_TRUE(verified(product("minifloat.mul:e4m3:rna", 1)).equal());
  EXPECT_FALSE(verified(product("minifloat.mul:e4m3:rna", 0)).equal());
}

TEST(UserRtl_Trace, HoldsTheShortestRun) {
  UserRtlOptions options = int8_mac(2);
  options.trace = test_directory() / "wrong.fst";
  std::filesystem::remove(*options.trace);
  const UserRtlReport report = verified(options);
  EXPECT_EQ(report.trace, options.trace->string());
  EXPECT_GT(std::filesystem::file_size(*options.trace), 100U);
}

/// The MAC of rtl/arithmetic, copied with one line changed. Its other modules are found beside the original.
class ShippedMac : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(std::filesystem::exists(kArithmetic / "mac_unit.sv")); }

  static UserRtlReport copied(const std::string& from, const std::string& to) {
    std::string text = read_file(kArithmetic / "mac_unit.sv").value();
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << "mac_unit.sv has no line with " << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    const auto file = test_directory() / "mac_unit.sv";
    EXPECT_THAT(write_file(file, text), IsOk());
    UserRtlOptions options = user_rtl("", "minifloat.mac:e4m3", {"en_i=1", "valid=valid_i", "out_valid=valid_o"});
    options.sources.files = {file};
    options.sources.include_paths = {kArithmetic};
    return verified(options);
  }

  inline static const std::filesystem::path kArithmetic = kSource / "rtl/arithmetic";
};

TEST_F(ShippedMac, Copied_IsEqual) {
  const UserRtlReport report = copied("assign acc_o = acc_q;", "assign acc_o = acc_q;");
  EXPECT_TRUE(report.equal() && report.exhaustive) << to_text(report);
}

/// Negative products are complements, and the carry makes up for the missing unit: the first one is 0 * -0.
TEST_F(ShippedMac, WithALostCarry_IsFoundAtTheFirstNegativeProduct) {
  const UserRtlReport report = copied(".carry_i(carry)", ".carry_i(1'b0)");
  ASSERT_TRUE(report.counterexample) << to_text(report);
  EXPECT_EQ(report.counterexample->run.size(), 2U);  // clear, then the product
  EXPECT_EQ(input(report, 1, "a") + ", " + input(report, 1, "b"), "0x00 (0), 0x80 (-0)");
  EXPECT_EQ(report.counterexample->expected.value, "0");
  EXPECT_EQ(report.counterexample->got.value, "-3.814697265625e-06");  // -2^-18
}

struct Misbehaviour {
  int fault;
  const char* message;
};

TEST(UserRtl_Misbehaving, IsToldAndEnds) {
  for (const auto& [fault, message] :
       {Misbehaviour{1, "misbehaving.sv:19: $finish"}, Misbehaviour{2, "operand 77 is not welcome"},
        Misbehaviour{3, "did not answer within 1 s"}, Misbehaviour{4, "did not converge"},
        Misbehaviour{5, "crashed (Aborted)"}}) {
    UserRtlOptions options = user_rtl("misbehaving", "int.add:uint8", {"fault_i=" + std::to_string(fault)});
    options.seconds = fault == 3 ? 1 : 60;
    const auto report = verify_user_rtl(options, {});
    ASSERT_FALSE(report) << "fault " << fault;
    EXPECT_EQ(exit_status(report.error().code), 2);
    EXPECT_THAT(report.error().message, HasSubstr(message));
    const std::string inputs = "with a = 0x4d (77)";
    if (fault == 1 || fault == 2 || fault == 4) {
      EXPECT_THAT(to_string(report.error()), HasSubstr(inputs));
    }
  }
}

TEST(UserRtl_Cancelled, Ends) {
  const std::atomic<bool> cancel{true};
  Context context;
  context.cancel = &cancel;
  const auto report = verify_user_rtl(int8_mac(0), context);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kInterrupted);
}

TEST(UserRtl_SameSeed, GivesTheSameReport) {
  EXPECT_EQ(to_json(verified(e4m3_mac(5))), to_json(verified(e4m3_mac(5))));
}

}  // namespace
}  // namespace heddle::verify
