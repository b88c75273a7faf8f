#include "compiler/dfg/number_text.h"

#include <fmt/format.h>

#include <bit>

#include "compiler/dfg/number_operations.h"
#include "compiler/numerics/value.h"

namespace heddle::dfg {

std::optional<numerics::FloatFormat> number_format(std::string_view name) {
  for (const NumberOperation& operation : number_operations())
    if (operation.format == name) return operation.number;
  return std::nullopt;
}

std::string number_text(std::string_view format, std::uint64_t code) {
  if (format == "fp64") return fmt::format("{}", std::bit_cast<double>(code));
  if (format == "fp32") return fmt::format("{}", std::bit_cast<float>(static_cast<std::uint32_t>(code)));
  const auto number = number_format(format);
  if (!number) return fmt::format("{}", code);
  const numerics::Value value = numerics::decode(*number, static_cast<numerics::Code>(code));
  if (value.kind == numerics::Value::Kind::kNan) return "nan";
  if (value.kind == numerics::Value::Kind::kInfinity) return value.negative ? "-inf" : "inf";
  return fmt::format("{}", static_cast<float>(numerics::to_double(value)));
}

std::string_view operand_format(Opcode op, Port port) {
  if (!is_number(op)) return {};
  const NumberOperation& operation = number_operation(op);
  switch (operation.function) {
    case NumberFunction::kFromS32:
    case NumberFunction::kFromU32: return {};
    case NumberFunction::kFromFp32: return "fp32";
    case NumberFunction::kMac: return port == Port::kC ? "fp32" : operation.format;
    default: return operation.format;
  }
}

std::string constant_text(Opcode op, Port port, std::int64_t constant) {
  const std::string_view format = operand_format(op, port);
  if (format.empty()) return fmt::format("{}", constant);
  return number_text(format, static_cast<std::uint64_t>(constant));
}

}  // namespace heddle::dfg
