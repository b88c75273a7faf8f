// The array as a picture: PEs with what they do in the chosen slot, links with the values that move on them.

const PITCH = ARCH.columns <= 4 ? 138 : ARCH.columns <= 8 ? 92 : 78;
const PE_SIZE = Math.round(PITCH * 0.6);
const center = (pe) => [ARCH.pes[pe].column * PITCH + PITCH / 2, ARCH.pes[pe].row * PITCH + PITCH / 2];

/// Start, control point and end of a link: straight and a little to the right between neighbours, bent otherwise.
function linkCurve(link) {
  const [x0, y0] = center(link.from);
  const [x1, y1] = center(link.to);
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const neighbours = length < PITCH * 1.5 && !link.wrap;
  const side = PE_SIZE * 0.13;
  const edge = (PE_SIZE / 2) / Math.max(Math.abs(ux), Math.abs(uy)) + 1;
  const bend = neighbours ? side : PITCH * (link.wrap ? 0.42 : 0.4);
  const start = [x0 + ux * edge - uy * side, y0 + uy * edge + ux * side];
  const end = [x1 - ux * edge - uy * side, y1 - uy * edge + ux * side];
  const middle = [(x0 + x1) / 2 - uy * bend, (y0 + y1) / 2 + ux * bend];
  return { start, middle, end, path: neighbours ? `M${start} L${end}` : `M${start} Q${middle} ${end}` };
}

function arrowHead([x, y], [fromX, fromY], size) {
  const angle = Math.atan2(y - fromY, x - fromX);
  const corner = (turn, radius) => `${x + radius * Math.cos(angle + turn)},${y + radius * Math.sin(angle + turn)}`;
  return `${corner(0, 0)} ${corner(2.7, size)} ${corner(-2.7, size)}`;
}

const CURVES = ARCH.links.map(linkCurve);

function drawLink(number, attributes, thick) {
  const curve = CURVES[number];
  const straight = curve.path.includes("L");
  return s("g", attributes, s("path", { d: curve.path, fill: "none" }), s("polygon", { points: arrowHead(curve.end, straight ? curve.start : curve.middle, thick ? 8 : 5), stroke: "none" }));
}

/// Values on links, in registers and in results during the chosen column.
function movingValues(region) {
  const drawn = [];
  for (const place of region.uses.keys()) {
    const [kind, where, index] = place.split(" ");
    for (const { node, cycle } of valuesAt(region, place, state.column, state.absolute)) drawn.push({ kind, where: Number(where), index: Number(index), node: region.nodes[node], cycle });
  }
  return drawn;
}

function drawPe(region, pe, node, values) {
  const [x, y] = center(pe);
  const half = PE_SIZE / 2;
  const held = new Map(values.filter((value) => value.where === pe && value.kind === "reg").map((value) => [value.index, value]));
  const result = values.find((value) => value.where === pe && value.kind === "res");
  const pip = (value, px, py, round) => {
    const shape = round ? s("circle", { cx: px, cy: py, r: 3.5, class: `pip${value ? ` op-${value.node.class}` : ""}` }) : s("rect", { x: px - 3.5, y: py - 3.5, width: 7, height: 7, class: `pip${value ? ` op-${value.node.class}` : ""}` });
    return value ? standsFor(shape, region, value.node) : shape;
  };
  const box = s("g", { class: `pe${node ? ` op-${node.class}` : ""}${ARCH.pes[pe].memory ? " memory" : ""}`, "data-pe": pe },
    s("rect", { x: x - half, y: y - half, width: PE_SIZE, height: PE_SIZE, rx: 7 }),
    s("text", { x: x - half + 5, y: y - half + 11, class: "pe-name" }, peName(pe)),
    s("text", { x, y: y + 5, class: "pe-op", "font-size": node ? Math.min(14, (PE_SIZE - 6) / (0.61 * node.op.length)) : null }, node ? node.op : ""),
    result ? pip(result, x + half - 7, y - half + 8, true) : null);
  const registers = ARCH.pes[pe].registers;
  const pitch = Math.min(10, (PE_SIZE - 10) / Math.max(1, registers));
  for (let r = 0; r < registers; ++r) box.append(pip(held.get(r), x - ((registers - 1) * pitch) / 2 + r * pitch, y + half - 8, false));
  if (node) {
    standsFor(box, region, node);
    box.setAttribute("tabindex", 0);
  }
  return box;
}

/// All ways of the selected value at once, each hop with its cycle.
function drawRoutes(region) {
  const group = s("g", { class: "routes" });
  if (state.node === null) return group;
  const seen = new Set();
  const trace = (edge, kind) => {
    for (const [cycle, place, where, index] of edge.hops) {
      const key = `${kind} ${cycle} ${place} ${where} ${index}`;
      if (seen.has(key) || place === "res") continue;
      seen.add(key);
      if (place === "link") {
        const { start, middle, end, path } = CURVES[where];
        const at = path.includes("L") ? [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2] : middle;
        group.append(drawLink(where, { class: `route ${kind}` }, true), s("text", { x: at[0], y: at[1] + 3.5, class: "hop" }, cycle));
      } else {
        const [x, y] = center(where);
        group.append(s("text", { x, y: y + PE_SIZE / 2 + 10, class: "hop" }, `r${index}@${cycle}`));
      }
    }
  };
  for (const edge of region.nodes[state.node].inputs) trace(edge, "into");
  for (const edge of region.nodes[state.node].outputs) trace(edge, "out");
  return group;
}

function arrayPicture(region) {
  const values = movingValues(region);
  const issued = new Map(region.nodes.filter((node) => columnOf(region, node, state.absolute) === state.column).map((node) => [node.pe, node]));
  const busy = new Set(values.filter((value) => value.kind === "link").map((value) => value.where));
  const margin = ARCH.links.some((link) => link.wrap) ? 26 : 2;
  const width = ARCH.columns * PITCH;
  const height = ARCH.rows * PITCH;
  const picture = s("svg", { viewBox: `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`, width: width + 2 * margin, class: `array${state.node !== null ? " has-selection" : ""}`, role: "img", "aria-label": `The array in column ${state.column}` });
  picture.append(s("g", { class: "wires" }, ARCH.links.map((_, number) => (busy.has(number) ? null : drawLink(number, { class: "link" }, false)))));
  for (const value of values) {
    if (value.kind === "link") picture.append(standsFor(drawLink(value.where, { class: `link moving op-${value.node.class}`, "data-link": value.where }, true), region, value.node));
  }
  picture.append(s("g", {}, ARCH.pes.map((_, pe) => drawPe(region, pe, issued.get(pe), values))), drawRoutes(region));
  return picture;
}

let player = null;

function stopPlaying() {
  clearInterval(player);
  player = null;
}

function arrayPanel(region) {
  const columns = columnsOf(region, state.absolute);
  const slider = h("input", { type: "range", id: "slot", min: 0, max: columns - 1, value: state.column, "aria-label": "slot", oninput: (event) => update({ column: Number(event.target.value) }) });
  const step = (by) => update({ column: (state.column + by + columns) % columns });
  const play = h("button", { class: "toggle", "aria-pressed": String(player !== null), onclick: () => {
    if (player) stopPlaying();
    else player = setInterval(() => step(1), 900);
    play.setAttribute("aria-pressed", String(player !== null));
    play.textContent = player ? "pause" : "play";
  } }, player ? "pause" : "play");
  return h("section", { class: `panel${ARCH.columns > 8 ? " wide" : ""}`, id: "array" },
    h("div", { class: "panel-head" }, h("h3", {}, "Array"),
      h("button", { class: "toggle", "aria-label": "previous", onclick: () => step(-1) }, "‹"), slider, h("button", { class: "toggle", "aria-label": "next", onclick: () => step(1) }, "›"), play,
      h("output", { id: "slot-name" }, `${state.absolute ? "cycle" : "slot"} ${state.column} of ${columns}`)),
    h("div", { class: "scroll tall array-frame" }, arrayPicture(region)),
    h("p", { class: "dim note" }, "Thick arrows: values on links in this ", state.absolute ? "cycle" : "slot", ". Dot: result register; squares: register file. Select an operation to see all ways of its value, each hop with its cycle."));
}
