// heddle infer: what a network computes, by the golden model in float32.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "compiler/network/batches.h"
#include "compiler/network/to_integer.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/examples.h"
#include "runtime/cli/network_options.h"
#include "runtime/report/text_table.h"

namespace heddle::cli {
namespace {

class InferCommand : public Command {
 public:
  std::string name() const override { return "infer"; }
  std::string summary() const override { return "Run a network (ONNX) in float32: the golden model"; }
  std::vector<OptionSpec> options() override {
    std::vector<OptionSpec> specs = {
        {"NETWORK", &network_, "An ONNX file", "", {}, Complete::kFile, true},
        {"--inputs",
         &inputs_,
         "Inputs by name; more examples than the batch are run one part after another",
         "X.npz",
         {},
         Complete::kFile,
         true},
        {"--integer", &integer_, "What is quantised in integers, as on the arrays: the golden model of 'compile'"},
        {"--labels",
         &labels_,
         "The class of each example, .npy or .npz: print the accuracy",
         "L.npz",
         {},
         Complete::kFile},
        {"-o,--output", &output_, "Write the outputs by name", "Y.npz", {}, Complete::kFile},
    };
    for (OptionSpec& spec : shape_.options()) specs.push_back(std::move(spec));
    return specs;
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(network::Graph graph, shape_.load(network_));
    if (integer_) {
      HEDDLE_ASSIGN(network::IntegerGraph converted, network::to_integer(graph));
      graph = std::move(converted.graph);
    }
    HEDDLE_ASSIGN(const network::Tensors inputs, tensor::read_npz(inputs_));
    auto outputs = network::evaluate_batches(graph, inputs, environment.context);
    if (!outputs) {
      if (outputs.error().where.file.empty()) outputs.error().where.file = network_;
      return fail(outputs.error());
    }
    if (!output_.empty()) HEDDLE_TRY(tensor::write_npz(output_, *outputs));
    return report(*outputs, environment);
  }

 private:
  Result<int> report(const network::Tensors& outputs, Environment& environment) const {
    Json object{{"schema", "heddle.inference/1"}, {"outputs", Json::array()}};
    report::TextTable table({"output", "type", "shape"});
    for (const auto& [name, tensor] : outputs) {
      object["outputs"].push_back({{"name", name}, {"type", tensor::name(tensor.type)}, {"shape", tensor.shape}});
      table.add({name, std::string(tensor::name(tensor.type)), fmt::format("{}", fmt::join(tensor.shape, "x"))});
    }
    std::string text = table.text();
    if (!labels_.empty()) {
      HEDDLE_ASSIGN(const auto labels, network::read_labels(labels_));
      HEDDLE_ASSIGN(const network::Accuracy accuracy, network::accuracy(outputs, labels));
      object["accuracy"] = accuracy_json(accuracy);
      text += accuracy_text(accuracy);
    }
    if (environment.json)
      environment.print(object);
    else
      environment.out << text;
    return 0;
  }

  std::string network_;
  std::string inputs_;
  std::string labels_;
  std::string output_;
  bool integer_ = false;
  NetworkOptions shape_;
};

}  // namespace

std::unique_ptr<Command> make_infer_command() { return std::make_unique<InferCommand>(); }

}  // namespace heddle::cli
