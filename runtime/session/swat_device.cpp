#include "runtime/session/swat_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "compiler/base/check.h"
#include "runtime/session/rtl_build.h"
#include "runtime/session/rtl_driver/swat_abi.h"

namespace heddle::session {
namespace {

using attention::Answer;
using attention::Load;
using attention::LoadKind;
using attention::Offer;
using attention::Run;

constexpr std::uint64_t kLookEvery = 1024;      // clocks between two looks at the context
constexpr std::int32_t kInlinedGroups = 2;      // more share the functions of a group
constexpr std::uint64_t kProgressEvery = 8192;  // clocks

int log2_of(int power) { return std::bit_width(static_cast<unsigned>(power)) - 1; }

/// The words of a port, filled from its lowest bit.
class PortWords {
 public:
  void clear() { at_ = 0; }
  void put(std::uint64_t value, int bits) {
    for (int i = 0; i < bits; ++i, ++at_) {
      const auto word = static_cast<std::size_t>(at_ / 32);
      if (word >= words_.size()) words_.resize(std::max<std::size_t>(2, word + 1));
      const std::uint32_t mask = 1U << static_cast<unsigned>(at_ % 32);
      words_[word] = (value >> static_cast<unsigned>(i) & 1U) != 0 ? words_[word] | mask : words_[word] & ~mask;
    }
  }
  [[nodiscard]] const std::uint32_t* data() const { return words_.data(); }

 private:
  std::vector<std::uint32_t> words_ = std::vector<std::uint32_t>(2);
  int at_ = 0;
};

std::uint32_t bits_at(const std::uint32_t* words, int first, int bits) {
  std::uint32_t value = 0;
  for (int i = bits; i-- > 0;)
    value = value << 1U | (words[(first + i) / 32] >> static_cast<unsigned>((first + i) % 32) & 1U);
  return value;
}

class VerilatedSwat final : public SwatDevice {
 public:
  VerilatedSwat(const HeddleSwatEntry& entry, const arch::Swat& array)
      : entry_(entry),
        array_(array),
        width_(numerics::bits(array.format)),
        out_width_(numerics::bits(array.output)),
        model_(entry.open()) {
    HEDDLE_CHECK(model_ != nullptr, "a verilated array fails in reset");
  }
  VerilatedSwat(const VerilatedSwat&) = delete;
  VerilatedSwat& operator=(const VerilatedSwat&) = delete;
  ~VerilatedSwat() override { entry_.close(model_); }

  [[nodiscard]] std::string failure() const override { return failed_ ? entry_.error(model_) : ""; }

  void begin(std::int32_t head_dim, const attention::LogitScale& scale) override {
    const bool is_float = std::holds_alternative<numerics::FloatFormat>(array_.format);
    const int unit = is_float ? -attention::kScoreFraction : 0;
    const int shift = std::clamp(-attention::kLogitFraction - (scale.exponent + unit), -127, 127);
    note(entry_.begin(model_, static_cast<std::uint32_t>(head_dim), static_cast<std::uint32_t>(scale.factor),
                      static_cast<std::uint8_t>(shift)));
  }

  void reset() override { note(entry_.reset(model_)); }

  Answer settle(const Offer& offer) override {
    HeddleSwatOffer inputs{};
    inputs.out_ready = offer.out_ready;
    if (offer.load != nullptr) set_load(inputs, *offer.load, offer.vector, offer.word);
    if (offer.run != nullptr) set_run(inputs, *offer.run, offer.run_group);
    HeddleSwatAnswer outputs{};
    note(entry_.settle(model_, &inputs, &outputs));
    Answer answer;
    answer.load_ready = outputs.load_ready;
    answer.run_ready = outputs.run_ready;
    answer.out_valid = outputs.out_valid;
    if (!answer.out_valid) return answer;
    answer.out_group = static_cast<std::int32_t>(outputs.out_group);
    answer.out_row = static_cast<std::int32_t>(outputs.out_row);
    answer.out_line = static_cast<std::int32_t>(outputs.out_line);
    out_.clear();
    for (int i = 0; i < array_.stream_elements; ++i)
      out_.push_back(static_cast<numerics::Code>(bits_at(outputs.out_word, i * out_width_, out_width_)));
    answer.out_word = out_;
    return answer;
  }

  void clock() override { note(entry_.clock(model_)); }

 private:
  void note(bool done) { failed_ = failed_ || !done; }

  void set_load(HeddleSwatOffer& inputs, const Load& load, std::span<const numerics::Code> codes, int word) {
    groups_.clear();
    std::uint64_t groups = 0;
    for (const std::int32_t group : load.groups) groups |= std::uint64_t{1} << static_cast<unsigned>(group);
    groups_.put(groups, 64);
    word_.clear();
    const std::int32_t stream = array_.stream_elements;
    for (std::int32_t i = 0; i < stream; ++i) word_.put(codes[static_cast<std::size_t>(word * stream + i)], width_);
    const bool query = load.kind == LoadKind::kQuery;
    inputs.load_valid = true;
    inputs.load_kind = static_cast<std::uint8_t>(load.kind);
    inputs.load_bank = static_cast<std::uint8_t>(load.bank);
    inputs.load_after = static_cast<std::uint32_t>(load.after);
    inputs.load_slot = query ? 0 : static_cast<std::uint32_t>(load.slot);
    inputs.load_row = query ? static_cast<std::uint32_t>(load.slot) : 0;
    inputs.load_groups = groups_.data();
    inputs.load_word = word_.data();
  }

  void set_run(HeddleSwatOffer& inputs, const Run& run, std::int32_t group) {
    run_.clear();
    for (std::int32_t r = 0; r < array_.rows; ++r) {
      const attention::Interval rows = run.rows.empty() ? attention::Interval{} : run.rows[static_cast<std::size_t>(r)];
      run_.put(static_cast<std::uint64_t>(rows.first), 16);
      run_.put(static_cast<std::uint64_t>(rows.last), 16);
    }
    run_.put(run.last ? 1 : 0, 1);
    run_.put(run.first ? 1 : 0, 1);
    run_.put(static_cast<std::uint64_t>(run.need), 32);
    run_.put(static_cast<std::uint64_t>(run.count), 16);
    run_.put(static_cast<std::uint64_t>(run.slot), log2_of(array_.slots));
    inputs.run_valid = true;
    inputs.run_group = static_cast<std::uint32_t>(group);
    inputs.run = run_.data();
  }

  const HeddleSwatEntry& entry_;
  arch::Swat array_;
  int width_;
  int out_width_;
  HeddleSwatModel* model_;
  PortWords groups_;
  PortWords word_;
  PortWords run_;
  std::vector<numerics::Code> out_;
  bool failed_ = false;
};

/// The parameters of swat_array.
std::vector<std::string> parameters_of(const arch::Swat& array, const numerics::FloatFormat& output) {
  std::vector<std::string> parameters{
      fmt::format("Groups={}", array.groups),
      fmt::format("Rows={}", array.rows),
      fmt::format("HeadDim={}", array.head_dim),
      fmt::format("Slots={}", array.slots),
      fmt::format("QueueDepth={}", array.run_queue),
      fmt::format("StreamElements={}", array.stream_elements),
      fmt::format("OutExpBits={}", output.exponent_bits),
      fmt::format("OutManBits={}", output.mantissa_bits),
      fmt::format("OutSpecials={}", static_cast<int>(output.specials)),
      fmt::format("OutBias={}", output.bias),
  };
  if (const auto* real = std::get_if<numerics::FloatFormat>(&array.format)) {
    parameters.push_back(fmt::format("ExpBits={}", real->exponent_bits));
    parameters.push_back(fmt::format("ManBits={}", real->mantissa_bits));
    parameters.push_back(fmt::format("Specials={}", static_cast<int>(real->specials)));
    parameters.push_back(fmt::format("Bias={}", real->bias));
  } else {
    parameters.emplace_back("ExpBits=0");
    parameters.push_back(fmt::format("ManBits={}", std::get<numerics::IntFormat>(array.format).bits));
  }
  return parameters;
}

}  // namespace

std::unique_ptr<SwatDevice> make_swat_device(const HeddleSwatEntry& entry, const arch::Swat& array) {
  return std::make_unique<VerilatedSwat>(entry, array);
}

Result<attention::Played> simulate_swat_rtl(const attention::Program& program, const arch::Swat& array,
                                            const attention::LogitScale& scale, const attention::Inputs& inputs,
                                            const SwatRtlOptions& options, const Context& context) {
  const auto* output = std::get_if<numerics::FloatFormat>(&array.output);
  if (output == nullptr)
    return fail(ErrorCode::kUnsupported, fmt::format("the RTL has no {} outputs", numerics::name(array.output)), {},
                "describe the array with output: fp16");
  const RtlDesign design{options.rtl_directory,
                         {},
                         "swat_array",
                         parameters_of(array, *output),
                         array.groups > kInlinedGroups ? "swat_group" : "",
                         options.driver_source,
                         options.cache_directory};
  HEDDLE_ASSIGN(const std::filesystem::path library, build_rtl_library(design, context));
  HEDDLE_ASSIGN(const void* symbol, rtl_symbol(library, "heddle_swat_entry"));
  const auto* entry = static_cast<const HeddleSwatEntry*>(symbol);
  HEDDLE_CHECK(entry != nullptr && entry->version == kHeddleSwatVersion, "a verilated library without our entry");
  const auto device = make_swat_device(*entry, array);
  device->begin(program.head_dim, scale);
  attention::Player player(program, array, inputs);
  const std::uint64_t all = program.loads.size();
  for (std::uint64_t clocks = 1; !player.played().finished && player.step(*device); ++clocks) {
    if (clocks % kLookEvery == 0 && context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    if (clocks % kProgressEvery == 0)
      context.progress("RTL, loads",
                       static_cast<std::uint64_t>(player.played().load_words) * array.stream_elements /
                           static_cast<std::uint64_t>(program.head_dim),
                       all);
    if (std::string failure = device->failure(); !failure.empty())
      return fail(ErrorCode::kMismatch, "the RTL failed an assertion: " + failure);
  }
  if (!player.played().finished) return fail(ErrorCode::kMismatch, "the array stands still: its program is wrong");
  return player.played();
}

}  // namespace heddle::session
