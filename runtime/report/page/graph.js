// The dataflow graph, laid out by the compiler's own layered drawing.

let graphZoom = null;

const wideGraph = (region) => region.size[0] > 1000;

function drawNode(region, node) {
  const [x, y, width, height] = node.box;
  const group = s("g", { class: `node op-${node.class}`, tabindex: 0, transform: `translate(${x - width / 2},${y - height / 2})` },
    s("rect", { width, height, rx: 6 }),
    s("text", { x: width / 2, y: height / 2 + 4 }, node.label.length > 28 ? `${node.label.slice(0, 27)}…` : node.label),
    node.live_out ? s("text", { class: "mark", x: width + 4, y: height / 2 + 4 }, "▸") : null);
  return standsFor(group, region, node);
}

function drawEdge(edge, kind) {
  const carried = edge.distance > 0;
  const group = s("g", { class: `edge ${kind}${carried ? " carried" : ""}`, "data-from": edge.from, "data-to": edge.to },
    s("path", { d: edge.path, fill: "none", "marker-end": `url(#tip-${kind})` }));
  if (carried) group.append(s("circle", { cx: edge.label[0], cy: edge.label[1], r: 8 }), s("text", { x: edge.label[0], y: edge.label[1] + 3.5 }, edge.distance));
  return group;
}

function tip(kind) {
  return s("marker", { id: `tip-${kind}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" }, s("path", { d: "M0,0.5 L8,4 L0,7.5 z", class: `tip ${kind}` }));
}

function graphPicture(region) {
  const [width, height] = region.size;
  return s("svg", { class: "graph", viewBox: `0 0 ${width} ${height}`, width: width * graphZoom, height: height * graphZoom, role: "img", "aria-label": "Dataflow graph" },
    s("defs", {}, tip("value"), tip("order")),
    region.orders.map((edge) => drawEdge(edge, "order")),
    region.edges.map((edge) => drawEdge(edge, "value")),
    region.nodes.map((node) => drawNode(region, node)));
}

function zoomGraph(region, factor) {
  graphZoom = Math.min(2, Math.max(0.2, graphZoom * factor));
  const picture = document.querySelector("svg.graph");
  picture.setAttribute("width", region.size[0] * graphZoom);
  picture.setAttribute("height", region.size[1] * graphZoom);
}

function graphPanel(region) {
  // Small graphs are shown at full size, large ones shrink as long as labels stay readable.
  const room = Math.max(320, (document.documentElement.clientWidth - 120) / (innerWidth > 1180 && !wideGraph(region) ? 2 : 1));
  graphZoom = Math.min(1, Math.max(0.62, room / region.size[0]));
  const frame = h("div", { class: "scroll tall graph-frame" }, graphPicture(region));
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomGraph(region, event.deltaY < 0 ? 1.15 : 1 / 1.15);
  }, { passive: false });
  return h("section", { class: `panel${wideGraph(region) ? " wide" : ""}`, id: "graph" },
    h("div", { class: "panel-head" }, h("h3", {}, "Dataflow graph"),
      h("span", { class: "group" }, h("button", { class: "toggle", "aria-label": "zoom out", onclick: () => zoomGraph(region, 1 / 1.25) }, "−"), h("button", { class: "toggle", "aria-label": "zoom in", onclick: () => zoomGraph(region, 1.25) }, "+")),
      h("span", { class: "dim" }, `${plural(region.nodes.length, "node")}, ${plural(region.edges.length, "value")}`, region.orders.length ? `, ${plural(region.orders.length, "order edge")} (dashed)` : "", " · circled: loop distance")),
    frame);
}
