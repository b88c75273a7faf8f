#include "compiler/exchange/graph_words.h"

#include <algorithm>
#include <cctype>

namespace heddle::exchange {
namespace {

using dfg::Opcode;
using Form = GraphWord::Form;

/// Beside our own names.
const std::vector<GraphWord>& aliases() {
  static const std::vector<GraphWord> words = {
      {"mult", Opcode::kMul},
      {"div", Opcode::kSdiv},
      {"rem", Opcode::kSrem},
      {"getelementptr", Opcode::kAdd},
      {"gep", Opcode::kAdd},
      {"sl", Opcode::kShl},
      {"sll", Opcode::kShl},
      {"sr", Opcode::kLshr},
      {"srl", Opcode::kLshr},
      {"shr", Opcode::kLshr},
      {"sra", Opcode::kAshr},
      {"cmp", Opcode::kEq},
      {"icmp", Opcode::kEq},
      {"lt", Opcode::kSlt},
      {"le", Opcode::kSle},
      {"gt", Opcode::kSlt, Form::kSwapped},
      {"ge", Opcode::kSle, Form::kSwapped},
      {"min", Opcode::kSmin},
      {"max", Opcode::kSmax},
      {"sext", Opcode::kSext16},
      {"zext", Opcode::kZext16},
      {"pass", Opcode::kMov},
      {"trunc", Opcode::kMov},
      {"bitcast", Opcode::kMov},
      {"fadd", Opcode::kFp32Add},
      {"fsub", Opcode::kFp32Sub},
      {"fmul", Opcode::kFp32Mul},
      {"sel", Opcode::kSelect, Form::kSelect},
      {"mux", Opcode::kSelect, Form::kSelect},
      {"phi", Opcode::kOr, Form::kPhi},
      {"br", Opcode::kMov, Form::kBranch},
      {"load", Opcode::kLoadS32, Form::kLoad},
      {"ld", Opcode::kLoadS32, Form::kLoad},
      {"store", Opcode::kStore32, Form::kStore},
      {"str", Opcode::kStore32, Form::kStore},
      {"st", Opcode::kStore32, Form::kStore},
      {"input", Opcode::kMov, Form::kInput},
      {"output", Opcode::kMov, Form::kOutput},
      {"const", Opcode::kMov, Form::kConstant},
      {"constant", Opcode::kMov, Form::kConstant},
  };
  return words;
}

Form form_of(Opcode op) {
  if (op == Opcode::kSelect) return Form::kSelect;
  if (dfg::is_load(op)) return Form::kLoad;
  return dfg::is_store(op) ? Form::kStore : Form::kPlain;
}

}  // namespace

std::optional<GraphWord> graph_word(const std::string& name) {
  std::string wanted = name;
  std::transform(wanted.begin(), wanted.end(), wanted.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const GraphWord& each : aliases())
    if (each.name == wanted) return each;
  if (const auto op = dfg::opcode_named(wanted); op && *op != Opcode::kNop) return GraphWord{wanted, *op, form_of(*op)};
  return std::nullopt;
}

std::vector<std::string> graph_word_names() {
  std::vector<std::string> names;
  names.reserve(aliases().size() + dfg::opcodes().size());
  for (const GraphWord& each : aliases()) names.push_back(each.name);
  for (const dfg::OpcodeInfo& each : dfg::opcodes()) names.emplace_back(each.name);
  return names;
}

}  // namespace heddle::exchange
