#include "runtime/verify/vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

#include "compiler/base/random.h"
#include "runtime/verify/real_values.h"

namespace heddle::verify {
namespace {

using frontend::Kernel;
using frontend::Parameter;

constexpr std::int64_t kSmallInteger = 16;

struct Interval {
  std::int64_t low = 0;
  std::int64_t high = 0;
  [[nodiscard]] std::int64_t clamp(std::int64_t value) const { return std::clamp(value, low, high); }
};

/// All values of an integer type, as far as they fit 64 signed bits.
Interval type_range(int bytes, bool is_signed) {
  if (bytes >= 8) {
    const auto all = std::numeric_limits<std::int64_t>::max();
    return is_signed ? Interval{std::numeric_limits<std::int64_t>::min(), all} : Interval{0, all};
  }
  const std::int64_t count = std::int64_t{1} << (8 * bytes);
  return is_signed ? Interval{-count / 2, count / 2 - 1} : Interval{0, count - 1};
}

std::int64_t elements_of(const Parameter& parameter) {
  if (!parameter.extent_bytes) return kUnknownElements;
  return *parameter.extent_bytes / parameter.bytes;
}

/// What an integer may be when nobody said: most are sizes, so no more than the smallest buffer has elements.
std::int64_t default_high(const Kernel& kernel) {
  std::int64_t high = kSmallInteger;
  for (const Parameter& parameter : kernel.parameters)
    if (parameter.kind == Parameter::Kind::kPointer) high = std::min(high, elements_of(parameter));
  return high;
}

Interval integer_range(const Kernel& kernel, const Parameter& parameter) {
  Interval range{0, std::min(default_high(kernel), type_range(parameter.bytes, parameter.is_signed).high)};
  if (parameter.low) range.low = *parameter.low;
  if (parameter.high) range.high = *parameter.high;
  range.high = std::max(range.high, range.low);
  return range;
}

Interval element_range(const Parameter& parameter) {
  Interval range = type_range(parameter.bytes, parameter.is_signed);
  if (parameter.low) range.low = *parameter.low;
  if (parameter.high) range.high = *parameter.high;
  return range;
}

std::int64_t element(Random& random, const Interval& range, Fill fill) {
  switch (fill) {
    case Fill::kRandom: return random.between(range.low, range.high);
    case Fill::kZero: return range.clamp(0);
    case Fill::kMinusOne: return range.clamp(-1);
    case Fill::kLow: return range.low;
    case Fill::kHigh: return range.high;
    case Fill::kExtremes: break;
  }
  const std::int64_t candidates[] = {range.low, range.high, range.clamp(0), range.clamp(-1), range.clamp(1)};
  return candidates[random.below(std::size(candidates))];
}

std::int64_t real(Random& random, const Parameter& parameter, Fill fill) {
  return static_cast<std::int64_t>(
      real_code(parameter.format, {parameter.real_low, parameter.real_high}, fill, random));
}

session::Argument make_buffer(Random& random, const Parameter& parameter, Fill fill) {
  const Interval range = element_range(parameter);
  const auto bytes = static_cast<std::size_t>(parameter.bytes);
  session::Argument argument;
  argument.buffer.resize(static_cast<std::size_t>(elements_of(parameter)) * bytes);
  for (std::size_t at = 0; at + bytes <= argument.buffer.size(); at += bytes) {
    const std::int64_t value = parameter.format.empty() ? element(random, range, fill) : real(random, parameter, fill);
    std::memcpy(&argument.buffer[at], &value, std::min(bytes, sizeof value));
  }
  return argument;
}

/// Arguments whose integers come from `integer(range)`, and whose buffers and floats are filled by `fill(random)`.
template <class Integer, class FillOf>
std::vector<session::Argument> make_arguments(const Kernel& kernel, Random& random, const Integer& integer,
                                              const FillOf& fill) {
  std::vector<session::Argument> arguments;
  for (const Parameter& parameter : kernel.parameters) {
    if (parameter.kind == Parameter::Kind::kPointer) {
      arguments.push_back(make_buffer(random, parameter, fill()));
    } else if (!parameter.format.empty()) {
      arguments.push_back({real(random, parameter, fill()), {}});
    } else {
      arguments.push_back({integer(integer_range(kernel, parameter)), {}});
    }
  }
  return arguments;
}

void add_integer_edges(const Kernel& kernel, const VectorOptions& options, Random& random,
                       std::vector<Vector>& vectors) {
  std::set<std::vector<std::int64_t>> seen;
  const auto add = [&](const std::string& name, const auto& integer) {
    Vector vector{"integers " + name, make_arguments(kernel, random, integer, [] { return Fill::kRandom; })};
    std::vector<std::int64_t> integers;
    for (const auto& argument : vector.arguments)
      if (argument.integer) integers.push_back(*argument.integer);
    if (seen.insert(integers).second) vectors.push_back(std::move(vector));
  };
  add("at their lowest", [](const Interval& range) { return range.low; });
  add("at their lowest + 1", [](const Interval& range) { return range.low < range.high ? range.low + 1 : range.high; });
  add("at their highest", [](const Interval& range) { return range.high; });
  std::vector<std::int64_t> values = {0, 1, 2};
  values.insert(values.end(), options.trip_counts.begin(), options.trip_counts.end());
  for (const std::int64_t value : values)
    add(std::to_string(value), [value](const Interval& range) { return range.clamp(value); });
}

void add_buffer_edges(const Kernel& kernel, Random& random, std::vector<Vector>& vectors) {
  const auto is_filled = [](const Parameter& parameter) {
    return parameter.kind == Parameter::Kind::kPointer || !parameter.format.empty();
  };
  if (std::ranges::none_of(kernel.parameters, is_filled)) return;
  const auto highest = [](const Interval& range) { return range.high; };
  const auto add = [&](const char* name, Fill fill) {
    vectors.push_back({name, make_arguments(kernel, random, highest, [fill] { return fill; })});
  };
  add("buffers of 0", Fill::kZero);
  add("buffers of -1", Fill::kMinusOne);
  add("buffers of the lowest value", Fill::kLow);
  add("buffers of the highest value", Fill::kHigh);
  add("buffers of mixed extremes", Fill::kExtremes);
}

}  // namespace

std::vector<Vector> make_vectors(const Kernel& kernel, const VectorOptions& options) {
  Random random(options.seed);
  std::vector<Vector> vectors;
  for (int i = 0; i < options.random; ++i)
    vectors.push_back({fmt::format("random {}", i),
                       make_arguments(
                           kernel, random, [&](const Interval& range) { return random.between(range.low, range.high); },
                           [&] { return random.below(4) == 0 ? Fill::kExtremes : Fill::kRandom; })});
  if (!options.edge_cases) return vectors;
  add_integer_edges(kernel, options, random, vectors);
  add_buffer_edges(kernel, random, vectors);
  return vectors;
}

}  // namespace heddle::verify
