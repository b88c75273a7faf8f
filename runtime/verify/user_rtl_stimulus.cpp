#include "runtime/verify/user_rtl_stimulus.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

constexpr std::uint64_t kRandomWhenExhausted = 65536;
constexpr std::uint64_t kRandomOtherwise = 1'000'000;
constexpr std::uint64_t kLongestRun = std::uint64_t{1} << 18;
constexpr std::uint64_t kMostDirected = 250'000;
constexpr std::size_t kEnumerableBits = 20;  // of a lane: codes are listed up to this width

/// One lane of one operand.
struct Lane {
  std::size_t word = 0;  ///< of the port in the vector
  int offset = 0;        ///< bit in the port
  const PortType* type = nullptr;
  std::vector<std::uint64_t> interesting;
};

/// Everything that fills vectors; shared by the phases, which outlive the call that makes them.
struct Source {
  Source(const Binding& connected, std::uint64_t seed)
      : binding(connected), random(seed), idle(idle_vector(connected)) {
    const Golden& golden = binding.golden;
    for (std::size_t i = 0; i < golden.inputs.size(); ++i) {
      const GoldenPort& port = golden.inputs[i];
      const std::size_t word = golden.input_offset(i);
      if (port.role == PortRole::kOperand) {
        for (int lane = 0; lane < port.type.lanes; ++lane)
          lanes.push_back({word, lane * port.type.bits, &port.type, interesting_codes(port.type)});
      } else if (binding.drives(i)) {
        if (port.role == PortRole::kFirst) first = word;
        if (port.role == PortRole::kClear) clear = word;
        if (port.role == PortRole::kEnable) enable = word;
        if (port.role == PortRole::kValid) valid = word;
        if (port.role == PortRole::kAccumulator) sum = Lane{word, 0, &port.type, interesting_codes(port.type)};
      }
    }
  }

  void start(std::uint64_t* vector) const { std::copy(idle.begin(), idle.end(), vector); }

  /// Lanes wider than a word get the code with its sign extended.
  void put(std::uint64_t* vector, const Lane& lane, std::uint64_t code) const {
    const int bits = lane.type->bits;
    put_bits(vector + lane.word, lane.offset, std::min(bits, 64), code);
    const std::uint64_t sign = (code >> 63U) == 1 ? ~std::uint64_t{0} : 0;
    for (int at = 64; at < bits; at += 64)
      put_bits(vector + lane.word, lane.offset + at, std::min(64, bits - at), sign);
  }

  /// Uniform over the codes that are allowed.
  std::uint64_t any_code(const PortType& type) {
    std::uint64_t code = 0;
    do code = random.next() & low_mask(std::min(type.bits, 64));
    while (!type.allows(code));
    return code;
  }

  void random_operands(std::uint64_t* vector) {
    // A third of the vectors are made of special codes, a third of random ones near each other.
    const std::uint64_t kind = random.below(3);
    std::uint64_t base = 0;
    for (const Lane& lane : lanes) {
      if (lane.type->bits > 64) {
        random_wide(vector + lane.word, *lane.type);
        continue;
      }
      std::uint64_t code = any_code(*lane.type);
      if (kind == 0 && !lane.interesting.empty()) code = lane.interesting[random.below(lane.interesting.size())];
      if (kind == 1) {
        // Close magnitudes, so that sums cancel and comparisons are tight.
        if (&lane == &lanes.front()) base = code;
        const std::uint64_t sign = random.below(2) << (lane.type->bits - 1);
        const std::uint64_t near = ((base + random.below(17) - 8) ^ sign) & low_mask(lane.type->bits);
        if (lane.type->allows(near)) code = near;
      }
      put(vector, lane, code);
    }
  }

  void random_sum(std::uint64_t* vector) {
    if (!sum) return;
    const PortType& type = *sum->type;
    std::uint64_t* words = vector + sum->word;
    if (type.bits <= 64) {
      const bool special = random.below(2) == 0 && !sum->interesting.empty();
      words[0] = special ? sum->interesting[random.below(sum->interesting.size())] : any_code(type);
      return;
    }
    random_wide(words, type);
  }

  /// Random, or long stretches of equal bits, or a short number somewhere in the width.
  void random_wide(std::uint64_t* words, const PortType& type) {
    const std::uint64_t kind = random.below(3);
    const std::uint64_t stretch = random.below(2) == 0 ? 0 : ~std::uint64_t{0};
    for (std::size_t word = 0; word < type.words(); ++word) words[word] = kind == 0 ? random.next() : stretch;
    if (kind != 0) {
      const int bits = kind == 1 ? 1 : 24;
      put_bits(words, static_cast<int>(random.below(static_cast<std::uint64_t>(type.bits - bits))), bits,
               random.next());
    }
    if (type.bits % 64 != 0) words[type.words() - 1] &= low_mask(type.bits % 64);
  }

  /// A vector that begins a run, by `first` (with operands) or by `clear`. False: the design has neither.
  bool begin_run(std::uint64_t* vector) {
    const bool by_first = first && (!clear || random.below(2) == 0);
    if (by_first) vector[*first] = 1;
    if (!by_first && clear) vector[*clear] = 1;
    return first || clear;
  }

  /// Makes a vector one that does not count. False: the design has no such control.
  bool bubble(std::uint64_t* vector) {
    const bool by_enable = enable && (!valid || random.below(2) == 0);
    if (by_enable) vector[*enable] = 0;
    if (!by_enable && valid) vector[*valid] = 0;
    return enable || valid;
  }

  const Binding& binding;
  Random random;
  std::vector<std::uint64_t> idle;
  std::vector<Lane> lanes;
  std::optional<Lane> sum;
  std::optional<std::size_t> first, clear, enable, valid;
};

using SourcePtr = std::shared_ptr<Source>;

/// The allowed codes of every lane, for counting through their combinations.
struct Counter {
  explicit Counter(const Source& source) {
    for (const Lane& lane : source.lanes) {
      std::vector<std::uint64_t> allowed;
      const bool listed = static_cast<std::size_t>(lane.type->bits) <= kEnumerableBits;
      if (listed)
        for (std::uint64_t code = 0; code < std::uint64_t{1} << lane.type->bits; ++code)
          if (lane.type->allows(code)) allowed.push_back(code);
      combinations *= listed ? static_cast<double>(allowed.size()) : std::ldexp(1.0, lane.type->bits);
      codes.push_back(std::move(allowed));
    }
  }

  void put(const Source& source, std::uint64_t index, std::uint64_t* vector) const {
    for (std::size_t lane = source.lanes.size(); lane-- > 0;) {
      if (codes[lane].empty()) {  // every code of a wide lane
        const int bits = source.lanes[lane].type->bits;
        source.put(vector, source.lanes[lane], index & low_mask(bits));
        index >>= bits;
        continue;
      }
      source.put(vector, source.lanes[lane], codes[lane][index % codes[lane].size()]);
      index /= codes[lane].size();
    }
  }

  std::vector<std::vector<std::uint64_t>> codes;
  double combinations = 1;
};

/// A permutation of [0, size) in which neighbours are far apart.
struct Scatter {
  explicit Scatter(std::uint64_t count) : size(count) {
    step = static_cast<std::uint64_t>(0.6180339887 * static_cast<double>(size)) | 1U;
    const auto gcd = [](std::uint64_t a, std::uint64_t b) {
      while (b != 0) a = std::exchange(b, a % b);
      return a;
    };
    while (gcd(step, size) != 1) step += 2;
  }
  [[nodiscard]] std::uint64_t operator()(std::uint64_t index) const { return index * step % size; }  // below 2^60
  std::uint64_t size;
  std::uint64_t step = 1;
};

void add_alone(Stimulus& stimulus, const SourcePtr& source, const std::shared_ptr<Counter>& counter) {
  const Binding& binding = source->binding;
  const auto combinations = static_cast<std::uint64_t>(counter->combinations);
  StimulusPhase phase;
  phase.name = "all";
  phase.all_operands = true;
  if (!binding.keeps_sum()) {
    // With a sum from outside every pair meets several kinds of it.
    const std::uint64_t rounds = source->sum && combinations <= (1U << 20) ? 4 : 1;
    phase.vectors = combinations * rounds;
    phase.what = rounds == 1 ? "all operands" : "all operands, each with 4 sums";
    phase.fill = [source, counter, combinations](std::uint64_t index, std::uint64_t* vector) {
      source->start(vector);
      counter->put(*source, index % combinations, vector);
      source->random_sum(vector);
    };
    stimulus.phases.push_back(std::move(phase));
    return;
  }
  if (!source->first && !source->clear) return;
  const std::uint64_t vectors = source->first ? 1 : 2;
  phase.vectors = combinations * vectors;
  phase.what = "all operands, each as a sum of its own";
  phase.fill = [source, counter, vectors](std::uint64_t index, std::uint64_t* vector) {
    source->start(vector);
    counter->put(*source, index / vectors, vector);
    if (vectors == 1) vector[*source->first] = 1;
    if (vectors == 2 && index % 2 == 0) vector[*source->clear] = 1;
  };
  stimulus.phases.push_back(std::move(phase));
}

/// All operands again, in runs: in an order that jumps, with restarts and with vectors that do not count.
void add_runs(Stimulus& stimulus, const SourcePtr& source, const std::shared_ptr<Counter>& counter) {
  StimulusPhase phase;
  phase.name = "runs";
  phase.what = "all operands, in runs of random length";
  phase.all_operands = true;
  phase.restarts = !source->first && !source->clear;
  struct State {
    std::uint64_t next = 0;
    Scatter scatter;
  };
  const auto combinations = static_cast<std::uint64_t>(counter->combinations);
  const bool bubbles = source->enable || source->valid;
  // Vectors that clear or do not count take the place of operands: a part is run twice to make up for them.
  phase.vectors = combinations + combinations / (source->clear ? 8 : 16) + (bubbles ? combinations / 4 : 0) + 64;
  phase.fill = [source, counter, vectors = phase.vectors,
                state = std::make_shared<State>(State{0, Scatter(combinations)})](std::uint64_t index,
                                                                                  std::uint64_t* vector) {
    source->start(vector);
    counter->put(*source, state->scatter(state->next % state->scatter.size), vector);
    const std::uint64_t size = state->scatter.size;
    const bool must_count = state->next < size && vectors - index <= size - state->next;
    const std::uint64_t chance = must_count ? 15 : source->random.below(16);
    if (index == 0 || chance == 0) {
      source->begin_run(vector);
      if (source->clear && vector[*source->clear] == 1) return;
    } else if (chance < 3 && source->bubble(vector)) {
      return;
    }
    ++state->next;
  };
  stimulus.phases.push_back(std::move(phase));
}

/// The special codes of all lanes against each other.
void add_directed(Stimulus& stimulus, const SourcePtr& source) {
  double combinations = 1;
  for (const Lane& lane : source->lanes) combinations *= static_cast<double>(lane.interesting.size());
  StimulusPhase phase;
  phase.name = "directed";
  phase.what = "borders of the formats against each other";
  phase.restarts = source->binding.keeps_sum() && !source->first && !source->clear;
  const bool complete = combinations <= static_cast<double>(kMostDirected);
  phase.vectors = complete ? static_cast<std::uint64_t>(combinations) : kMostDirected;
  phase.fill = [source, complete](std::uint64_t index, std::uint64_t* vector) {
    source->start(vector);
    for (const Lane& lane : source->lanes) {
      const std::uint64_t size = lane.interesting.size();
      source->put(vector, lane, lane.interesting[complete ? index % size : source->random.below(size)]);
      index /= size;
    }
    source->random_sum(vector);
    if (source->binding.keeps_sum()) source->begin_run(vector);
    if (source->clear) vector[*source->clear] = 0;
  };
  stimulus.phases.push_back(std::move(phase));
}

StimulusPhase random_phase(const SourcePtr& source, std::uint64_t vectors) {
  StimulusPhase phase;
  phase.name = "random";
  phase.what = "random operands, special ones among them";
  phase.vectors = vectors;
  const bool keeps_sum = source->binding.keeps_sum();
  if (keeps_sum) phase.what += ", in runs of random length";
  phase.restarts = keeps_sum && !source->first && !source->clear;
  phase.fill = [source, keeps_sum, left = std::make_shared<std::uint64_t>(0)](std::uint64_t, std::uint64_t* vector) {
    source->start(vector);
    source->random_operands(vector);
    source->random_sum(vector);
    if (keeps_sum && *left == 0) {
      source->begin_run(vector);
      *left = 1 + source->random.below(std::uint64_t{1} << (1 + source->random.below(12)));
    } else if (source->random.below(5) == 0) {
      source->bubble(vector);
    }
    if (*left > 0) --*left;
  };
  return phase;
}

/// Operands whose product is the largest, or the smallest, that the accumulator's first step can hold.
struct Extreme {
  std::vector<std::uint64_t> vector;
  double product = 0;
};

double sum_value(const PortType& type, const std::uint64_t* words) {
  if (type.kind == PortType::Kind::kFloat)
    return numerics::to_double(numerics::decode(type.format, static_cast<numerics::Code>(words[0])));
  double value = 0;
  for (std::size_t word = 0; word < type.words(); ++word)
    value += std::ldexp(static_cast<double>(words[word]), 64 * static_cast<int>(word));
  const bool negative =
      (type.kind == PortType::Kind::kFixed || type.is_signed) && get_bits(words, type.bits - 1, 1) == 1;
  return negative ? value - std::ldexp(1.0, type.bits) : value;
}

std::pair<Extreme, Extreme> extremes(const SourcePtr& source) {
  const Golden& golden = source->binding.golden;
  std::pair<Extreme, Extreme> found;
  std::vector<std::uint64_t> vector = source->idle;
  std::vector<std::uint64_t> state(golden.state_words);
  std::vector<std::uint64_t> out(golden.output_words());
  if (source->lanes.size() != 2) return found;
  for (const std::uint64_t a : source->lanes[0].interesting) {
    for (const std::uint64_t b : source->lanes[1].interesting) {
      source->put(vector.data(), source->lanes[0], a);
      source->put(vector.data(), source->lanes[1], b);
      std::fill(state.begin(), state.end(), 0);
      golden.step(vector.data(), state.data(), out.data());
      const double product = sum_value(golden.outputs[0].type, out.data());
      if (!std::isfinite(product)) continue;
      if (product > found.first.product) found.first = {vector, product};
      if (product < found.second.product) found.second = {vector, product};
    }
  }
  return found;
}

/// The same extreme product over and over, until the accumulator has passed its limit; upwards, then downwards.
void add_limits(Stimulus& stimulus, const SourcePtr& source) {
  const PortType& type = source->binding.golden.outputs[0].type;
  const bool is_float = type.kind == PortType::Kind::kFloat;
  const bool is_signed = type.kind == PortType::Kind::kFixed || type.is_signed;
  const double limit =
      is_float ? std::ldexp(1.0, type.format.max_exponent() + 1) : std::ldexp(1.0, type.bits - (is_signed ? 1 : 0));
  const auto [up, down] = extremes(source);
  for (const Extreme& extreme : {up, down}) {
    if (extreme.product == 0) continue;
    const double steps = std::ceil(limit / std::abs(extreme.product)) + 2;
    const char* side = extreme.product > 0 ? "upper" : "lower";
    if (steps > static_cast<double>(kLongestRun)) {
      stimulus.notes.push_back(
          fmt::format("the {} limit of the accumulator was not reached: that takes {:.3g} vectors", side, steps));
      continue;
    }
    StimulusPhase phase;
    phase.name = fmt::format("{} limit", side);
    phase.what = fmt::format("the extreme product added until the accumulator passes its {} limit", side);
    phase.vectors = static_cast<std::uint64_t>(steps) + 1;
    phase.fill = [source, vector = extreme.vector](std::uint64_t index, std::uint64_t* out) {
      std::copy(vector.begin(), vector.end(), out);
      if (index == 0) source->begin_run(out);
    };
    stimulus.phases.push_back(std::move(phase));
  }
}

}  // namespace

std::vector<std::uint64_t> idle_vector(const Binding& binding) {
  const Golden& golden = binding.golden;
  std::vector<std::uint64_t> vector(golden.input_words());
  for (std::size_t i = 0; i < golden.inputs.size(); ++i)
    if (golden.inputs[i].optional) vector[golden.input_offset(i)] = golden.inputs[i].idle;
  return vector;
}

std::vector<std::uint64_t> probe_vectors(const Binding& binding, std::size_t count, std::uint64_t seed) {
  const auto source = std::make_shared<Source>(binding, seed);
  const std::size_t words = binding.golden.input_words();
  std::vector<std::uint64_t> vectors(count * words);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t* vector = vectors.data() + i * words;
    source->start(vector);
    source->random_operands(vector);
    source->random_sum(vector);
    const std::uint64_t chance = source->random.below(8);
    if (binding.keeps_sum() && (i == 0 || chance < 3)) {
      source->begin_run(vector);
    } else if (chance == 3) {
      source->bubble(vector);
    }
  }
  return vectors;
}

Result<Stimulus> make_stimulus(const Binding& binding, const StimulusOptions& options) {
  Stimulus stimulus;
  const auto source = std::make_shared<Source>(binding, options.seed);
  const auto counter = std::make_shared<Counter>(*source);
  stimulus.operand_combinations = counter->combinations;
  const double most = options.exhaustive ? kExhaustiveOnRequest : kExhaustiveByDefault;
  const bool exhaustive = counter->combinations <= most;
  if (options.exhaustive && !exhaustive)
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("--exhaustive: {} has {:.6g} combinations of operands, more than the {:.0f} that can be run",
                    binding.golden.name, counter->combinations, kExhaustiveOnRequest),
        {}, "leave it out: borders of the formats and random operands are run");
  if (exhaustive) {
    add_alone(stimulus, source, counter);
    if (binding.keeps_sum()) add_runs(stimulus, source, counter);
  } else {
    add_directed(stimulus, source);
  }
  if (binding.keeps_sum()) add_limits(stimulus, source);
  const bool pure = !binding.wiring.clock && exhaustive && !source->sum;  // nothing is left to be found by chance
  const std::uint64_t usual = pure ? 0 : exhaustive ? kRandomWhenExhausted : kRandomOtherwise;
  const std::uint64_t vectors = options.vectors == 0 ? usual : options.vectors;
  if (vectors > 0) stimulus.phases.push_back(random_phase(source, vectors));
  return stimulus;
}

}  // namespace heddle::verify
