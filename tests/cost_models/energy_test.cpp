// The energy model: prices, and accounts of counts that a simulated run delivered.
#include "cost_models/energy/energy.h"

#include <gtest/gtest.h>

#include <set>

#include "compiler/base/files.h"
#include "compiler/dfg/number_operations.h"
#include "compiler/dfg/packed_operations.h"
#include "runtime/session/backend.h"
#include "runtime/session/program.h"
#include "runtime/session/session.h"
#include "systemc_models/cgra/cgra_model.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle::energy {
namespace {

namespace fs = std::filesystem;
const fs::path kSource = HEDDLE_SOURCE_DIR;

arch::Cgra array() {
  auto cgra = arch::find("mesh_4x4", kSource / "workloads/architectures");
  EXPECT_THAT(cgra, IsOk());
  return *cgra;
}

// Prices --------------------------------------------------------------------------------------------------------------

TEST(Table_Operations, AreHorowitzWhereHeHasThem) {
  const EnergyTable& table = built_in_table();
  EXPECT_DOUBLE_EQ(table.operation(dfg::Opcode::kAdd, 32)->value, 0.1);
  EXPECT_DOUBLE_EQ(table.operation(dfg::Opcode::kMul, 32)->value, 3.1);
  EXPECT_DOUBLE_EQ(table.operation(dfg::Opcode::kSmax, 16)->value, 0.05);
  EXPECT_DOUBLE_EQ(table.byte_of("scratchpad", 8192).value * 8, 10);
  EXPECT_DOUBLE_EQ(table.byte_of("scratchpad", 32768).value * 8, 20);
  EXPECT_NEAR(table.byte_of("dram").low * 8, 1300, 5);
  EXPECT_NEAR(table.byte_of("dram").high * 8, 2600, 5);
}

TEST(Table_Sizes, LieBetweenTheirNeighboursAndGrow) {
  const EnergyTable& table = built_in_table();
  double before = 0;
  for (const double size : {1024.0, 8192.0, 16384.0, 32768.0, 65536.0, 1048576.0}) {
    const Picojoules price = table.byte_of("scratchpad", size);
    EXPECT_GE(price.value, before);
    EXPECT_LE(price.low, price.value);
    EXPECT_GE(price.high, price.value);
    before = price.value;
  }
}

TEST(Table_EveryIntegerOperation, HasAPriceThatGrowsWithTheWord) {
  for (const dfg::OpcodeInfo& info : dfg::opcodes()) {
    if (info.op > dfg::Opcode::kStore64 || dfg::is_packed(info.op)) continue;
    double before = 0;
    for (const int bits : {16, 32, 64}) {
      const auto price = built_in_table().operation(info.op, bits);
      ASSERT_THAT(price, IsOk()) << info.name;
      EXPECT_GT(price->value, before) << info.name << bits;
      before = price->value;
    }
  }
}

TEST(Table_EveryOperationOfANumberFormat, HasThePriceOfItsFormatWhateverTheWord) {
  for (const dfg::NumberOperation& operation : dfg::number_operations()) {
    const auto price = built_in_table().operation(operation.op, 32);
    ASSERT_THAT(price, IsOk()) << operation.name;
    EXPECT_GT(price->value, 0) << operation.name;
    EXPECT_LT(price->low, price->value);
    EXPECT_GT(price->high, price->value);
    EXPECT_EQ(*price, *built_in_table().operation(operation.op, 64)) << operation.name;
  }
}

TEST(Table_PackedIntegers, CostTheirProductsAndSums) {
  const auto pj = [](dfg::Opcode op) { return built_in_table().operation(op, 32)->value; };
  const double sum18 = 0.05 * 18 / 16, sum11 = 0.03 * 11 / 8;
  EXPECT_NEAR(pj(dfg::Opcode::kS8Dot), 4 * 0.2 + 3 * sum18 + 0.1, 1e-9);
  EXPECT_NEAR(pj(dfg::Opcode::kUs4Dot), 8 * 0.2 / 4 + 7 * sum11 + 0.1, 1e-9);
  // Four multiplications and additions of whole words cost more.
  EXPECT_LT(pj(dfg::Opcode::kUs8Dot), 4 * (pj(dfg::Opcode::kMul) + pj(dfg::Opcode::kAdd)));
  EXPECT_GT(pj(dfg::Opcode::kB8Pick), 0);
}

TEST(Table_NumberFormats, AreHorowitzWhereHeHasThemAndFallWithTheSignificand) {
  using dfg::Opcode;
  const auto pj = [](Opcode op) { return built_in_table().operation(op, 32)->value; };
  EXPECT_DOUBLE_EQ(pj(Opcode::kFp32Add), 0.9);
  EXPECT_DOUBLE_EQ(pj(Opcode::kFp32Sub), 0.9);
  EXPECT_DOUBLE_EQ(pj(Opcode::kFp32Mul), 3.7);
  EXPECT_DOUBLE_EQ(pj(Opcode::kFp16Add), 0.4);
  EXPECT_DOUBLE_EQ(pj(Opcode::kFp16Mul), 1.1);
  // A multiply-accumulate adds in fp32, whatever its factors.
  EXPECT_DOUBLE_EQ(pj(Opcode::kFp16Mac), 1.1 + 0.9);
  EXPECT_DOUBLE_EQ(pj(Opcode::kE4m3Mac), pj(Opcode::kE4m3Mul) + 0.9);
  EXPECT_DOUBLE_EQ(pj(Opcode::kFp32Min), pj(Opcode::kAdd));  // an order is an integer's
  const Opcode products[] = {Opcode::kFp32Mul, Opcode::kFp16Mul, Opcode::kBf16Mul,
                             Opcode::kE4m3Mul, Opcode::kE5m2Mul, Opcode::kE2m1Mul};
  for (std::size_t i = 1; i < std::size(products); ++i) EXPECT_LT(pj(products[i]), pj(products[i - 1])) << i;
}

TEST(Table_WithoutAFormat, RefusesItsOperationsByName) {
  EnergyTable table = built_in_table();
  std::erase_if(table.operations, [](const OperationEnergy& row) { return row.format == "e4m3"; });
  EXPECT_THAT(table.operation(dfg::Opcode::kE4m3Mac, 32), HasError(ErrorCode::kUnsupported, "e4m3_mac"));
  EXPECT_THAT(table.operation(dfg::Opcode::kE4m3ToFp32, 32), IsOk());
}

TEST(Table_File, ThatIsBrokenIsRefused) {
  const auto read = [](const std::string& text) { return energy_table(*parse_json(text, "e.json")); };
  EXPECT_THAT(read("{}"), HasError(ErrorCode::kBadInput, "heddle.energy_table/1"));
  EXPECT_THAT(
      read(R"({"schema":"heddle.energy_table/1","operations":[{"class":"add","bits":8,"pj":-1}],"memories":[]})"),
      HasError(ErrorCode::kBadInput, "pj > 0"));
  EXPECT_THAT(read(R"({"schema":"heddle.energy_table/1","operations":[],"memories":[]})"),
              HasError(ErrorCode::kBadInput, "no memory level 'register'"));
  EXPECT_THAT(
      read(
          R"({"schema":"heddle.energy_table/1","operations":[],"memories":[{"level":"link","pj_per_byte":1,"low":2,"high":3}]})"),
      HasError(ErrorCode::kBadInput, "low <= pj_per_byte"));
}

// Accounts ------------------------------------------------------------------------------------------------------------

TEST(Account_OfKnownCounts, IsTheSumByHand) {
  codegen::Activity activity;
  activity.operations[static_cast<std::size_t>(dfg::Opcode::kMul)] = 10;
  activity.loads[2] = 4;
  const auto result = account(activity, array(), built_in_table());
  ASSERT_THAT(result, IsOk());
  // 10 x 3.1; 10 results and 4 words of 4 bytes at a register's 0.03 and a 16 KB bank's price.
  const double bank = built_in_table().byte_of("scratchpad", 16384).value;
  EXPECT_NEAR(result->total.value, 31 + 10 * 4 * 0.03 + 4 * 4 * bank, 1e-9);
}

TEST(Account_OfASum, IsTheSumOfAccounts) {
  codegen::Activity a, b;
  a.operations[static_cast<std::size_t>(dfg::Opcode::kAdd)] = 7;
  a.link_words = 5;
  a.array_cycles = 11;
  b.idle_operations[static_cast<std::size_t>(dfg::Opcode::kAdd)] = 3;
  b.scratchpad_words_in = 64;
  b.stores[0] = 9;
  codegen::Activity both = a;
  both += b;
  const auto one = account(a, array(), built_in_table()), other = account(b, array(), built_in_table());
  const auto sum = account(both, array(), built_in_table());
  EXPECT_NEAR(sum->total.value, one->total.value + other->total.value, 1e-9);
  EXPECT_NEAR(sum->total.high, one->total.high + other->total.high, 1e-9);
  both -= b;
  EXPECT_EQ(both, a);
}

TEST(Activity_Json, RoundTripsAndRefusesNonsense) {
  codegen::Activity activity;
  activity.operations[static_cast<std::size_t>(dfg::Opcode::kLoadS8)] = 3;
  activity.loads[0] = 2;
  activity.array_cycles = 9;
  EXPECT_EQ(*codegen::activity_from_json(codegen::to_json(activity)), activity);
  EXPECT_THAT(codegen::activity_from_json({{"operations", {{"addd", 1}}}}), HasError(ErrorCode::kBadInput, "addd"));
  EXPECT_THAT(codegen::activity_from_json({{"array_cycles", -1}}), HasError(ErrorCode::kBadInput, "array_cycles"));
}

// Counts of runs ------------------------------------------------------------------------------------------------------

constexpr const char* kKernel = R"(
#include "heddle/kernel.h"
HEDDLE_KERNEL void scale(int n, const short *restrict a, int *restrict c) {
  for (int i = 0; i < n; ++i) {
    if (a[i] > 0) c[i] = a[i] * 3 + i;
  }
}
)";

class Counted : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const fs::path file = test::temporary("energy_scale.c");
    ASSERT_THAT(write_file(file, kKernel), IsOk());
    session::CompileRequest request;
    request.frontend.source = file;
    request.frontend.include_directory = kSource / "workloads/include";
    request.cgra = array();
    request.rtl_directory = kSource / "rtl";
    auto compiled = session::compile(request, Context{});
    ASSERT_THAT(compiled, IsOk());
    program_ = new session::CompiledProgram(std::move(*compiled));
  }

  /// One run over `n` elements, of which every third is positive.
  static session::RunOutcome run(int n) {
    const auto device = systemc::make_cgra_device(program_->cgra);
    const auto backend = session::make_device_backend(program_->cgra, *device, "systemc");
    return run(n, *backend);
  }
  static session::RunOutcome run(int n, session::Backend& backend) {
    std::vector<session::Argument> arguments(3);
    arguments[0].integer = n;
    arguments[1].buffer.assign(static_cast<std::size_t>(2 * n), 0xFF);
    for (int i = 0; i < n; i += 3) arguments[1].buffer[static_cast<std::size_t>(2 * i) + 1] = 0x01;
    arguments[2].buffer.assign(static_cast<std::size_t>(4 * n), 0);
    auto outcome = session::run_kernel(*program_, "scale", arguments, &backend, Context{});
    EXPECT_THAT(outcome, IsOk());
    return std::move(*outcome);
  }

  static Picojoules energy(const session::RunOutcome& outcome) {
    Picojoules total;
    for (const auto& [region, activity] : outcome.activity)
      total += account(activity, program_->cgra, built_in_table())->total;
    return total;
  }

  static const session::CompiledProgram* program_;
};
const session::CompiledProgram* Counted::program_ = nullptr;

TEST_F(Counted, OperationsAreNodesTimesTripCounts) {
  const session::RunOutcome outcome = run(40);
  ASSERT_EQ(outcome.activity.size(), 1U);
  std::array<std::uint64_t, codegen::Activity::kOpcodes> expected{};
  for (const session::LaunchRecord& launch : outcome.launches) {
    ASSERT_EQ(launch.refused, "");
    for (const dfg::Node& node : program_->regions[static_cast<std::size_t>(launch.region)].graph.nodes)
      expected[static_cast<std::size_t>(node.op)] += launch.trip_count;
  }
  EXPECT_EQ(outcome.activity.begin()->second.operations, expected);
}

TEST_F(Counted, AccessesAreThoseThatHappened) {
  const codegen::Activity activity = run(40).activity.begin()->second;
  std::uint64_t stores = 0, loads = 0;
  for (std::size_t i = 0; i < codegen::Activity::kSizes; ++i) {
    stores += activity.stores[i];
    loads += activity.loads[i];
  }
  EXPECT_EQ(stores, 14U);  // elements 0, 3, ..., 39; the others are predicated off
  EXPECT_GE(loads, 40U);
}

TEST_F(Counted, CyclesAndWordsAreThoseOfTheLaunch) {
  const session::RunOutcome outcome = run(40);
  const codegen::Activity& activity = outcome.activity.begin()->second;
  session::LaunchCycles cycles;
  for (const session::LaunchRecord& launch : outcome.launches) cycles += launch.cycles;
  EXPECT_EQ(activity.array_cycles + activity.stall_cycles, cycles.run);
  EXPECT_EQ(activity.stall_cycles, cycles.stall);
  EXPECT_EQ(activity.scratchpad_words_in, cycles.dma_in);
  EXPECT_GT(activity.scratchpad_words_out, 0U);
  EXPECT_LT(activity.scratchpad_words_out, cycles.dma_out);  // a block read takes a cycle more than its words
  EXPECT_GE(activity.configuration_words, cycles.configuration);
}

// The formula sees no addresses: the interpreter tells it which accesses happened, the fast backend takes all for done.
TEST_F(Counted, TheFormulaCountsWhatTheModelSees) {
  const codegen::Activity seen = run(40).activity.begin()->second;
  const auto interpreter = session::make_interpreter_backend(program_->cgra);
  EXPECT_EQ(codegen::to_json(run(40, *interpreter).activity.at(0)), codegen::to_json(seen));
  const auto fast = session::make_estimate_backend(program_->cgra);
  codegen::Activity counted = run(40, *fast).activity.at(0);
  std::uint64_t stores = 0;
  for (std::size_t i = 0; i < codegen::Activity::kSizes; ++i) stores += counted.stores[i];
  EXPECT_EQ(stores, 40U);  // of which 14 happen
  counted.stores = seen.stores;
  counted.stall_cycles = seen.stall_cycles;
  EXPECT_EQ(codegen::to_json(counted), codegen::to_json(seen));
}

TEST_F(Counted, LinksAndRegistersAreThoseOfTheMapping) {
  const session::RunOutcome outcome = run(40);
  const codegen::Activity& activity = outcome.activity.begin()->second;
  const session::CompiledRegion& region = program_->regions[static_cast<std::size_t>(outcome.launches[0].region)];
  // In the steady state each slot of II array cycles uses the places of the mapping once.
  std::set<std::pair<std::int64_t, int>> links;
  for (const mapper::Route& route : region.mapping.routes)
    for (const mapper::Hop& hop : route.hops)
      if (hop.place.kind == mapper::Place::Kind::kLink)
        links.insert({hop.place.link.value, hop.cycle % region.mapping.ii});
  const std::uint64_t whole = activity.array_cycles / static_cast<std::uint64_t>(region.mapping.ii);
  EXPECT_GE(activity.link_words, links.size() * whole);
  EXPECT_LE(activity.link_words, links.size() * (whole + 1));
}

TEST_F(Counted, EnergyGrowsWithTheTripCountAndAddsOverRuns) {
  double before = 0;
  for (const int n : {1, 2, 3, 10, 40, 41, 200}) {
    const double now = energy(run(n)).value;
    EXPECT_GT(now, before) << n;
    before = now;
  }
  // One device, two calls: the second need not be configured; all else adds.
  const Picojoules once = energy(run(40));
  EXPECT_LT(energy(run(80)).value, 2 * once.value);
}

TEST(Sensitivity_OfAnAccount, NamesTheLargestFirst) {
  codegen::Activity activity;
  activity.scratchpad_words_in = 1000;
  activity.link_words = 1;
  const auto lines = sensitivity(*account(activity, array(), built_in_table()));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].rfind("data in from DRAM: 100 %", 0), 0U) << lines[0];
}

}  // namespace
}  // namespace heddle::energy
