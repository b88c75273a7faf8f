// Functions of one element, and of elements that broadcast. Integers wrap around.
#include <algorithm>
#include <cmath>
#include <functional>

#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/convert.h"

namespace heddle::network {
namespace {

/// out[i] = f(x[i]).
template <class T, class U, class F>
void map(const tensor::Tensor& x, tensor::Tensor& out, F f) {
  const auto from = tensor::elements<T>(x);
  std::transform(from.begin(), from.end(), tensor::elements<U>(out).begin(), f);
}

template <class T>
using Function = T (*)(T x, T alpha, T beta);

/// Functions of floats; null for the kinds that are not.
template <class T>
Function<T> float_function(UnaryKind kind) {
  switch (kind) {
    case UnaryKind::kLeakyRelu: return [](T x, T alpha, T) { return x < 0 ? alpha * x : x; };
    case UnaryKind::kElu: return [](T x, T alpha, T) { return x < 0 ? alpha * std::expm1(x) : x; };
    case UnaryKind::kSelu: return [](T x, T alpha, T beta) { return beta * (x < 0 ? alpha * std::expm1(x) : x); };
    case UnaryKind::kSigmoid: return [](T x, T, T) { return 1 / (1 + std::exp(-x)); };
    case UnaryKind::kHardSigmoid:
      return [](T x, T alpha, T beta) { return std::max(T{0}, std::min(T{1}, alpha * x + beta)); };
    case UnaryKind::kHardSwish: return [](T x, T, T) { return x * std::max(T{0}, std::min(T{1}, x / 6 + T{0.5})); };
    case UnaryKind::kTanh: return [](T x, T, T) { return std::tanh(x); };
    case UnaryKind::kErf: return [](T x, T, T) { return std::erf(x); };
    case UnaryKind::kGelu: return [](T x, T, T) { return x / 2 * (1 + std::erf(x / static_cast<T>(std::sqrt(2.0)))); };
    case UnaryKind::kSoftplus: return [](T x, T, T) { return std::max(x, T{0}) + std::log1p(std::exp(-std::abs(x))); };
    case UnaryKind::kSoftsign: return [](T x, T, T) { return x / (1 + std::abs(x)); };
    case UnaryKind::kExp: return [](T x, T, T) { return std::exp(x); };
    case UnaryKind::kLog: return [](T x, T, T) { return std::log(x); };
    case UnaryKind::kSqrt: return [](T x, T, T) { return std::sqrt(x); };
    case UnaryKind::kReciprocal: return [](T x, T, T) { return 1 / x; };
    case UnaryKind::kFloor: return [](T x, T, T) { return std::floor(x); };
    case UnaryKind::kCeil: return [](T x, T, T) { return std::ceil(x); };
    case UnaryKind::kRound: return [](T x, T, T) { return std::nearbyint(x); };
    case UnaryKind::kSin: return [](T x, T, T) { return std::sin(x); };
    case UnaryKind::kCos: return [](T x, T, T) { return std::cos(x); };
    default: return nullptr;
  }
}

/// -x, |x| and sign of any number; integers without undefined overflow.
template <class T>
T number_function(UnaryKind kind, T x) {
  const auto negative = [](T value) {
    if constexpr (std::is_integral_v<T>) return static_cast<T>(std::uint64_t{0} - static_cast<std::uint64_t>(value));
    return static_cast<T>(-value);
  };
  if (kind == UnaryKind::kNegate) return negative(x);
  if (kind == UnaryKind::kAbs) {
    if constexpr (std::is_floating_point_v<T>) return std::abs(x);
    return x < 0 ? negative(x) : x;
  }
  return static_cast<T>((x > 0 ? 1 : 0) - (x < 0 ? 1 : 0));
}

template <class T>
T integer_power(T base, double exponent) {
  return static_cast<T>(tensor::converted<std::int64_t>(std::pow(static_cast<double>(base), exponent)));
}

/// Arithmetic of one type.
template <class T>
T arithmetic(BinaryKind kind, T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    const auto x = static_cast<std::uint64_t>(a);
    const auto y = static_cast<std::uint64_t>(b);
    switch (kind) {
      case BinaryKind::kAdd: return static_cast<T>(x + y);
      case BinaryKind::kSubtract: return static_cast<T>(x - y);
      case BinaryKind::kMultiply: return static_cast<T>(x * y);
      case BinaryKind::kDivide:
        if constexpr (std::is_signed_v<T>)
          if (b == -1) return static_cast<T>(std::uint64_t{0} - x);
        return static_cast<T>(a / b);
      case BinaryKind::kPrelu: return a < 0 ? static_cast<T>(x * y) : a;
      default: break;
    }
  } else {
    switch (kind) {
      case BinaryKind::kAdd: return a + b;
      case BinaryKind::kSubtract: return a - b;
      case BinaryKind::kMultiply: return a * b;
      case BinaryKind::kDivide: return a / b;
      case BinaryKind::kPrelu: return a < 0 ? a * b : a;
      default: break;
    }
  }
  return kind == BinaryKind::kMaximum ? std::max(a, b) : std::min(a, b);
}

template <class T>
std::uint8_t compare(BinaryKind kind, T a, T b) {
  switch (kind) {
    case BinaryKind::kEqual: return a == b ? 1 : 0;
    case BinaryKind::kLess: return a < b ? 1 : 0;
    case BinaryKind::kLessOrEqual: return a <= b ? 1 : 0;
    case BinaryKind::kGreater: return a > b ? 1 : 0;
    case BinaryKind::kGreaterOrEqual: return a >= b ? 1 : 0;
    case BinaryKind::kAnd: return a != 0 && b != 0 ? 1 : 0;
    case BinaryKind::kOr: return a != 0 || b != 0 ? 1 : 0;
    default: return (a != 0) != (b != 0) ? 1 : 0;
  }
}

/// out = f(a, b), broadcast.
template <class A, class B, class R, class F>
void combine(const tensor::Tensor& a, const tensor::Tensor& b, tensor::Tensor& out, F f) {
  const A* x = tensor::elements<A>(a).data();
  const B* y = tensor::elements<B>(b).data();
  R* result = tensor::elements<R>(out).data();
  Extents sa = broadcast_strides(a.shape, out.shape);
  Extents sb = broadcast_strides(b.shape, out.shape);
  const std::int64_t length = out.shape.empty() ? 1 : out.shape.back();
  for_each_row<2>(out.shape, {sa, sb}, [&](std::int64_t first, const auto& offsets) {
    const std::int64_t step_a = sa.empty() ? 0 : sa.back();
    const std::int64_t step_b = sb.empty() ? 0 : sb.back();
    for (std::int64_t j = 0; j < length; ++j)
      result[first + j] = f(x[offsets[0] + j * step_a], y[offsets[1] + j * step_b]);
  });
}

template <class T>
void run_arithmetic(BinaryKind kind, const Operands& in, tensor::Tensor& out) {
  switch (kind) {  // the frequent ones as loops of their own
    case BinaryKind::kAdd:
      return combine<T, T, T>(*in[0], *in[1], out, [](T a, T b) { return arithmetic(BinaryKind::kAdd, a, b); });
    case BinaryKind::kMultiply:
      return combine<T, T, T>(*in[0], *in[1], out, [](T a, T b) { return arithmetic(BinaryKind::kMultiply, a, b); });
    default: return combine<T, T, T>(*in[0], *in[1], out, [kind](T a, T b) { return arithmetic(kind, a, b); });
  }
}

/// Base and exponent may differ in type.
void run_power(const Operands& in, tensor::Tensor& out) {
  tensor::dispatch(in[0]->type, [&](auto base_zero) {
    tensor::dispatch(in[1]->type, [&](auto exponent_zero) {
      using T = decltype(base_zero);
      using E = decltype(exponent_zero);
      combine<T, E, T>(*in[0], *in[1], out, [](T a, E b) {
        if constexpr (std::is_same_v<T, float>) return std::pow(a, static_cast<float>(b));
        if constexpr (std::is_same_v<T, double>) return std::pow(a, static_cast<double>(b));
        return integer_power(a, static_cast<double>(b));
      });
    });
  });
}

bool has_zero(const tensor::Tensor& tensor) {
  return tensor::dispatch(tensor.type, [&](auto zero) {
    using T = decltype(zero);
    const auto values = tensor::elements<T>(tensor);
    return std::is_integral_v<T> && std::find(values.begin(), values.end(), T{0}) != values.end();
  });
}

}  // namespace

Status run(const Clip& op, const Operands& in, Results& out) {
  tensor::dispatch(in[0]->type, [&](auto zero) {
    using T = decltype(zero);
    const auto bound = [](double value) {
      if constexpr (std::is_floating_point_v<T>) return static_cast<T>(value);
      const auto least = static_cast<double>(std::numeric_limits<T>::lowest());
      const auto most = static_cast<double>(std::numeric_limits<T>::max());
      if (value <= least) return std::numeric_limits<T>::lowest();
      return value >= most ? std::numeric_limits<T>::max() : static_cast<T>(value);
    };
    const T low = bound(op.low);
    const T high = bound(op.high);
    map<T, T>(*in[0], out[0], [low, high](T x) {
      const T raised = x < low ? low : x;
      return raised > high ? high : raised;
    });
  });
  return {};
}

Status run(const Unary& op, const Operands& in, Results& out) {
  if (op.kind == UnaryKind::kNot) {
    map<std::uint8_t, std::uint8_t>(*in[0], out[0], [](std::uint8_t x) { return x == 0 ? 1 : 0; });
    return {};
  }
  tensor::dispatch(in[0]->type, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_floating_point_v<T>) {
      if (const Function<T> f = float_function<T>(op.kind)) {
        const T alpha = op.alpha;
        const T beta = op.beta;
        return map<T, T>(*in[0], out[0], [=](T x) { return f(x, alpha, beta); });
      }
    }
    map<T, T>(*in[0], out[0], [&](T x) { return number_function(op.kind, x); });
  });
  return {};
}

Status run(const Binary& op, const Operands& in, Results& out) {
  if (op.kind == BinaryKind::kPower) {
    run_power(in, out[0]);
    return {};
  }
  if (op.kind == BinaryKind::kDivide && has_zero(*in[1]))
    return fail(ErrorCode::kBadInput, "an integer is divided by zero");
  tensor::dispatch(in[0]->type, [&](auto zero) {
    using T = decltype(zero);
    if (op.kind < BinaryKind::kEqual) return run_arithmetic<T>(op.kind, in, out[0]);
    combine<T, T, std::uint8_t>(*in[0], *in[1], out[0], [&](T a, T b) { return compare(op.kind, a, b); });
  });
  return {};
}

Status run(const Select& /*op*/, const Operands& in, Results& out) {
  tensor::dispatch(out[0].type, [&](auto zero) {
    using T = decltype(zero);
    const auto condition = tensor::elements<std::uint8_t>(*in[0]);
    const auto x = tensor::elements<T>(*in[1]);
    const auto y = tensor::elements<T>(*in[2]);
    auto result = tensor::elements<T>(out[0]);
    const Extents& shape = out[0].shape;
    const std::array<Extents, 3> strides{broadcast_strides(in[0]->shape, shape), broadcast_strides(in[1]->shape, shape),
                                         broadcast_strides(in[2]->shape, shape)};
    const std::int64_t length = shape.empty() ? 1 : shape.back();
    const auto step = [&](std::size_t i) { return strides[i].empty() ? 0 : strides[i].back(); };
    for_each_row<3>(shape, strides, [&](std::int64_t first, const auto& at) {
      for (std::int64_t j = 0; j < length; ++j) {
        const bool chosen = condition[static_cast<std::size_t>(at[0] + j * step(0))] != 0;
        result[static_cast<std::size_t>(first + j)] = chosen ? x[static_cast<std::size_t>(at[1] + j * step(1))]
                                                             : y[static_cast<std::size_t>(at[2] + j * step(2))];
      }
    });
  });
  return {};
}

}  // namespace heddle::network
