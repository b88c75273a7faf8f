// What must not change a proved II, and what must not raise it.
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/dfg/legalize.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"

namespace heddle::mapper {
namespace {

using fixtures::mesh;

constexpr int kNone = 1 << 20;

/// The proved minimum, kNone where it is proved that there is none.
int minimum(const dfg::Graph& graph, const arch::Cgra& cgra, bool route_through = false) {
  const auto answer = solve("exact", {graph, cgra, false, route_through}, {.seconds = 60}, Context{});
  EXPECT_TRUE(answer) << to_string(answer.error());
  const Answer known = answer.value_or(Answer{});
  EXPECT_TRUE(known.outcome == Outcome::kOptimal || known.outcome == Outcome::kInfeasible) << known.reason;
  return known.mapping ? known.mapping->ii : kNone;
}

/// The same array with the PE at `to(row, column)` where (row, column) was.
template <class To>
arch::Cgra moved(const arch::Cgra& cgra, int rows, int columns, const To& to) {
  arch::Cgra out = cgra;
  out.rows = rows;
  out.columns = columns;
  const auto place = [&](arch::PeId pe) {
    const auto [row, column] = to(cgra.pe(pe).row, cgra.pe(pe).column);
    return arch::PeId(row * columns + column);
  };
  for (std::size_t p = 0; p < cgra.pes.size(); ++p) {
    const auto target = place(arch::PeId(static_cast<std::int64_t>(p)));
    const int width = columns;
    out.pes[target.index()] = {target.value / width, target.value % width, cgra.pes[p].pe_class};
  }
  for (auto& link : out.links) link = {place(link.from), place(link.to), link.name, link.wrap};
  const Status status = arch::finish(out);
  HEDDLE_CHECK(status.has_value(), status ? "" : to_string(status.error()));
  return out;
}

struct Case {
  dfg::Graph graph;
  fixtures::ArrayShape shape;
};

Case random_case(std::uint64_t seed) {
  Random random(seed * 31 + 5);
  Case made;
  made.shape = {.rows = 2,
                .columns = 2,
                .hop_limit = 1 + static_cast<int>(random.below(2)),
                .registers = static_cast<int>(random.below(2)),
                .live_outs = 1,
                .config_depth = 6};
  made.graph = dfg::legalize(fixtures::random_graph(random, 5 + static_cast<int>(random.below(3))), 2).value();
  return made;
}

arch::Cgra array_of(const fixtures::ArrayShape& shape) {
  arch::Cgra cgra = mesh(shape);
  cgra.max_stages = 8;
  return cgra;
}

constexpr std::uint64_t kCases = 10;

TEST(Metamorphic, RenamedNodesAndOtherOrders_KeepTheII) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Case one = random_case(seed);
    const auto cgra = array_of(one.shape);
    const int before = minimum(one.graph, cgra);
    Random random(seed);
    std::vector<int> moved_to;
    auto other = fixtures::shuffled(one.graph, random, moved_to);
    std::reverse(other.order.begin(), other.order.end());
    EXPECT_EQ(minimum(other, cgra), before) << seed;
  }
}

TEST(Metamorphic, SwappedOperands_KeepTheII) {
  // Operand multiplexers of a PE are alike, so that exchanging the operands of a commutative operation is no freedom.
  int swapped = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    Case one = random_case(seed);
    const auto cgra = array_of(one.shape);
    const int before = minimum(one.graph, cgra);
    for (auto& node : one.graph.nodes) {
      if (node.op != dfg::Opcode::kAdd && node.op != dfg::Opcode::kMul && node.op != dfg::Opcode::kXor) continue;
      std::swap(node.operands[0], node.operands[1]);
      ++swapped;
    }
    EXPECT_EQ(minimum(one.graph, cgra), before) << seed;
  }
  EXPECT_GE(swapped, 10);
}

TEST(Metamorphic, MirroredAndTurnedArrays_KeepTheII) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    Case one = random_case(seed);
    const auto cgra = array_of(one.shape);
    const int before = minimum(one.graph, cgra);
    const auto mirrored = moved(cgra, 2, 2, [](int r, int c) { return std::pair(r, 1 - c); });
    EXPECT_EQ(minimum(one.graph, mirrored), before) << seed;
    const auto upside_down = moved(cgra, 2, 2, [](int r, int c) { return std::pair(1 - r, c); });
    EXPECT_EQ(minimum(one.graph, upside_down), before) << seed;
    // Values turn from rows into columns only, so a quarter turn changes arrays with bypasses.
    if (one.shape.hop_limit > 1) continue;
    const auto turned = moved(cgra, 2, 2, [](int r, int c) { return std::pair(c, 1 - r); });
    EXPECT_EQ(minimum(one.graph, turned), before) << seed;
  }
}

TEST(Metamorphic, PassingUnits_NeverRaisesTheII) {
  int lowered = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    Case one = random_case(seed);
    one.shape.columns = 3;
    one.shape.hop_limit = 1;
    one.shape.registers = 0;
    const auto cgra = array_of(one.shape);
    const int before = minimum(one.graph, cgra);
    const int after = minimum(one.graph, cgra, true);
    EXPECT_LE(after, before) << seed;
    lowered += static_cast<int>(after < before);
  }
  EXPECT_GE(lowered, 3) << "too few cases in which it mattered";
}

TEST(Metamorphic, MoreHardware_NeverRaisesTheII) {
  int lowered = 0;
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    const Case one = random_case(seed);
    const int before = minimum(one.graph, array_of(one.shape));
    const auto no_higher = [&](const arch::Cgra& cgra, const char* what) {
      const int after = minimum(one.graph, cgra);
      EXPECT_LE(after, before) << what << ", seed " << seed;
      lowered += static_cast<int>(after < before);
    };
    auto shape = one.shape;
    shape.columns = 3;
    no_higher(array_of(shape), "one more column");
    shape = one.shape;
    ++shape.registers;
    no_higher(array_of(shape), "one more register");
    shape = one.shape;
    ++shape.hop_limit;
    no_higher(array_of(shape), "one more hop");
    auto cgra = array_of(one.shape);
    for (auto& kind : cgra.classes) {
      ++kind.rf_read_ports;
      ++kind.rf_write_ports;
      ++kind.live_outs;
    }
    ++cgra.scratchpad.ports;
    no_higher(cgra, "one more of each port");
    cgra = array_of(one.shape);
    for (const auto& [from, to] : {std::pair(0, 3), std::pair(3, 0), std::pair(1, 2), std::pair(2, 1)})
      cgra.links.push_back({arch::PeId(from), arch::PeId(to), "X" + std::to_string(from), false});
    ASSERT_TRUE(arch::finish(cgra));
    no_higher(cgra, "diagonal links");
  }
  EXPECT_GE(lowered, 5) << "too few cases in which the addition mattered";
}

}  // namespace
}  // namespace heddle::mapper
