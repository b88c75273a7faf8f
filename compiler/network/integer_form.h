// What is known of a value while a graph becomes integer: the forms it has in the new graph, made only when needed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/network/builder.h"
#include "compiler/network/requantization.h"

namespace heddle::network {

/// 8-bit codes with one scale and zero point; or constant weights with a scale per element of an axis.
struct Codes {
  ValueId id;
  Quantization quantization;

  [[nodiscard]] double scale() const { return quantization.scales[0]; }
  [[nodiscard]] std::int64_t zero() const { return quantization.zero_points[0]; }
  [[nodiscard]] bool per_tensor() const { return !quantization.axis.has_value(); }
};

/// Bounds that a float Clip put on a value.
struct Bounds {
  double low;
  double high;
};

/// Exact sums: value = sum * scale (of its channel).
struct Sums {
  ValueId id;
  std::vector<double> scales;            ///< one, or one per element of `axis`
  std::vector<std::int64_t> magnitudes;  ///< as many: what |sum| cannot exceed
  std::int64_t axis = 1;
};

/// a + b, a - b, or a * b; shapes broadcast.
struct Pair {
  BinaryKind kind = BinaryKind::kAdd;
  Codes a;
  Codes b;
};

/// Codes of different scales behind one another.
struct Joined {
  Concat op;
  std::vector<Codes> parts;
};

/// values[code - least code].
struct Function {
  Codes argument;
  std::vector<float> values;
};

/// A float value of the old graph. At most one of sums, pair, joined and function; `bounds` apply to it.
struct Form {
  ValueId real;  ///< valid: the float value
  std::optional<Codes> codes;
  std::optional<Sums> sums;
  std::optional<Pair> pair;
  std::optional<Joined> joined;
  std::optional<Function> function;
  std::optional<Bounds> bounds;
  std::string node;  ///< whose result it is
};

/// The float values of all codes of a per-tensor quantisation.
std::vector<float> decoded(const Builder& builder, const Codes& codes);
/// The value as float32, made of its other forms if it has to be.
Result<ValueId> as_real(Builder& builder, Form& form);
/// The value as codes of `target`, or nothing if it must go through float.
Result<std::optional<ValueId>> as_codes(Builder& builder, const Form& form, const Quantization& target,
                                        tensor::Type type, const std::string& name);

/// The form of an operator's result computed on the codes of its inputs; nothing, with a reason, if it has to be
/// float. `inputs` are those of the node, null where left out; the values are those of the old graph.
struct Attempt {
  std::optional<Form> form;
  std::string reason;
};
Result<Attempt> integer_form(Builder& builder, const Node& node, const std::vector<Form*>& inputs);

}  // namespace heddle::network
