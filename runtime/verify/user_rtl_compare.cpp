#include "runtime/verify/user_rtl_compare.h"

#include <fmt/format.h>

#include <algorithm>

namespace heddle::verify {
namespace {

constexpr std::uint32_t kResetCycles = 24;
/// Vectors that are remembered for the counterexample: more than any run is long.
constexpr std::size_t kHistory = std::size_t{1} << 19;
constexpr std::size_t kHistoryWords = std::size_t{1} << 23;  // at most 64 MB

}  // namespace

int LatencyFit::best() const { return static_cast<int>(std::max_element(share.begin(), share.end()) - share.begin()); }

Status Comparison::begin(PowerUp start) {
  HEDDLE_TRY(dut_.open(start));
  HEDDLE_TRY(dut_.reset(kResetCycles));
  golden_.restart();
  return {};
}

Status Comparison::feed(const std::uint64_t* vectors, std::size_t count) {
  const Golden& golden = binding_.golden;
  const std::size_t stride = golden.input_words();
  std::vector<std::pair<std::size_t, std::size_t>> moves;  // offset, words
  for (std::size_t i = 0; i < binding_.inputs.size(); ++i)
    moves.emplace_back(golden.input_offset(binding_.inputs[i]), binding_.wiring.driven[i].words);
  std::uint64_t* out = dut_.inputs().data();
  for (std::size_t i = 0; i < count; ++i, vectors += stride) {
    for (const auto& [offset, words] : moves) {
      for (std::size_t word = 0; word < words; ++word) out[word] = vectors[offset + word];
      out += words;
    }
  }
  return dut_.start(count);
}

Status Comparison::finish(const std::uint64_t* vectors) {
  const Status waited = dut_.wait();
  if (waited || !dut_.stopped_at()) return waited;
  Error error = waited.error();
  const Golden& golden = binding_.golden;
  const std::uint64_t* vector = vectors + *dut_.stopped_at() * golden.input_words();
  std::string inputs;
  for (const std::size_t input : binding_.inputs)
    inputs += fmt::format("{}{} = {}", inputs.empty() ? "" : ", ", golden.inputs[input].name,
                          describe_value(golden.inputs[input].type, vector + golden.input_offset(input)));
  error.notes.push_back({"with " + inputs, {}});
  return fail(std::move(error));
}

bool Comparison::looks_at(const std::uint64_t* vector, std::size_t output) const {
  const Golden& golden = binding_.golden;
  if (golden.outputs[output].role == PortRole::kValid) return true;
  const auto valid = golden.input_with(PortRole::kValid);
  return !valid || vector[golden.input_offset(*valid)] != 0;
}

std::optional<OutputDifference> Comparison::check(const std::uint64_t* vector, const std::uint64_t* expected,
                                                  const std::uint64_t* sample) const {
  const Golden& golden = binding_.golden;
  for (std::size_t i = 0; i < binding_.outputs.size(); ++i) {
    const std::size_t output = binding_.outputs[i];
    const PortType& type = golden.outputs[output].type;
    const std::uint64_t* wanted = expected + golden.output_offset(output);
    if (looks_at(vector, output) && !same_value(type, wanted, sample))
      return OutputDifference{0, output, {wanted, wanted + type.words()}, {sample, sample + type.words()}};
    sample += type.words();
  }
  return {};
}

Result<LatencyFit> Comparison::fit_latency(const Vectors& vectors, PowerUp start) {
  const std::size_t in_words = binding_.golden.input_words();
  const std::size_t out_words = binding_.golden.output_words();
  const std::size_t sample_words = binding_.wiring.sampled_words();
  const std::size_t count = vectors.size() / in_words;
  HEDDLE_TRY(begin(start));
  HEDDLE_TRY(feed(vectors.data(), count));
  HEDDLE_TRY(finish(vectors.data()));
  std::vector<std::uint64_t> expected(count * out_words);
  for (std::size_t i = 0; i < count; ++i) golden_.step(vectors.data() + i * in_words, expected.data() + i * out_words);
  LatencyFit fit;
  const int most = binding_.wiring.clock ? LatencyFit::kMost : 0;
  for (int latency = 0; latency <= most; ++latency) {
    std::size_t agreeing = 0;
    const std::size_t results = count - static_cast<std::size_t>(latency);
    for (std::size_t i = 0; i < results; ++i) {
      const std::uint64_t* sample = dut_.outputs().data() + (i + static_cast<std::size_t>(latency)) * sample_words;
      if (!check(vectors.data() + i * in_words, expected.data() + i * out_words, sample)) ++agreeing;
    }
    fit.share.push_back(static_cast<double>(agreeing) / static_cast<double>(results));
    fit.agreeing.push_back(agreeing);
    fit.results.push_back(results);
    if (agreeing == results) fit.fitting.push_back(latency);
  }
  return fit;
}

Result<std::optional<OutputDifference>> Comparison::replay(const Vectors& given, PowerUp start,
                                                           const std::filesystem::path& trace) {
  const std::size_t in_words = binding_.golden.input_words();
  const std::size_t sample_words = binding_.wiring.sampled_words();
  const auto latency = static_cast<std::size_t>(latency_);
  Vectors vectors = given;
  const Vectors idle = idle_vector(binding_);
  for (std::size_t i = 0; i < latency + (trace.empty() ? 0 : 2); ++i)
    vectors.insert(vectors.end(), idle.begin(), idle.end());
  const std::size_t results = given.size() / in_words;
  const std::size_t count = vectors.size() / in_words;
  HEDDLE_TRY(dut_.open(start));
  if (!trace.empty()) HEDDLE_TRY(dut_.open_trace(trace));
  HEDDLE_TRY(dut_.reset(kResetCycles));
  golden_.restart();
  std::vector<std::uint64_t> samples;
  for (std::size_t done = 0; done < count; done += DutProcess::kBlock) {
    const std::size_t block = std::min(DutProcess::kBlock, count - done);
    HEDDLE_TRY(feed(vectors.data() + done * in_words, block));
    HEDDLE_TRY(finish(vectors.data() + done * in_words));
    const auto from = dut_.outputs().begin();
    samples.insert(samples.end(), from, from + static_cast<std::ptrdiff_t>(block * sample_words));
  }
  if (!trace.empty()) HEDDLE_TRY(dut_.close_trace());
  std::vector<std::uint64_t> expected(binding_.golden.output_words());
  for (std::size_t i = 0; i < results; ++i) {
    const std::uint64_t* vector = vectors.data() + i * in_words;
    golden_.step(vector, expected.data());
    auto difference = check(vector, expected.data(), samples.data() + (i + latency) * sample_words);
    if (!difference) continue;
    difference->vector = i;
    return difference;
  }
  return std::optional<OutputDifference>();
}

/// A stretch of vectors on its way through the design: their inputs and expected results, the oldest first.
Result<Comparison::PhaseResult> Comparison::run(const StimulusPhase& phase) {
  const std::size_t in_words = binding_.golden.input_words();
  const std::size_t out_words = binding_.golden.output_words();
  const std::size_t sample_words = binding_.wiring.sampled_words();
  const auto latency = static_cast<std::size_t>(latency_);
  const std::size_t kept = std::min(kHistory, kHistoryWords / in_words);
  const Vectors idle = idle_vector(binding_);
  HEDDLE_TRY(begin(PowerUp::kRandom));
  PhaseResult result;
  Vectors history;                      // inputs of the last vectors
  std::vector<std::uint64_t> expected;  // of the vectors whose results are still inside the design, then the block
  std::uint64_t first = 0;              // index of the first vector in `history`
  std::uint64_t index = 0;
  while (index < phase.vectors && !(result.first && binding_.keeps_sum())) {
    context_.progress("comparing (" + phase.name + ")", static_cast<std::int64_t>(index),
                      static_cast<std::int64_t>(phase.vectors));
    if (phase.restarts && index > 0) {
      HEDDLE_TRY(begin(PowerUp::kRandom));
      first = index;
      history.clear();
      expected.clear();
    }
    const std::size_t block = std::min<std::uint64_t>(DutProcess::kBlock - latency, phase.vectors - index);
    const bool drains = phase.restarts || index + block == phase.vectors;
    const std::size_t extra = drains ? latency : 0;
    if (history.size() / in_words > kept) {
      const std::size_t drop = history.size() / in_words - kept / 2;
      history.erase(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(drop * in_words));
      first += drop;
    }
    const std::size_t before = history.size() / in_words;
    history.resize((before + block + extra) * in_words);
    for (std::size_t i = 0; i < block; ++i) phase.fill(index + i, history.data() + (before + i) * in_words);
    for (std::size_t i = block; i < block + extra; ++i)
      std::copy(idle.begin(), idle.end(), history.data() + (before + i) * in_words);
    HEDDLE_TRY(feed(history.data() + before * in_words, block + extra));
    // The golden function works while the design does.
    const std::size_t waiting = expected.size() / out_words;
    expected.resize((waiting + block + extra) * out_words);
    for (std::size_t i = 0; i < block + extra; ++i)
      golden_.step(history.data() + (before + i) * in_words, expected.data() + (waiting + i) * out_words);
    HEDDLE_TRY(finish(history.data() + before * in_words));
    // Sample i of the block belongs to the vector `latency` before vector i of the block.
    for (std::size_t i = latency - waiting; i < block + extra; ++i) {
      const std::size_t at = before + i - latency;
      ++result.compared;
      auto difference = check(history.data() + at * in_words, expected.data() + (waiting + i - latency) * out_words,
                              dut_.outputs().data() + i * sample_words);
      if (!difference) continue;
      ++result.differences;
      if (result.first) continue;
      difference->vector = first + at;
      result.first = std::move(difference);
      result.history_start = first;
      result.history.assign(history.begin(), history.begin() + static_cast<std::ptrdiff_t>((at + 1) * in_words));
      if (binding_.keeps_sum()) break;
    }
    const std::size_t inside = std::min(latency, waiting + block + extra);
    expected.erase(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(inside * out_words));
    index += block;
  }
  result.vectors = index;
  return result;
}

namespace {

/// Replays of the search for a shorter run; each costs at least the reset.
constexpr std::uint64_t kMostVectors = 10'000'000;
constexpr int kMostReplays = 3000;

class Shortener {
 public:
  Shortener(Comparison& comparison, const Binding& binding, PowerUp start)
      : comparison_(comparison), binding_(binding), start_(start), words_(binding.golden.input_words()) {}

  Result<std::optional<ShortRun>> shorten(const Vectors& history) {
    HEDDLE_TRY(find_start(history));
    if (!best_) return best_;
    for (std::size_t chunk = std::max<std::size_t>(1, length() / 2);; chunk /= 2) {
      HEDDLE_TRY(drop_chunks(chunk));
      if (chunk == 1) break;
    }
    return best_;
  }

 private:
  [[nodiscard]] std::size_t length() const { return best_->vectors.size() / words_; }

  [[nodiscard]] bool is_start(const std::uint64_t* vector) const {
    for (const PortRole role : {PortRole::kFirst, PortRole::kClear})
      if (const auto input = binding_.driven_with(role); input && vector[binding_.golden.input_offset(*input)] == 1)
        return true;
    return false;
  }

  /// Keeps the vectors if they still fail, up to the first failure.
  Result<bool> try_vectors(Vectors vectors) {
    ++replays_;
    vectors_ += vectors.size() / words_;
    HEDDLE_ASSIGN(auto difference, comparison_.replay(vectors, start_));
    if (!difference) return false;
    vectors.resize((difference->vector + 1) * words_);
    best_ = ShortRun{std::move(vectors), std::move(*difference)};
    return true;
  }

  [[nodiscard]] bool tired() const { return replays_ >= kMostReplays || vectors_ >= kMostVectors; }

  /// From the end backwards: the last vector alone, then from the start of its run, of the one before, of 2, 4, 8, ...
  /// before; at last everything.
  Status find_start(const Vectors& history) {
    const std::size_t count = history.size() / words_;
    const bool needs_start = binding_.keeps_sum();
    std::size_t runs = 0;
    std::size_t wanted = 1;
    for (std::size_t at = count; at-- > 0;) {
      const bool candidate = at == 0 || (needs_start ? is_start(history.data() + at * words_) : true);
      if (!candidate) continue;
      ++runs;
      if (runs < wanted && at != 0) continue;
      wanted *= 2;
      HEDDLE_ASSIGN(const bool fails,
                    try_vectors({history.begin() + static_cast<std::ptrdiff_t>(at * words_), history.end()}));
      if (fails || tired()) return {};
    }
    return {};
  }

  /// A run begins with a start where there is one: a reset need not clear the sum.
  Status drop_chunks(std::size_t chunk) {
    const bool starts =
        binding_.keeps_sum() && (binding_.driven_with(PortRole::kFirst) || binding_.driven_with(PortRole::kClear));
    std::size_t at = 0;
    while (at + 1 < length() && !tired()) {
      const std::size_t end = std::min(at + chunk, length() - 1);  // the failing vector stays
      if (at == 0 && starts && !is_start(best_->vectors.data() + end * words_)) {
        at = 1;
        continue;
      }
      Vectors fewer = best_->vectors;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at * words_),
                  fewer.begin() + static_cast<std::ptrdiff_t>(end * words_));
      HEDDLE_ASSIGN(const bool fails, try_vectors(std::move(fewer)));
      if (!fails) at = end;
    }
    return {};
  }

  Comparison& comparison_;
  const Binding& binding_;
  PowerUp start_;
  std::size_t words_;
  std::optional<ShortRun> best_;
  int replays_ = 0;
  std::uint64_t vectors_ = 0;
};

}  // namespace

Result<std::optional<ShortRun>> shorten(Comparison& comparison, const Binding& binding, const Vectors& history,
                                        PowerUp start) {
  return Shortener(comparison, binding, start).shorten(history);
}

}  // namespace heddle::verify
