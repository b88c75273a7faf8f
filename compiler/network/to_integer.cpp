#include "compiler/network/to_integer.h"

#include <fmt/format.h>

#include "compiler/network/infer_kinds.h"
#include "compiler/network/integer_form.h"

namespace heddle::network {
namespace {

class Converter {
 public:
  explicit Converter(const Graph& old) : old_(old), builder_(old.name), forms_(old.values.size()) {}

  Result<IntegerGraph> run() {
    for (const ValueId id : old_.inputs) {
      HEDDLE_ASSIGN(forms_[id.index()].real, builder_.input(old_.value(id).name, old_.value(id).type));
    }
    for (const Node& node : old_.nodes) HEDDLE_TRY(convert(node));
    for (const ValueId id : old_.outputs) {
      HEDDLE_ASSIGN(const ValueId made, real(id));
      builder_.mark_output(made);
    }
    HEDDLE_ASSIGN(Graph graph, std::move(builder_).finish());
    keep_names_of_outputs(graph);
    HEDDLE_TRY(verify(graph));
    return IntegerGraph{std::move(graph), std::move(remainders_)};
  }

 private:
  /// A network's results keep their names, whatever makes them now.
  void keep_names_of_outputs(Graph& graph) const {
    for (std::size_t k = 0; k < old_.outputs.size(); ++k) {
      const std::string& wanted = old_.value(old_.outputs[k]).name;
      Value& made = graph.values[graph.outputs[k].index()];
      for (Value& other : graph.values)
        if (&other != &made && other.name == wanted) other.name += ".inner";
      made.name = wanted;
    }
  }

  Status convert(const Node& node) {
    if (std::holds_alternative<Dequantize>(node.op)) {
      HEDDLE_ASSIGN(const bool done, dequantize(node));
      if (done) return {};
    } else if (std::holds_alternative<Quantize>(node.op)) {
      HEDDLE_ASSIGN(const bool done, quantize(node));
      if (done) return {};
    } else if (const auto* split = std::get_if<Split>(&node.op); split != nullptr && has_codes(node.inputs[0])) {
      return cut(node, *split);
    } else {
      std::vector<Form*> inputs;
      bool any_codes = false;
      for (const ValueId id : node.inputs) {
        inputs.push_back(id.valid() ? &form(id) : nullptr);
        any_codes = any_codes || (id.valid() && !old_.value(id).constant && !form(id).real.valid());
      }
      HEDDLE_ASSIGN(Attempt attempt, integer_form(builder_, node, inputs));
      if (attempt.form) {
        attempt.form->node = node.name;
        forms_[node.outputs[0].index()] = std::move(*attempt.form);
        return {};
      }
      if (any_codes) remainders_.push_back({node.name, attempt.reason});
    }
    return copy(node);
  }

  /// 8-bit codes of one scale without bounds.
  bool has_codes(ValueId id) {
    const Form& x = form(id);
    return x.codes && x.codes->per_tensor() && !x.bounds;
  }

  /// A Split of codes is a slice for each part.
  Status cut(const Node& node, const Split& op) {
    const Codes whole = *form(node.inputs[0]).codes;
    Slice slice;
    slice.counts = builder_.value(whole.id).type.shape;
    slice.starts.assign(slice.counts.size(), 0);
    slice.steps.assign(slice.counts.size(), 1);
    const auto axis = static_cast<std::size_t>(op.axis);
    for (std::size_t k = 0; k < op.sizes.size(); ++k) {
      slice.counts[axis] = op.sizes[k];
      Form& part = forms_[node.outputs[k].index()];
      HEDDLE_ASSIGN(const ValueId id, builder_.add1(slice, {whole.id}, old_.value(node.outputs[k]).name + ".part"));
      part.codes = Codes{id, whole.quantization};
      part.node = node.name;
      slice.starts[axis] += op.sizes[k];
    }
    return {};
  }

  /// Codes keep their meaning; nothing is computed.
  Result<bool> dequantize(const Node& node) {
    const ValueId codes = node.inputs[0];
    const auto& quantization = old_.value(codes).quantization;
    if (!quantization) return false;
    HEDDLE_ASSIGN(const ValueId id, real(codes));
    Form& result = forms_[node.outputs[0].index()];
    result.codes = Codes{id, *quantization};
    result.node = node.name;
    return true;
  }

  Result<bool> quantize(const Node& node) {
    const Value& result = old_.value(node.outputs[0]);
    if (!result.quantization) return false;
    HEDDLE_ASSIGN(const auto codes,
                  as_codes(builder_, form(node.inputs[0]), *result.quantization, result.type.element,
                           form(node.inputs[0]).node.empty() ? node.name : form(node.inputs[0]).node));
    if (codes) forms_[node.outputs[0].index()].real = *codes;
    return codes.has_value();
  }

  Status copy(const Node& node) {
    std::vector<ValueId> inputs;
    for (const ValueId id : node.inputs) {
      if (!id.valid()) {
        inputs.emplace_back();
        continue;
      }
      HEDDLE_ASSIGN(const ValueId made, real(id));
      inputs.push_back(made);
    }
    std::vector<std::string> names;
    for (const ValueId id : node.outputs) names.push_back(old_.value(id).name);
    HEDDLE_ASSIGN(const auto made, builder_.add(node.op, inputs, names, node.name));
    for (std::size_t i = 0; i < made.size(); ++i) {
      forms_[node.outputs[i].index()].real = made[i];
      forms_[node.outputs[i].index()].node = node.name;
    }
    return {};
  }

  /// Constants enter the new graph when they are first used.
  Form& form(ValueId id) {
    Form& result = forms_[id.index()];
    const Value& value = old_.value(id);
    if (value.constant && !result.real.valid() && !result.codes)
      result.real = builder_.constant(value.name, *value.constant);
    return result;
  }

  Result<ValueId> real(ValueId id) { return as_real(builder_, form(id)); }

  const Graph& old_;
  Builder builder_;
  std::vector<Form> forms_;
  std::vector<FloatRemainder> remainders_;
};

}  // namespace

Result<IntegerGraph> to_integer(const Graph& graph) { return Converter(graph).run(); }

}  // namespace heddle::network
