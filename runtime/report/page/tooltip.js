// One floating note for whatever is under the pointer or has the keyboard focus.
const tooltip = h("div", { id: "tooltip", role: "status", hidden: true });

function showTooltip(target, content) {
  tooltip.replaceChildren(...[content].flat());
  tooltip.hidden = false;
  const box = target.getBoundingClientRect();
  const own = tooltip.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.left + box.width / 2 - own.width / 2), innerWidth - own.width - 8);
  const above = box.top - own.height - 8;
  tooltip.style.left = `${left}px`;
  tooltip.style.top = `${above > 8 ? above : Math.min(box.bottom + 8, innerHeight - own.height - 8)}px`;
}

function hideTooltip() {
  tooltip.hidden = true;
}

/// `content()` makes the note's elements when it is needed.
function explains(element, content) {
  element.addEventListener("pointerenter", () => showTooltip(element, content()));
  element.addEventListener("pointerleave", hideTooltip);
  element.addEventListener("focus", () => showTooltip(element, content()));
  element.addEventListener("blur", hideTooltip);
  return element;
}

function nodeNote(region, node) {
  const rows = [h("b", {}, `n${node.id} `, node.op), node.name ? ` ${node.name}` : ""];
  const line = (key, value) => rows.push(h("div", {}, h("span", { class: "key" }, key), value));
  if (region.mapped) {
    line("where", `PE ${peName(node.pe)}`);
    line("when", `cycle ${node.time} = slot ${node.slot}, stage ${node.stage}; latency ${node.latency}`);
  }
  for (const operand of node.operands) line(operand.port, operand.text);
  if (node.memory) line("address", node.memory);
  if (node.live_out) line("live-out", node.live_out);
  if (node.line) line("source", `${baseName(node.file)}:${node.line}`);
  return rows;
}
