// The page as a browser sees it, and as a user uses it.
#include "tests/report/browser.h"

#include "runtime/report/cost_report.h"
#include "tests/report/sample.h"
#include "tests/support/random_graph.h"

namespace heddle::report {
namespace {

using testing::HasSubstr;
using testing::Not;

class BrowserPage : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(has_browser()) << "chromium is not installed; scripts/setup installs it"; }
  static Browsed open(const std::string& hash = "", const std::string& script = "") {
    Browsed browsed = browse(render_page(sample_input("hycube_4x4", dot_product())), hash, script);
    EXPECT_EQ(browsed.console, "");
    return browsed;
  }
};

TEST_F(BrowserPage, ErrorsOfScriptsWouldBeSeen) {
  const std::string page = render_page(sample_input("hycube_4x4", dot_product()));
  EXPECT_THAT(browse(page, "", "throw new Error('on purpose');").console, HasSubstr("on purpose"));
}

TEST_F(BrowserPage, ShowsTablesWitnessesAndCycles) {
  const std::string dom = open().dom;
  EXPECT_THAT(dom, HasSubstr("dot.c"));
  EXPECT_EQ(count(dom, "<tr data-region="), 2U);
  EXPECT_THAT(dom, HasSubstr("calls printf"));
  EXPECT_THAT(dom, HasSubstr("mem 2"));
  EXPECT_THAT(dom, HasSubstr("phase-dma_in"));
  EXPECT_THAT(dom, HasSubstr("618 cycles"));  // two launches of 309
}

TEST_F(BrowserPage, ShowsANetworkLayerByLayer) {
  PageInput input = sample_input("hycube_4x4", dot_product());
  const auto layer = [](const char* name, int macs, Json reads) {
    return Json{{"name", name},
                {"operators", {"IntegerConv"}},
                {"format", "uint8"},
                {"output", "uint8[1,8]"},
                {"macs", macs},
                {"bytes", 100},
                {"reads", std::move(reads)},
                {"place", "host"},
                {"reason", "small"},
                {"regions", Json::array()},
                {"launches", 0},
                {"array_cycles", 0},
                {"stall_cycles", 0},
                {"transfer_cycles", 0},
                {"bytes_in", 0},
                {"bytes_out", 0}};
  };
  Json dot = layer("dot", 1236, {0});
  dot.erase("reason");
  dot.update({{"place", "array"}, {"launches", 2}, {"array_cycles", 618}, {"transfer_cycles", 100}, {"bytes_in", 64}});
  input.layers = {{"schema", "heddle.layers/1"},
                  {"backend", "systemc"},
                  {"layers", {layer("codes", 0, Json::array()), dot, layer("sum", 5, {0, 1})}}};
  const Browsed browsed = browse(render_page(input), "", "");
  EXPECT_EQ(browsed.console, "");
  EXPECT_EQ(count(browsed.dom, "data-layer-row="), 3U);
  EXPECT_EQ(count(browsed.dom, "class=\"flow\""), 3U);
  EXPECT_EQ(count(browsed.dom, "layer on-array"), 1U);
  EXPECT_EQ(count(browsed.dom, "layer on-host"), 2U);
  EXPECT_THAT(browsed.dom, HasSubstr("<td class=\"number\">2.00</td>"));  // 1,236 in 618 cycles
  EXPECT_EQ(count(browsed.dom, "class=\"roof\""), 1U);
  EXPECT_EQ(count(browsed.dom, "class=\"mark roof-point\""), 1U);  // what the host computes has no cycles
}

TEST_F(BrowserPage, ShowsCostEnergyAndThePlotOfFormats) {
  PageInput input = sample_input("hycube_4x4", dot_product());
  input.simulation["activity"] = Json::array({{{"region", "dot_3"},
                                               {"operations", {{"mul", 64}, {"add", 128}}},
                                               {"loads", {{"1", 64}}},
                                               {"array_cycles", 135},
                                               {"scratchpad_words_in", 16}}});
  const auto cost = page_cost(input.cgra, input.simulation, "zcu104");
  ASSERT_THAT(cost, IsOk());
  input.cost = *cost;
  const auto format = [](const char* name, int bits, int lut, bool integer, bool pareto) {
    return Json{{"format", name},     {"bits", bits},         {"lut", lut},
                {"integer", integer}, {"multiplier", "rows"}, {"pareto", pareto}};
  };
  input.cost["formats"] = {{"family", "xc7"},
                           {"multipliers", 4},
                           {"note", "of a test"},
                           {"points",
                            {format("int4", 4, 40, true, true), format("e2m1", 4, 55, false, false),
                             format("int8", 8, 130, true, true), format("e4m3", 8, 180, false, false)}}};
  const Browsed browsed = browse(render_page(input), "", "");
  EXPECT_EQ(browsed.console, "");
  EXPECT_THAT(browsed.dom, HasSubstr("xczu7ev (ZCU104)"));
  EXPECT_EQ(count(browsed.dom, "<tr data-resource="), 5U);
  EXPECT_EQ(count(browsed.dom, "<td>total</td>"), 1U);
  EXPECT_THAT(browsed.dom, HasSubstr("Energy of the simulated run"));
  EXPECT_EQ(count(browsed.dom, "class=\"energy-bar\""), input.cost["energy"]["items"].size());
  EXPECT_EQ(count(browsed.dom, "data-format="), 4U);
  EXPECT_EQ(count(browsed.dom, "class=\"format-name\""), 4U);
  EXPECT_EQ(count(browsed.dom, " best\" tabindex"), 2U);
}

// Names of formats that cost about the same lie below each other, never on top of each other, and inside of the plot;
// pointing at one says what it takes.
TEST_F(BrowserPage, NamesInThePlotDoNotOverlap) {
  PageInput input = sample_input("hycube_4x4", dot_product());
  const auto cost = page_cost(input.cgra, input.simulation, "zcu104");
  ASSERT_THAT(cost, IsOk());
  input.cost = *cost;
  const Browsed browsed =
      browse(render_page(input), "",
             "const boxes = [...document.querySelectorAll('.format-name')].map((name) => name.getBBox());"
             "const frame = document.querySelector('svg.plot').viewBox.baseVal; let bad = 0;"
             "for (let i = 0; i < boxes.length; ++i) {"
             "  const a = boxes[i];"
             "  if (a.x < 0 || a.y < 0 || a.x + a.width > frame.width || a.y + a.height > frame.height) ++bad;"
             "  for (const b of boxes.slice(i + 1))"
             "    if (Math.min(a.x + a.width, b.x + b.width) > Math.max(a.x, b.x) &&"
             "        Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 3) ++bad; }"
             "document.querySelector('[data-format=e4m3]').dispatchEvent(new PointerEvent('pointerenter'));"
             "document.body.dataset.names = boxes.length + ' names, ' + bad + ' bad';");
  EXPECT_EQ(browsed.console, "");
  EXPECT_THAT(browsed.dom, HasSubstr(" names, 0 bad"));
  EXPECT_THAT(browsed.dom, Not(HasSubstr("data-names=\"0 names")));
  EXPECT_THAT(browsed.dom, HasSubstr("<b>e4m3</b>"));
}

TEST_F(BrowserPage, DrawsEachOperationInScheduleAndGraphAndTheLinesOfTheSource) {
  const std::string dom = open().dom;
  EXPECT_EQ(count(dom, "class=\"cell op-"), 5U);
  EXPECT_EQ(count(dom, "class=\"node op-"), 5U);
  EXPECT_EQ(count(dom, "<div class=\"line"), 7U);
  EXPECT_EQ(count(dom, "data-pe="), 16U);
}

TEST_F(BrowserPage, ClickHoldsAnOperationWithItsNeighboursAndRoutes) {
  const std::string dom = open("", "document.querySelector('td.cell[data-n=\"2\"]').click();").dom;
  EXPECT_THAT(dom, HasSubstr("<h3>n2 "));
  EXPECT_THAT(dom, HasSubstr("PE ("));
  EXPECT_GE(count(dom, " picked\""), 3U);      // schedule, array, graph
  EXPECT_GE(count(dom, " picked-in\""), 2U);   // the load
  EXPECT_GE(count(dom, " picked-out\""), 2U);  // the sum
  EXPECT_THAT(dom, HasSubstr("picked-line"));
  EXPECT_THAT(dom, HasSubstr("picked-edge"));
}

TEST_F(BrowserPage, AddressRestoresAViewAndEscapeLetsGo) {
  EXPECT_THAT(open("region=dot_3&node=3").dom, HasSubstr("<h3>n3 "));
  const std::string dom =
      open("region=dot_3&node=3",
           "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}));")
          .dom;
  EXPECT_THAT(dom, Not(HasSubstr("<h3>n3 ")));
  EXPECT_EQ(count(dom, " picked\""), 0U);
}

TEST_F(BrowserPage, SliderTurnsTheArrayToAnotherCycle) {
  const std::string dom =
      open("mode=absolute",
           "const s = document.getElementById('slot'); s.value = 3; s.dispatchEvent(new Event('input'));")
          .dom;
  EXPECT_THAT(dom, HasSubstr("cycle 3 of"));
  EXPECT_THAT(dom, HasSubstr("class=\"schedule absolute\""));
}

TEST_F(BrowserPage, ArrowKeysMoveAndEnterSelects) {
  const std::string script =
      "const cells = [...document.querySelectorAll('td.cell')]; cells[0].focus();"
      "for (const key of ['ArrowDown', 'ArrowRight', 'ArrowLeft', 'ArrowDown', 'Enter'])"
      "  document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));";
  EXPECT_GE(count(open("", script).dom, " picked\""), 3U);
}

TEST_F(BrowserPage, RegionOnTheHostShowsItsGraphWithoutSchedule) {
  const std::string dom = open("region=on_host").dom;
  EXPECT_THAT(dom, HasSubstr("runs on the host"));
  EXPECT_EQ(count(dom, "class=\"node op-"), 5U);
  EXPECT_EQ(count(dom, "class=\"cell op-"), 0U);
}

TEST_F(BrowserPage, LargeArrayAndGraphStayUsable) {
  testing_support::RandomGraphOptions options;
  options.nodes = 130;
  options.memory_ops = 8;
  dfg::Graph graph = testing_support::RandomGraph(7, options).graph();
  graph.name = "large";
  // Only the drawing counts here; a mapping of this size is the mapper's business.
  const arch::Cgra cgra = shipped_array("mesh_16x16");
  PageInput input = sample_input("mesh_16x16", dot_product());
  input.regions.push_back({graph.name, graph, {}});
  const Browsed browsed = browse(render_page(input), "region=large", "");
  EXPECT_EQ(browsed.console, "");
  EXPECT_EQ(count(browsed.dom, "class=\"node op-"), graph.nodes.size());
  EXPECT_EQ(count(browse(render_page(input), "region=dot_3", "").dom, "data-pe="), cgra.pes.size());
}

}  // namespace
}  // namespace heddle::report
