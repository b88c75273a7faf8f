// Points without results, by reason.
import { points } from "./data.js";
import { showPoint } from "./point.js";

const SHOWN = 8;  // points of a reason

export function failuresPanel() {
  const reasons = new Map();
  points.forEach((point, k) => {
    if (point.status === "ok") return;
    const key = `${point.status}\n${point.reason || ""}`;
    if (!reasons.has(key)) reasons.set(key, []);
    reasons.get(key).push(k);
  });
  if (!reasons.size) return null;
  const rank = ["failed", "infeasible", "excluded"];
  const rows = [...reasons].sort(([a, ka], [b, kb]) => rank.indexOf(a.split("\n")[0]) - rank.indexOf(b.split("\n")[0]) || kb.length - ka.length);
  return h("section", { class: "panel wide", id: "failures" }, h("div", { class: "panel-head" }, h("h3", {}, "Points that are not ok")),
    h("div", { class: "scroll tall" }, h("table", { class: "facts-table" }, h("thead", {}, h("tr", {}, ["status", "reason", "points", "for example"].map((title) => h("th", {}, title)))),
      h("tbody", {}, rows.map(([key, indices]) => h("tr", {}, h("td", { class: key.startsWith("failed") ? "poor" : null }, key.split("\n")[0]),
        h("td", { class: "prose" }, key.slice(key.indexOf("\n") + 1)), h("td", { class: "number" }, grouped(indices.length)),
        h("td", {}, indices.slice(0, SHOWN).map((k) => h("button", { class: "toggle", "data-failure": points[k].id, onclick: () => showPoint(k) }, points[k].id.slice(0, 8)))))))))); 
}
