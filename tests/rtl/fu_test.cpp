// cgra_fu in Verilator against dfg::evaluate and a list of what is in flight, over random and edge operands.
#include <gtest/gtest.h>
#include <verilated.h>

#include <deque>
#include <memory>
#include <optional>

#include "Vfu16.h"
#include "Vfu32.h"
#include "Vfu64.h"
#include "compiler/base/random.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/number_operations.h"
#include "tests/support/number_codes.h"

namespace heddle::dfg {
namespace {

/// As the function `latencies` of fu_bench.sv.
int latency_of(Opcode op, int table) {
  const int number = static_cast<int>(op);
  if (op == Opcode::kMul) return table == 0 ? 2 : table == 1 ? 1 : 3;
  if (is_division(op)) return table == 0 ? 9 : table == 1 ? 1 : 12;
  if (is_load(op)) return table == 0 ? 2 : table == 1 ? 3 : 5;
  if (is_store(op)) return 1;
  if (is_packed(op)) return table == 1 ? 1 : 4;
  if (is_number(op)) {
    const NumberFunction function = number_operation(op).function;
    if (function <= NumberFunction::kMac) return table == 0 ? 4 : table == 1 ? 1 : 6;
    if (function <= NumberFunction::kEq) return table == 2 ? 3 : 1;
    return table == 0 ? 2 : table == 1 ? 1 : 3;
  }
  return table == 2 ? 1 + number % 3 : 1;
}
int division_interval(int table) { return table == 0 ? 8 : table == 1 ? 1 : 3; }

struct Issue {
  Opcode op = Opcode::kNop;
  std::uint64_t a = 0, b = 0, c = 0, imm = 0;
  int shift = 0;
  bool predicate = true, valid = true;
  int live_out = 0;
};

struct Completion {
  std::uint64_t cycle = 0;  ///< result is in RES from this array cycle on
  std::uint64_t value = 0;
  int live_out = 0;
};

/// A load waiting for its line, which comes in the array cycle after its issue.
struct PendingLoad {
  Issue issue;
  std::size_t completion = 0;
};

/// Sequencer and reference of one verilated unit.
template <class Model>
class FuBench {
 public:
  FuBench(int width, int table, std::uint64_t seed) : width_(width), table_(table), random_(seed) {
    model_->rst_ni = 0;
    model_->clk_i = 0;
    model_->eval();
    model_->rst_ni = 1;
    model_->eval();
  }

  [[nodiscard]] std::uint64_t mask() const { return width_ == 64 ? ~0ULL : (1ULL << width_) - 1; }

  bool fits(Opcode op) const { return info(op).word_bits <= width_; }

  std::uint64_t operand() {
    const std::uint64_t sign = 1ULL << (width_ - 1);
    const std::uint64_t edges[] = {0, 1, 2, sign, sign - 1, mask(), mask() - 1, sign + 1, 0x80, 0x7F, 0x8000, 0xFFFF};
    if (random_.below(2) == 0) return edges[random_.below(std::size(edges))] & mask();
    return (random_.next() >> random_.below(64)) & mask();
  }

  /// True if the schedule has room: RES free when it completes, divider free now.
  bool may_issue(Opcode op) const {
    if (op == Opcode::kNop || is_store(op)) return true;
    if (is_division(op) && cycle_ < next_division_) return false;
    for (const Completion& completion : flight_)
      if (completion.cycle == cycle_ + static_cast<std::uint64_t>(latency_of(op, table_))) return false;
    return true;
  }

  /// One array cycle that issues `issue`, after `stalls` clocks in which the array stands still.
  void run_cycle(const Issue& issue, int stalls) {
    drive(issue);
    for (int i = 0; i < stalls; ++i) {
      model_->mem_rdata_i = random_.next();
      clock(false);
      ASSERT_EQ(model_->res_o, res_) << "RES changed in a stall of cycle " << cycle_;
    }
    const std::uint64_t line = random_.next();
    model_->mem_rdata_i = line;
    model_->eval();
    check_request(issue);
    take_line(line);
    start(issue);
    check_capture();
    clock(true);
    ++cycle_;
    ASSERT_EQ(model_->res_o, res_) << "RES after cycle " << cycle_ - 1 << ", issued op " << static_cast<int>(issue.op);
  }

  Issue random_issue(Opcode op) {
    Issue issue{op,
                operand(),
                operand(),
                operand(),
                operand(),
                static_cast<int>(random_.below(8)),
                random_.below(4) != 0,
                random_.below(4) != 0,
                static_cast<int>(random_.below(3))};
    if (random_.below(2) == 0) issue.c = 0;
    if (is_number(op)) draw_numbers(issue);
    align(issue);
    return issue;
  }

  Random& random() { return random_; }

 private:
  /// Bits above the format are noise.
  void draw_numbers(Issue& issue) {
    const NumberOperation& operation = number_operation(issue.op);
    const NumberOperands operands = draw_operands(random_, operation);
    const std::uint64_t noise = random_.below(2) == 0 ? 0 : random_.next();
    const auto with_noise = [&](std::uint64_t code, int bits) {
      return (code | (bits < 64 ? noise << bits : 0)) & mask();
    };
    const bool narrow = operation.function <= NumberFunction::kToFp32;
    issue.a = with_noise(operands.a, narrow ? operation.number.bits() : 32);
    issue.b = with_noise(operands.b, operation.number.bits());
    issue.c = with_noise(operands.c, 32);
  }

  /// Accesses are aligned to their size by contract.
  void align(Issue& issue) {
    if (!is_memory(issue.op)) return;
    const std::uint64_t bytes = static_cast<std::uint64_t>(info(issue.op).access_bytes);
    const std::uint64_t rest = address(issue) % bytes;
    issue.imm = (issue.imm - rest) & mask();
    if (address(issue) % bytes != 0) issue.imm = issue.a = 0;
  }
  static std::uint64_t address(const Issue& issue) { return (issue.imm + (issue.a << issue.shift)) & 0xFFFFFFFFU; }
  [[nodiscard]] std::uint64_t line_bytes() const { return width_ == 16 ? 4 : static_cast<std::uint64_t>(width_) / 8; }

  void drive(const Issue& issue) {
    model_->op_i = static_cast<std::uint8_t>(issue.op);
    model_->a_i = issue.a;
    model_->b_i = issue.b;
    model_->c_i = issue.c;
    model_->imm_i = issue.imm;
    model_->mem_shift_i = static_cast<std::uint8_t>(issue.shift);
    model_->predicate_i = issue.predicate;
    model_->valid_i = issue.valid;
    model_->live_out_i = static_cast<std::uint8_t>(issue.live_out);
  }

  void clock(bool enable) {
    model_->en_i = enable;
    model_->clk_i = 1;
    model_->eval();
    model_->clk_i = 0;
    model_->eval();
  }

  void check_request(const Issue& issue) {
    const bool request = is_memory(issue.op) && issue.predicate && issue.valid;
    ASSERT_EQ(model_->mem_req_o != 0, request);
    if (!request) return;
    ASSERT_EQ(model_->mem_addr_o, address(issue) & 0xFFFF);
    ASSERT_EQ(model_->mem_we_o != 0, is_store(issue.op));
    if (!is_store(issue.op)) return;
    const std::uint64_t offset = address(issue) % line_bytes();
    const int bytes = info(issue.op).access_bytes;
    ASSERT_EQ(model_->mem_be_o, ((1U << bytes) - 1) << offset);
    for (int i = 0; i < bytes; ++i)
      ASSERT_EQ((model_->mem_wdata_o >> (8 * (offset + i))) & 0xFF, (issue.b >> (8 * i)) & 0xFF);
  }

  /// Gives the load of the previous array cycle its value.
  void take_line(std::uint64_t line) {
    if (!load_) return;
    const Issue& issue = load_->issue;
    std::uint64_t value = 0;
    if (issue.predicate && issue.valid) {
      const int bits = info(issue.op).access_bytes * 8;
      value = line >> (8 * (address(issue) % line_bytes()));
      if (bits < 64) value &= (1ULL << bits) - 1;
      if (info(issue.op).access_signed && bits < 64 && (value >> (bits - 1)) != 0) value |= ~0ULL << bits;
      value &= mask();
    }
    for (Completion& completion : flight_)
      if (completion.cycle == load_->completion) completion.value = value;
    load_.reset();
  }

  void start(const Issue& issue) {
    if (issue.op != Opcode::kNop && !is_store(issue.op)) {
      const std::uint64_t done = cycle_ + static_cast<std::uint64_t>(latency_of(issue.op, table_));
      const std::uint64_t value = is_load(issue.op) ? 0 : evaluate(issue.op, issue.a, issue.b, issue.c, width_);
      flight_.push_back({done, value, issue.valid ? issue.live_out : 0});
      if (is_load(issue.op)) load_ = PendingLoad{issue, done};
      if (is_division(issue.op)) next_division_ = cycle_ + static_cast<std::uint64_t>(division_interval(table_));
    }
  }

  /// Retires what completes at the end of this cycle and compares the live-out code.
  void check_capture() {
    int expected = 0;
    for (auto it = flight_.begin(); it != flight_.end(); ++it) {
      if (it->cycle != cycle_ + 1) continue;
      res_ = it->value;
      expected = it->live_out;
      flight_.erase(it);
      break;
    }
    model_->eval();
    ASSERT_EQ(model_->live_out_o, expected);
  }

  int width_;
  int table_;
  Random random_;
  std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
  std::unique_ptr<Model> model_ = std::make_unique<Model>(context_.get());
  std::uint64_t cycle_ = 0;
  std::uint64_t next_division_ = 0;
  std::uint64_t res_ = 0;
  std::deque<Completion> flight_;
  std::optional<PendingLoad> load_;
};

/// `rounds` issues of every opcode that fits the width, with random operands, gaps and stalls.
template <class Model>
void run_all_operations(int width, int table, int rounds) {
  FuBench<Model> bench(width, table, static_cast<std::uint64_t>(width));
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < opcodes().size(); ++i) {
      const Opcode op = opcodes()[bench.random().below(opcodes().size())].op;
      if (!bench.fits(op)) continue;
      const int stalls = bench.random().below(8) == 0 ? static_cast<int>(bench.random().below(4)) : 0;
      const bool issue = bench.may_issue(op) && bench.random().below(8) != 0;
      bench.run_cycle(issue ? bench.random_issue(op) : Issue{}, stalls);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Fu_RandomOperations_AgreeWithEvaluate, Width16IterativeDivider) { run_all_operations<Vfu16>(16, 0, 4000); }
TEST(Fu_RandomOperations_AgreeWithEvaluate, Width32CombinationalDivider) { run_all_operations<Vfu32>(32, 1, 4000); }
TEST(Fu_RandomOperations_AgreeWithEvaluate, Width64PipelinedDividerMixedLatencies) {
  run_all_operations<Vfu64>(64, 2, 4000);
}

/// An fp32 addend for a product of edges.
std::uint64_t third(std::uint64_t a, std::uint64_t b) {
  const auto edges = edge_codes(numerics::fp32());
  return edges[(7 * a + b) % edges.size()];
}

/// Every two-operand opcode on every pair of 8-bit-like edge values: all small numbers, both ends of the range.
template <class Model>
void run_edge_pairs(int width, int table) {
  FuBench<Model> bench(width, table, 7);
  std::vector<std::uint64_t> edges;
  for (std::int64_t v = -9; v <= 9; ++v)
    for (const std::uint64_t base : {std::uint64_t{0}, std::uint64_t{1} << (width - 1)})
      edges.push_back((base + static_cast<std::uint64_t>(v)) & bench.mask());
  const std::vector<std::uint64_t> integers = edges;
  for (const OpcodeInfo& op : opcodes()) {
    if (is_memory(op.op) || !bench.fits(op.op)) continue;
    edges = is_number(op.op) ? edge_codes(number_operation(op.op).number) : integers;
    for (const std::uint64_t a : edges)
      for (const std::uint64_t b : edges) {
        while (!bench.may_issue(op.op)) bench.run_cycle({}, 0);
        bench.run_cycle({op.op, a, b, is_number(op.op) ? third(a, b) : a & 1U, 0, 0, true, true, 0}, 0);
        if (testing::Test::HasFatalFailure()) return;
      }
  }
}

TEST(Fu_EdgePairs_AgreeWithEvaluate, Width16) { run_edge_pairs<Vfu16>(16, 0); }
TEST(Fu_EdgePairs_AgreeWithEvaluate, Width32) { run_edge_pairs<Vfu32>(32, 1); }
TEST(Fu_EdgePairs_AgreeWithEvaluate, Width64) { run_edge_pairs<Vfu64>(64, 2); }

}  // namespace
}  // namespace heddle::dfg
