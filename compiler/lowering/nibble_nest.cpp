// One nest over equal parts of the memory, each an argument of its own, so that each may lie in a bank of its own.
// Which code goes to which half does not matter as long as the weights do likewise: two words of four codes become one
// by a shift and an OR.
#include "compiler/lowering/nibble_nest.h"

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>

#include <algorithm>
#include <vector>

#include "compiler/lowering/loops.h"
#include "compiler/lowering/words.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

/// The result lies on the stack of the host.
constexpr std::int64_t kMostWords = 1 << 18;

/// Each source and each result has a bank. A part reads two words, writes one, and masks and joins them.
std::int64_t interval_of(std::int64_t parts, const Machine& machine) {
  return std::max({ceil_div(3 * parts, machine.memory_ports), ceil_div(2, machine.bank_ports),
                   ceil_div(8 * parts + (machine.loop_unit ? 0 : 8), machine.usable_units())});
}

}  // namespace

std::optional<NibbleTile> choose_nibbles(std::int64_t words, const Machine& machine) {
  if (words > kMostWords) return std::nullopt;
  for (const std::int64_t parts : {4, 2, 1}) {
    if (words % parts != 0 || 2 * parts > machine.banks) continue;
    for (std::int64_t launches = 1; launches <= words / parts; ++launches) {
      const std::int64_t count = words / parts / launches;
      if (words / parts % launches != 0 || 8 * count + 16 > machine.bank_bytes) continue;
      return NibbleTile{parts, count, interval_of(parts, machine)};
    }
  }
  return std::nullopt;
}

Value emit_nibbles(OpBuilder& b, Location loc, Value memory, const NibbleTile& tile, bool is_signed) {
  const std::int64_t words = cast<MemRefType>(memory.getType()).getNumElements() / 2;
  const Value result = b.create<memref::AllocaOp>(loc, MemRefType::get({words}, b.getI32Type()));
  const auto parts = static_cast<std::size_t>(tile.parts);
  std::vector<Value> arguments(parts, memory);
  arguments.resize(2 * parts, result);
  arguments.push_back(index(b, loc, 0));
  auto function = launch_function(b, loc, "__nibbles", arguments, [&](ValueRange v) {
    const Words on_words(b, loc);
    loop(b, loc, tile.launch_words, [&](Value k) {
      const Value word = plus(b, loc, v[static_cast<unsigned>(2 * parts)], k);
      for (std::size_t p = 0; p < parts; ++p) {
        const Value to = plus(b, loc, word, static_cast<std::int64_t>(p) * (words / tile.parts));
        const Value from = times(b, loc, to, 2);
        Value low = b.create<memref::LoadOp>(loc, v[static_cast<unsigned>(p)], from);
        Value high = b.create<memref::LoadOp>(loc, v[static_cast<unsigned>(p)], plus(b, loc, from, 1));
        if (is_signed) {
          low = on_words.bits(low, 0x0F0F0F0F);
          high = on_words.bits(high, 0x0F0F0F0F);
        }
        b.create<memref::StoreOp>(loc, on_words.either(low, on_words.shifted_left(high, 4)),
                                  v[static_cast<unsigned>(parts + p)], to);
      }
    });
  });
  loop(b, loc, words / tile.parts / tile.launch_words, [&](Value launch) {
    arguments.back() = times(b, loc, launch, tile.launch_words);
    b.create<func::CallOp>(loc, function, arguments);
  });
  return result;
}

}  // namespace heddle::lowering
