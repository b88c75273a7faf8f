// heddle_train NETWORK DATA OUT.onnx [--epochs N] [--rate R] [--shift P] [--flip] [--seed S]: trains one of the networks
// for 28x28 images on a data set in IDX files, and writes it with its normalisations. Run by scripts/train_networks.
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "compiler/frontend/onnx/export.h"
#include "compiler/network/batches.h"
#include "compiler/tensor/elements.h"
#include "compiler/tensor/idx.h"
#include "workloads/networks/convolutional.h"
#include "workloads/training/train.h"

namespace heddle::workloads {
namespace {

struct Arguments {
  std::string network;
  std::filesystem::path data;
  std::filesystem::path output;
  TrainOptions options;
};

Result<Arguments> parse(const std::vector<std::string>& words) {
  const auto usage = [] {
    return fail(ErrorCode::kBadInput,
                "usage: heddle_train lenet5|resnet8 DATA OUT.onnx [--epochs N] [--rate R] [--shift P] [--flip] [--seed S]");
  };
  if (words.size() < 3) return usage();
  Arguments result{words[0], words[1], words[2], {}};
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (words[i] == "--flip") {
      result.options.flip = true;
      continue;
    }
    if (i + 1 == words.size()) return usage();
    const double number = std::atof(words[i + 1].c_str());
    if (words[i] == "--epochs" && number >= 1)
      result.options.epochs = static_cast<int>(number);
    else if (words[i] == "--rate" && number > 0)
      result.options.rate = number;
    else if (words[i] == "--shift" && number >= 0)
      result.options.shift = static_cast<int>(number);
    else if (words[i] == "--seed" && number >= 0)
      result.options.seed = static_cast<std::uint64_t>(number);
    else
      return usage();
    ++i;
  }
  return result;
}

Result<LabelledImages> load(const std::filesystem::path& data, const std::string& part) {
  LabelledImages result;
  HEDDLE_ASSIGN(result.pixels, tensor::read_idx(data / (part + "-images-idx3-ubyte.gz")));
  HEDDLE_ASSIGN(result.labels, tensor::read_idx(data / (part + "-labels-idx1-ubyte.gz")));
  return result;
}

/// By the golden model, not by what trained it.
Result<double> accuracy(const network::Graph& graph, const LabelledImages& images) {
  HEDDLE_ASSIGN(tensor::Tensor x, tensor::gray_images(images.pixels));
  const std::string input = graph.value(graph.inputs[0]).name;
  HEDDLE_ASSIGN(const network::Tensors outputs, network::evaluate_batches(graph, {{input, std::move(x)}}));
  const tensor::Tensor& logits = outputs.begin()->second;
  const auto values = tensor::elements<float>(logits);
  const auto classes = static_cast<std::size_t>(logits.shape[1]);
  std::int64_t right = 0;
  for (std::size_t i = 0; i < images.labels.data.size(); ++i) {
    const auto row = values.subspan(i * classes, classes);
    right += std::max_element(row.begin(), row.end()) - row.begin() == images.labels.data[i] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(images.labels.data.size());
}

Status run(const std::vector<std::string>& words) {
  HEDDLE_ASSIGN(const Arguments arguments, parse(words));
  HEDDLE_ASSIGN(const LabelledImages images, load(arguments.data, "train"));
  HEDDLE_ASSIGN(const LabelledImages unseen, load(arguments.data, "t10k"));
  const std::uint64_t seed = arguments.options.seed;
  auto start = arguments.network == "lenet5" ? lenet5(seed) : resnet8_gray(seed);
  if (!start) return fail(start.error());
  const auto seconds = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  HEDDLE_ASSIGN(network::Graph trained, train(*start, images, arguments.options, [&](int epoch, double loss, double share) {
                  std::cout << fmt::format("epoch {}: loss {:.4f}, {:.2f} % of the training images, {:.0f} s\n", epoch + 1,
                                           loss, 100 * share, seconds())
                            << std::flush;
                }));
  trained.name = arguments.network + "_fashion";
  HEDDLE_TRY(frontend::save_onnx(trained, arguments.output));
  const double trained_at = seconds();
  HEDDLE_ASSIGN(const double share, accuracy(trained, unseen));
  std::cout << fmt::format("{}: {:.2f} % of the {} test images, trained in {:.0f} s of processor time\n",
                           arguments.output.string(), 100 * share, unseen.labels.elements(), trained_at);
  return {};
}

}  // namespace
}  // namespace heddle::workloads

int main(int argc, char** argv) {
  const heddle::Status status = heddle::workloads::run({argv + 1, argv + argc});
  if (status) return 0;
  std::cerr << heddle::to_string(status.error()) << "\n";
  return heddle::exit_status(status.error().code);
}
