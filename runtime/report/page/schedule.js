// The schedule grid: a row for each PE, a column for each slot (or cycle of iteration 0).

function shownPes(region) {
  const everyPe = ARCH.pes.map((_, pe) => pe);
  return state.allPes ? everyPe : everyPe.filter((pe) => region.used.has(pe));
}

/// Which operation holds the functional unit of a PE in a column: issued there, or still busy (interval > 1).
function unitCells(region) {
  const cells = new Map();
  const columns = columnsOf(region, state.absolute);
  for (const node of region.nodes) {
    for (let k = 0; k < Math.min(node.interval, columns); ++k) {
      const column = state.absolute ? node.time + k : (node.slot + k) % region.ii;
      if (column < columns) cells.set(`${node.pe} ${column}`, { node, busy: k > 0 });
    }
  }
  return cells;
}

/// How many of a PE's outgoing links carry a value in each column.
function passingCounts(region) {
  const counts = new Map();
  for (const [place, byCycle] of region.uses) {
    const [kind, link] = place.split(" ");
    if (kind !== "link") continue;
    const columns = new Set([...byCycle.keys()].map((cycle) => (state.absolute ? cycle : cycle % region.ii)));
    for (const column of columns) {
      const key = `${ARCH.links[link].from} ${column}`;
      counts.set(key, (counts.get(key) || 0) + 1);
    }
  }
  return counts;
}

function scheduleCell(region, cell, passing, column) {
  const common = { "data-column": column, role: "gridcell" };
  if (!cell) return h("td", { ...common, class: "idle", title: passing ? `passes ${plural(passing, "value")} on` : undefined }, passing ? `→${passing}` : "");
  const { node, busy } = cell;
  if (busy) return standsFor(h("td", { ...common, class: `busy op-${node.class}` }, "⋯"), region, node);
  const element = h("td", { ...common, class: `cell op-${node.class}`, tabindex: -1 }, h("span", { class: "op" }, node.op), state.absolute ? null : h("sub", {}, node.stage));
  return standsFor(element, region, node);
}

function scheduleGrid(region) {
  const columns = columnsOf(region, state.absolute);
  const cells = unitCells(region);
  const passing = passingCounts(region);
  const head = h("tr", {}, h("th", { scope: "col", class: "corner" }, "PE"), Array.from({ length: columns }, (_, column) =>
    h("th", { scope: "col", "data-column": column, class: state.absolute && column % region.ii === 0 ? "stage-start" : null }, h("button", { onclick: () => update({ column }) }, column))));
  const rows = shownPes(region).map((pe) => h("tr", {}, h("th", { scope: "row", class: ARCH.pes[pe].memory ? "memory" : null }, peName(pe)),
    Array.from({ length: columns }, (_, column) => scheduleCell(region, cells.get(`${pe} ${column}`), passing.get(`${pe} ${column}`), column))));
  const table = h("table", { class: `schedule${state.absolute ? " absolute" : ""}`, role: "grid", "aria-label": "Schedule" }, h("thead", {}, head), h("tbody", {}, rows));
  const first = table.querySelector("td.cell");
  if (first) first.tabIndex = 0;
  table.addEventListener("keydown", moveFocus);
  return table;
}

/// Arrow keys go to the next operation in that direction.
function moveFocus(event) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = event.target.closest("td");
  if (!step || !cell) return;
  event.preventDefault();
  const rows = [...cell.closest("tbody").rows];
  let row = rows.indexOf(cell.parentElement) + step[0];
  let column = cell.cellIndex + step[1];
  while (rows[row] && rows[row].cells[column] && column > 0) {
    const next = rows[row].cells[column];
    if (next.classList.contains("cell")) {
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      return;
    }
    row += step[0];
    column += step[1];
  }
}

function toggle(label, pressed, action) {
  return h("button", { class: "toggle", "aria-pressed": String(pressed), onclick: action }, label);
}

function schedulePanel(region) {
  const mode = (absolute) => () => update({ absolute, column: state.node === null ? 0 : columnOf(region, region.nodes[state.node], absolute) });
  return h("section", { class: "panel", id: "schedule" },
    h("div", { class: "panel-head" }, h("h3", {}, "Schedule"),
      h("span", { class: "group" }, toggle(region.ii === 1 ? "slot 0" : `slots 0–${region.ii - 1}`, !state.absolute, mode(false)), toggle("one iteration", state.absolute, mode(true))),
      region.used.size < ARCH.pes.length ? toggle(`all ${ARCH.pes.length} PEs`, state.allPes, () => update({ allPes: !state.allPes })) : null,
      h("span", { class: "dim" }, state.absolute ? "cycles of iteration 0" : "subscript: stage · →n: passes n values on")),
    h("div", { class: "scroll tall" }, scheduleGrid(region)),
    h("ul", { class: "legend" }, CLASSES.filter(([key]) => region.nodes.some((node) => node.class === key)).map(([key, title]) => h("li", {}, h("i", { class: `op-${key}` }), title))));
}
