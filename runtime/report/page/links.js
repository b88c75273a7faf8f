// Ties every element that stands for an operation (data-n) to the hover and the selection.

/// Marks in all views: the operation itself, what it reads, what reads it.
function markNodes(root, region, id, classes) {
  const marks = new Map();
  if (id !== null && region.nodes[id]) {
    const node = region.nodes[id];
    for (const edge of node.inputs) marks.set(edge.from, classes.producer);
    for (const edge of node.outputs) if (!marks.has(edge.to)) marks.set(edge.to, classes.consumer);
    marks.set(id, classes.self);
  }
  const all = Object.values(classes);
  for (const element of root.querySelectorAll("[data-n]")) {
    element.classList.remove(...all);
    const mark = marks.get(Number(element.dataset.n));
    if (mark) element.classList.add(mark);
  }
  for (const element of root.querySelectorAll("[data-from]")) {
    const touches = id !== null && (Number(element.dataset.from) === id || Number(element.dataset.to) === id);
    element.classList.toggle(classes.edge, touches);
  }
  for (const element of root.querySelectorAll("[data-line]")) {
    const node = id === null ? null : region.nodes[id];
    element.classList.toggle(classes.line, Boolean(node) && Number(element.dataset.line) === node.line && element.dataset.file === node.file);
  }
}

const HOVER = { self: "hot", producer: "hot-in", consumer: "hot-out", edge: "hot-edge", line: "hot-line" };
const PICKED = { self: "picked", producer: "picked-in", consumer: "picked-out", edge: "picked-edge", line: "picked-line" };

/// Makes `element` stand for an operation: hover shows its note and marks it everywhere, click or Enter selects it.
function standsFor(element, region, node) {
  element.dataset.n = node.id;
  const root = () => document.getElementById("region");
  const enter = () => {
    markNodes(root(), region, node.id, HOVER);
    showTooltip(element, nodeNote(region, node));
  };
  const leave = () => {
    markNodes(root(), region, null, HOVER);
    hideTooltip();
  };
  element.addEventListener("pointerenter", enter);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("focus", enter);
  element.addEventListener("blur", leave);
  element.addEventListener("click", () => select(node.id));
  return element;
}

/// Enter and space on elements that are no buttons by themselves.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    hideTooltip();
    update({ node: null });
  }
  const target = event.target;
  if ((event.key === "Enter" || event.key === " ") && target.dataset && target.dataset.n !== undefined && target.tagName !== "BUTTON") {
    event.preventDefault();
    select(Number(target.dataset.n));
  }
});
