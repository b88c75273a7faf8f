// Blocks in an arena: what is needed at the same time has bytes of its own, against a check of every pair, a bound and
// an exhaustive search; and the memory of whole networks.
#include "compiler/lowering/arena.h"

#include <gtest/gtest.h>
// rapidcheck's header needs gtest's first.
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "compiler/lowering/memory_plan.h"
#include "compiler/network/to_integer.h"
#include "tests/support/small_networks.h"

namespace heddle::lowering {
namespace {

using network::Graph;
using network::ValueId;

bool meet(const Block& a, const Block& b) { return a.first <= b.last && b.first <= a.last; }

/// Where the first fit puts blocks that come in this order.
std::int64_t first_fit(const std::vector<Block>& blocks, const std::vector<std::size_t>& order) {
  std::vector<std::int64_t> at(blocks.size(), -1);
  std::int64_t peak = 0;
  for (const std::size_t k : order) {
    std::int64_t offset = 0;
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t other = 0; other < blocks.size(); ++other) {
        if (at[other] < 0 || !meet(blocks[k], blocks[other]) || at[other] >= offset + blocks[k].bytes ||
            at[other] + blocks[other].bytes <= offset)
          continue;
        offset = at[other] + blocks[other].bytes;
        moved = true;
      }
    }
    at[k] = offset;
    peak = std::max(peak, offset + blocks[k].bytes);
  }
  return peak;
}

/// Some order makes the first fit optimal: that of the offsets of an optimum.
std::int64_t optimum(const std::vector<Block>& blocks) {
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::int64_t least = first_fit(blocks, order);
  while (std::next_permutation(order.begin(), order.end())) least = std::min(least, first_fit(blocks, order));
  return least;
}

void expect_apart(const std::vector<Block>& blocks, const Arena& arena) {
  for (std::size_t a = 0; a < blocks.size(); ++a) {
    EXPECT_LE(arena.offsets[a] + blocks[a].bytes, arena.peak);
    for (std::size_t b = 0; b < a; ++b) {
      if (!meet(blocks[a], blocks[b]) || blocks[a].bytes == 0 || blocks[b].bytes == 0) continue;
      EXPECT_TRUE(arena.offsets[a] + blocks[a].bytes <= arena.offsets[b] ||
                  arena.offsets[b] + blocks[b].bytes <= arena.offsets[a])
          << a << " and " << b;
    }
  }
}

RC_GTEST_PROP(PackBlocks, KeepsApartWhatMeets, ()) {
  std::vector<Block> blocks;
  const int count = *rc::gen::inRange(0, 60);
  for (int k = 0; k < count; ++k) {
    const std::int64_t first = *rc::gen::inRange(0, 40);
    blocks.push_back({*rc::gen::inRange(0, 1000), first, first + *rc::gen::inRange(0, 8)});
  }
  const std::int64_t alignment = *rc::gen::element(1, 16, 64);
  const Arena arena = pack_blocks(blocks, alignment);
  expect_apart(blocks, arena);
  RC_ASSERT(arena.peak >= arena.bound);
  RC_ASSERT(arena.peak <= arena.sum);
  for (const std::int64_t offset : arena.offsets) RC_ASSERT(offset % alignment == 0);
}

TEST(PackBlocks, IsTheOptimumOfMostSmallCases) {
  std::mt19937 random(7);
  const auto below = [&](unsigned end) { return static_cast<std::int64_t>(random() % end); };
  int equal = 0;
  constexpr int kCases = 300;
  for (int round = 0; round < kCases; ++round) {
    std::vector<Block> blocks;
    for (int k = 0; k < 6; ++k) {
      const std::int64_t first = below(6);
      blocks.push_back({1 + below(12), first, first + below(4)});
    }
    const Arena arena = pack_blocks(blocks, 1);
    const std::int64_t best = optimum(blocks);
    ASSERT_GE(arena.peak, best);
    ASSERT_GE(best, arena.bound);
    equal += arena.peak == best ? 1 : 0;
  }
  RecordProperty("optimal", equal);
  EXPECT_GE(equal, kCases * 95 / 100);
}

TEST(PackBlocks, AlignmentCountsInTheBoundToo) {
  const Arena arena = pack_blocks({{1, 0, 1}, {65, 1, 2}, {64, 2, 2}}, 64);
  EXPECT_EQ(arena.peak, 192);
  EXPECT_EQ(arena.bound, 192);
  EXPECT_EQ(arena.sum, 256);
}

TEST(BorderPieces, AreTheElementsOutside) {
  Buffer buffer = plain_buffer({2, 3, 4});
  EXPECT_TRUE(border_pieces(buffer).empty());
  buffer.border_begin = {0, 1, 0};
  buffer.border_end = {0, 0, 2};
  // Rows of 6, of which 4 are inside; the first of each 4 rows is border.
  const std::vector<Piece> pieces{{0, 6}, {10, 2}, {16, 2}, {22, 8}, {34, 2}, {40, 2}, {46, 2}};
  EXPECT_EQ(border_pieces(buffer), pieces);
  EXPECT_EQ(border_pieces(buffer, 6), (std::vector<Piece>{{0, 48}}));
}

/// What layers read and make, straight from the graph; `views` of them are views.
void expect_lifetimes(const Graph& graph, bool packed, int views) {
  SCOPED_TRACE(graph.nodes.back().name + std::to_string(graph.nodes.size()));
  Machine machine;
  machine.packed = packed;
  const Plan plan = lowering::plan(graph, machine);
  const MemoryPlan memory = plan_memory(graph, plan);
  EXPECT_GE(memory.peak, memory.bound);
  EXPECT_LE(memory.peak, memory.sum);
  std::map<std::size_t, std::pair<std::int64_t, std::int64_t>> life;
  std::map<std::size_t, std::size_t> storage;  // a view's source
  for (std::size_t step = 0; step < plan.layers.size(); ++step) {
    const auto now = static_cast<std::int64_t>(step);
    const auto touch = [&](ValueId id) {
      if (!id.valid() || !memory.offsets[id.index()]) return;
      const std::size_t root = storage.contains(id.index()) ? storage[id.index()] : id.index();
      life.try_emplace(root, now, now).first->second.second = now;
    };
    for (const network::NodeId node : plan.layers[step].nodes) {
      if (plan.layers[step].view) {
        const std::size_t source = graph.node(node).inputs[0].index();
        storage[graph.node(node).outputs[0].index()] = storage.contains(source) ? storage[source] : source;
        --views;
      }
      for (const ValueId id : graph.node(node).inputs) touch(id);
      for (const ValueId id : graph.node(node).outputs) touch(id);
    }
  }
  EXPECT_EQ(views, 0);
  const auto end = [&](std::size_t id) {
    std::int64_t elements = 1;
    for (const std::int64_t extent : plan.buffers[id]->full_shape()) elements *= extent;
    return *memory.offsets[id] + elements * tensor::bytes_of(graph.values[id].type.element);
  };
  for (const auto& [a, when] : life) {
    EXPECT_LE(end(a), memory.peak);
    for (const auto& [b, other] : life)
      EXPECT_TRUE(a == b || when.second < other.first || other.second < when.first || end(a) <= *memory.offsets[b] ||
                  end(b) <= *memory.offsets[a])
          << graph.values[a].name << " and " << graph.values[b].name;
  }
  for (const auto& [view, source] : storage) EXPECT_EQ(memory.offsets[view], memory.offsets[source]);
}

TEST(MemoryPlan, ValuesThatLiveTogetherLieApart) {
  namespace small = small_networks;
  expect_lifetimes(network::to_integer(small::small_residual(8))->graph, true, 1);
  expect_lifetimes(network::to_integer(small::small_shortcut(false))->graph, false, 0);
  expect_lifetimes(network::to_integer(small::small_attention())->graph, false, 2);
  expect_lifetimes(network::to_integer(small::small_transformer())->graph, false, 2);
  expect_lifetimes(network::to_integer(small::small_detector())->graph, false, 3);
}

}  // namespace
}  // namespace heddle::lowering
