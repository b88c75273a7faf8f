#include "tests/support/random_number_kernel.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <vector>

#include "compiler/base/random.h"

namespace heddle {
namespace {

constexpr int kElements = 64;

class Generator {
 public:
  Generator(std::uint64_t seed, const std::vector<std::string>& formats) : random_(seed), formats_(formats) {}

  std::string source() {
    first_ = formats_[static_cast<std::size_t>(pick(static_cast<int>(formats_.size())))];
    second_ = formats_[static_cast<std::size_t>(pick(static_cast<int>(formats_.size())))];
    std::string body;
    const int statements = 2 + pick(5);
    for (int k = 0; k < statements; ++k) body += statement(2);
    return fmt::format(
        "#include <math.h>\n#include <stdint.h>\n#include \"heddle/kernel.h\"\n\n"
        "HEDDLE_KERNEL float kernel(int n HEDDLE_RANGE(0, 24), float x, float y,\n"
        "    const float in0[restrict static {0}], const heddle_{1} in1[restrict static {0}],\n"
        "    const heddle_{2} in2[restrict static {0}], const int32_t in3[restrict static {0}],\n"
        "    float out0[restrict static {0}], heddle_{1} out1[restrict static {0}],\n"
        "    int32_t out2[restrict static {0}]) {{\n"
        "  float s = x, t = 1;\n  heddle_{2} c = 0;\n"
        "  for (int i = 4; i < n; i++) {{\n{3}  }}\n"
        "  return s + t + heddle_{2}_to_fp32(c);\n}}\n",
        kElements, first_, second_, body);
  }

 private:
  int pick(int bound) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(bound))); }
  const std::string& format_of(int input) const { return input == 1 ? first_ : second_; }
  bool has_comparisons(int input) const { return format_of(input).ends_with("16"); }

  std::string index() { return fmt::format("i {} {}", pick(2) == 0 ? '+' : '-', pick(5)); }

  std::string statement(int depth) {
    const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
    switch (pick(depth > 2 ? 6 : 8)) {
      case 0: return fmt::format("{}{} = {};\n", indent, pick(2) == 0 ? "s" : "t", real(3));
      case 1: return fmt::format("{}s = heddle_{}_mac({}, {}, s);\n", indent, format_of(1), code(1, 1), code(1, 1));
      case 2: return fmt::format("{}c = {};\n", indent, code(2, 2));
      case 3: return fmt::format("{}out0[{}] = {};\n", indent, index(), real(3));
      case 4: return fmt::format("{}out1[{}] = {};\n", indent, index(), code(1, 2));
      case 5: return fmt::format("{}out2[{}] = {};\n", indent, index(), integer());
      default: return fmt::format("{0}if ({1}) {{\n{2}{0}}}\n", indent, condition(), statement(depth + 1));
    }
  }

  std::string condition() {
    constexpr std::array<std::string_view, 6> kComparisons = {"<", "<=", ">", ">=", "==", "!="};
    if (const int input = 1 + pick(2); has_comparisons(input) && pick(3) == 0)
      return fmt::format("heddle_{}_{}({}, {})", format_of(input), pick(2) == 0 ? "lt" : "le", code(input, 1),
                         code(input, 1));
    std::string text = fmt::format("{} {} {}", real(1), kComparisons[static_cast<std::size_t>(pick(6))], real(1));
    return pick(5) == 0 ? fmt::format("!({})", text) : text;
  }

  /// Defined for every float.
  std::string integer() {
    if (pick(3) == 0) return condition();
    const std::string a = real(2);
    return fmt::format("(int32_t)({0} > -30000 && {0} < 30000 ? {0} : 7)", a);
  }

  /// A code in the format of input 1 or 2.
  std::string code(int input, int depth) {
    const std::string& format = format_of(input);
    if (depth == 0 || pick(3) == 0) return pick(3) == 0 && input == 2 ? "c" : fmt::format("in{}[{}]", input, index());
    switch (pick(has_comparisons(input) ? 5 : 3)) {
      case 0: return fmt::format("heddle_{}_from_fp32({})", format, real(1));
      case 1: return fmt::format("heddle_{}_add({}, {})", format, code(input, depth - 1), code(input, depth - 1));
      case 2: return fmt::format("heddle_{}_mul({}, {})", format, code(input, depth - 1), code(input, depth - 1));
      case 3: return fmt::format("heddle_{}_sub({}, {})", format, code(input, depth - 1), code(input, depth - 1));
      default:
        return fmt::format("heddle_{}_{}({}, {})", format, pick(2) == 0 ? "min" : "max", code(input, depth - 1),
                           code(input, depth - 1));
    }
  }

  std::string real_leaf() {
    switch (pick(7)) {
      case 0: return fmt::format("{}.{}f", pick(9), 25 * pick(4));
      case 1: return pick(2) == 0 ? "x" : "y";
      case 2: return pick(2) == 0 ? "s" : "t";
      case 3: return pick(2) == 0 ? "(float)i" : fmt::format("(float)in3[{}]", index());
      case 4: return fmt::format("heddle_{}_to_fp32({})", format_of(1), code(1, 1));
      default: return fmt::format("in0[{}]", index());
    }
  }

  std::string real(int depth) {
    if (depth == 0 || pick(4) == 0) return real_leaf();
    const std::string a = real(depth - 1);
    switch (pick(10)) {
      case 0:
      case 1: return fmt::format("({} + {})", a, real(depth - 1));
      case 2: return fmt::format("({} - {})", a, real(depth - 1));
      case 3:
      case 4: return fmt::format("({} * {})", a, real(depth - 1));
      case 5: return fmt::format("(-{})", a);
      case 6: return fmt::format("fabsf({})", a);
      case 7: return fmt::format("fmaf({}, {}, {})", a, real(depth - 1), real(depth - 1));
      case 8: return fmt::format("{}({}, {})", pick(2) == 0 ? "fminf" : "fmaxf", a, real(depth - 1));
      default: return fmt::format("({} ? {} : {})", condition(), a, real(depth - 1));
    }
  }

  Random random_;
  const std::vector<std::string>& formats_;
  std::string first_, second_;
};

}  // namespace

std::string random_number_kernel(std::uint64_t seed, const std::vector<std::string>& formats) {
  return Generator(seed, formats).source();
}

}  // namespace heddle
