// The one definition of arithmetic on machine words (docs/execution_model.md, section 2).
#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/number_operations.h"
#include "compiler/dfg/packed_operations.h"
#include "compiler/dfg/words.h"

namespace heddle::dfg {
namespace {

using Word = std::uint64_t;

Word sdiv(std::int64_t a, std::int64_t b) {
  if (b == 0) return ~Word{0};
  if (b == -1) return Word{0} - static_cast<Word>(a);  // MIN/-1 wraps to MIN; C++ leaves it undefined
  return static_cast<Word>(a / b);
}

Word srem(std::int64_t a, std::int64_t b) {
  if (b == 0) return static_cast<Word>(a);
  if (b == -1) return 0;
  return static_cast<Word>(a % b);
}

}  // namespace

std::uint64_t evaluate(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c, int bits) {
  if (is_number(op)) return evaluate_number(op, a, b, c);
  if (is_packed(op)) return evaluate_packed(op, a, b, c);
  const std::int64_t x = sign_extend(a, bits);
  const std::int64_t y = sign_extend(b, bits);
  const auto shift = static_cast<unsigned>(b % static_cast<Word>(bits));
  const Word all = word_mask(bits);
  switch (op) {
    case Opcode::kMov: return a;
    case Opcode::kAdd: return (a + b) & all;
    case Opcode::kSub: return (a - b) & all;
    case Opcode::kMul: return (a * b) & all;
    case Opcode::kAnd: return a & b;
    case Opcode::kOr: return a | b;
    case Opcode::kXor: return a ^ b;
    case Opcode::kShl: return (a << shift) & all;
    case Opcode::kLshr: return a >> shift;
    case Opcode::kAshr: return static_cast<Word>(x >> shift) & all;
    case Opcode::kEq: return a == b ? 1 : 0;
    case Opcode::kNe: return a != b ? 1 : 0;
    case Opcode::kSlt: return x < y ? 1 : 0;
    case Opcode::kSle: return x <= y ? 1 : 0;
    case Opcode::kUlt: return a < b ? 1 : 0;
    case Opcode::kUle: return a <= b ? 1 : 0;
    case Opcode::kSmin: return x < y ? a : b;
    case Opcode::kSmax: return x < y ? b : a;
    case Opcode::kUmin: return std::min(a, b);
    case Opcode::kUmax: return std::max(a, b);
    case Opcode::kAbs: return (x < 0 ? Word{0} - a : a) & all;
    case Opcode::kSelect: return c != 0 ? a : b;
    case Opcode::kSext8: return static_cast<Word>(sign_extend(a, 8)) & all;
    case Opcode::kSext16: return static_cast<Word>(sign_extend(a, 16)) & all;
    case Opcode::kSext32: return static_cast<Word>(sign_extend(a, 32)) & all;
    case Opcode::kZext8: return a & word_mask(8);
    case Opcode::kZext16: return a & word_mask(16);
    case Opcode::kZext32: return a & word_mask(32);
    case Opcode::kSdiv: return sdiv(x, y) & all;
    case Opcode::kSrem: return srem(x, y) & all;
    case Opcode::kUdiv: return b == 0 ? all : a / b;
    case Opcode::kUrem: return b == 0 ? a : a % b;
    default: break;
  }
  HEDDLE_CHECK(false, "evaluate: not an arithmetic operation: " + std::string(name(op)));
}

}  // namespace heddle::dfg
