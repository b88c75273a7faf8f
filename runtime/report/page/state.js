// What is being looked at. It lives in the address (#region=..&node=..&slot=..&mode=absolute), so that a view can be linked to.
const state = { region: 0, node: null, column: 0, absolute: false, allPes: false };
const listeners = [];

/// Without a wish, the region with the most operations is the interesting one.
function largestMapped() {
  let best = 0;
  for (const each of REGIONS) {
    const size = (one) => (one.mapped ? one.nodes.length : -1);
    if (size(each) > size(REGIONS[best])) best = each.number;
  }
  return best;
}

function readAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const region = REGIONS.findIndex((each) => each.name === wanted.get("region"));
  const node = Number.parseInt(wanted.get("node"), 10);
  const column = Number.parseInt(wanted.get("slot"), 10);
  state.region = region >= 0 ? region : largestMapped();
  const chosen = REGIONS[state.region];
  state.absolute = wanted.get("mode") === "absolute";
  state.node = chosen && chosen.nodes[node] ? node : null;
  state.column = 0;
  if (!chosen || !chosen.mapped) return;
  if (column >= 0) state.column = column % columnsOf(chosen, state.absolute);
  else if (state.node !== null) state.column = columnOf(chosen, chosen.nodes[node], state.absolute);
}

function writeAddress() {
  const chosen = REGIONS[state.region];
  if (!chosen) return;
  const address = new URLSearchParams({ region: chosen.name });
  if (state.node !== null) address.set("node", state.node);
  if (state.column) address.set("slot", state.column);
  if (state.absolute) address.set("mode", "absolute");
  history.replaceState(null, "", `#${address}`);
}

/// Applies `change` and tells every view which keys changed.
function update(change) {
  if (change.region !== undefined && change.region !== state.region) change = { node: null, column: 0, ...change };
  const keys = Object.keys(change).filter((key) => state[key] !== change[key]);
  if (keys.length === 0) return;
  Object.assign(state, change);
  writeAddress();
  for (const listener of listeners) listener(new Set(keys));
}

/// Selecting an operation also turns to the slot in which it issues.
function select(id) {
  const region = REGIONS[state.region];
  if (id === null || id === state.node) return update({ node: null });
  const node = region.nodes[id];
  update(region.mapped ? { node: id, column: columnOf(region, node, state.absolute) } : { node: id });
}
