// Names of formats: a base name and modifiers, `base[:modifier]...`.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "compiler/numerics/format.h"

namespace heddle::numerics {
namespace {

constexpr std::string_view kValidNames =
    "valid are int2 to int32, uint2 to uint32 (:narrow, :affine); eXmY of 3 to 8 bits with X >= 1, ueXmY, each with "
    "fn, "
    "ieee or fnuz (:bias=N, :nosub); fp16, bf16, fp32; mxfp8_e4m3, mxfp8_e5m2, mxfp6_e3m2, mxfp6_e2m3, mxfp4, mxint8 "
    "(:k=16, 32 or 64, :ceil, :even), nvfp4";

constexpr std::array<std::pair<std::string_view, Specials>, 4> kSpecials = {
    {{"", Specials::kNone}, {"fn", Specials::kFn}, {"ieee", Specials::kIeee}, {"fnuz", Specials::kFnuz}}};

struct NamedFormat {
  std::string_view name;
  Format format;
};

const std::vector<NamedFormat>& named_formats() {
  static const std::vector<NamedFormat> kNamed = {
      {"fp16", fp16()},
      {"bf16", bf16()},
      {"fp32", fp32()},
      {"mxfp8_e4m3", block_format(minifloat(4, 3, Specials::kFn))},
      {"mxfp8_e5m2", block_format(minifloat(5, 2, Specials::kIeee))},
      {"mxfp6_e3m2", block_format(minifloat(3, 2))},
      {"mxfp6_e2m3", block_format(minifloat(2, 3))},
      {"mxfp4", block_format(minifloat(2, 1))},
      {"mxint8", block_format(IntFormat{8, true, true, false})},
      {"nvfp4", nvfp4()},
  };
  return kNamed;
}

/// Single-character edits between two short words.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

/// What others call these formats, in lower case.
struct Alias {
  const char* theirs;
  const char* ours;
};
constexpr Alias kAliases[] = {
    {"fp8", "e4m3fn"},        {"float8", "e4m3fn"},        {"fp8_e4m3", "e4m3fn"},  {"float8_e4m3fn", "e4m3fn"},
    {"fp8_e5m2", "e5m2ieee"}, {"float8_e5m2", "e5m2ieee"}, {"fp6", "e3m2"},         {"float6", "e3m2"},
    {"fp4", "e2m1"},          {"float4", "e2m1"},          {"half", "fp16"},        {"float16", "fp16"},
    {"bfloat16", "bf16"},     {"bfloat", "bf16"},          {"float", "fp32"},       {"float32", "fp32"},
    {"mxfp8", "mxfp8_e4m3"},  {"mxfp6", "mxfp6_e3m2"},     {"mxfp4_e2m1", "mxfp4"}, {"fp4_e2m1", "e2m1"}};

/// The valid base name that is meant by `base` elsewhere, or looks most like it; the first of equals.
std::string nearest_spelling(std::string_view base) {
  std::vector<std::string> names;
  for (const NamedFormat& named : named_formats()) names.emplace_back(named.name);
  for (const char* prefix : {"int", "uint"}) {
    for (int bits = 2; bits <= kMaxIntBits; ++bits) names.push_back(prefix + std::to_string(bits));
  }
  for (const bool is_signed : {true, false}) {
    for (const FloatFormat& format : minifloats(is_signed)) {
      for (const auto& [suffix, specials] : kSpecials) {
        const FloatFormat variant = minifloat(format.exponent_bits, format.mantissa_bits, specials, is_signed);
        if (validate(variant)) names.push_back(name(variant));
      }
    }
  }
  std::string word(base.substr(0, 32));
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const Alias& alias : kAliases)
    if (word == alias.theirs) return alias.ours;
  const auto nearer = [&](const std::string& a, const std::string& b) {
    return edit_distance(word, a) < edit_distance(word, b);
  };
  return *std::min_element(names.begin(), names.end(), nearer);
}

/// What a refused name is shown as: other people's bytes, kept short.
std::string quoted(std::string_view text) {
  std::string shown = "'";
  for (const char c : text.substr(0, 40)) shown += c >= ' ' && c <= '~' ? c : '?';
  return shown + (text.size() > 40 ? "...'" : "'");
}

tl::unexpected<Error> refuse(std::string_view whole, const std::string& what, const std::string& nearest) {
  return fail(ErrorCode::kBadInput, fmt::format("number format {}: {}; {}", quoted(whole), what, kValidNames), {},
              fmt::format("the nearest valid name is {}", nearest));
}

/// Reads digits from the front of `text`, without leading zeros; nullopt if there are none or too many.
std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || text.front() == '-' || (text.front() == '0' && length > 1)) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// int8, uint4; nullopt if the base is not of this form.
std::optional<Result<IntFormat>> parse_int(std::string_view whole, std::string_view base) {
  IntFormat format;
  std::string_view rest = base;
  format.is_signed = !take_prefix(rest, "u");
  if (!take_prefix(rest, "int")) return std::nullopt;
  const auto width = take_number(rest);
  if (!width || !rest.empty()) return std::nullopt;
  format.bits = *width;
  if (const auto status = validate(format); !status) {
    const std::string nearest = fmt::format("{}int{}", format.is_signed ? "" : "u", std::clamp(*width, 2, kMaxIntBits));
    return refuse(whole, status.error().message, nearest);
  }
  return format;
}

/// e4m3, ue4m4, e5m2ieee; nullopt if the base is not of this form.
std::optional<Result<FloatFormat>> parse_minifloat(std::string_view whole, std::string_view base) {
  std::string_view rest = base;
  const bool is_signed = !take_prefix(rest, "u");
  if (!take_prefix(rest, "e")) return std::nullopt;
  const auto x = take_number(rest);
  if (!x || !take_prefix(rest, "m")) return std::nullopt;
  const auto y = take_number(rest);
  if (!y) return std::nullopt;
  const auto suffix = std::find_if(kSpecials.begin(), kSpecials.end(), [&](const auto& s) { return s.first == rest; });
  if (suffix == kSpecials.end()) return std::nullopt;

  // All bits but the sign; a valid name has 3 to 8 with it.
  const int most = is_signed ? 7 : 8;
  const int least = is_signed ? 2 : 3;
  if (*x >= 1 && *y >= 0 && *x + static_cast<std::int64_t>(*y) <= most && *x + *y >= least) {
    const FloatFormat format = minifloat(*x, *y, suffix->second, is_signed);
    if (const auto status = validate(format); !status) {
      return refuse(whole, status.error().message, name(minifloat(*x, *y, Specials::kNone, is_signed)));
    }
    return format;
  }
  const int near_x = std::clamp(*x, 1, most);
  const int near_y = std::clamp(*y, std::max(0, least - near_x), most - near_x);
  const auto what = *x < 1
                        ? std::string("a minifloat has at least 1 exponent bit (an integer has none: intN)")
                        : fmt::format("a minifloat has 3 to 8 bits{}, this one {}", is_signed ? " with its sign" : "",
                                      static_cast<std::int64_t>(*x) + *y + (is_signed ? 1 : 0));
  FloatFormat nearest = minifloat(near_x, near_y, suffix->second, is_signed);
  if (!validate(nearest)) nearest = minifloat(near_x, near_y, Specials::kNone, is_signed);
  return refuse(whole, what, name(nearest));
}

Result<Format> parse_base(std::string_view whole, std::string_view base) {
  for (const NamedFormat& named : named_formats()) {
    if (named.name == base) return named.format;
  }
  if (auto integer = parse_int(whole, base)) {
    if (!*integer) return tl::unexpected(integer->error());
    return Format(**integer);
  }
  if (auto real = parse_minifloat(whole, base)) {
    if (!*real) return tl::unexpected(real->error());
    return Format(**real);
  }
  return refuse(whole, "unknown", nearest_spelling(base));
}

/// Each apply_modifier returns false for a modifier that the format does not have or already has.
bool apply_modifier(IntFormat& format, std::string_view modifier) {
  bool* flag = modifier == "narrow" ? &format.narrow : modifier == "affine" ? &format.affine : nullptr;
  if (flag == nullptr || *flag) return false;
  *flag = true;
  return true;
}

bool apply_modifier(FloatFormat& format, std::string_view modifier) {
  if (modifier == "nosub") return std::exchange(format.subnormals, false);
  if (!take_prefix(modifier, "bias=")) return false;
  const bool negative = take_prefix(modifier, "-");
  const auto bias = take_number(modifier);
  if (!bias || !modifier.empty() || (negative && *bias == 0)) return false;
  // A second bias is refused: the first one differs from the default, unless it repeats it, which is refused as well.
  if (format.bias != default_bias(format.exponent_bits, format.specials)) return false;
  const int signed_bias = negative ? -*bias : *bias;
  return std::exchange(format.bias, signed_bias) != signed_bias;
}

bool apply_modifier(BlockFormat& format, std::string_view modifier) {
  const int usual_block = format.e4m3_scale ? 16 : 32;
  for (const int k : {16, 32, 64}) {
    if (modifier != fmt::format("k={}", k) || format.block != usual_block || k == usual_block) continue;
    format.block = k;
    return true;
  }
  if (format.e4m3_scale || format.rule != SharedExponent::kFloor) return false;
  if (modifier == "ceil") format.rule = SharedExponent::kCeil;
  if (modifier == "even") format.rule = SharedExponent::kEven;
  return format.rule != SharedExponent::kFloor;
}

std::string_view modifiers_of(const Format& format) {
  if (std::holds_alternative<IntFormat>(format)) return ":narrow (signed only) and :affine";
  if (std::holds_alternative<FloatFormat>(format)) return ":bias=N (another than the usual) and :nosub";
  if (std::get<BlockFormat>(format).e4m3_scale) return ":k=32 and :k=64";
  return ":k=16, :k=64, and :ceil or :even";
}

Status validate_any(const Format& format) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) return validate(*integer);
  if (const auto* real = std::get_if<FloatFormat>(&format)) return validate(*real);
  return {};
}

}  // namespace

Result<Format> parse_format(std::string_view text) {
  const std::string_view base = text.substr(0, text.find(':'));
  HEDDLE_ASSIGN(Format format, parse_base(text, base));
  std::string_view rest = text.substr(base.size());
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view modifier = rest.substr(0, rest.find(':'));
    const Format before = format;
    if (!std::visit([&](auto& f) { return apply_modifier(f, modifier); }, format)) {
      return refuse(
          text, fmt::format("no modifier {} here; {} has {}, each once", quoted(modifier), base, modifiers_of(before)),
          name(before));
    }
    if (const auto status = validate_any(format); !status) return refuse(text, status.error().message, name(before));
    rest.remove_prefix(modifier.size());
  }
  return format;
}

Result<FloatFormat> parse_float_format(std::string_view text) {
  HEDDLE_ASSIGN(const Format format, parse_format(text));
  if (const auto* real = std::get_if<FloatFormat>(&format)) return *real;
  return fail(ErrorCode::kBadInput,
              fmt::format("number format {}: a minifloat, fp16, bf16 or fp32 is needed here", quoted(text)));
}

Result<ScalarFormat> parse_scalar_format(std::string_view text) {
  HEDDLE_ASSIGN(const Format format, parse_format(text));
  if (const auto* real = std::get_if<FloatFormat>(&format)) return ScalarFormat(*real);
  if (const auto* integer = std::get_if<IntFormat>(&format)) return ScalarFormat(*integer);
  return fail(ErrorCode::kBadInput,
              fmt::format("number format {}: an integer or a float is needed here, not blocks", quoted(text)), {},
              fmt::format("its elements are {}", name(std::get<BlockFormat>(format).element)));
}

std::string name(const IntFormat& format) {
  return fmt::format("{}int{}{}{}", format.is_signed ? "" : "u", format.bits, format.narrow ? ":narrow" : "",
                     format.affine ? ":affine" : "");
}

std::string name(const FloatFormat& format) {
  const int usual_bias = default_bias(format.exponent_bits, format.specials);
  FloatFormat usual = format;
  usual.bias = usual_bias;
  usual.subnormals = true;
  std::string base;
  if (usual == fp16()) base = "fp16";
  if (usual == bf16()) base = "bf16";
  if (usual == fp32()) base = "fp32";
  if (base.empty()) {
    const auto* suffix =
        std::find_if(kSpecials.begin(), kSpecials.end(), [&](const auto& s) { return s.second == format.specials; });
    base = fmt::format("{}e{}m{}{}", format.is_signed ? "" : "u", format.exponent_bits, format.mantissa_bits,
                       suffix->first);
  }
  if (format.bias != usual_bias) base += fmt::format(":bias={}", format.bias);
  return base + (format.subnormals ? "" : ":nosub");
}

std::string name(const ScalarFormat& format) {
  return std::visit([](const auto& f) { return name(f); }, format);
}

std::string name(const BlockFormat& format) {
  for (const NamedFormat& named : named_formats()) {
    const auto* usual = std::get_if<BlockFormat>(&named.format);
    if (usual == nullptr || usual->element != format.element || usual->e4m3_scale != format.e4m3_scale) continue;
    std::string text(named.name);
    if (format.block != usual->block) text += fmt::format(":k={}", format.block);
    if (format.rule == SharedExponent::kCeil) text += ":ceil";
    if (format.rule == SharedExponent::kEven) text += ":even";
    return text;
  }
  return fmt::format("blocks of {} {}", format.block, name(format.element));
}

std::string name(const Format& format) {
  return std::visit([](const auto& f) { return name(f); }, format);
}

}  // namespace heddle::numerics
