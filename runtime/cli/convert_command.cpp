// heddle convert: images and labels of a data set in IDX files as inputs of networks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "compiler/tensor/idx.h"
#include "runtime/cli/commands.h"

namespace heddle::cli {
namespace {

class ConvertCommand : public Command {
 public:
  std::string name() const override { return "convert"; }
  std::string summary() const override { return "Turn images or labels in an IDX file into an .npz of inputs"; }
  std::vector<OptionSpec> options() override {
    return {{"IDX", &file_, "An IDX file, plain or gzipped: gray images, or labels", "", {}, Complete::kFile, true},
            {"-o,--output", &output_, "The file", "X.npz", {}, Complete::kFile, true},
            {"--name", &name_, "Name of the tensor: the network's input (default: image, or label)", "NAME"},
            {"--first", &first_, "The first example, from 0", "I"},
            {"--count", &count_, "How many examples; 0 = all that follow", "N"}};
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(tensor::Tensor tensor, tensor::read_idx(file_));
    if (tensor.shape.empty() || tensor.shape[0] == 0)
      return fail(ErrorCode::kBadInput, "the file holds no examples", {file_});
    const bool images = tensor.shape.size() == 3;
    auto taken = tensor::take_examples(tensor, first_, count_ == 0 ? tensor.shape[0] - first_ : count_);
    if (taken && images) taken = tensor::gray_images(*taken);
    if (!taken) {
      taken.error().where.file = file_;
      return fail(taken.error());
    }
    const std::string name = !name_.empty() ? name_ : images ? "image" : "label";
    HEDDLE_TRY(tensor::write_npz(output_, {{name, *taken}}));
    const Json object{{"schema", "heddle.convert/1"},
                      {"file", output_},
                      {"name", name},
                      {"type", tensor::name(taken->type)},
                      {"shape", taken->shape}};
    if (environment.json)
      environment.print(object);
    else
      environment.out << fmt::format("{}: {} {} {}\n", output_, name, tensor::name(taken->type),
                                     fmt::join(taken->shape, "x"));
    return 0;
  }

 private:
  std::string file_;
  std::string output_;
  std::string name_;
  std::int64_t first_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_convert_command() { return std::make_unique<ConvertCommand>(); }

}  // namespace heddle::cli
