#include "tests/onnx/model_text.h"

#include <algorithm>
#include <sstream>

namespace heddle::frontend {

ModelText::ModelText(std::int64_t opset) {
  model_.set_ir_version(7);
  auto* import = model_.add_opset_import();
  import->set_domain("");
  import->set_version(opset);
  model_.mutable_graph()->set_name("test");
}

ModelText& ModelText::input(const std::string& name, const network::Extents& shape, int type) {
  auto* input = model_.mutable_graph()->add_input();
  input->set_name(name);
  auto* tensor = input->mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  tensor->mutable_shape();
  for (const std::int64_t extent : shape) {
    auto* dimension = tensor->mutable_shape()->add_dim();
    if (extent >= 0)
      dimension->set_dim_value(extent);
    else
      dimension->set_dim_param("n");
  }
  return *this;
}

ModelText& ModelText::output(const std::string& name) {
  model_.mutable_graph()->add_output()->set_name(name);
  return *this;
}

ModelText& ModelText::floats(const std::string& name, const network::Extents& shape, const std::vector<float>& values) {
  auto* tensor = model_.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(::onnx::TensorProto::FLOAT);
  for (const std::int64_t extent : shape) tensor->add_dims(extent);
  for (const float value : values) tensor->add_float_data(value);
  return *this;
}

ModelText& ModelText::integers(const std::string& name, const std::vector<std::int64_t>& values) {
  auto* tensor = model_.mutable_graph()->add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(::onnx::TensorProto::INT64);
  tensor->add_dims(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) tensor->add_int64_data(value);
  return *this;
}

ModelText& ModelText::node(const std::string& op, const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs, const std::vector<std::string>& attributes,
                           const std::string& domain) {
  auto* node = model_.mutable_graph()->add_node();
  node->set_op_type(op);
  node->set_domain(domain);
  for (const std::string& name : inputs) node->add_input(name);
  for (const std::string& name : outputs) node->add_output(name);
  for (const std::string& text : attributes) {
    const std::size_t equals = text.find('=');
    auto* attribute = node->add_attribute();
    attribute->set_name(text.substr(0, equals));
    std::stringstream values(text.substr(equals + 1));
    std::vector<std::int64_t> list;
    for (std::string value; std::getline(values, value, ',');) list.push_back(std::stoll(value));
    const bool is_list = text.find(',') != std::string::npos;
    attribute->set_type(is_list ? ::onnx::AttributeProto::INTS : ::onnx::AttributeProto::INT);
    for (const std::int64_t value : list) {
      if (is_list)
        attribute->add_ints(value);
      else
        attribute->set_i(value);
    }
  }
  return *this;
}

std::string small_convnet() {
  const auto weights = [](int count) {
    std::vector<float> values;
    for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(i * 7 % 11 - 5) / 4);
    return values;
  };
  return ModelText()
      .input("x", {1, 1, 8, 8})
      .floats("w1", {2, 1, 3, 3}, weights(18))
      .floats("b1", {2}, {0.5F, -0.25F})
      .floats("w2", {3, 32}, weights(96))
      .floats("b2", {3}, {1, 2, 3})
      .node("Conv", {"x", "w1", "b1"}, {"c"}, {"kernel_shape=3,3", "pads=1,1,1,1"})
      .node("Relu", {"c"}, {"r"})
      .node("MaxPool", {"r"}, {"p"}, {"kernel_shape=2,2", "strides=2,2"})
      .node("Flatten", {"p"}, {"f"}, {"axis=1"})
      .node("Gemm", {"f", "w2", "b2"}, {"y"}, {"transB=1"})
      .output("y")
      .bytes();
}

}  // namespace heddle::frontend
