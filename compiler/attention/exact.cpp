#include "compiler/attention/exact.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compiler/base/random.h"

namespace heddle::attention {
namespace {

std::vector<double> reals(const Operand& operand, const numerics::ScalarFormat& format, double unit) {
  std::vector<double> values;
  values.reserve(operand.codes.size());
  for (const numerics::Code code : operand.codes)
    values.push_back(unit * numerics::to_double(numerics::decode(format, code)));
  return values;
}

double gaussian(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) * std::cos(2 * std::numbers::pi * random.unit());
}

void fill(Operand& operand, const numerics::ScalarFormat& format, double deviation, Random& random) {
  for (numerics::Code& code : operand.codes)
    code = numerics::encode(format, numerics::from_double(deviation * gaussian(random)));
}

}  // namespace

std::vector<double> exact_attention(const Mask& mask, const Inputs& inputs, const numerics::ScalarFormat& format,
                                    double scale, double unit) {
  const std::vector<double> q = reals(inputs.queries, format, unit);
  const std::vector<double> k = reals(inputs.keys, format, unit);
  const std::vector<double> v = reals(inputs.values, format, unit);
  const Workload& workload = mask.workload();
  const std::int32_t shared = inputs.queries.heads / inputs.keys.heads;
  const auto width = static_cast<std::size_t>(inputs.values.width);
  std::vector<double> outputs(inputs.queries.codes.size() / static_cast<std::size_t>(inputs.queries.width) * width, 0);
  std::vector<double> scores;
  std::vector<std::int32_t> keys;
  for (std::int32_t head = 0; head < inputs.queries.heads; ++head)
    for (std::int32_t row = 0; row < inputs.queries.rows; ++row) {
      scores.clear();
      keys.clear();
      const double* query = q.data() + inputs.queries.offset(head, row);
      for (std::int32_t key = 0; key < inputs.keys.rows; ++key) {
        if (!mask.sees(head, workload.sequence - workload.rows + row, key)) continue;
        const double* other = k.data() + inputs.keys.offset(head / shared, key);
        double sum = 0;
        for (std::int32_t e = 0; e < inputs.queries.width; ++e) sum += query[e] * other[e];
        scores.push_back(scale * sum);
        keys.push_back(key);
      }
      if (keys.empty()) continue;
      const double most = *std::ranges::max_element(scores);
      double sum = 0;
      for (double& score : scores) sum += score = std::exp(score - most);
      double* output =
          outputs.data() + (static_cast<std::size_t>(head) * static_cast<std::size_t>(inputs.queries.rows) +
                            static_cast<std::size_t>(row)) *
                               width;
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const double* value = v.data() + inputs.values.offset(head / shared, keys[i]);
        for (std::size_t e = 0; e < width; ++e) output[e] += scores[i] / sum * value[e];
      }
    }
  return outputs;
}

OutputError error_of(const Operand& outputs, const numerics::ScalarFormat& format, double unit,
                     const std::vector<double>& exact) {
  OutputError error;
  double wrong = 0;
  double whole = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const numerics::Value value = numerics::decode(format, outputs.codes[i]);
    if (value.kind != numerics::Value::Kind::kFinite) {
      ++error.not_finite;
      continue;
    }
    const double difference = std::abs(unit * numerics::to_double(value) - exact[i]);
    error.largest = std::max(error.largest, difference);
    wrong += difference * difference;
    whole += exact[i] * exact[i];
  }
  error.relative_rms = whole > 0 ? std::sqrt(wrong / whole) : 0;
  return error;
}

double unit_of(const numerics::ScalarFormat& format) {
  return std::holds_alternative<numerics::IntFormat>(format) ? 1.0 / 32 : 1;
}

Inputs random_inputs(const Workload& workload, const numerics::ScalarFormat& format, double logits, double unit,
                     std::uint64_t seed) {
  const auto dim = static_cast<std::int32_t>(workload.head_dim);
  const auto keys = static_cast<std::int32_t>(workload.sequence);
  const auto kv = static_cast<std::int32_t>(workload.kv_heads);
  Inputs inputs{make_operand(static_cast<std::int32_t>(workload.heads), static_cast<std::int32_t>(workload.rows), dim),
                make_operand(kv, keys, dim), make_operand(kv, keys, dim)};
  Random random{seed};
  fill(inputs.queries, format, std::sqrt(logits) / unit, random);
  fill(inputs.keys, format, std::sqrt(logits) / unit, random);
  fill(inputs.values, format, 1 / unit, random);
  return inputs;
}

}  // namespace heddle::attention
