// Formulas of a sweep file: over axes and metrics, with muParserX behind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::explore {

/// A formula over named numbers, strings and truth values: `lut + 100 * dsp`, `topology != "torus" && size <= 4`.
class Expression {
 public:
  /// Fails with kBadInput, naming the character, if the text is no formula. Assignments are refused.
  static Result<Expression> parse(const std::string& text);

  [[nodiscard]] const std::string& text() const;
  /// The names that it uses, sorted.
  [[nodiscard]] const std::vector<std::string>& names() const;

  /// `values`: an object with at least the names used. Fails with kBadInput where the formula does not fit their types,
  /// or gives no finite number.
  [[nodiscard]] Result<double> number(const Json& values) const;
  /// The same for formulas that are true or false.
  [[nodiscard]] Result<bool> truth(const Json& values) const;

 private:
  struct State;
  explicit Expression(std::shared_ptr<State> state) : state_(std::move(state)) {}

  std::shared_ptr<State> state_;  ///< shared by copies; not to be used by two threads at a time
};

}  // namespace heddle::explore
