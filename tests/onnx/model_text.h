// ONNX models for tests, put together in a line or two.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "compiler/network/graph.h"

namespace heddle::frontend {

/// Builds a ModelProto; opset 13 unless set.
class ModelText {
 public:
  explicit ModelText(std::int64_t opset = 13);

  ModelText& input(const std::string& name, const network::Extents& shape, int type = ::onnx::TensorProto::FLOAT);
  ModelText& output(const std::string& name);
  ModelText& floats(const std::string& name, const network::Extents& shape, const std::vector<float>& values);
  ModelText& integers(const std::string& name, const std::vector<std::int64_t>& values);
  /// Attributes: "group=2", "pads=1,1,1,1" are integers (a comma makes a list, so does a trailing one).
  ModelText& node(const std::string& op, const std::vector<std::string>& inputs,
                  const std::vector<std::string>& outputs, const std::vector<std::string>& attributes = {},
                  const std::string& domain = {});

  ::onnx::ModelProto& proto() { return model_; }
  [[nodiscard]] std::string bytes() const { return model_.SerializeAsString(); }

 private:
  ::onnx::ModelProto model_;
};

/// x [1,1,8,8] -> Conv -> Relu -> MaxPool -> Flatten -> Gemm -> y [1,3]: LeNet's parts, weights by a formula.
std::string small_convnet();

}  // namespace heddle::frontend
