#include "tests/swat/rtl_array.h"

#include <algorithm>
#include <bit>

#include "Vswat_brain.h"
#include "Vswat_byte.h"
#include "Vswat_half.h"
#include "Vswat_minifloat.h"
#include "verilated.h"

namespace heddle::attention {
namespace {

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
class Verilated final : public ArrayPorts {
 public:
  explicit Verilated(const arch::Swat& array)
      : array_(array), width_(width_of(array.format)), out_width_(width_of(array.output)) {
    top_.load_valid_i = 0;
    top_.run_valid_i = 0;
    top_.out_ready_i = 0;
    top_.start_i = 0;
    Verilated::reset();
  }

  void begin(std::int32_t head_dim, const LogitScale& scale) override {
    const int unit = std::holds_alternative<numerics::FloatFormat>(array_.format) ? -kScoreFraction : 0;
    top_.dim_i = static_cast<unsigned>(head_dim);
    top_.factor_i = scale.factor;
    top_.factor_shift_i = static_cast<std::uint8_t>(std::clamp(-kLogitFraction - (scale.exponent + unit), -127, 127));
    top_.load_valid_i = 0;
    top_.run_valid_i = 0;
    top_.start_i = 1;
    top_.clk_i = 0;
    top_.eval();
    clock();
    top_.start_i = 0;
  }

  void reset() override {
    top_.rst_ni = 0;
    top_.clk_i = 0;
    top_.eval();
    clock();
    top_.rst_ni = 1;
  }

  Answer settle(const Offer& offer) override {
    top_.load_valid_i = offer.load != nullptr ? 1 : 0;
    top_.run_valid_i = offer.run != nullptr ? 1 : 0;
    top_.out_ready_i = offer.out_ready ? 1 : 0;
    if (offer.load != nullptr) set_load(*offer.load, offer.vector, offer.word);
    if (offer.run != nullptr) set_run(*offer.run, offer.run_group);
    top_.clk_i = 0;
    top_.eval();
    Answer answer;
    answer.load_ready = top_.load_ready_o != 0;
    answer.run_ready = top_.run_ready_o != 0;
    answer.out_valid = top_.out_valid_o != 0;
    if (!answer.out_valid) return answer;
    answer.out_group = static_cast<std::int32_t>(top_.out_group_o);
    answer.out_row = static_cast<std::int32_t>(top_.out_row_o);
    answer.out_line = static_cast<std::int32_t>(top_.out_line_o);
    word_.clear();
    for (int i = 0; i < array_.stream_elements; ++i)
      word_.push_back(static_cast<numerics::Code>(bits_of(top_.out_word_o, i * out_width_, out_width_)));
    answer.out_word = word_;
    return answer;
  }

  void clock() override {
    top_.clk_i = 1;
    top_.eval();
  }

 private:
  void set_load(const Load& load, std::span<const numerics::Code> codes, int word) {
    std::uint64_t groups = 0;
    for (const std::int32_t group : load.groups) groups |= std::uint64_t{1} << group;
    const bool query = load.kind == LoadKind::kQuery;
    top_.load_kind_i = static_cast<std::uint8_t>(load.kind);
    PortWriter(top_.load_groups_i).put(groups, array_.groups);
    PortWriter(top_.load_slot_i).put(query ? 0 : static_cast<unsigned>(load.slot), log2_of(array_.slots));
    PortWriter(top_.load_row_i).put(query ? static_cast<unsigned>(load.slot) : 0, log2_of(array_.rows));
    top_.load_bank_i = static_cast<std::uint8_t>(load.bank);
    top_.load_after_i = static_cast<std::uint32_t>(load.after);
    PortWriter data(top_.load_word_i);
    const std::int32_t stream = array_.stream_elements;
    for (std::int32_t i = 0; i < stream; ++i) data.put(codes[static_cast<std::size_t>(word * stream + i)], width_);
  }
  void set_run(const Run& run, std::int32_t group) {
    PortWriter(top_.run_group_i).put(static_cast<unsigned>(group), 6);
    PortWriter data(top_.run_i);
    for (std::int32_t r = 0; r < array_.rows; ++r) {
      const Interval rows = run.rows.empty() ? Interval{} : run.rows[static_cast<std::size_t>(r)];
      data.put(static_cast<unsigned>(rows.first), 16);
      data.put(static_cast<unsigned>(rows.last), 16);
    }
    data.put(run.last ? 1 : 0, 1);
    data.put(run.first ? 1 : 0, 1);
    data.put(static_cast<std::uint64_t>(run.need), 32);
    data.put(static_cast<unsigned>(run.count), 16);
    data.put(static_cast<unsigned>(run.slot), log2_of(array_.slots));
  }

  arch::Swat array_;
  int width_;
  int out_width_;
  Top top_;
  std::vector<numerics::Code> word_;
};

arch::Swat make_array(std::int32_t groups, std::int32_t rows, std::int32_t head_dim, std::int32_t slots,
                      std::int32_t stream, const char* format, const char* output) {
  arch::Swat array;
  array.groups = groups;
  array.rows = rows;
  array.head_dim = head_dim;
  array.slots = slots;
  array.stream_elements = stream;
  array.format = *numerics::parse_scalar_format(format);
  array.output = *numerics::parse_scalar_format(output);
  return array;
}

}  // namespace

arch::Swat array_of(Model model) {
  switch (model) {
    case Model::kHalf: return make_array(2, 4, 32, 32, 4, "fp16", "fp16");
    case Model::kBrain: return make_array(1, 8, 64, 16, 8, "bf16", "bf16");
    case Model::kByte: return make_array(2, 4, 32, 32, 4, "int8", "fp16");
    case Model::kMinifloat: break;
  }
  return make_array(2, 4, 32, 32, 4, "e4m3", "fp16");
}

std::unique_ptr<ArrayPorts> make_rtl_array(Model model) {
  switch (model) {
    case Model::kHalf: return std::make_unique<Verilated<Vswat_half>>(array_of(model));
    case Model::kBrain: return std::make_unique<Verilated<Vswat_brain>>(array_of(model));
    case Model::kByte: return std::make_unique<Verilated<Vswat_byte>>(array_of(model));
    case Model::kMinifloat: break;
  }
  return std::make_unique<Verilated<Vswat_minifloat>>(array_of(model));
}

Played play(ArrayPorts& ports, const Program& program, const arch::Swat& array, const LogitScale& scale,
            const Inputs& inputs, const Pace& pace, std::int64_t end) {
  ports.begin(program.head_dim, scale);
  Player player(program, array, inputs, pace);
  for (std::int64_t clock = 0; clock != end && player.step(ports); ++clock) {
  }
  return player.played();
}

}  // namespace heddle::attention
