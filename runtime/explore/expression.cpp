#include "runtime/explore/expression.h"

#include <fmt/format.h>
#include <muparserx/mpParser.h>

#include <cmath>
#include <map>

#include "compiler/base/check.h"

namespace heddle::explore {

struct Expression::State {
  std::string text;
  mup::ParserX parser{mup::pckCOMMON | mup::pckNON_COMPLEX | mup::pckSTRING};  // matrices have a function `size`
  std::map<std::string, mup::Value> values;                                    // what the parser's variables point at
  std::vector<std::string> names;
};

namespace {

mup::Value to_value(const Json& value) {
  if (value.is_boolean()) return {value.get<bool>()};
  if (value.is_number_integer()) return {static_cast<mup::int_type>(value.get<std::int64_t>())};
  if (value.is_number()) return {value.get<double>()};
  return {value.is_string() ? value.get<std::string>() : value.dump()};
}

tl::unexpected<Error> failure(const std::string& text, const mup::ParserError& error) {
  std::string message = error.GetMsg();
  while (!message.empty() && (message.back() == '.' || message.back() == ' ')) message.pop_back();
  return fail(ErrorCode::kBadInput, fmt::format("formula \"{}\": {}", text, message));
}

/// muParserX would set the variable.
bool has_assignment(const std::string& text) {
  bool quoted = false;
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (text[k] == '"') quoted = !quoted;
    if (quoted || text[k] != '=') continue;
    const char before = k == 0 ? ' ' : text[k - 1];
    if (k + 1 < text.size() && text[k + 1] == '=' && before != '=') {
      ++k;
      continue;
    }
    if (before != '<' && before != '>' && before != '!') return true;
  }
  return false;
}

}  // namespace

Result<Expression> Expression::parse(const std::string& text) {
  if (has_assignment(text))
    return fail(ErrorCode::kBadInput, fmt::format("formula \"{}\": '=' sets a value", text), {},
                "compare with == <= >= !=");
  auto state = std::make_shared<State>();
  state->text = text;
  try {
    state->parser.SetExpr(text);
    for (const auto& [name, unused] : state->parser.GetExprVar()) state->names.push_back(name);
    for (const std::string& name : state->names) {
      mup::Value& value = state->values[name];
      state->parser.DefineVar(name, mup::Variable(&value));
    }
  } catch (const mup::ParserError& error) {
    return failure(text, error);
  }
  return Expression(std::move(state));
}

const std::string& Expression::text() const { return state_->text; }
const std::vector<std::string>& Expression::names() const { return state_->names; }

namespace {

Result<mup::Value> evaluate(mup::ParserX& parser, const std::string& text) {
  try {
    return parser.Eval();
  } catch (const mup::ParserError& error) {
    return failure(text, error);
  }
}

}  // namespace

Result<double> Expression::number(const Json& values) const {
  for (auto& [name, value] : state_->values) {
    HEDDLE_CHECK(values.contains(name), "a formula's name has no value: " + name);
    value = to_value(values[name]);
  }
  HEDDLE_ASSIGN(const mup::Value value, evaluate(state_->parser, state_->text));
  if (!value.IsScalar())
    return fail(ErrorCode::kBadInput,
                fmt::format("formula \"{}\": expected a number, found {}", state_->text, value.ToString()));
  const double result = static_cast<double>(value.GetFloat());
  if (!std::isfinite(result))
    return fail(ErrorCode::kBadInput, fmt::format("formula \"{}\": its value is not finite", state_->text));
  return result;
}

Result<bool> Expression::truth(const Json& values) const {
  for (auto& [name, value] : state_->values) {
    HEDDLE_CHECK(values.contains(name), "a formula's name has no value: " + name);
    value = to_value(values[name]);
  }
  HEDDLE_ASSIGN(const mup::Value value, evaluate(state_->parser, state_->text));
  if (value.GetType() != 'b')
    return fail(ErrorCode::kBadInput,
                fmt::format("formula \"{}\": expected true or false, found {}", state_->text, value.ToString()));
  return value.GetBool();
}

}  // namespace heddle::explore
