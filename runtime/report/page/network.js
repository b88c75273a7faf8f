// A compiled network: totals, its layers as a picture and as a table, the roofline, and where the cycles go.

const NETWORK = DATA.network;

const ran = (layer) => layer.launches !== undefined;
const layerCycles = (layer) => (layer.array_cycles || 0) + (layer.transfer_cycles || 0);

/// Undefined if it was not counted.
const layerEnergy = (layer) => (layer.energy ? layer.energy.pj : undefined);

function seconds(value) {
  const [factor, unit] = value >= 1 ? [1, "s"] : value >= 1e-3 ? [1e3, "ms"] : [1e6, "µs"];
  return `${(value * factor).toPrecision(3)} ${unit}`;
}

function networkTotals(layers) {
  const total = (key) => layers.reduce((sum, layer) => sum + (layer[key] || 0), 0);
  const times = NETWORK.timeline;
  const energy = NETWORK.energy;
  const share = (accuracy) => `${((100 * accuracy.right) / accuracy.examples).toFixed(2)} % of ${grouped(accuracy.examples)}`;
  const { accuracy, float_accuracy: before } = DATA.examples || {};
  const cycles = total("array_cycles") + total("transfer_cycles");
  return h("dl", { class: "facts", id: "network-totals" },
    fact("multiply-accumulates", grouped(total("macs"))),
    cycles ? fact("array cycles", grouped(total("array_cycles"))) : null,
    cycles ? fact("with transfers", grouped(cycles)) : null,
    times ? fact("latency (model)", seconds(times.latency_seconds)) : null,
    times && times.latency_seconds ? fact("throughput (model)", `${(1 / times.latency_seconds).toPrecision(3)} runs/s`) : null,
    times && times.latency_seconds ? fact("GOPS-equivalent", ((2 * total("macs")) / times.latency_seconds / 1e9).toPrecision(3)) : null,
    times ? fact("DRAM bytes", grouped(times.dram_bytes_read + times.dram_bytes_written)) : null,
    energy ? fact("energy (model)", picojoules(energy.total.pj)) : null,
    energy ? fact("TOPS-equivalent per W (model)", energy.tops_per_watt.toPrecision(3)) : null,
    before ? fact("accuracy in float32", share(before)) : null,
    accuracy ? fact("accuracy", share(accuracy)) : null,
    DATA.examples ? fact("equal to the golden model", `${grouped(DATA.examples.equal)} of ${grouped(DATA.examples.examples)} examples (${DATA.examples.backend})`) : null);
}

function networkPicture(layers) {
  const [width, height] = NETWORK.size;
  const boxes = layers.map((layer, i) => {
    const [x, y, w, tall] = NETWORK.boxes[i];
    const name = layer.name.length > 24 ? `${layer.name.slice(0, 23)}…` : layer.name;
    const box = s("g", { class: `layer on-${layer.place}`, "data-layer": i, tabindex: 0 },
      s("rect", { x: x - w / 2, y: y - tall / 2, width: w, height: tall, rx: 4 }),
      s("text", { x, y: y - 3, "text-anchor": "middle" }, name),
      s("text", { x, y: y + 12, "text-anchor": "middle", class: "dim" }, layer.output));
    return explains(box, () => [h("b", {}, layer.name), h("div", {}, layer.operators.join(", ")), h("div", {}, `${grouped(layer.macs)} multiply-accumulates, ${grouped(layer.bytes)} bytes`), h("div", {}, layer.reason ? `${layer.place}: ${layer.reason}` : layer.place)]);
  });
  return s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": "The network's layers" }, NETWORK.edges.map((path) => s("path", { class: "flow", d: path })), boxes);
}

/// heading, value to sort by, what to show, class
function layerColumns() {
  const number = (key, when = () => true) => [(layer) => (when(layer) ? layer[key] : -1), (layer) => (layer[key] !== undefined && when(layer) ? grouped(layer[key]) : "–"), "number"];
  const rate = (layer) => (layer.macs && layer.array_cycles ? layer.macs / layer.array_cycles : -1);
  const columns = [
    ["layer", (layer) => layer.name, (layer) => layer.name],
    ["operators", (layer) => layer.operators.join(), (layer) => layer.operators.join(", ")],
    ["format", (layer) => layer.format, (layer) => layer.format],
    ["output", (layer) => layer.output, (layer) => layer.output],
    ["MACs", ...number("macs", (layer) => layer.macs > 0)],
    ["runs on", (layer) => layer.place, (layer) => (layer.reason ? explains(h("span", { class: "because", tabindex: 0 }, layer.place === "array" ? "array, partly" : layer.place), () => layer.reason) : layer.place)],
    ["II / bound", (layer) => (layer.regions[0] || {}).ii || 0, (layer) => (layer.place === "array" ? layer.regions.filter((region) => region.ii).map((region) => `${region.ii} / ${region.mii}`).join(", ") : "–"), "number"]];
  if (!NETWORK.layers.some(ran)) return columns;
  columns.push(["launches", ...number("launches")], ["array cycles", ...number("array_cycles")], ["transfers", ...number("transfer_cycles")],
    ["MACs/cycle", rate, (layer) => (rate(layer) < 0 ? "–" : rate(layer).toFixed(2)), "number"]);
  if (NETWORK.timeline) columns.push(["host (model)", ...number("host_cycles")], ["DRAM bytes", ...number("dram_bytes")], ["bound by", (layer) => layer.bound || "", (layer) => layer.bound || "–"]);
  if (NETWORK.layers.some((layer) => layerEnergy(layer) !== undefined))
    columns.push(["energy (model)", (layer) => layerEnergy(layer) ?? -1, (layer) => (layerEnergy(layer) === undefined ? "–" : picojoules(layerEnergy(layer))), "number"]);
  return columns;
}

function layerTable(layers) {
  const columns = layerColumns();
  const body = h("tbody", {});
  let order = { column: -1, down: false };
  const draw = () => {
    const sorted = layers.map((layer, i) => ({ layer, i }));
    if (order.column >= 0) {
      const key = columns[order.column][1];
      sorted.sort((a, b) => (key(a.layer) < key(b.layer) ? -1 : key(a.layer) > key(b.layer) ? 1 : a.i - b.i) * (order.down ? -1 : 1));
    }
    body.replaceChildren(...sorted.map(({ layer, i }) => h("tr", { "data-layer-row": i }, columns.map(([, , show, kind]) => h("td", { class: kind }, show(layer))))));
  };
  const heads = columns.map(([name, , , kind], i) => h("th", { scope: "col", class: kind }, h("button", { class: "sort", onclick: (event) => {
    order = { column: i, down: order.column === i ? !order.down : kind === "number" };
    for (const each of event.target.closest("tr").children) each.removeAttribute("aria-sort");
    event.target.closest("th").setAttribute("aria-sort", order.down ? "descending" : "ascending");
    draw();
  } }, name)));
  draw();
  return h("div", { class: "scroll" }, h("table", { class: "facts-table dense", id: "layers" }, h("thead", {}, h("tr", {}, heads)), body));
}

/// Multiply-accumulates a cycle (transfers included) against multiply-accumulates a byte copied, under what the host
/// port and the PEs allow.
function roofline(layers) {
  const points = layers.filter((layer) => layer.macs && layerCycles(layer)).map((layer) => ({ name: layer.name, x: layer.macs / Math.max(1, (layer.bytes_in || 0) + (layer.bytes_out || 0)), y: layer.macs / layerCycles(layer) }));
  if (!points.length) return null;
  const [width, height, left, bottom, top] = [560, 300, 50, 38, 12];
  const peak = ARCH.macs_per_cycle;
  const port = 4; // bytes a cycle: one word of 32 bits
  const [x0, x1] = [Math.min(0.1, ...points.map((point) => point.x)) / 1.5, Math.max(peak / port, ...points.map((point) => point.x)) * 2];
  const [y0, y1] = [Math.min(0.05, ...points.map((point) => point.y)) / 1.5, peak * 1.6];
  const x = (value) => left + ((width - left - 8) * Math.log(value / x0)) / Math.log(x1 / x0);
  const y = (value) => height - bottom - ((height - bottom - top) * Math.log(value / y0)) / Math.log(y1 / y0);
  const ticks = (low, high) => logTicks(low, high).filter((value) => /^(1|0\.0*1)0*$/.test(String(value)));
  const knee = peak / port;
  const low = Math.max(x0, y0 / port);
  const roof = [[low, low * port], [Math.max(knee, low), peak], [x1, peak]];
  return s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": "Roofline" },
    ticks(y0, y1).map((value) => s("g", { class: "grid" }, s("line", { x1: left, x2: width - 8, y1: y(value), y2: y(value) }), s("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, value))),
    ticks(x0, x1).map((value) => s("text", { class: "tick", x: x(value), y: height - bottom + 16, "text-anchor": "middle" }, value)),
    s("polyline", { class: "roof", points: roof.map(([a, b]) => `${x(a)},${y(b)}`).join(" ") }),
    points.map((point) => explains(s("circle", { class: "mark roof-point", tabindex: 0, cx: x(point.x), cy: y(point.y), r: 5 }), () => [h("b", {}, point.name), h("div", {}, `${point.x.toFixed(2)} multiply-accumulates a byte, ${point.y.toFixed(2)} a cycle`)])),
    s("text", { class: "tick", x: (width + left) / 2, y: height - 4, "text-anchor": "middle" }, "multiply-accumulates a byte copied"));
}

/// Cycles of each layer, on the array and in transfers.
function cycleBars(layers) {
  const busy = layers.filter(layerCycles);
  if (!busy.length) return null;
  const most = Math.max(...busy.map(layerCycles));
  const share = (value) => `width:${(100 * value) / most}%`;
  return h("table", { class: "cycle-bars" }, h("tbody", {}, busy.map((layer) => h("tr", {}, h("th", { scope: "row" }, layer.name),
    h("td", { class: "cycle-bar" }, h("i", { class: "run", style: share(layer.array_cycles) }), h("i", { class: "copy", style: share(layer.transfer_cycles) })),
    h("td", { class: "number" }, grouped(layerCycles(layer)))))));
}

function networkSection() {
  if (!NETWORK) return null;
  const { layers, timeline } = NETWORK;
  const simulated = layers.some(ran);
  const panel = (title, note, content) => h("div", { class: "panel" }, h("div", { class: "panel-head" }, h("h3", {}, title), h("span", { class: "dim" }, note)), content);
  return h("section", { id: "network" }, h("h2", {}, "Network"),
    h("p", { class: "lead" }, `${plural(layers.length, "layer")}, ${layers.filter((layer) => layer.place === "array").length} of them on the array. `,
      simulated ? `Cycles of the run on ${NETWORK.backend}. ` : ["For cycles run ", h("code", {}, "heddle simulate DIR"), ", then ", h("code", {}, "heddle report DIR"), ". "],
      timeline ? `Model of ${NETWORK.system.name}: ${grouped(timeline.overlapped_cycles)} cycles with copies beside the array, ${grouped(timeline.serial_cycles)} without, ${grouped(timeline.host_cycles)} of them on the host's core.` : ""),
    networkTotals(layers),
    h("div", { class: "panels" },
      panel("Layers", "framed boldly: on the array; dashed: on the host", h("div", { class: "scroll tall" }, networkPicture(layers))),
      simulated ? h("div", {},
        panel("Roofline", `multiply-accumulates a cycle, transfers included; roof: ${ARCH.macs_per_cycle} by the PEs, a word a cycle over the port`, roofline(layers) || h("p", { class: "note dim" }, "no layer multiplies on the array")),
        panel("Cycles by layer", "dark: the array runs; light: transfers", h("div", { class: "scroll tall" }, cycleBars(layers)))) : null),
    layerTable(layers));
}
