#include "tests/support/random_kernel.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <vector>

#include "compiler/base/random.h"

namespace heddle {
namespace {

constexpr int kLargestTripCount = 24;
constexpr int kInnerTripCount = 5;
// Largest index any affine access forms: 2 * (i + j + margin) + 7, with i, j at their ends.
constexpr int kElements = 128;
constexpr std::array<std::string_view, 6> kTypes = {"int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t"};

class Generator {
 public:
  Generator(std::uint64_t seed, const RandomKernelOptions& options) : random_(seed), options_(options) {}

  std::string source() {
    declare();
    std::string body;
    scope_ = {"i"};
    if (options_.nested) {
      body += block(options_.statements / 3, 2);
      scope_.push_back("j");
      const std::string inner = block(options_.statements / 2 + 1, 3);
      body += fmt::format("    for (int j = 0; j < {}; j++) {{\n{}    }}\n", kInnerTripCount, inner);
      forget_locals();
      scope_ = {"i"};
      body += block(options_.statements / 3, 2);
    } else {
      body += block(options_.statements, 2);
    }
    return "#include <stdint.h>\n#include \"heddle/kernel.h\"\n\n" + signature() + " {\n" + recurrences() +
           fmt::format("  for (int i = {}; i < n; i += {}) {{\n", 4, pick(3) == 0 ? 2 : 1) + body + "  }\n" + result() +
           "}\n";
  }

 private:
  int pick(int bound) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(bound))); }
  std::string_view type() { return kTypes[static_cast<std::size_t>(pick(static_cast<int>(kTypes.size())))]; }

  void declare() {
    const int inputs = 1 + pick(3);
    const int outputs = 1 + pick(2);
    for (int k = 0; k < inputs; ++k) inputs_.emplace_back(fmt::format("in{}", k), type());
    for (int k = 0; k < outputs; ++k) outputs_.emplace_back(fmt::format("out{}", k), type());
    const int scalars = 1 + pick(3);
    for (int k = 0; k < scalars; ++k) scalars_.emplace_back(fmt::format("s{}", k), type());
  }

  std::string signature() {
    std::string text =
        fmt::format("HEDDLE_KERNEL int32_t kernel(int n HEDDLE_RANGE(0, {}), int32_t x, int32_t y", kLargestTripCount);
    const std::string_view qualifier = options_.restrict_pointers ? "restrict static" : "static";
    for (const auto& [name, type] : inputs_)
      text += fmt::format(",\n    const {} {}[{} {}]", type, name, qualifier, kElements);
    for (const auto& [name, type] : outputs_)
      text += fmt::format(",\n    {} {}[{} {}]", type, name, qualifier, kElements);
    return text + ")";
  }

  std::string recurrences() {
    std::string text;
    for (const auto& [name, type] : scalars_)
      text += fmt::format("  {} {} = {};\n", type, name,
                          pick(2) == 0 ? fmt::format("({})x", type) : fmt::format("{}", pick(100)));
    return text;
  }

  std::string result() {
    std::string sum = "0";
    for (const auto& [name, type] : scalars_) sum = fmt::format("({}) * 31 + (int32_t){}", sum, name);
    return fmt::format("  return (int32_t)({});\n", sum);
  }

  void forget_locals() { locals_.clear(); }

  /// Statements at one nesting depth; what they declare is visible to later statements of the same block only.
  std::string block(int statements, int depth) {
    const std::size_t outer = locals_.size();
    std::string text;
    for (int k = 0; k < statements; ++k) text += statement(depth);
    locals_.resize(outer);
    return text;
  }

  std::string statement(int depth) {
    const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
    switch (pick(depth > 3 ? 7 : 9)) {
      case 0:
      case 1:
      case 2: {
        const std::string value = expression(options_.expression_depth);
        const std::string name = fmt::format("t{}", counter_++);
        locals_.push_back(name);
        return fmt::format("{}{} {} = ({});\n", indent, type(), name, value);
      }
      case 3:
      case 4: {
        const auto& scalar = scalars_[static_cast<std::size_t>(pick(static_cast<int>(scalars_.size())))].first;
        constexpr std::array<std::string_view, 4> kOperators = {"=", "+=", "^=", "-="};
        return fmt::format("{}{} {} {};\n", indent, scalar, kOperators[static_cast<std::size_t>(pick(4))],
                           expression(options_.expression_depth));
      }
      case 5:
      case 6: {
        const auto& output = outputs_[static_cast<std::size_t>(pick(static_cast<int>(outputs_.size())))].first;
        return fmt::format("{}{}[{}] = {};\n", indent, output, index(), expression(options_.expression_depth));
      }
      default: {
        std::string text =
            fmt::format("{}if ({}) {{\n{}{}}}", indent, condition(), block(1 + pick(2), depth + 1), indent);
        if (pick(2) == 0) text += fmt::format(" else {{\n{}{}}}", block(1 + pick(2), depth + 1), indent);
        return text + "\n";
      }
    }
  }

  std::string condition() {
    constexpr std::array<std::string_view, 6> kComparisons = {"<", "<=", ">", ">=", "==", "!="};
    std::string text =
        fmt::format("{} {} {}", expression(1), kComparisons[static_cast<std::size_t>(pick(6))], expression(1));
    if (pick(4) == 0) text = fmt::format("({}) {} ({} & 1)", text, pick(2) == 0 ? "&&" : "||", expression(1));
    return text;
  }

  /// Within [0, kElements): affine in the loop counters (from i - 4 up), or masked data.
  std::string index() {
    switch (pick(6)) {
      case 0: return fmt::format("({}) & {}", expression(1), kElements - 1);
      case 1: return fmt::format("2 * i + {}", pick(8));
      case 2: return scope_.size() > 1 ? fmt::format("i + j * 8 + {}", pick(8)) : fmt::format("i - {}", pick(5));
      case 3: return fmt::format("i - {}", pick(5));
      default: return fmt::format("i + {}", pick(8));
    }
  }

  std::string leaf() {
    switch (pick(8)) {
      case 0: return fmt::format("{}", static_cast<std::int64_t>(pick(512)) - 256);
      case 1: return pick(2) == 0 ? "x" : "y";
      case 2: return scope_[static_cast<std::size_t>(pick(static_cast<int>(scope_.size())))];
      case 3: return scalars_[static_cast<std::size_t>(pick(static_cast<int>(scalars_.size())))].first;
      case 4: return locals_.empty() ? "i" : locals_[static_cast<std::size_t>(pick(static_cast<int>(locals_.size())))];
      case 5: {
        const auto& output = outputs_[static_cast<std::size_t>(pick(static_cast<int>(outputs_.size())))].first;
        return fmt::format("{}[{}]", output, affine_or_masked_leaf());
      }
      default: {
        const auto& input = inputs_[static_cast<std::size_t>(pick(static_cast<int>(inputs_.size())))].first;
        return fmt::format("{}[{}]", input, affine_or_masked_leaf());
      }
    }
  }

  /// An index without nested expressions, so that generation ends.
  std::string affine_or_masked_leaf() {
    switch (pick(5)) {
      case 0: return fmt::format("{}[i + {}] & {}", inputs_[0].first, pick(8), kElements - 1);
      case 1: return fmt::format("2 * i + {}", pick(8));
      case 2: return fmt::format("i - {}", pick(5));
      default: return fmt::format("i + {}", pick(8));
    }
  }

  std::string expression(int depth) {
    if (depth == 0 || pick(5) == 0) return leaf();
    const std::string a = expression(depth - 1);
    switch (pick(options_.divisions ? 15 : 13)) {
      case 0:
      case 1: return fmt::format("({} + {})", a, expression(depth - 1));
      case 2: return fmt::format("({} - {})", a, expression(depth - 1));
      case 3: return fmt::format("({} * {})", a, expression(depth - 1));
      case 4: return fmt::format("({} & {})", a, expression(depth - 1));
      case 5: return fmt::format("({} | {})", a, expression(depth - 1));
      case 6: return fmt::format("({} ^ {})", a, expression(depth - 1));
      case 7: return fmt::format("(int32_t)((uint32_t){} << ({} & 31))", a, expression(depth - 1));
      case 8: return fmt::format("({} >> ({} & 15))", a, expression(depth - 1));
      case 9: return fmt::format("(({}){})", type(), a);
      case 10: return fmt::format("({} ? {} : {})", condition(), a, expression(depth - 1));
      case 11: {
        const std::string b = expression(depth - 1);
        return fmt::format("({0} {2} {1} ? {0} : {1})", a, b, pick(2) == 0 ? "<" : ">");
      }
      case 12: return fmt::format("(~{})", a);
      case 13: return fmt::format("({} / (({} & 15) + 1))", a, expression(depth - 1));
      default: return fmt::format("({} % (({} & 7) + 3))", a, expression(depth - 1));
    }
  }

  using Named = std::pair<std::string, std::string_view>;
  Random random_;
  RandomKernelOptions options_;
  std::vector<Named> inputs_, outputs_, scalars_;
  std::vector<std::string> locals_, scope_;
  int counter_ = 0;
};

}  // namespace

std::string random_kernel(std::uint64_t seed, const RandomKernelOptions& options) {
  return Generator(seed, options).source();
}

RandomKernelOptions random_kernel_options(std::uint64_t seed) {
  Random random(seed ^ 0x5DEECE66DU);
  RandomKernelOptions options;
  options.statements = static_cast<int>(random.between(2, 8));
  options.expression_depth = static_cast<int>(random.between(1, 3));
  options.restrict_pointers = random.below(4) != 0;
  options.nested = random.below(3) == 0;
  options.divisions = random.below(4) == 0;
  return options;
}

}  // namespace heddle
