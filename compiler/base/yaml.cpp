// YAML text to Document, from yaml-cpp's events rather than its node graph: an event tells where it is, duplicate keys
// are still visible, and an alias cannot close a cycle.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "compiler/base/document_builder.h"
#include "compiler/base/json.h"
#include "compiler/base/utf8.h"

namespace heddle {
namespace {

/// Carries our error out of yaml-cpp's callbacks; never leaves this file.
struct Stop {
  Error error;
};

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  return !text.empty() && (text[0] == '-' || text[0] == '+') ? text.substr(1) : text;
}

/// YAML 1.2 core: [-+]?[0-9]+, 0o[0-7]+, 0x[0-9a-fA-F]+. Nullopt if not of this form or over 64 bits.
std::optional<Json> as_integer(std::string_view text) {
  int base = 10;
  std::string_view digits = without_sign(text);
  std::string_view alphabet = "0123456789";
  if (text.starts_with("0x")) {
    base = 16;
    digits = text.substr(2);
    alphabet = "0123456789abcdefABCDEF";
  } else if (text.starts_with("0o")) {
    base = 8;
    digits = text.substr(2);
    alphabet = "01234567";
  }
  if (!all_of(digits, alphabet)) return std::nullopt;
  std::uint64_t magnitude = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base).ec != std::errc{})
    return std::nullopt;
  if (!text.starts_with('-')) return Json(magnitude);
  if (magnitude > std::uint64_t{1} << 63U) return std::nullopt;
  return Json(static_cast<std::int64_t>(0 - magnitude));
}

/// YAML 1.2 core: [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  text = without_sign(text);
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos && !all_of(without_sign(text.substr(exponent + 1)), "0123456789"))
    return false;
  const std::string_view mantissa = text.substr(0, exponent);
  const std::size_t dot = mantissa.find('.');
  if (dot == std::string_view::npos) return all_of(mantissa, "0123456789");
  const std::string_view whole = mantissa.substr(0, dot);
  const std::string_view fraction = mantissa.substr(dot + 1);
  if (whole.empty()) return all_of(fraction, "0123456789");
  return all_of(whole, "0123456789") && (fraction.empty() || all_of(fraction, "0123456789"));
}

std::optional<Json> as_float(std::string_view text) {
  if (!looks_like_float(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return Json(value);
}

bool is_infinite_or_nan(std::string_view text) {
  const std::string_view bare = without_sign(text);
  return bare == ".inf" || bare == ".Inf" || bare == ".INF" || text == ".nan" || text == ".NaN" || text == ".NAN";
}

/// The type of a plain scalar by the YAML 1.2 core schema.
Json resolve(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto integer = as_integer(text)) return *integer;
  if (auto number = as_float(text)) return *number;
  return text;
}

class Handler : public YAML::EventHandler {
 public:
  explicit Handler(const std::string& file) : builder_(file) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (builder_.has_root()) stop(mark, "a second document, expected one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, nullptr, anchor, ""); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (builder_.expects_key()) stop(mark, "an alias cannot be a key");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) stop(mark, "alias of an anchor that names no value");
    if (builder_.is_open(found->second)) stop(mark, "alias inside the value that its anchor names");
    replay(Json(builder_.at(found->second)), mark);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    constexpr std::string_view kCore = "tag:yaml.org,2002:";
    if (tag == "!" || tag == std::string(kCore) + "str") return scalar(mark, value, anchor, value);
    if (!tag.empty() && tag != "?" && !tag.starts_with(kCore)) stop(mark, fmt::format("unsupported tag \"{}\"", tag));
    if (!builder_.expects_key() && is_infinite_or_nan(value))
      stop(mark, fmt::format("{} is not allowed: numbers must be finite", value));
    Json resolved = resolve(value);
    if (resolved.is_number_float() && !std::isfinite(resolved.get<double>())) stop(mark, "number too large");
    scalar(mark, std::move(resolved), anchor, value);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, Json::array(), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, Json::object(), tag, anchor);
  }
  void OnMapEnd() override { close(); }

  [[nodiscard]] bool has_root() const { return builder_.has_root(); }
  Document take() { return builder_.take(); }

 private:
  [[noreturn]] void stop(const YAML::Mark& mark, std::string message) {
    throw Stop{Error{ErrorCode::kBadInput, std::move(message), builder_.place(mark.line + 1, mark.column + 1)}};
  }
  static void check(Status status) {
    if (!status) throw Stop{std::move(status).error()};
  }

  void scalar(const YAML::Mark& mark, Json value, YAML::anchor_t anchor, const std::string& text) {
    if (builder_.expects_key()) return check(builder_.key(text, mark.line + 1, mark.column + 1));
    check(builder_.scalar(std::move(value), mark.line + 1, mark.column + 1));
    name(anchor);
  }

  void open(const YAML::Mark& mark, Json value, const std::string& tag, YAML::anchor_t anchor) {
    if (!tag.empty() && tag != "?" && tag != "!" && !tag.starts_with("tag:yaml.org,2002:"))
      stop(mark, fmt::format("unsupported tag \"{}\"", tag));
    if (builder_.expects_key()) stop(mark, "a key must be a scalar");
    check(builder_.open(std::move(value), mark.line + 1, mark.column + 1));
    name(anchor);
  }
  void close() { builder_.close(); }

  void name(YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = builder_.last_pointer();
  }

  /// Builds a copy of `value` whose places are all that of the alias.
  void replay(const Json& value, const YAML::Mark& mark) {
    const int line = mark.line + 1;
    const int column = mark.column + 1;
    if (!value.is_structured()) return check(builder_.scalar(value, line, column));
    check(builder_.open(value.is_object() ? Json::object() : Json::array(), line, column));
    for (const auto& item : value.items()) {
      if (value.is_object()) check(builder_.key(item.key(), line, column));
      replay(item.value(), mark);
    }
    close();
  }

  DocumentBuilder builder_;
  std::map<YAML::anchor_t, std::string> anchors_;  ///< pointer of the value
};

Mark place_of(std::string_view text, std::size_t offset, const std::string& file) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(offset - line_start) + 1};
}

Status handle_all(std::string_view text, const std::string& file, Handler& handler) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
    return {};
  } catch (const Stop& stop) {
    return fail(stop.error);
  } catch (const YAML::Exception& error) {
    const Mark where = error.mark.is_null() ? Mark{file, 0, 0} : Mark{file, error.mark.line + 1, error.mark.column + 1};
    return fail(ErrorCode::kBadInput, error.msg, where);
  }
}

}  // namespace

Result<Document> parse_yaml(std::string_view text, const std::string& file) {
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return fail(ErrorCode::kBadInput, "not a text file: it contains a zero byte", place_of(text, nul, file));
  if (const auto bad = find_bad_utf8(text))
    return fail(ErrorCode::kBadInput, "not UTF-8 text", place_of(text, *bad, file));
  Handler handler(file);
  HEDDLE_TRY(handle_all(text, file, handler));
  if (!handler.has_root()) return fail(ErrorCode::kBadInput, "empty document", {file, 1, 1});
  return handler.take();
}

}  // namespace heddle
