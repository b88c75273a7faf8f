#include "compiler/frontend/number_functions.h"

#include <algorithm>

namespace heddle::frontend {

std::optional<dfg::Opcode> number_function(std::string_view symbol) {
  constexpr std::string_view kPrefix = "heddle.";
  if (!symbol.starts_with(kPrefix)) return std::nullopt;
  std::string name(symbol.substr(kPrefix.size()));
  std::ranges::replace(name, '.', '_');
  const auto op = dfg::opcode_named(name);
  if (!op || !(dfg::is_number(*op) || dfg::is_packed(*op))) return std::nullopt;
  return op;
}

int argument_count(dfg::Opcode op) {
  const dfg::OpcodeInfo& entry = dfg::info(op);
  return entry.optional_c ? dfg::kPorts : entry.operands;
}

}  // namespace heddle::frontend
