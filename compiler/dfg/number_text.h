// Codes of number formats, for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/dfg/graph.h"
#include "compiler/numerics/format.h"

namespace heddle::dfg {

/// The format that a group of operations is named after ("e4m3"); nullopt if there is none.
std::optional<numerics::FloatFormat> number_format(std::string_view name);

/// "0.5", "-inf", "nan": the shortest decimal that says which value it is. `format` as in number_format, or "fp64" for
/// C's double.
std::string number_text(std::string_view format, std::uint64_t code);

/// The format in which an operation reads its operand; empty for integers.
std::string_view operand_format(Opcode op, Port port);

/// A constant operand as its operation reads it.
std::string constant_text(Opcode op, Port port, std::int64_t constant);

}  // namespace heddle::dfg
