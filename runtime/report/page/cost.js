// What the array takes of an FPGA, the energy of the simulated run, and the formats' multiply-accumulate units.

/// Half blocks of memory are real, the rest of a site is not.
const sites = (value) => (value === null || value === undefined ? "–" : grouped(Number.isInteger(value) ? value : value.toFixed(1)));

function picojoules(pj) {
  const [scale, unit] = pj >= 1e9 ? [1e9, "mJ"] : pj >= 1e6 ? [1e6, "µJ"] : pj >= 1e3 ? [1e3, "nJ"] : [1, "pJ"];
  return `${(pj / scale).toPrecision(3)} ${unit}`;
}

function deviceTable(device) {
  const rows = device.resources.map((row) => h("tr", { "data-resource": row.resource },
    h("td", {}, row.title), h("td", { class: "number" }, sites(row.resource === "bram" ? Math.round(2 * row.used) / 2 : Math.round(row.used))), h("td", { class: "number" }, sites(row.available)),
    h("td", {}, row.share === null ? "–" : bar(row.share), row.fits ? null : h("span", { class: "pill poor" }, "does not fit"))));
  return h("div", { class: "panel" }, h("div", { class: "panel-head" }, h("h3", {}, device.board ? `${device.name} (${device.board})` : device.name), h("span", { class: "dim" }, `used by ${device.basis}`)),
    h("table", { class: "facts-table", id: "device" },
      h("thead", {}, h("tr", {}, ["resource", "used", "available", "share"].map((name, i) => h("th", { scope: "col", class: i === 1 || i === 2 ? "number" : null }, name)))),
      h("tbody", {}, rows)),
    device.note ? h("p", { class: "note dim" }, device.note) : null);
}

function partsTable(array) {
  const columns = ["lut", "lutram", "ff", "dsp", "bram"];
  const most = Math.max(1, ...array.parts.map((part) => (part.estimate || part.synthesis || {}).lut || 0));
  const row = (owner, part, count, usage, total) => h("tr", { class: total ? "total" : null }, h("td", {}, owner), h("td", {}, part), h("td", { class: "number" }, count),
    columns.map((key) => h("td", { class: "number" }, usage ? sites(usage[key]) : "–")),
    h("td", { class: "spark" }, total || !usage ? null : h("i", { style: `width:${(100 * usage.lut) / most}%` })));
  return h("div", { class: "panel" }, h("div", { class: "panel-head" }, h("h3", {}, "Parts"), h("span", { class: "dim" }, "estimated from the description; docs/cost_of_arrays.md has the errors")),
    h("div", { class: "scroll parts-frame" }, h("table", { class: "facts-table dense", id: "parts" },
      h("thead", {}, h("tr", {}, ["of", "part", "count", "LUT", "LUTRAM", "FF", "DSP", "BRAM", ""].map((name, i) => h("th", { scope: "col", class: i > 1 && i < 8 ? "number" : null }, name)))),
      h("tbody", {}, array.parts.map((part) => row(part.owner, part.part, part.instances, part.estimate || part.synthesis)), row("total", "", "", array.estimate || array.synthesis, true)))));
}

function energyPanel(energy) {
  const items = [...energy.items].sort((a, b) => b.pj - a.pj);
  const most = Math.max(...items.map((item) => item.high));
  const place = (pj) => `${(100 * pj) / most}%`;
  return h("div", { class: "panel", id: "energy" }, h("div", { class: "panel-head" }, h("h3", {}, "Energy of the simulated run"), h("span", { class: "pill fair" }, "model"),
    h("span", { class: "dim" }, `${picojoules(energy.total.pj)}, between ${picojoules(energy.total.low)} and ${picojoules(energy.total.high)}`)),
  h("table", { class: "energy-table" }, h("tbody", {}, items.map((item) => h("tr", {}, h("th", { scope: "row" }, item.name),
    h("td", { class: "energy-bar" }, explains(h("span", { class: "range", tabindex: 0 }, h("i", { class: "value", style: `width:${place(item.pj)}` }), h("i", { class: "whisker", style: `left:${place(item.low)};width:${(100 * (item.high - item.low)) / most}%` })),
      () => [h("b", {}, item.name), h("div", {}, `${plural(item.count, "time")}, ${picojoules(item.pj)}, range ${picojoules(item.low)} to ${picojoules(item.high)}`)])),
    h("td", { class: "number" }, picojoules(item.pj)))))),
  h("p", { class: "note dim" }, `Counts of the run times table ${energy.table} (${energy.process}); bars show the range of the prices. Not a measurement.`),
  h("ul", { class: "note dim" }, energy.sensitivity.map((line) => h("li", {}, line))));
}

/// 1, 2 and 5 times powers of ten in [low, high].
function logTicks(low, high) {
  const values = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) values.push(...[1, 2, 5].map((factor) => factor * power));
  return values.filter((value) => value >= low && value <= high);
}

/// Heights as near to the wanted ones as lets them lie at least `gap` apart, none below `lowest`. Ascending.
function spread(wanted, gap, lowest) {
  const placed = [];
  for (const y of wanted) placed.push(placed.length ? Math.max(y, placed[placed.length - 1] + gap) : y);
  for (let i = placed.length - 1, limit = lowest; i >= 0; --i, limit = placed[i + 1] - gap) placed[i] = Math.min(placed[i], limit);
  return placed;
}

/// LUT against bits: one mark and name a format, the front through those that nothing of as many bits or more undercuts.
function formatPlot(macs) {
  const [width, height, left, right, bottom, top] = [640, 470, 50, 52, 40, 14];
  const points = macs.points;
  const bits = [...new Set(points.map((point) => point.bits))].sort((a, b) => a - b);
  const luts = points.map((point) => point.lut);
  const [low, high] = [Math.max(1, 0.88 * Math.min(...luts)), 1.1 * Math.max(...luts)];
  const [first, last] = [bits[0], bits[bits.length - 1]];
  const x = (value) => left + 14 + ((width - left - right - 14) * (value - first)) / Math.max(1, last - first);
  const y = (value) => height - bottom - ((height - bottom - top) * Math.log(Math.max(value, low) / low)) / Math.log(high / low);
  const grid = logTicks(low, high).map((value) => s("g", { class: "grid" }, s("line", { x1: left, x2: width - 6, y1: y(value), y2: y(value) }), s("text", { x: left - 7, y: y(value) + 4, "text-anchor": "end" }, value)));
  const columns = bits.map((value) => s("text", { x: x(value), y: height - bottom + 18, "text-anchor": "middle" }, value));
  const front = points.filter((point) => point.pareto).sort((a, b) => a.bits - b.bits);
  const mark = (point, place) => {
    const [px, py] = [x(point.bits), y(point.lut)];
    const shape = point.integer ? s("rect", { x: px - 4.5, y: py - 4.5, width: 9, height: 9 }) : s("circle", { cx: px, cy: py, r: 4.5 });
    const name = s("text", { x: px + 12, y: place + 3.5, class: "format-name" }, point.format);
    const leader = Math.abs(place - py) > 2 ? s("line", { class: "leader", x1: px + 5, y1: py, x2: px + 11, y2: place }) : null;
    return explains(s("g", { class: `format ${point.integer ? "integer" : "minifloat"}${point.pareto ? " best" : ""}`, tabindex: 0, "data-format": point.format }, shape, leader, name),
      () => [h("b", {}, point.format), h("div", {}, `${plural(point.lut, "LUT")}, ${plural(point.bits, "bit")}, ${point.multiplier} multiplier`), point.pareto ? h("div", {}, "on the front") : null].filter(Boolean));
  };
  const marks = bits.flatMap((column) => {
    const here = points.filter((point) => point.bits === column).sort((a, b) => b.lut - a.lut);
    const places = spread(here.map((point) => y(point.lut)), 11.5, height - bottom - 2);
    return here.map((point, i) => mark(point, places[i]));
  });
  return h("div", { class: "panel", id: "formats" }, h("div", { class: "panel-head" }, h("h3", {}, "LUTs of a multiply-accumulate unit, by format"), h("span", { class: "dim" }, `${macs.family}, no DSP blocks, the best of ${macs.multipliers} multipliers each`)),
    h("ul", { class: "legend" }, h("li", {}, h("i", { class: "key-integer" }), "integer"), h("li", {}, h("i", { class: "key-minifloat" }), "minifloat"), h("li", {}, h("i", { class: "key-front" }), "front: nothing of as many bits or more takes fewer LUTs")),
    s("svg", { viewBox: `0 0 ${width} ${height}`, class: "plot", role: "img", "aria-label": "LUTs against bits" }, grid, columns,
      s("text", { class: "axis", x: (left + width - right) / 2, y: height - 5, "text-anchor": "middle" }, "bits of a value"),
      s("text", { class: "axis", "text-anchor": "middle", transform: `translate(12 ${(top + height - bottom) / 2}) rotate(-90)` }, "LUTs, logarithmic"),
      s("path", { class: "front", d: front.map((point, i) => `${i ? "L" : "M"}${x(point.bits)} ${y(point.lut)}`).join(" ") }), marks),
    h("p", { class: "note dim" }, macs.note));
}

function costSection() {
  const cost = DATA.cost;
  if (!cost) return null;
  return h("section", { id: "cost" }, h("h2", {}, "Cost on an FPGA"),
    (cost.warnings || []).map((line) => h("p", { class: "empty" }, line)),
    h("div", { class: "panels" }, cost.device ? deviceTable(cost.device) : null, cost.array ? partsTable(cost.array) : null,
      cost.energy ? energyPanel(cost.energy) : null, cost.formats ? formatPlot(cost.formats) : null),
    cost.energy ? null : h("p", { class: "empty" }, "No energy yet: run ", h("code", {}, "heddle simulate DIR"), " (SystemC), then ", h("code", {}, "heddle report DIR"), "."));
}
