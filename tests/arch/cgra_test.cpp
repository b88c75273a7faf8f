#include "tests/arch/support.h"

namespace heddle::arch {
namespace {

Cgra make(int rows, int columns, const std::string& more) {
  return from_yaml(description(rows, columns, more)).value();
}

TEST(Links_Mesh, InnerPeHasFourAndEdgesFewer) {
  const Cgra cgra = make(4, 4, "links: [mesh]");
  EXPECT_EQ(cgra.links.size(), 48U);  // 2 directions * 2 dimensions * 4 lines * 3 steps
  EXPECT_EQ(cgra.out_links[pe_at(cgra, 1, 1).index()].size(), 4U);
  EXPECT_EQ(cgra.out_links[pe_at(cgra, 0, 0).index()].size(), 2U);
}

TEST(Links_Torus, EveryPeHasFour) {
  for (const auto& [rows, columns] : {std::pair{3, 3}, {4, 4}, {3, 7}}) {
    const Cgra cgra = make(rows, columns, "links: [torus]");
    for (std::size_t i = 0; i < cgra.pes.size(); ++i) {
      EXPECT_EQ(cgra.out_links[i].size(), 4U);
      EXPECT_EQ(cgra.in_links[i].size(), 4U);
    }
  }
}

TEST(Links_TorusOfTwo, IsTheMesh) { EXPECT_EQ(make(2, 2, "links: [torus]").links, make(2, 2, "links: [mesh]").links); }

TEST(Links_Combined, AddUpWithoutDoubles) {
  const Cgra cgra = make(5, 5, "links: [mesh, torus, diagonal, one_hop]");
  EXPECT_EQ(cgra.out_links[pe_at(cgra, 2, 2).index()].size(), 12U);
}

TEST(Links_Explicit, ComeInTheOrderGiven) {
  const Cgra cgra =
      make(2, 2, "links: [{from: [0, 0], to: [1, 1], name: x, both_ways: true}, {from: [1, 0], to: [0, 1]}]");
  ASSERT_EQ(cgra.links.size(), 3U);
  EXPECT_EQ(cgra.links[0], (Link{PeId(0), PeId(3), "x", false}));
  EXPECT_EQ(cgra.links[1], (Link{PeId(3), PeId(0), "x_back", false}));
  EXPECT_EQ(cgra.links[2], (Link{PeId(2), PeId(1), "to_0_1", false}));
}

TEST(Links_InAndOut, AreTheSameLinks) {
  const Cgra cgra = make(4, 5, "links: [torus, diagonal, {from: [0, 0], to: [3, 4], name: far}]");
  std::size_t in = 0;
  std::size_t out = 0;
  for (std::size_t i = 0; i < cgra.pes.size(); ++i) {
    for (const LinkId id : cgra.in_links[i]) EXPECT_EQ(cgra.link(id).to.index(), i);
    for (const LinkId id : cgra.out_links[i]) EXPECT_EQ(cgra.link(id).from.index(), i);
    in += cgra.in_links[i].size();
    out += cgra.out_links[i].size();
  }
  EXPECT_EQ(in, cgra.links.size());
  EXPECT_EQ(out, cgra.links.size());
}

/// Whether a value that enters the PE (2, 2) by the link `in` (named as it left its PE) may leave by `out`.
bool passes(const Cgra& cgra, const std::string& in, const std::string& out) {
  const PeId centre = pe_at(cgra, 2, 2);
  for (const LinkId id : cgra.in_links[centre.index()])
    if (cgra.link(id).name == in) return cgra.may_bypass(id, link_named(cgra, centre, out));
  ADD_FAILURE() << "no link " << in;
  return false;
}

TEST(MayBypass_DimensionOrder, StraightOrFromRowIntoColumn) {
  const Cgra cgra = make(5, 5, "links: [mesh, diagonal, one_hop]\nbypass: {hop_limit: 4}");
  EXPECT_TRUE(passes(cgra, "E", "E"));
  EXPECT_TRUE(passes(cgra, "E", "N"));
  EXPECT_TRUE(passes(cgra, "W", "S"));
  EXPECT_TRUE(passes(cgra, "E2", "E"));
  EXPECT_TRUE(passes(cgra, "NE", "NE"));
  EXPECT_FALSE(passes(cgra, "E", "W"));
  EXPECT_FALSE(passes(cgra, "N", "E"));
  EXPECT_FALSE(passes(cgra, "N", "S"));
  EXPECT_FALSE(passes(cgra, "E", "NE"));
  EXPECT_FALSE(passes(cgra, "NE", "E"));
  EXPECT_FALSE(passes(cgra, "NE", "NW"));
}

TEST(MayBypass_HopLimitOne, IsNever) {
  const Cgra cgra = make(5, 5, "links: [mesh]");
  EXPECT_FALSE(passes(cgra, "E", "E"));
}

TEST(MayBypass_AnyTurns, IsAlways) {
  const Cgra cgra = make(5, 5, "bypass: {hop_limit: 2, turns: any}");
  EXPECT_TRUE(passes(cgra, "N", "E"));
  EXPECT_TRUE(passes(cgra, "N", "S"));
}

TEST(MayBypass_WrapLink, IsNeverInDimensionOrder) {
  const Cgra cgra = make(3, 3, "links: [torus]\nbypass: {hop_limit: 4}");
  const LinkId wrap = link_named(cgra, pe_at(cgra, 0, 2), "wrapE");
  EXPECT_FALSE(cgra.may_bypass(wrap, link_named(cgra, pe_at(cgra, 0, 0), "E")));
  EXPECT_FALSE(cgra.may_bypass(link_named(cgra, pe_at(cgra, 0, 1), "E"), wrap));
}

TEST(CombinationalLoop_DimensionOrder, IsNever) {
  EXPECT_TRUE(combinational_loop(make(6, 6, "links: [torus, diagonal, one_hop]\nbypass: {hop_limit: 8}")).empty());
}

TEST(CombinationalLoop_AnyTurns, IsARing) {
  const Cgra cgra = make(3, 3, "bypass: {hop_limit: 2, turns: any}");
  const auto loop = combinational_loop(cgra);
  ASSERT_GE(loop.size(), 2U);
  for (std::size_t i = 0; i < loop.size(); ++i)
    EXPECT_EQ(cgra.link(loop[i]).to, cgra.link(loop[(i + 1) % loop.size()]).from);
  EXPECT_TRUE(combinational_loop(make(3, 3, "bypass: {hop_limit: 1, turns: any}")).empty());
}

}  // namespace
}  // namespace heddle::arch
