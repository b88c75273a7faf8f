// Parallel coordinates over axes and objectives, a line a point. Each coordinate has a brush.
import { brushY } from "d3-brush";
import { select } from "d3-selection";
import { axes, isOk, objectives, onClear, onSelection, points, selected, setFilter } from "./data.js";
import { canvas, colour, scaleOf } from "./plot.js";

const HEIGHT = 330, TOP = 34, BOTTOM = 14, SIDE = 60, WIDTH = 1360;
let step = 128;  // between coordinates
const AT_ONCE = 1000;  // lines between two frames: a brush must not wait for what is drawn

export function parallelPanel() {
  const coordinates = [...axes.filter((axis) => axis.values.length > 1), ...objectives];
  step = Math.min(240, Math.max(110, (WIDTH - 2 * SIDE) / Math.max(1, coordinates.length - 1)));
  const width = 2 * SIDE + step * (coordinates.length - 1);
  const { element, context } = canvas(width, HEIGHT);
  const lines = points.map((_, k) => k).filter((k) => isOk[k]);
  const scales = coordinates.map((each) => scaleOf(each, points, [HEIGHT - BOTTOM, TOP]));
  const heights = scales.map((scale) => Float32Array.from(points, (point, k) => (isOk[k] ? scale.place(point) : NaN)));
  const overlay = s("svg", { width, height: HEIGHT });
  let generation = 0;

  const trace = (k) => {
    heights.forEach((height, c) => (c === 0 ? context.moveTo(SIDE, height[k]) : context.lineTo(SIDE + c * step, height[k])));
  };
  const strokeAll = (wanted, style, then) => {
    const mine = generation;
    const part = (at) => {
      if (mine !== generation) return;
      context.strokeStyle = style;
      context.beginPath();
      for (let n = at; n < Math.min(at + AT_ONCE, wanted.length); ++n) trace(wanted[n]);
      context.stroke();
      if (at + AT_ONCE < wanted.length) requestAnimationFrame(() => part(at + AT_ONCE));
      else then();
    };
    part(0);
  };
  const draw = () => {
    ++generation;
    context.clearRect(0, 0, width, HEIGHT);
    const many = lines.length > 400;
    context.lineWidth = many ? 0.6 : 1;
    context.globalAlpha = many ? 0.35 : 0.7;
    const some = lines.some((k) => !selected[k]);
    // Of what is not selected, a sample shows the shape.
    const every = Math.ceil(lines.length / AT_ONCE);
    const others = some ? lines.filter((k, n) => !selected[k] && n % every === 0) : [];
    const chosen = lines.filter((k) => selected[k]);
    strokeAll(others, colour("line"), () => strokeAll(chosen, colour("accent"), () => {
      context.lineWidth = 1.6;
      context.globalAlpha = 0.95;
      strokeAll(chosen.filter((k) => points[k].front), colour("multiply"), () => {});
    }));
  };

  const build = () => {
    overlay.replaceChildren(...coordinates.map((coordinate, c) => coordinateOf(coordinate, scales[c], heights[c], c)));
    draw();
  };
  build();
  onSelection(draw);
  onClear(build);
  return h("section", { class: "panel wide" }, h("div", { class: "panel-head" }, h("h3", {}, "Axes and objectives"),
    h("span", { class: "dim" }, "Drag along a coordinate to select. Points of the front are drawn last.")),
    h("div", { class: "scroll" }, h("div", { class: "plot", id: "parallel" }, element, overlay)));
}

function coordinateOf(coordinate, scale, height, c) {
  const group = s("g", { transform: `translate(${SIDE + c * step} 0)`, "data-coordinate": coordinate.name },
    s("text", { class: "name", y: 16, "text-anchor": "middle" }, coordinate.name),
    s("line", { class: "coordinate", y1: TOP, y2: HEIGHT - BOTTOM }),
    scale.ticks.map((tick) => s("text", { class: "halo", x: -7, y: tick.at + 4, "text-anchor": "end" }, tick.text)));
  const brushed = (event) => {
    if (!event.selection) {
      setFilter(`parallel ${coordinate.key}`, null);
      return;
    }
    const [y0, y1] = event.selection;
    setFilter(`parallel ${coordinate.key}`, (k) => height[k] >= y0 && height[k] <= y1);
  };
  select(group).append("g").attr("class", "brush").call(brushY().extent([[-14, TOP], [14, HEIGHT - BOTTOM]]).on("brush end", brushed));
  return group;
}
