// The Attention operator: its types and its values.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/network/infer_kinds.h"
#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/elements.h"

namespace heddle::network {
namespace {

/// What a q of rank n >= 2 and the other operands say of each other.
struct Sizes {
  Extents batch;
  std::int64_t queries = 0, keys = 0, width = 0, value_width = 0;
  Extents scores;  ///< batch, queries, keys
};

Result<Sizes> sizes_of(const Attention& op, const Extents& q, const Extents& k, const Extents& v) {
  const auto misfits = [&] {
    return misfit(fmt::format("queries {}, {} {} and values {} do not fit", text(q),
                              op.keys_transposed ? "transposed keys" : "keys", text(k), text(v)));
  };
  if (q.size() < 2 || k.size() != q.size() || v.size() != q.size()) return misfits();
  const std::size_t rank = q.size();
  Sizes sizes{Extents(q.begin(), q.end() - 2),
              q[rank - 2],
              k[rank - (op.keys_transposed ? 1 : 2)],
              q[rank - 1],
              v[rank - 1],
              {}};
  const std::int64_t key_width = k[rank - (op.keys_transposed ? 2 : 1)];
  const bool same_batch = std::equal(sizes.batch.begin(), sizes.batch.end(), k.begin()) &&
                          std::equal(sizes.batch.begin(), sizes.batch.end(), v.begin());
  if (!same_batch || key_width != sizes.width || v[rank - 2] != sizes.keys) return misfits();
  sizes.scores = sizes.batch;
  sizes.scores.insert(sizes.scores.end(), {sizes.queries, sizes.keys});
  return sizes;
}

/// One row of queries against `keys` keys. `shown(j)`: whether the row sees key j.
class Row {
 public:
  Row(const Sizes& sizes, float scale, bool transposed)
      : sizes_(sizes), scale_(scale), transposed_(transposed), weights_(static_cast<std::size_t>(sizes.keys)) {}

  template <class Shown>
  void run(const float* q, const float* k, const float* v, float* y, Shown shown) {
    float most = -HUGE_VALF;
    for (std::int64_t j = 0; j < sizes_.keys; ++j)
      if (shown(j)) most = std::max(most, weights_[at(j)] = scale_ * score(q, k, j));
    double sum = 0;
    std::vector<double> mixed(static_cast<std::size_t>(sizes_.value_width));
    for (std::int64_t j = 0; j < sizes_.keys; ++j) {
      if (!shown(j)) continue;
      const double p = std::exp(weights_[at(j)] - most);
      sum += p;
      for (std::int64_t e = 0; e < sizes_.value_width; ++e) mixed[at(e)] += p * v[j * sizes_.value_width + e];
    }
    for (std::int64_t e = 0; e < sizes_.value_width; ++e) y[e] = sum > 0 ? static_cast<float>(mixed[at(e)] / sum) : 0;
  }

 private:
  static std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] float score(const float* q, const float* k, std::int64_t j) const {
    const std::int64_t first = transposed_ ? j : j * sizes_.width;
    const std::int64_t step = transposed_ ? sizes_.keys : 1;
    double sum = 0;
    for (std::int64_t e = 0; e < sizes_.width; ++e) sum += static_cast<double>(q[e]) * k[first + e * step];
    return static_cast<float>(sum);
  }

  const Sizes& sizes_;
  float scale_;
  bool transposed_;
  std::vector<float> weights_;
};

}  // namespace

Result<Types> infer_kind(const Attention& op, const Inputs& in) {
  HEDDLE_TRY(check_float({in[0], in[1], in[2]}));
  HEDDLE_ASSIGN(const Sizes sizes, sizes_of(op, in[0]->shape, in[1]->shape, in[2]->shape));
  if (in.size() > 3 && in[3]) {
    const auto shape = broadcast(in[3]->shape, sizes.scores);
    if (in[3]->element != tensor::Type::kBool || !shape || *shape != sizes.scores)
      return misfit(
          fmt::format("the mask {} is not bool that broadcasts to {}", to_string(*in[3]), text(sizes.scores)));
  }
  Extents shape = sizes.batch;
  shape.insert(shape.end(), {sizes.queries, sizes.value_width});
  return Types{{in[0]->element, std::move(shape)}};
}

Status run(const Attention& op, const Operands& in, Results& out) {
  if (op.kernel) return op.kernel->run(in, out[0]);
  HEDDLE_ASSIGN(const Sizes sizes, sizes_of(op, in[0]->shape, in[1]->shape, in[2]->shape));
  const float* q = tensor::elements<float>(*in[0]).data();
  const float* k = tensor::elements<float>(*in[1]).data();
  const float* v = tensor::elements<float>(*in[2]).data();
  float* y = tensor::elements<float>(out[0]).data();
  const bool masked = in.size() > 3 && in[3] != nullptr;
  const Extents strides = masked ? broadcast_strides(in[3]->shape, sizes.scores) : Extents(sizes.scores.size(), 0);
  const std::uint8_t* mask = masked ? tensor::elements<std::uint8_t>(*in[3]).data() : nullptr;
  Row row(sizes, op.scale, op.keys_transposed);
  const std::int64_t key_step = strides.back();
  std::int64_t number = 0;
  for_each_row<1>(sizes.scores, {strides}, [&](std::int64_t /*first*/, const auto& offsets) {
    const std::int64_t batch = number / sizes.queries;
    row.run(q + number * sizes.width, k + batch * sizes.keys * sizes.width, v + batch * sizes.keys * sizes.value_width,
            y + number * sizes.value_width,
            [&](std::int64_t j) { return mask == nullptr || mask[offsets[0] + j * key_step] != 0; });
    ++number;
  });
  return {};
}

}  // namespace heddle::network
