// Attention layers of published models (heddle.attention/1, workloads/attention): a shape and which keys a row sees.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>

#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::attention {

/// Row i sees keys i - before to i + after whose distance is a multiple of `dilation`.
struct WindowPattern {
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::int64_t dilation = 1;
  [[nodiscard]] bool causal() const { return after == 0; }
  bool operator==(const WindowPattern&) const = default;
};

/// BigBird: the blocks around the row's own, the first, the last, and random ones.
struct BlockPattern {
  std::int64_t size = 64;
  std::int64_t window = 3;
  std::int64_t random = 3;
  bool operator==(const BlockPattern&) const = default;
};

/// A square of tokens around the row's own.
struct SquarePattern {
  std::int64_t side = 1;
  bool moved = false;  ///< at the edges: moved inside, not cut
  bool operator==(const SquarePattern&) const = default;
};

/// Squares of tokens that see each other.
struct TilePattern {
  std::int64_t side = 1;
  std::int64_t shift = 0;
  bool operator==(const TilePattern&) const = default;
};

using Pattern = std::variant<WindowPattern, BlockPattern, SquarePattern, TilePattern>;

struct Workload {
  std::string name;
  std::string description;
  std::int64_t layers = 1;
  std::int64_t heads = 1;
  std::int64_t kv_heads = 1;
  std::int64_t head_dim = 1;
  std::int64_t sequence = 1;  ///< keys
  std::int64_t rows = 1;      ///< query rows, the last of the sequence
  Pattern pattern;
  std::int64_t global_tokens = 0;
  std::int64_t sink_tokens = 0;
  bool operator==(const Workload&) const = default;
};

/// Another length and number of heads; 0: as it is. Fails if the mask does not fit: a 2-D mask wants a square, blocks
/// want whole ones, heads a multiple of groups.
Result<Workload> resized(Workload workload, std::int64_t sequence, std::int64_t heads);

/// Errors carry file:line:col, the key path and the nearest valid key.
Result<Workload> workload_from_document(const Document& document);
/// The file, or the shipped workload of that name in `directory`; fails with the nearest name.
Result<Workload> find_workload(const std::string& name_or_path, const std::filesystem::path& directory);

/// Pairs of one head, by closed forms.
struct PairCount {
  std::int64_t pairs = 0;
  std::int64_t full_rows = 0;  ///< rows that see every key because they are global
  std::int64_t row_keys = 0;   ///< the most that another row sees
};
PairCount count_pairs(const Workload& workload);

}  // namespace heddle::attention
