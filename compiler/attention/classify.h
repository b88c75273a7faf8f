// A mask that is only a table of bits, as a workload.
#pragma once

#include <cstdint>
#include <span>

#include "compiler/attention/workload.h"

namespace heddle::attention {

/// The window (symmetric or not, dilated, causal) and the global first tokens that show exactly these keys: `shown` has
/// a byte for each of sequence x sequence pairs, row by row, not 0 where the row sees the key; empty: every key is
/// seen. Heads and width are the caller's. Fails with kUnsupported, naming a pair that the nearest such mask has
/// otherwise.
Result<Workload> classify(std::span<const std::uint8_t> shown, std::int64_t sequence);

/// "keys -32 to 32", "keys -128 to 0, 4 global tokens", "every key".
std::string describe(const WindowPattern& window, std::int64_t global_tokens, std::int64_t sequence);

}  // namespace heddle::attention
