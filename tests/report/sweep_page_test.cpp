// The page of a sweep as a browser sees it, and as a user uses it.
#include "runtime/report/sweep_page.h"

#include "tests/report/browser.h"
#include "tests/report/sweep_sample.h"

namespace heddle::report {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A drag of the mouse over the brush of a drawing, in pixels from the drawing's corner; and clicks and typing.
const std::string kUser = R"(
  const drag = (target, [x0, y0], [x1, y1]) => {
    const box = target.closest("svg").getBoundingClientRect();
    const send = (to, type, x, y) => to.dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true, view: window,
      clientX: box.left + x, clientY: box.top + y}));
    send(target, "mousedown", x0, y0);
    send(window, "mousemove", (x0 + x1) / 2, (y0 + y1) / 2);
    send(window, "mousemove", x1, y1);
    send(window, "mouseup", x1, y1);
  };
  const type = (name, text) => {
    const input = document.querySelector(`[data-filter="${name}"]`);
    input.value = text;
    input.dispatchEvent(new Event("input"));
  };
  const press = (selector) => document.querySelector(selector).click();
  const pause = () => new Promise((done) => setTimeout(done, 20));  // d3 swallows a click in the moment after a drag
  const say = (text) => document.body.append("\nsaid: " + text);
  const count = () => document.getElementById("selected").textContent.replace(/\u202f/g, "");
  const share = (axis, objective) => document.querySelector(`[data-axis="${axis}"] [data-objective="${objective}"]`).textContent;
  const coordinate = (name) => document.querySelector(`[data-coordinate="${name}"] .overlay`);
)";

class SweepPage : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(has_browser()) << "chromium is not installed: the page of sweeps was NOT looked at";
  }
  static std::string open(const std::string& script, int points = 280, const std::string& hash = "") {
    const Browsed browsed =
        browse(render_sweep_page(sweep_sample(points)), hash, kUser + "(async () => {" + script + "})();");
    EXPECT_EQ(browsed.console, "");
    return browsed.dom;
  }
};

TEST_F(SweepPage, ShowsCountsTheFrontAndReasons) {
  const std::string dom = open("say(count()); say(document.querySelectorAll('#points tbody tr').length);");
  EXPECT_THAT(dom, HasSubstr("280 of 280"));
  EXPECT_THAT(dom, HasSubstr("said: 280 points of 280 selected"));
  EXPECT_THAT(dom, HasSubstr("said: 100"));
  EXPECT_THAT(dom, HasSubstr("fir: took longer than 600 s"));
  EXPECT_THAT(dom, HasSubstr("array: &lt;b&gt;no&lt;/b&gt; such array"));
  EXPECT_THAT(dom, HasSubstr("default-src 'none'"));  // the page loads nothing
}

TEST_F(SweepPage, BrushesOfBothDrawingsAndFiltersOfTheTableSelectTogether) {
  const std::string dom = open(R"(
    const all = document.querySelector("#scatter .overlay");
    drag(all, [67, 13], [615, 399]);
    say("whole plane " + count());
    drag(all, [70, 14], [71, 15]);
    say("corner " + count());
    await pause();
    press("#clear");
    say("cleared " + count());
    drag(coordinate("banks"), [0, 30], [0, 180]);
    say("upper banks " + count());
    await pause();
    type("topology", "torus");
    say("torus " + count());
    type("size", ">= 9");
    say("large " + count());
    press("#clear");
    say("again " + count() + document.querySelector('[data-filter="size"]').value);)");
  // Of 280 points, every seventh and the fifth are not ok.
  EXPECT_THAT(dom, HasSubstr("said: whole plane 239 points of 280"));
  EXPECT_THAT(dom, HasSubstr("said: corner 0 points"));
  EXPECT_THAT(dom, HasSubstr("said: cleared 280 points"));
  int upper = 0;
  int torus = 0;
  int large = 0;
  const Json sample = sweep_sample(280);
  for (const Json& point : sample["points"]) {
    if (point["status"] != "ok" || point["axes"][1] < 4) continue;
    ++upper;
    if (point["axes"][2] != "torus") continue;
    ++torus;
    if (point["axes"][0] >= 9) ++large;
  }
  EXPECT_THAT(dom, HasSubstr("said: upper banks " + std::to_string(upper) + " points"));
  EXPECT_THAT(dom, HasSubstr("said: torus " + std::to_string(torus) + " points"));
  EXPECT_THAT(dom, HasSubstr("said: large " + std::to_string(large) + " points"));
  EXPECT_THAT(dom, HasSubstr("said: again 280 points of 280 selected"));
}

TEST_F(SweepPage, SensitivityIsTheShareOfTheVariance) {
  const std::string dom = open(R"(
    say("size decides " + share("size", "cycles") + ", topology " + share("topology", "cycles"));
    press('[data-axis="size"] [data-objective="lut"]');
    say(document.getElementById("effect").textContent);
    type("size", "3");
    say("no variance " + share("size", "cycles"));)");
  EXPECT_THAT(dom, HasSubstr("said: size decides 1.00, topology 0.00"));
  EXPECT_THAT(dom, HasSubstr("said: Mean of lut by size"));
  EXPECT_THAT(dom, HasSubstr("said: no variance -"));
}

TEST_F(SweepPage, APointHasItsOwnPlaceAndTheAddressNamesIt) {
  const std::string dom = open(R"(
    const text = () => document.getElementById("point").textContent;
    say("first " + text());
    press('[data-failure]');
    say("failed " + text());
    type("front", "no");
    press('[data-sort="lut"]');
    press('[data-sort="lut"]');
    press('#points tbody tr');
    say("largest " + text() + location.hash);
    press("#better");
    say("better " + document.querySelector("#point .pill").textContent);)",
                               280, "0000000000000000");
  EXPECT_THAT(dom, HasSubstr("said: first Point 0000000000000000#0"));
  EXPECT_THAT(dom, HasSubstr("the last words"));
  EXPECT_THAT(dom, HasSubstr("75 %"));
  EXPECT_THAT(dom, HasSubstr("said: largest Point "));
  EXPECT_THAT(dom, HasSubstr("said: better on the front"));
}

/// The whole work of a step of a drag, with the drawing of the canvases forced by reading a pixel.
TEST_F(SweepPage, TenThousandPointsStayFluid) {
  const std::string page = render_sweep_page(sweep_sample(10'000));
  const Browsed browsed = browse(page, "", kUser + R"(
    const flush = () => document.querySelectorAll("canvas").forEach((each) => each.getContext("2d").getImageData(0, 0, 1, 1));
    const times = [];
    const timed = (work) => {
      const start = performance.now();
      work();
      flush();
      times.push(performance.now() - start);
    };
    const target = document.querySelector("#scatter .overlay");
    const box = target.closest("svg").getBoundingClientRect();
    const send = (to, type, x, y) => to.dispatchEvent(new MouseEvent(type, {bubbles: true, cancelable: true, view: window, clientX: box.left + x, clientY: box.top + y}));
    send(target, "mousedown", 70, 14);
    for (let k = 1; k <= 20; ++k) {
      timed(() => send(window, "mousemove", 70 + 27 * k, 14 + 19 * k));
    }
    send(window, "mouseup", 650, 394);
    timed(() => drag(coordinate("size"), [0, 40], [0, 200]));
    timed(() => type("banks", ">2"));
    timed(() => press('[data-sort="lut"]'));
    timed(() => press('#points tbody tr'));
    times.sort((a, b) => a - b);
    say(count() + " steps " + times.length + " median " + times[times.length >> 1].toFixed(1) + " worst " + times[times.length - 1].toFixed(1));
    say(times[times.length >> 1] < 100 ? "fluid" : "slow");
)",
                                 true);
  EXPECT_THAT(browsed.console, Not(HasSubstr("Uncaught")));
  const auto at = browsed.dom.rfind("\nsaid: ", browsed.dom.rfind("\nsaid: ") - 1);
  ASSERT_NE(at, std::string::npos);
  RecordProperty("times", browsed.dom.substr(at, 80));
  EXPECT_THAT(browsed.dom, HasSubstr("\nsaid: fluid")) << browsed.dom.substr(at, 200);
}

}  // namespace
}  // namespace heddle::report
