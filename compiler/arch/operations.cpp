// Groups of operations, so that a description need not list fifty names.
#include <map>

#include "compiler/arch/cgra.h"
#include "compiler/dfg/number_operations.h"
#include "compiler/dfg/packed_operations.h"

namespace heddle::arch {
namespace {

using dfg::Opcode;

struct Group {
  std::string_view name;
  std::vector<Opcode> members;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> table = {
      {"arithmetic", {Opcode::kAdd, Opcode::kSub, Opcode::kAbs}},
      {"logic", {Opcode::kAnd, Opcode::kOr, Opcode::kXor}},
      {"shift", {Opcode::kShl, Opcode::kLshr, Opcode::kAshr}},
      {"compare", {Opcode::kEq, Opcode::kNe, Opcode::kSlt, Opcode::kSle, Opcode::kUlt, Opcode::kUle}},
      {"minmax", {Opcode::kSmin, Opcode::kSmax, Opcode::kUmin, Opcode::kUmax}},
      {"extend", {Opcode::kSext8, Opcode::kSext16, Opcode::kSext32, Opcode::kZext8, Opcode::kZext16, Opcode::kZext32}},
      {"div", {Opcode::kSdiv, Opcode::kSrem, Opcode::kUdiv, Opcode::kUrem}},
      {"load",
       {Opcode::kLoadS8, Opcode::kLoadU8, Opcode::kLoadS16, Opcode::kLoadU16, Opcode::kLoadS32, Opcode::kLoadU32,
        Opcode::kLoad64}},
      {"store", {Opcode::kStore8, Opcode::kStore16, Opcode::kStore32, Opcode::kStore64}},
  };
  return table;
}

/// Not 8-byte accesses on a narrower word, nor extensions of as many bits as the word has.
bool fits(Opcode op, int word_bits) { return dfg::info(op).word_bits <= word_bits; }

void add_group(std::string_view name, std::vector<Opcode>& result) {
  for (const Group& group : groups())
    if (group.name == name) result.insert(result.end(), group.members.begin(), group.members.end());
  for (const dfg::NumberOperation& operation : dfg::number_operations())
    if (operation.format == name) result.push_back(operation.op);
  for (const dfg::PackedOperation& operation : dfg::packed_operations())
    if (operation.group == name || name == "packed") result.push_back(operation.op);
}

std::vector<Opcode> members(const std::string& name) {
  std::vector<Opcode> result;
  if (name == "alu") {
    result = {Opcode::kMov, Opcode::kSelect};
    for (const char* part : {"arithmetic", "logic", "shift", "compare", "minmax", "extend"}) add_group(part, result);
  } else if (name == "memory") {
    for (const char* part : {"load", "store"}) add_group(part, result);
  } else if (name == "all") {
    for (const dfg::OpcodeInfo& entry : dfg::opcodes())
      if (!dfg::is_number(entry.op) && !dfg::is_packed(entry.op))
        result.push_back(entry.op);  // large units: by name only
  } else if (const auto op = dfg::opcode_named(name); op && *op != Opcode::kNop) {
    result = {*op};
  } else {
    add_group(name, result);
  }
  return result;
}

}  // namespace

std::vector<std::string> operation_groups() {
  std::vector<std::string> names = {"all", "alu", "memory"};
  for (const Group& group : groups()) names.emplace_back(group.name);
  for (const std::string_view format : dfg::number_formats()) names.emplace_back(format);
  for (const char* group : {"packed", "packed8", "packed4", "sparse8"}) names.emplace_back(group);
  return names;
}

std::vector<dfg::Opcode> operations_named(const std::string& name, int word_bits) {
  std::vector<Opcode> result;
  for (const Opcode op : members(name))
    if (fits(op, word_bits)) result.push_back(op);
  return result;
}

Timing default_timing(dfg::Opcode op) {
  if (dfg::is_load(op)) return {2, 1};
  if (dfg::is_division(op)) return {10, 10};
  if (dfg::is_packed(op)) return {2, 1};
  if (!dfg::is_number(op)) return {1, 1};
  const dfg::NumberFunction function = dfg::number_operation(op).function;
  if (function <= dfg::NumberFunction::kMac) return {4, 1};
  return {function <= dfg::NumberFunction::kEq ? 1 : 2, 1};
}

}  // namespace heddle::arch
