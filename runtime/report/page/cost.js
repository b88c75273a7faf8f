// What the array takes of an FPGA, the energy of the simulated run, and the formats' multiply-accumulate units.

const sites = (value) => (value === null || value === undefined ? "–" : grouped(Number.isInteger(value) ? value : value.toFixed(1)));

function picojoules(pj) {
  const [scale, unit] = pj >= 1e6 ? [1e6, "µJ"] : pj >= 1e3 ? [1e3, "nJ"] : [1, "pJ"];
  return `${(pj / scale).toPrecision(3)} ${unit}`;
}

function deviceTable(device) {
  const rows = device.resources.map((row) => h("tr", { "data-resource": row.resource },
    h("td", {}, row.title), h("td", { class: "number" }, sites(Math.round(2 * row.used) / 2)), h("td", { class: "number" }, sites(row.available)),
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
    h("div", { class: "scroll parts-frame" }, h("table", { class: "facts-table", id: "parts" },
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

/// Round numbers up to `most`, about `wanted` of them.
function ticks(most, wanted) {
  const raw = most / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= raw);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

/// LUT against bits: one mark a format, the front through those that nothing of as many bits or more undercuts.
function formatPlot(macs) {
  const [width, height, left, bottom, top] = [620, 340, 52, 38, 14];
  const points = macs.points;
  const bits = points.map((point) => point.bits);
  const [first, last] = [Math.min(...bits), Math.max(...bits)];
  const most = Math.max(...points.map((point) => point.lut)) * 1.05;
  const x = (value) => left + 18 + ((width - left - 40) * (value - first)) / Math.max(1, last - first);
  const y = (value) => height - bottom - ((height - bottom - top) * value) / most;
  const grid = ticks(most, 6).map((value) => s("g", { class: "grid" }, s("line", { x1: left, x2: width - 8, y1: y(value), y2: y(value) }), s("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, value)));
  const columns = [...new Set(bits)].map((value) => s("text", { x: x(value), y: height - bottom + 18, "text-anchor": "middle" }, value));
  const front = points.filter((point) => point.pareto).sort((a, b) => a.bits - b.bits);
  const mark = (point) => {
    const shape = point.integer ? s("rect", { x: x(point.bits) - 4.5, y: y(point.lut) - 4.5, width: 9, height: 9 }) : s("circle", { cx: x(point.bits), cy: y(point.lut), r: 4.5 });
    return explains(fill(shape, { class: `format ${point.integer ? "integer" : "minifloat"}${point.pareto ? " best" : ""}`, tabindex: 0, "data-format": point.format }, []),
      () => [h("b", {}, point.format), h("div", {}, `${plural(point.lut, "LUT")}, ${plural(point.bits, "bit")}, ${point.multiplier} multiplier`), point.pareto ? h("div", {}, "on the front") : null]);
  };
  return h("div", { class: "panel", id: "formats" }, h("div", { class: "panel-head" }, h("h3", {}, "LUTs of a multiply-accumulate unit, by format"), h("span", { class: "dim" }, `${macs.family}, no DSP blocks, the best of ${macs.multipliers} multipliers each`)),
    h("ul", { class: "legend" }, h("li", {}, h("i", { class: "key-integer" }), "integer"), h("li", {}, h("i", { class: "key-minifloat" }), "minifloat"), h("li", {}, h("i", { class: "key-front" }), "front: nothing of as many bits or more takes fewer LUTs")),
    s("svg", { viewBox: `0 0 ${width} ${height}`, class: "plot", role: "img", "aria-label": "LUTs against bits" }, grid, columns,
      s("text", { x: (left + width) / 2, y: height - 4, "text-anchor": "middle" }, "bits of a value"), s("text", { x: 12, y: top + 2, "text-anchor": "start", transform: `rotate(-90 12 ${height / 2}) translate(${-height / 2 + 60} ${height / 2 - top})` }, "LUT"),
      s("path", { class: "front", d: front.map((point, i) => `${i ? "L" : "M"}${x(point.bits)} ${y(point.lut)}`).join(" ") }), points.map(mark)),
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
