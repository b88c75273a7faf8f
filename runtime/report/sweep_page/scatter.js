// Two columns against each other. What is brushed is selected everywhere.
import { brush } from "d3-brush";
import { select } from "d3-selection";
import { columns, isOk, objectives, onClear, onSelection, points, selected, setFilter } from "./data.js";
import { showPoint } from "./point.js";
import { canvas, colour, scaleOf } from "./plot.js";

const WIDTH = 640, HEIGHT = 440;
const MARGIN = { left: 66, right: 24, top: 12, bottom: 40 };

function ticks(x, y) {
  const bottom = HEIGHT - MARGIN.bottom;
  return [
    x.ticks.map((tick) => [
      s("line", { class: "grid", x1: tick.at, x2: tick.at, y1: MARGIN.top, y2: bottom }),
      s("text", { x: tick.at, y: bottom + 16, "text-anchor": "middle" }, tick.text)]),
    y.ticks.map((tick) => [
      s("line", { class: "grid", x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: tick.at, y2: tick.at }),
      s("text", { x: MARGIN.left - 6, y: tick.at + 4, "text-anchor": "end" }, tick.text)]),
  ];
}

export function scatterPanel() {
  const frame = h("div", { class: "plot", id: "scatter" });
  const shown = { x: objectives[0], y: objectives[1] || objectives[0] };
  let places = [];  // of the points in the plane, as [index, x, y]
  let draw = () => {};

  function build() {
    const x = scaleOf(shown.x, points, [MARGIN.left, WIDTH - MARGIN.right]);
    const y = scaleOf(shown.y, points, [HEIGHT - MARGIN.bottom, MARGIN.top]);
    places = [];
    points.forEach((point, k) => {
      if (!isOk[k]) return;
      const at = [k, x.place(point), y.place(point)];
      if (Number.isFinite(at[1]) && Number.isFinite(at[2])) places.push(at);
    });
    const { element, context } = canvas(WIDTH, HEIGHT);
    const overlay = s("svg", { width: WIDTH, height: HEIGHT });
    const svg = s("svg", { width: WIDTH, height: HEIGHT, class: "ticks" }, ticks(x, y),
      s("text", { class: "name", x: (MARGIN.left + WIDTH) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, shown.x.name),
      s("text", { class: "name", transform: `translate(14 ${HEIGHT / 2}) rotate(-90)`, "text-anchor": "middle" }, shown.y.name));
    frame.replaceChildren(svg, element, overlay);
    draw = () => drawPoints(context, places);
    addBrush(overlay, () => places);
    setFilter("scatter", null);
    draw();
  }

  const choice = (which) => h("select", {
    id: `scatter-${which}`, onchange: (event) => {
      shown[which] = columns.find((each) => each.key === event.target.value);
      build();
    } }, columns.map((each) => h("option", { value: each.key, selected: each === shown[which] }, each.name)));
  onSelection(() => draw());
  build();
  onClear(build);
  return h("section", { class: "panel" }, h("div", { class: "panel-head" }, h("h3", {}, "Points"),
    h("label", { class: "dim" }, "across ", choice("x")), h("label", { class: "dim" }, "up ", choice("y")),
    h("span", { class: "dim" }, "Drag to select, click a point to see it. Points of the front are filled.")), h("div", { class: "scroll" }, frame));
}

function drawPoints(context, places) {
  context.clearRect(0, 0, WIDTH, HEIGHT);
  const layers = [
    { wanted: (k) => !selected[k], style: colour("line"), size: 3 },
    { wanted: (k) => selected[k] && !points[k].front, style: colour("accent"), size: 4 },
  ];
  for (const layer of layers) {
    context.fillStyle = layer.style;
    for (const [k, x, y] of places) {
      if (layer.wanted(k)) context.fillRect(x - layer.size / 2, y - layer.size / 2, layer.size, layer.size);
    }
  }
  const [front, other] = [colour("multiply"), colour("line")];
  for (const [k, x, y] of places) {
    if (!points[k].front) continue;
    context.fillStyle = selected[k] ? front : other;
    context.beginPath();
    context.arc(x, y, 4.5, 0, 7);
    context.fill();
  }
}

function addBrush(overlay, placesNow) {
  const nearest = (px, py) => {
    let best = null, distance = 100;
    for (const [k, x, y] of placesNow()) {
      const d = (x - px) ** 2 + (y - py) ** 2;
      if (d < distance) [best, distance] = [k, d];
    }
    return best;
  };
  const brushed = (event) => {
    if (!event.selection) {
      setFilter("scatter", null);
      return;
    }
    const [[x0, y0], [x1, y1]] = event.selection;
    const inside = new Uint8Array(points.length);
    for (const [k, x, y] of placesNow()) inside[k] = x >= x0 && x <= x1 && y >= y0 && y <= y1;
    setFilter("scatter", (k) => inside[k]);
  };
  const area = [[MARGIN.left, MARGIN.top], [WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom]];
  select(overlay).append("g").attr("class", "brush").call(brush().extent(area).on("brush end", brushed));
  overlay.addEventListener("click", (event) => {
    const box = overlay.getBoundingClientRect();
    const found = nearest(event.clientX - box.left, event.clientY - box.top);
    if (found !== null) showPoint(found);
  });
}
