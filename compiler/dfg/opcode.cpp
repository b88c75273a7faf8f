#include <array>
#include <map>

#include "compiler/base/check.h"
#include "compiler/dfg/graph.h"
#include "compiler/dfg/number_operations.h"
#include "compiler/dfg/packed_operations.h"

namespace heddle::dfg {
namespace {

std::vector<OpcodeInfo> make_table() {
  std::vector<OpcodeInfo> table;
  const auto unary = [&](Opcode op, std::string_view name) { table.push_back({op, name, 1}); };
  const auto binary = [&](Opcode op, std::string_view name) { table.push_back({op, name, 2}); };
  const auto symmetric = [&](Opcode op, std::string_view name) { table.push_back({op, name, 2, true}); };
  const auto memory = [&](Opcode op, std::string_view name, int operands, int bytes, bool is_signed) {
    table.push_back({op, name, operands, false, bytes, is_signed, 8 * bytes});
  };
  const auto extend32 = [&](Opcode op, std::string_view name) { table.push_back({op, name, 1, false, 0, false, 64}); };
  unary(Opcode::kMov, "mov");
  symmetric(Opcode::kAdd, "add");
  binary(Opcode::kSub, "sub");
  symmetric(Opcode::kMul, "mul");
  symmetric(Opcode::kAnd, "and");
  symmetric(Opcode::kOr, "or");
  symmetric(Opcode::kXor, "xor");
  binary(Opcode::kShl, "shl");
  binary(Opcode::kLshr, "lshr");
  binary(Opcode::kAshr, "ashr");
  symmetric(Opcode::kEq, "eq");
  symmetric(Opcode::kNe, "ne");
  binary(Opcode::kSlt, "slt");
  binary(Opcode::kSle, "sle");
  binary(Opcode::kUlt, "ult");
  binary(Opcode::kUle, "ule");
  symmetric(Opcode::kSmin, "smin");
  symmetric(Opcode::kSmax, "smax");
  symmetric(Opcode::kUmin, "umin");
  symmetric(Opcode::kUmax, "umax");
  unary(Opcode::kAbs, "abs");
  table.push_back({Opcode::kSelect, "select", 3});
  unary(Opcode::kSext8, "sext8");
  unary(Opcode::kSext16, "sext16");
  extend32(Opcode::kSext32, "sext32");
  unary(Opcode::kZext8, "zext8");
  unary(Opcode::kZext16, "zext16");
  extend32(Opcode::kZext32, "zext32");
  binary(Opcode::kSdiv, "sdiv");
  binary(Opcode::kSrem, "srem");
  binary(Opcode::kUdiv, "udiv");
  binary(Opcode::kUrem, "urem");
  for (const PackedOperation& operation : packed_operations())
    table.push_back({operation.op, operation.name, operation.dot ? 2 : 3, operation.dot && !operation.a_unsigned, 0,
                     false, 32, operation.dot});
  memory(Opcode::kLoadS8, "load_s8", 1, 1, true);
  memory(Opcode::kLoadU8, "load_u8", 1, 1, false);
  memory(Opcode::kLoadS16, "load_s16", 1, 2, true);
  memory(Opcode::kLoadU16, "load_u16", 1, 2, false);
  memory(Opcode::kLoadS32, "load_s32", 1, 4, true);
  memory(Opcode::kLoadU32, "load_u32", 1, 4, false);
  memory(Opcode::kLoad64, "load_64", 1, 8, false);
  memory(Opcode::kStore8, "store_8", 2, 1, false);
  memory(Opcode::kStore16, "store_16", 2, 2, false);
  memory(Opcode::kStore32, "store_32", 2, 4, false);
  memory(Opcode::kStore64, "store_64", 2, 8, false);
  for (const NumberOperation& operation : number_operations())
    table.push_back({operation.op, operation.name, number_operands(operation.function),
                     is_commutative(operation.function), 0, false, operation.word_bits()});
  return table;
}

/// By opcode number; holes and kNop have no operands and the name "nop".
std::array<OpcodeInfo, std::size_t{1} << kOpcodeBits> make_index() {
  std::array<OpcodeInfo, std::size_t{1} << kOpcodeBits> index;
  index.fill({Opcode::kNop, "nop", 0});
  for (const OpcodeInfo& entry : opcodes()) index[static_cast<std::size_t>(entry.op)] = entry;
  return index;
}

}  // namespace

const std::vector<OpcodeInfo>& opcodes() {
  static const std::vector<OpcodeInfo> table = make_table();
  return table;
}

const OpcodeInfo& info(Opcode op) {
  static const auto index = make_index();
  HEDDLE_CHECK(static_cast<std::size_t>(op) < index.size(), "opcode out of range");
  return index[static_cast<std::size_t>(op)];
}

std::optional<Opcode> opcode_named(std::string_view name) {
  static const auto by_name = [] {
    std::map<std::string_view, Opcode> names;
    for (const OpcodeInfo& entry : opcodes()) names.emplace(entry.name, entry.op);
    return names;
  }();
  const auto found = by_name.find(name);
  if (found == by_name.end()) return std::nullopt;
  return found->second;
}

}  // namespace heddle::dfg
