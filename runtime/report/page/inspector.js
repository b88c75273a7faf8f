// What is known of the selected operation, with its neighbours as buttons.

function neighbour(region, id, text) {
  const node = region.nodes[id];
  return standsFor(h("button", { class: `chip op-${node.class}` }, `n${id} ${node.op}`, text ? h("span", { class: "dim" }, ` ${text}`) : ""), region, node);
}

function inspector(region) {
  if (state.node === null) return h("aside", { id: "inspector", class: "none" }, "Point at an operation anywhere to find it in every view; click to hold it. Arrow keys move in the schedule, Esc lets go.");
  const node = region.nodes[state.node];
  const row = (key, ...value) => h("div", { class: "fact" }, h("dt", {}, key), h("dd", {}, value));
  const carried = (edge) => (edge.distance ? `${edge.distance} later` : "");
  return h("aside", { id: "inspector" },
    h("div", { class: "panel-head" }, h("h3", {}, `n${node.id} `, h("span", { class: `chip op-${node.class}` }, node.label), node.name ? h("span", { class: "dim" }, ` ${node.name}`) : ""),
      h("button", { class: "toggle", "aria-label": "let go", onclick: () => update({ node: null }) }, "×")),
    h("dl", { class: "facts" },
      region.mapped ? row("where and when", `PE ${peName(node.pe)}, cycle ${node.time} = slot ${node.slot} of stage ${node.stage}, result ${plural(node.latency, "cycle")} later`) : null,
      node.operands.map((operand) => row(operand.port, operand.text)),
      node.memory ? row("address", node.memory) : null,
      node.live_out ? row("live-out", node.live_out) : null,
      node.line ? row("source", `${baseName(node.file)}:${node.line}`) : null,
      node.inputs.length ? row("reads", node.inputs.map((edge) => neighbour(region, edge.from, edge.distance ? `${edge.distance} earlier` : ""))) : null,
      node.outputs.length ? row("read by", node.outputs.map((edge) => neighbour(region, edge.to, carried(edge)))) : null,
      node.orders.length ? row("ordered with", node.orders.map((edge) => neighbour(region, edge.from === node.id ? edge.to : edge.from, edge.from === node.id ? "after" : "before"))) : null));
}
