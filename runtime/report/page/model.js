// The embedded data, and indexes over it.
const DATA = JSON.parse(document.getElementById("data").textContent);
const ARCH = DATA.arch;

const CLASSES = [
  ["arithmetic", "arithmetic, min, max"],
  ["multiply", "multiply, divide"],
  ["logic", "logic, shift"],
  ["compare", "compare, select"],
  ["load", "load"],
  ["store", "store"],
  ["move", "move, extend"],
];

const peName = (pe) => `(${ARCH.pes[pe].row},${ARCH.pes[pe].column})`;

/// Adds to a region what every view asks for: uses, slots, stages, and which values are where in each cycle.
function indexRegion(region, number) {
  region.number = number;
  region.facts = DATA.report.regions.find((facts) => facts.name === region.name) || {};
  region.nodes.forEach((node, id) => Object.assign(node, { id, inputs: [], outputs: [], orders: [] }));
  for (const edge of region.edges) {
    region.nodes[edge.from].outputs.push(edge);
    region.nodes[edge.to].inputs.push(edge);
  }
  for (const edge of region.orders) {
    region.nodes[edge.from].orders.push(edge);
    region.nodes[edge.to].orders.push(edge);
  }
  if (region.mapped) indexMapping(region);
  return region;
}

function indexMapping(region) {
  for (const node of region.nodes) {
    node.slot = node.time % region.ii;
    node.stage = Math.floor(node.time / region.ii);
  }
  region.cycles = 0;
  region.uses = new Map(); // "link 5", "reg 3 1", "res 3" -> cycle -> nodes whose value is there
  const occupy = (place, cycle, node) => {
    if (!region.uses.has(place)) region.uses.set(place, new Map());
    const byCycle = region.uses.get(place);
    if (!byCycle.has(cycle)) byCycle.set(cycle, new Set());
    byCycle.get(cycle).add(node);
    region.cycles = Math.max(region.cycles, cycle + 1);
  };
  for (const edge of region.edges) {
    for (const [cycle, kind, ...where] of edge.hops) occupy([kind, ...where].join(" "), cycle, edge.from);
  }
  for (const node of region.nodes) region.cycles = Math.max(region.cycles, node.time + node.latency);
  region.used = new Set(region.nodes.map((node) => node.pe));
  for (const place of region.uses.keys()) {
    const [kind, where] = place.split(" ");
    if (kind === "link") region.used.add(ARCH.links[where].from);
    else region.used.add(Number(where));
  }
}

/// The nodes whose value is at `place` when the column of the schedule is `column` (a slot, or a cycle of iteration 0).
function valuesAt(region, place, column, absolute) {
  const byCycle = region.uses.get(place);
  if (!byCycle) return [];
  const found = [];
  for (const [cycle, nodes] of byCycle) {
    if (absolute ? cycle === column : cycle % region.ii === column) for (const node of nodes) found.push({ node, cycle });
  }
  return found;
}

const columnsOf = (region, absolute) => (absolute ? region.cycles : region.ii);
const columnOf = (region, node, absolute) => (absolute ? node.time : node.slot);

const REGIONS = DATA.regions.map(indexRegion);
