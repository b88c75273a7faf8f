#include "compiler/exchange/graph_words.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace heddle::exchange {
namespace {

using dfg::Opcode;
using Form = GraphWord::Form;

/// Words of one meaning, with blanks between.
struct Synonyms {
  std::string_view names;
  Opcode op;
  Form form = Form::kPlain;
  bool stands_in = false;
};

constexpr Synonyms kSynonyms[] = {
    {"+ getelementptr gep", Opcode::kAdd},
    {"-", Opcode::kSub},
    {"* \u00d7 mult", Opcode::kMul},
    {"/ div", Opcode::kSdiv},
    {"% rem mod", Opcode::kSrem},
    {"&", Opcode::kAnd},
    {"|", Opcode::kOr},
    {"^", Opcode::kXor},
    {"not ~", Opcode::kXor, Form::kNot},
    {"neg", Opcode::kSub, Form::kNegate},
    {"acc accum", Opcode::kAdd, Form::kAccumulate},
    {"nand", Opcode::kAnd, Form::kPlain, true},
    {"nor cat concat", Opcode::kOr, Form::kPlain, true},
    {"xnor", Opcode::kXor, Form::kPlain, true},
    {"shift", Opcode::kShl, Form::kPlain, true},
    {"<< sl sll lsl ls", Opcode::kShl},
    {">> sr srl lsr shr shrl rs", Opcode::kLshr},
    {"sra asr shra ars", Opcode::kAshr},
    {"cmp icmp ==", Opcode::kEq},
    {"neq !=", Opcode::kNe},
    {"lt < clt", Opcode::kSlt},
    {"le <=", Opcode::kSle},
    {"gt > sgt cgt", Opcode::kSlt, Form::kSwapped},
    {"ugt", Opcode::kUlt, Form::kSwapped},
    {"ge >= sge", Opcode::kSle, Form::kSwapped},
    {"uge", Opcode::kUle, Form::kSwapped},
    {"min", Opcode::kSmin},
    {"max", Opcode::kSmax},
    {"sext", Opcode::kSext16},
    {"zext", Opcode::kZext16},
    {"pass move copy route rout movc jumpl freeze ptrtoint inttoptr trunc bitcast", Opcode::kMov},
    {"fadd", Opcode::kFp32Add},
    {"fsub", Opcode::kFp32Sub},
    {"fmul", Opcode::kFp32Mul},
    {"sel mux cmerge", Opcode::kSelect, Form::kSelect},
    {"phi \u03a6 \u03c6", Opcode::kOr, Form::kPhi},
    {"br", Opcode::kMov, Form::kBranch},
    {"load ld lod memr oload", Opcode::kLoadS32, Form::kLoad},
    {"loadh oloadh", Opcode::kLoadS16, Form::kLoad},
    {"loadb oloadb", Opcode::kLoadS8, Form::kLoad},
    {"store str st memw ostore", Opcode::kStore32, Form::kStore},
    {"storeh ostoreh", Opcode::kStore16, Form::kStore},
    {"storeb ostoreb", Opcode::kStore8, Form::kStore},
    {"input in", Opcode::kMov, Form::kInput},
    {"output out", Opcode::kMov, Form::kOutput},
    {"const constant", Opcode::kMov, Form::kConstant},
};

/// Beside our own names.
const std::vector<GraphWord>& aliases() {
  static const std::vector<GraphWord> words = [] {
    std::vector<GraphWord> all;
    for (const Synonyms& each : kSynonyms)
      for (std::string_view rest = each.names; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        all.push_back({std::string(rest.substr(0, end)), each.op, each.form, {}, each.stands_in});
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    return all;
  }();
  return words;
}

Form form_of(Opcode op) {
  if (op == Opcode::kSelect) return Form::kSelect;
  if (dfg::is_load(op)) return Form::kLoad;
  return dfg::is_store(op) ? Form::kStore : Form::kPlain;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin);
}

/// The word at the front, and the text behind it.
std::string_view take_word(std::string_view& text) {
  text = without_blanks(text);
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n,;"));
  text.remove_prefix(word.size());
  return word;
}

/// "%3 = icmp slt i32 %a, %b", "store i32 %a, i32* %b".
std::string_view word_of_instruction(std::string_view text) {
  static constexpr std::string_view kWithoutResult[] = {"store", "br", "ret", "switch", "call"};
  if (text.starts_with("%")) {
    const auto equals = text.find(" = ");
    if (equals == std::string_view::npos) return {};
    text.remove_prefix(equals + 3);
  } else if (std::string_view rest = text;
             std::ranges::find(kWithoutResult, take_word(rest)) == std::end(kWithoutResult)) {
    return {};
  }
  const std::string_view word = take_word(text);
  return word == "icmp" ? take_word(text) : word;
}

}  // namespace

std::optional<std::int64_t> whole_number(std::string_view text) {
  text = without_blanks(text);
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  const bool negative = text.starts_with("-");
  const std::string_view digits = text.substr(negative ? 1 : 0);
  std::int64_t value = 0;
  const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
  const std::string_view read = hex ? digits.substr(2) : text;
  const auto [stop, error] = std::from_chars(read.data(), read.data() + read.size(), value, hex ? 16 : 10);
  if (read.empty() || error != std::errc{} || stop != read.data() + read.size()) return std::nullopt;
  if (hex && read.starts_with("-")) return std::nullopt;
  return hex && negative ? -value : value;
}

std::string word_in_label(const std::string& label) {
  if (graph_word(label)) return label;
  if (const auto at = label.find("HyIns="); at != std::string::npos) {
    std::string_view rest = std::string_view(label).substr(at + 6);
    return std::string(take_word(rest));
  }
  if (const auto close = label.find(") "); label.starts_with("(") && close != std::string::npos)
    return label.substr(close + 2);
  std::string_view text = without_blanks(label);
  if (const auto word = word_of_instruction(text); !word.empty()) return std::string(word);
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits == text.size()) return "";
  text = without_blanks(text.substr(digits));
  if (const auto word = word_of_instruction(text); !word.empty()) return std::string(word);
  if (text.starts_with("C_") && whole_number(text.substr(2))) return "const_" + std::string(text.substr(2));
  if (text.starts_with("LiveIn")) return "input";
  if (text == "offset") return "shl";  // an index scaled to bytes
  if (text.starts_with("LiveOut")) return "output";
  return graph_word(std::string(text)) ? std::string(text) : "";
}

std::string word_in_name(const std::string& name) {
  std::string_view text = name;
  if (text.starts_with("Node") && text.size() > 4 && is_digit(text[4])) {
    text.remove_prefix(std::min(text.find_first_not_of("0123456789", 4), text.size()));
    return graph_word(std::string(text)) ? std::string(text) : "";
  }
  std::size_t letters = 0;
  while (letters < text.size() && is_letter(text[letters])) ++letters;
  std::string_view rest = text.substr(letters);
  if (rest.starts_with("_")) rest.remove_prefix(1);
  const bool numbered = rest.find_first_not_of("0123456789") == std::string_view::npos;
  const std::string word(text.substr(0, letters));
  return numbered && graph_word(word) ? word : "";
}

std::optional<GraphWord> graph_word(const std::string& name) {
  std::string wanted = name;
  std::transform(wanted.begin(), wanted.end(), wanted.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const GraphWord& each : aliases())
    if (each.name == wanted) return each;
  if (wanted.starts_with("const_"))
    if (const auto value = whole_number(std::string_view(wanted).substr(6)))
      return GraphWord{wanted, Opcode::kMov, Form::kConstant, value};
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
