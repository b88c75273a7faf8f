// The only file that includes libtorch (15 seconds and 1.2 GB of its compiler).
#include "workloads/training/train.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>
#include <map>
#include <numbers>

#include "compiler/base/random.h"
#include "compiler/network/overloaded.h"
#include "compiler/tensor/elements.h"

namespace heddle::workloads {
namespace {

using network::Graph;
using network::Node;
using network::ValueId;

/// A graph whose constants are torch tensors.
class Trainee {
 public:
  explicit Trainee(const Graph& graph) : graph_(graph) {
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
      const network::Value& value = graph.values[i];
      if (!value.constant || value.type.element != tensor::Type::kFloat32) continue;
      const auto elements = tensor::elements<float>(*value.constant);
      constants_[i] = torch::tensor(c10::ArrayRef<float>(elements.data(), elements.size())).reshape(value.type.shape);
    }
    for (const Node& node : graph.nodes) {
      const bool normalises = std::holds_alternative<network::BatchNormalization>(node.op);
      for (std::size_t i = 1; i < node.inputs.size() && !(normalises && i > 2); ++i)
        if (const auto found = constants_.find(node.inputs[i].index()); found != constants_.end())
          found->second.requires_grad_();
    }
  }

  /// Matrices and kernels, or the rest of what is trained.
  [[nodiscard]] std::vector<torch::Tensor> parameters(bool matrices) const {
    std::vector<torch::Tensor> result;
    for (const auto& [index, constant] : constants_)
      if (constant.requires_grad() && (constant.dim() > 1) == matrices) result.push_back(constant);
    return result;
  }

  /// The output for a batch, in training mode: normalisations by the batch's statistics, which are remembered.
  Result<torch::Tensor> forward(const torch::Tensor& images) {
    std::map<std::size_t, torch::Tensor> values = constants_;
    values[graph_.inputs[0].index()] = images;
    for (const Node& node : graph_.nodes) {
      std::vector<torch::Tensor> inputs;
      for (const ValueId id : node.inputs) inputs.push_back(id.valid() ? values.at(id.index()) : torch::Tensor());
      torch::Tensor result = run(node, inputs);
      if (!result.defined())
        return fail(ErrorCode::kUnsupported,
                    fmt::format("node '{}': training has no rule for {}", node.name, network::name(node.op)));
      values[node.outputs[0].index()] = std::move(result);
    }
    return values.at(graph_.outputs[0].index());
  }

  /// The graph with the constants as they are now.
  [[nodiscard]] Graph trained() const {
    Graph result = graph_;
    for (const auto& [index, constant] : constants_) {
      network::Value& value = result.values[index];
      tensor::Tensor copy = *value.constant;
      const torch::Tensor plain = constant.detach().contiguous();
      std::copy_n(plain.data_ptr<float>(), plain.numel(), tensor::elements<float>(copy).begin());
      value.constant = std::make_shared<const tensor::Tensor>(std::move(copy));
    }
    return result;
  }

 private:
  /// An undefined tensor where there is no rule.
  torch::Tensor run(const Node& node, const std::vector<torch::Tensor>& x) {
    const auto bias = [&] { return x.size() > 2 ? x[2] : torch::Tensor(); };
    return std::visit(
        network::Overloaded{
            [&](const network::Conv& op) {
              const network::Window& window = op.window;
              if (window.pads_begin != window.pads_end) return torch::Tensor();
              return torch::conv2d(x[0], x[1], bias(), window.strides, window.pads_begin, window.dilations, op.groups);
            },
            [&](const network::BatchNormalization& op) {
              return torch::batch_norm(x[0], x[1], x[2], x[3], x[4], true, kMomentum, op.epsilon, false);
            },
            [&](const network::Clip& op) {
              return op.low == 0 && op.high == HUGE_VAL ? torch::relu(x[0]) : torch::clamp(x[0], op.low, op.high);
            },
            [&](const network::Pool& op) {
              const network::Window& window = op.window;
              if (op.kind != network::PoolKind::kMax || window.pads_begin != window.pads_end) return torch::Tensor();
              return torch::max_pool2d(x[0], window.kernel, window.strides, window.pads_begin, window.dilations);
            },
            [&](const network::Reduce& op) {
              return op.kind == network::ReduceKind::kMean ? x[0].mean(op.axes, op.keep_axes) : torch::Tensor();
            },
            [&](const network::Reshape& op) {
              network::Extents shape = op.shape;
              shape[0] = x[0].size(0);
              return x[0].reshape(shape);
            },
            [&](const network::Gemm& op) {
              if (op.alpha != 1 || op.beta != 1 || op.transpose_a || !op.transpose_b) return torch::Tensor();
              return torch::linear(x[0], x[1], bias());
            },
            [&](const network::Binary& op) {
              return op.kind == network::BinaryKind::kAdd ? x[0] + x[1] : torch::Tensor();
            },
            [&](const auto&) { return torch::Tensor(); }},
        node.op);
  }

  static constexpr double kMomentum = 0.1;  ///< of the statistics of normalisations

  const Graph& graph_;
  std::map<std::size_t, torch::Tensor> constants_;  ///< by value; batch_norm writes means and variances into them
};

/// One image as floats of 0 to 1, moved and mirrored.
void place_image(const std::uint8_t* pixels, std::int64_t rows, std::int64_t columns, const TrainOptions& options,
                 Random& random, float* out) {
  const std::int64_t down = options.shift == 0 ? 0 : random.between(-options.shift, options.shift);
  const std::int64_t right = options.shift == 0 ? 0 : random.between(-options.shift, options.shift);
  const bool mirrored = options.flip && random.below(2) == 1;
  for (std::int64_t y = 0; y < rows; ++y)
    for (std::int64_t x = 0; x < columns; ++x) {
      const std::int64_t from_y = y - down;
      const std::int64_t from_x = (mirrored ? columns - 1 - x : x) - right;
      const bool inside = from_y >= 0 && from_y < rows && from_x >= 0 && from_x < columns;
      *out++ = inside ? static_cast<float>(pixels[from_y * columns + from_x]) / 255.0F : 0.0F;
    }
}

/// Up over the first tenth of the steps, then down along a cosine.
double rate_at(double peak, std::int64_t step, std::int64_t steps) {
  const double done = static_cast<double>(step) / static_cast<double>(steps);
  return done < 0.1 ? peak * (done + 0.002) / 0.102 : peak * 0.5 * (1 + std::cos(std::numbers::pi * (done - 0.1) / 0.9));
}

Status check(const Graph& graph, const LabelledImages& images) {
  const network::Value& input = graph.value(graph.inputs[0]);
  const network::Extents wanted{1, 1, images.pixels.shape[1], images.pixels.shape[2]};
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1 || input.type.shape != wanted)
    return fail(ErrorCode::kBadInput, fmt::format("training wants one output and one input float32[1,1,{},{}], not {}",
                                                  wanted[2], wanted[3], network::to_string(input.type)));
  if (images.labels.elements() != images.pixels.shape[0])
    return fail(ErrorCode::kBadInput, fmt::format("{} labels for {} images", images.labels.elements(),
                                                  images.pixels.shape[0]));
  return {};
}

}  // namespace

Result<Graph> train(const Graph& graph, const LabelledImages& images, const TrainOptions& options,
                    const EpochReport& report) {
  HEDDLE_TRY(check(graph, images));
  torch::set_num_threads(1);
  Random random(options.seed);
  Trainee trainee(graph);
  using Options = torch::optim::AdamWOptions;
  std::vector<torch::optim::OptimizerParamGroup> groups;
  for (const bool matrices : {true, false})
    groups.emplace_back(trainee.parameters(matrices), std::make_unique<Options>(Options(options.rate).weight_decay(
                                                          matrices ? options.weight_decay : 0)));
  torch::optim::AdamW optimizer(std::move(groups), Options(options.rate));

  const std::int64_t rows = images.pixels.shape[1];
  const std::int64_t columns = images.pixels.shape[2];
  std::vector<std::int64_t> order(static_cast<std::size_t>(images.pixels.shape[0]));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  const auto each = static_cast<std::size_t>(options.batch);
  const std::size_t batches = order.size() / each;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
    double loss_sum = 0;
    std::int64_t right = 0;
    for (std::size_t batch = 0; batch < batches; ++batch) {
      torch::Tensor x = torch::empty({options.batch, 1, rows, columns});
      torch::Tensor labels = torch::empty({options.batch}, torch::kInt64);
      for (std::size_t i = 0; i < each; ++i) {
        const std::int64_t example = order[batch * each + i];
        place_image(images.pixels.data.data() + example * rows * columns, rows, columns, options, random,
                    x.data_ptr<float>() + static_cast<std::int64_t>(i) * rows * columns);
        labels.data_ptr<std::int64_t>()[i] = images.labels.data[static_cast<std::size_t>(example)];
      }
      const auto step = static_cast<std::int64_t>(static_cast<std::size_t>(epoch) * batches + batch);
      for (auto& group : optimizer.param_groups())
        static_cast<Options&>(group.options())
            .lr(rate_at(options.rate, step, options.epochs * static_cast<std::int64_t>(batches)));
      HEDDLE_ASSIGN(const torch::Tensor logits, trainee.forward(x));
      const torch::Tensor loss = torch::nn::functional::cross_entropy(logits, labels);
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
      loss_sum += loss.item<double>();
      right += (logits.argmax(1) == labels).sum().item<std::int64_t>();
    }
    report(epoch, loss_sum / static_cast<double>(batches),
           static_cast<double>(right) / static_cast<double>(batches * each));
  }
  return trainee.trained();
}

}  // namespace heddle::workloads
