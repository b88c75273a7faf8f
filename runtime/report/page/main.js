// Puts the page together and redraws what a change of state touches.

function regionHead(region) {
  const facts = region.facts;
  const tabs = REGIONS.length < 2 ? null : h("nav", { class: "tabs", "aria-label": "Regions" }, REGIONS.map((each) => h("button", { class: "toggle", "aria-pressed": String(each === region), onclick: () => update({ region: each.number }) }, each.name)));
  const gap = region.mapped && facts.mii ? region.ii - facts.mii.total : 0;
  return h("div", { class: "region-head" }, tabs,
    h("h2", {}, region.name, region.mapped ? h("span", { class: "on" }, ` at II ${region.ii}`) : h("span", { class: "on" }, " runs on the host")),
    h("p", { class: "lead" }, facts.function ? `${facts.function}, ${baseName(facts.file)}:${facts.line}. ` : "",
      region.mapped ? `${plural(region.nodes.length, "operation")} on ${plural(new Set(region.nodes.map((node) => node.pe)).size, "PE")}; a new iteration starts every ${plural(region.ii, "cycle")}, one takes ${region.length}.` : "",
      gap > 0 ? ` ${gap} above the lower bound of ${facts.mii.total}.` : "", facts.reason ? ` ${facts.reason}` : ""),
    region.mapped ? h("dl", { class: "facts" },
      region.deciding.length ? fact("operations that decide the bound", region.deciding.slice(0, 16).map((id) => neighbour(region, id, ""))) : null,
      region.use.map((share) => (share.of ? fact(share.name, explains(bar(share.used / share.of), () => [`${grouped(share.used)} of ${grouped(share.of)} in ${plural(region.ii, "slot")}`])) : null))) : null);
}

function panels(region) {
  const narrow = region.mapped && !state.absolute && region.ii <= 4 && ARCH.columns <= 8;
  return h("div", { class: `panels${narrow ? " narrow-schedule" : ""}` }, region.mapped ? [schedulePanel(region), arrayPanel(region)] : null, graphPanel(region), sourcePanel(region));
}

/// Scrolls the frames of the panels, not the page, so that the selected operation is in sight.
function reveal(root) {
  for (const frame of root.querySelectorAll(".scroll")) {
    const target = frame.querySelector(".cell.picked, .node.picked, .picked-line, .pe.picked");
    if (!target) continue;
    const [outer, inner] = [frame.getBoundingClientRect(), target.getBoundingClientRect()];
    if (inner.top < outer.top + 30 || inner.bottom > outer.bottom) frame.scrollTop += inner.top - outer.top - outer.height / 2;
    if (inner.left < outer.left + 70 || inner.right > outer.right) frame.scrollLeft += inner.left - outer.left - outer.width / 2;
  }
}

function drawRegion() {
  const region = REGIONS[state.region];
  const root = document.getElementById("region");
  if (!region) return root.replaceChildren();
  stopPlaying();
  root.replaceChildren(regionHead(region), inspector(region), panels(region));
  settle(region);
  reveal(root);
}

/// Selection marks, the current column, and the row of the summary.
function settle(region) {
  const root = document.getElementById("region");
  markNodes(root, region, state.node, PICKED);
  root.classList.toggle("selecting", state.node !== null);
  for (const element of root.querySelectorAll("[data-column]")) element.classList.toggle("current", Number(element.dataset.column) === state.column);
  for (const row of document.querySelectorAll("#regions tbody tr")) row.classList.toggle("current", Number(row.dataset.region) === state.region);
}

function redraw(id, element) {
  const old = document.getElementById(id);
  if (old) old.replaceWith(element);
}

/// The array is redrawn for another column or selection; its controls stay, so that a slider being dragged is not replaced.
function redrawArray(region) {
  const frame = document.querySelector(".array-frame");
  if (!frame) return;
  const [left, top] = [frame.scrollLeft, frame.scrollTop];
  frame.replaceChildren(arrayPicture(region));
  frame.scrollTo(left, top);
  document.getElementById("slot").value = state.column;
  document.getElementById("slot-name").textContent = `${state.absolute ? "cycle" : "slot"} ${state.column} of ${columnsOf(region, state.absolute)}`;
}

listeners.push((changed) => {
  const region = REGIONS[state.region];
  hideTooltip();
  if (changed.has("region")) return drawRegion();
  if (changed.has("absolute")) redraw("array", arrayPanel(region));
  else redrawArray(region);
  if (changed.has("absolute") || changed.has("allPes")) redraw("schedule", schedulePanel(region));
  if (changed.has("node")) redraw("inspector", inspector(region));
  settle(region);
  if (changed.has("node") || changed.has("absolute")) reveal(document.getElementById("region"));
});

readAddress();
document.getElementById("page").append(header(), ...[networkSection()].filter(Boolean), regionTable(), hostTable(), launches(), ...[costSection()].filter(Boolean), h("section", { id: "region" }));
document.body.append(tooltip);
drawRegion();
addEventListener("hashchange", () => {
  readAddress();
  drawRegion();
});
