#include "compiler/frontend/number_functions.h"

#include <algorithm>

namespace heddle::frontend {

std::optional<dfg::Opcode> number_function(std::string_view symbol) {
  constexpr std::string_view kPrefix = "heddle.";
  if (!symbol.starts_with(kPrefix)) return std::nullopt;
  std::string name(symbol.substr(kPrefix.size()));
  std::ranges::replace(name, '.', '_');
  const auto op = dfg::opcode_named(name);
  if (!op || !dfg::is_number(*op)) return std::nullopt;
  return op;
}

}  // namespace heddle::frontend
