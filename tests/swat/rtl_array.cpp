#include "tests/swat/rtl_array.h"

#include <algorithm>
#include <bit>

#include "Vswat_brain.h"
#include "Vswat_byte.h"
#include "Vswat_half.h"
#include "Vswat_minifloat.h"
#include "compiler/base/random.h"
#include "verilated.h"

namespace heddle::attention {
namespace {

struct Sizes {
  int groups, rows, head_dim, slots, stream;
};

constexpr std::int64_t kPatience = 200'000;  // clocks without a word

/// Fills the words of a wide port, or a narrow one, from the lowest bit.
template <class PortType>
class PortWriter {
 public:
  explicit PortWriter(PortType& port) : port_(port) { clear(); }
  void put(std::uint64_t value, int bits) {
    for (int i = 0; i < bits; ++i, ++at_)
      if ((value >> i & 1) != 0) set(at_);
  }

 private:
  void clear() {
    if constexpr (std::is_integral_v<PortType>)
      port_ = 0;
    else
      for (std::size_t i = 0; i < sizeof(port_) / 4; ++i) port_[i] = 0;
  }
  void set(int bit) {
    if constexpr (std::is_integral_v<PortType>)
      port_ = static_cast<PortType>(port_ | (PortType{1} << bit));
    else
      port_[static_cast<std::size_t>(bit / 32)] |= 1U << (bit % 32);
  }
  PortType& port_;
  int at_ = 0;
};

template <class PortType>
std::uint64_t bits_of(const PortType& port, int first, int bits) {
  std::uint64_t value = 0;
  for (int i = bits; i-- > 0;) {
    const int at = first + i;
    std::uint64_t bit = 0;
    if constexpr (std::is_integral_v<PortType>)
      bit = static_cast<std::uint64_t>(port) >> at & 1;
    else
      bit = port[static_cast<std::size_t>(at / 32)] >> (at % 32) & 1;
    value = value << 1U | bit;
  }
  return value;
}

int log2_of(int power) { return std::bit_width(static_cast<unsigned>(power)) - 1; }

int width_of(const numerics::ScalarFormat& format) {
  const auto* real = std::get_if<numerics::FloatFormat>(&format);
  return real != nullptr ? real->bits() : std::get<numerics::IntFormat>(format).bits;
}

template <class Top>
class Verilated final : public RtlArray {
 public:
  explicit Verilated(const Sizes& sizes) : sizes_(sizes) {}

  Simulated run(const Program& program, const LogitScale& scale, const Ports& ports, const Inputs& inputs,
                const Pace& pace, std::int64_t reset_at) override {
    Simulated result;
    reset();
    begin(program, scale, ports);
    if (reset_at >= 0) {
      (void)play(program, ports, inputs, pace, reset_at);
      reset();
      begin(program, scale, ports);
    }
    result = play(program, ports, inputs, pace, -1);
    return result;
  }

 private:
  void clock() {
    top_.clk_i = 0;
    top_.eval();
    top_.clk_i = 1;
    top_.eval();
  }
  void reset() {
    top_.load_valid_i = 0;
    top_.run_valid_i = 0;
    top_.out_ready_i = 0;
    top_.start_i = 0;
    top_.rst_ni = 0;
    clock();
    top_.rst_ni = 1;
    clock();
  }
  void begin(const Program& program, const LogitScale& scale, const Ports& ports) {
    const int unit = std::holds_alternative<numerics::FloatFormat>(ports.operand) ? -kScoreFraction : 0;
    top_.dim_i = static_cast<unsigned>(program.head_dim);
    top_.factor_i = scale.factor;
    top_.factor_shift_i = static_cast<std::uint8_t>(std::clamp(-kLogitFraction - (scale.exponent + unit), -127, 127));
    top_.start_i = 1;
    clock();
    top_.start_i = 0;
  }

  void set_load(const Load& load, std::span<const numerics::Code> codes, int word, int width) {
    std::uint64_t groups = 0;
    for (const std::int32_t group : load.groups) groups |= std::uint64_t{1} << group;
    top_.load_kind_i = static_cast<std::uint8_t>(load.kind);
    PortWriter(top_.load_groups_i).put(groups, sizes_.groups);
    PortWriter(top_.load_slot_i)
        .put(load.kind == LoadKind::kQuery ? 0 : static_cast<unsigned>(load.slot), log2_of(sizes_.slots));
    PortWriter(top_.load_row_i)
        .put(load.kind == LoadKind::kQuery ? static_cast<unsigned>(load.slot) : 0, log2_of(sizes_.rows));
    top_.load_bank_i = static_cast<std::uint8_t>(load.bank);
    top_.load_after_i = static_cast<std::uint32_t>(load.after);
    PortWriter data(top_.load_word_i);
    for (int i = 0; i < sizes_.stream; ++i) data.put(codes[static_cast<std::size_t>(word * sizes_.stream + i)], width);
  }
  void set_run(const Program& program, const RunCommand& command) {
    const Run& run = program.groups[static_cast<std::size_t>(command.group)][static_cast<std::size_t>(command.task)]
                         .runs[static_cast<std::size_t>(command.run)];
    PortWriter(top_.run_group_i).put(static_cast<unsigned>(command.group), 6);
    PortWriter data(top_.run_i);
    for (int r = 0; r < sizes_.rows; ++r) {
      const Interval rows = run.rows.empty() ? Interval{} : run.rows[static_cast<std::size_t>(r)];
      data.put(static_cast<unsigned>(rows.first), 16);
      data.put(static_cast<unsigned>(rows.last), 16);
    }
    data.put(run.last ? 1 : 0, 1);
    data.put(run.first ? 1 : 0, 1);
    data.put(static_cast<std::uint64_t>(run.need), 32);
    data.put(static_cast<unsigned>(run.count), 16);
    data.put(static_cast<unsigned>(run.slot), log2_of(sizes_.slots));
  }

  Simulated play(const Program& program, const Ports& ports, const Inputs& inputs, const Pace& pace, std::int64_t end) {
    Simulated result;
    result.outputs = make_operand(inputs.queries.heads, inputs.queries.rows, inputs.values.width);
    const std::vector<RunCommand> commands = run_commands(program);
    const int words = program.head_dim / sizes_.stream;
    std::int64_t left = 0;
    for (const auto& tasks : program.groups) left += static_cast<std::int64_t>(tasks.size()) * sizes_.rows * words;
    std::vector<std::int32_t> rows_done(program.groups.size(), 0);  // words of each group
    std::size_t load = 0;
    int word = 0;
    std::size_t command = 0;
    Random random{pace.seed};
    std::int64_t last = 0;
    for (std::int64_t cycle = 0; left > 0 && cycle != end && cycle - last < kPatience; ++cycle) {
      // A stream that has begun to offer a transfer keeps offering it.
      const bool offer_load = load < program.loads.size() && (top_.load_valid_i != 0 || random.below(16) < pace.loads);
      const bool offer_run = command < commands.size() && (top_.run_valid_i != 0 || random.below(16) < pace.runs);
      top_.load_valid_i = offer_load ? 1 : 0;
      top_.run_valid_i = offer_run ? 1 : 0;
      top_.out_ready_i = random.below(16) < pace.outputs ? 1 : 0;
      if (offer_load)
        set_load(program.loads[load], vector_of(inputs, program.loads[load]), word, width_of(ports.operand));
      if (offer_run) set_run(program, commands[command]);
      top_.clk_i = 0;
      top_.eval();
      const bool took_load = offer_load && top_.load_ready_o != 0;
      const bool took_run = offer_run && top_.run_ready_o != 0;
      if (top_.out_valid_o != 0 && top_.out_ready_i != 0) {
        take(program, ports, words, rows_done, result.outputs);
        result.cycles = cycle + 1;
        last = cycle;
        --left;
      }
      top_.clk_i = 1;
      top_.eval();
      if (took_load) {
        top_.load_valid_i = 0;
        word = (word + 1) % words;
        load += word == 0 ? 1 : 0;
      }
      if (took_run) {
        top_.run_valid_i = 0;
        ++command;
      }
    }
    result.finished = left == 0;
    return result;
  }

  /// Words of a group come row by row, task by task.
  void take(const Program& program, const Ports& ports, int words, std::vector<std::int32_t>& done, Operand& outputs) {
    const auto group = static_cast<std::size_t>(top_.out_group_o);
    const std::int32_t number = done[group]++;
    const auto task = static_cast<std::size_t>(number / words / sizes_.rows);
    const RowOf& row = program.groups[group][task].rows[static_cast<std::size_t>(top_.out_row_o)];
    if (row.head < 0) return;
    const int width = width_of(ports.output);
    const auto codes = outputs.row(row.head, row.row);
    for (int i = 0; i < sizes_.stream; ++i)
      codes[static_cast<std::size_t>(top_.out_line_o) * static_cast<std::size_t>(sizes_.stream) +
            static_cast<std::size_t>(i)] = static_cast<numerics::Code>(bits_of(top_.out_word_o, i * width, width));
  }

  Sizes sizes_;
  Top top_;
};

}  // namespace

std::unique_ptr<RtlArray> make_rtl_array(Model model) {
  switch (model) {
    case Model::kHalf: return std::make_unique<Verilated<Vswat_half>>(Sizes{2, 4, 32, 32, 4});
    case Model::kBrain: return std::make_unique<Verilated<Vswat_brain>>(Sizes{1, 8, 64, 16, 8});
    case Model::kByte: return std::make_unique<Verilated<Vswat_byte>>(Sizes{2, 4, 32, 32, 4});
    case Model::kMinifloat: break;
  }
  return std::make_unique<Verilated<Vswat_minifloat>>(Sizes{2, 4, 32, 32, 4});
}

}  // namespace heddle::attention
