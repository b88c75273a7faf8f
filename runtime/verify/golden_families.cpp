// The list of golden functions, and the reading of their names.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/base/files.h"
#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

/// A family with what the list does not show: options that it takes, and its builder.
struct Family {
  GoldenFamily shown;
  std::set<std::string, std::less<>> options;
  Result<Golden> (*build)(const GoldenText&);
};

using Options = std::set<std::string, std::less<>>;

const std::vector<Family>& families() {
  static const Options kRounded = {"to", "rne", "rna", "rtz", "sat", "inf", "nan"};
  static const Options kRoundedSum = {"acc", "rne", "rna", "rtz", "sat", "inf", "nan", "unfused"};
  static const Options kBack = {"to", "acc", "mul", "shift", "zero", "rne", "rna", "rtz", "sat", "inf", "nan"};
  static const std::vector<Family> list = {
      {{"int.add", "I[xI][:out=N]", "int.add:int8", "sum"}, {"out"}, integer_golden},
      {{"int.sub", "I[xI][:out=N]", "int.sub:int8", "difference"}, {"out"}, integer_golden},
      {{"int.mul", "I[xI][:out=N]", "int.mul:int8xuint4", "product"}, {"out"}, integer_golden},
      {{"int.max", "I[xI][:out=N]", "int.max:int8", "the greater one"}, {"out"}, integer_golden},
      {{"int.mac", "I[xI][:acc=N][:sat]", "int.mac:int8:acc=24", "running sum of products, wrapping or saturating"},
       {"acc", "sat"},
       integer_golden},
      {{"int.dot", "I[xI]:n=N[:out=N]", "int.dot:int8:n=4", "dot product of N lanes"}, {"n", "out"}, integer_golden},
      {{"minifloat.mul", "F[xF][:to=F][ROUND]", "minifloat.mul:e4m3", "product, rounded"}, kRounded, float_golden},
      {{"minifloat.add", "F[xF][:to=F][ROUND]", "minifloat.add:e4m3", "sum, rounded"}, kRounded, float_golden},
      {{"minifloat.mac", "S[xS][:acc=N]", "minifloat.mac:e4m3xe5m2",
        "running sum of products in an exact fixed-point register; S may be an integer format"},
       {"acc"},
       exact_golden},
      {{"minifloat.dot", "S[xS]:n=N[:out=N]", "minifloat.dot:e2m1:n=4", "exact dot product of N lanes in fixed point"},
       {"n", "out"},
       exact_golden},
      {{"fp.mul", "F[xF][:to=F][ROUND]", "fp.mul:bf16", "product, rounded"}, kRounded, float_golden},
      {{"fp.add", "F[xF][:to=F][ROUND]", "fp.add:fp16", "sum, rounded"}, kRounded, float_golden},
      {{"fp.sub", "F[xF][:to=F][ROUND]", "fp.sub:fp16", "difference, rounded"}, kRounded, float_golden},
      {{"fp.max", "F[xF][:to=F]", "fp.max:fp16", "the greater one; a NaN loses against a number"},
       kRounded,
       float_golden},
      {{"fp.min", "F[xF][:to=F]", "fp.min:fp16", "the lesser one; a NaN loses against a number"},
       kRounded,
       float_golden},
      {{"fp.fma", "F[xF][:to=F][ROUND]", "fp.fma:fp16:to=fp32", "a * b + c, rounded once"}, kRounded, float_golden},
      {{"fp.mac", "F[xF][:acc=F][:unfused][ROUND]", "fp.mac:fp16",
        "running sum of products in a floating-point register, fp32 unless acc= says otherwise"},
       kRoundedSum,
       float_golden},
      {{"fp.exp2", "F[:segments=N]", "fp.exp2:fp16:segments=32", "2^x, piecewise linear, as compiler/numerics has it"},
       {"segments", "sat", "inf", "nan"},
       float_golden},
      {{"fp.recip", "F[:segments=N]", "fp.recip:fp16:segments=32",
        "1/x, piecewise linear, as compiler/numerics has it"},
       {"segments", "sat", "inf", "nan"},
       float_golden},
      {{"convert", "S->S[ROUND]", "convert:fp32->e4m3", "a format to another, rounded"}, kRounded, conversion_golden},
      {{"convert_back", "S[xS]->S[:acc=N][:mul=M][:shift=K][:zero=Z][ROUND]", "convert_back:e4m3xe4m3->e4m3:shift=4",
        "an exact accumulator times M * 2^-K to a format"},
       kBack,
       conversion_golden},
      {{"requantize", "I->I[:acc=N][:mul=M][:shift=K][:zero=Z][ROUND]", "requantize:int32->int8:mul=181:shift=14",
        "an integer accumulator times M * 2^-K, plus Z, clamped"},
       kBack,
       conversion_golden},
      {{"mx.dot", "B[xB][:to=F][ROUND]", "mx.dot:mxfp8_e4m3", "dot product of two blocks with shared scales, rounded"},
       kRounded,
       block_golden},
  };
  return list;
}

const std::set<std::string, std::less<>>& all_options() {
  static const auto options = [] {
    std::set<std::string, std::less<>> all;
    for (const Family& family : families()) all.insert(family.options.begin(), family.options.end());
    return all;
  }();
  return options;
}

std::string family_list() {
  std::string text;
  for (const Family& family : families()) text += fmt::format("{}{}", text.empty() ? "" : ", ", family.shown.name);
  return text;
}

Result<const Family*> find_family(const std::string& name) {
  std::vector<std::string> names;
  for (const Family& family : families()) {
    if (family.shown.name == name) return &family;
    names.emplace_back(family.shown.name);
  }
  const std::string nearest = nearest_name(name, names);
  return fail(ErrorCode::kBadInput, fmt::format("no golden function '{}'", name), {},
              nearest.empty() ? fmt::format("there are: {}; see heddle list golden", family_list())
                              : fmt::format("did you mean '{}'? See heddle list golden", nearest));
}

Result<GoldenText> read_text(std::string_view given, const Family& family) {
  GoldenText text;
  text.whole = std::string(given);
  text.family = std::string(family.shown.name);
  std::string_view rest = given.substr(std::min(given.size(), text.family.size() + 1));
  while (!rest.empty()) {
    const std::string_view token = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), token.size() + 1));
    const std::string name(token.substr(0, token.find('=')));
    if (!all_options().contains(name)) {
      // Part of a format, or of nothing: the parser of formats will say.
      text.formats += (text.formats.empty() ? "" : ":") + std::string(token);
      continue;
    }
    if (!family.options.contains(name))
      return fail(ErrorCode::kBadInput, fmt::format("--golden {}: {} has no option '{}'", given, text.family, name), {},
                  fmt::format("its form is {}:{}", text.family, family.shown.form));
    text.options[name] = token.size() > name.size() ? std::string(token.substr(name.size() + 1)) : std::string();
  }
  if (!text.formats.empty()) return text;
  return fail(ErrorCode::kBadInput, fmt::format("--golden {}: no format given", given), {},
              fmt::format("for example {}", family.shown.example));
}

}  // namespace

const std::vector<GoldenFamily>& golden_families() {
  static const std::vector<GoldenFamily> list = [] {
    std::vector<GoldenFamily> shown;
    for (const Family& family : families()) shown.push_back(family.shown);
    return shown;
  }();
  return list;
}

Result<Golden> make_golden(std::string_view text, std::optional<int> accumulator_bits) {
  HEDDLE_ASSIGN(const Family* family, find_family(std::string(text.substr(0, text.find(':')))));
  HEDDLE_ASSIGN(GoldenText parsed, read_text(text, *family));
  parsed.accumulator_bits = accumulator_bits;
  auto golden = family->build(parsed);
  if (!golden) {
    Error error = std::move(golden).error();
    if (!error.message.starts_with("--golden")) error.message = fmt::format("--golden {}: {}", text, error.message);
    return fail(std::move(error));
  }
  golden->name = std::string(text);
  return golden;
}

}  // namespace heddle::verify
