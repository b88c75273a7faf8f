// All about one point; the address keeps which.
import { axes, metrics, objectives, points, shown, sweep } from "./data.js";

const panel = h("section", { class: "panel", id: "point" });
const facts = (title, list) => [h("h3", {}, title), h("dl", { class: "facts" }, list.map(([name, value, note]) =>
  h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, shown(value), note && h("span", { class: "dim" }, ` ${note}`)))))];

/** Objectives with the sign that makes small good. */
const goals = (point) => objectives.map((each) => (each.entry.maximize ? -1 : 1) * each.of(point));
function beatenBy(point) {
  const mine = goals(point);
  return points.find((other) => {
    if (!other.front) return false;
    const its = goals(other);
    return its.every((value, k) => value <= mine[k]) && its.some((value, k) => value < mine[k]);
  });
}

function kernelTable(kernels) {
  const names = Object.keys(kernels);
  const keys = [...new Set(names.flatMap((name) => Object.keys(kernels[name])))];
  const total = Object.fromEntries(keys.map((key) => [key, names.reduce((sum, name) => sum + (Number(kernels[name][key]) || 0), 0)]));
  return [h("h3", {}, "By kernel"), h("div", { class: "scroll" }, h("table", { class: "facts-table", id: "kernels" },
    h("thead", {}, h("tr", {}, h("th", {}, "kernel"), keys.map((key) => h("th", { colspan: 2 }, key)))),
    h("tbody", {}, names.map((name) => h("tr", {}, h("td", {}, name), keys.map((key) => {
      const value = kernels[name][key];
      const share = typeof value === "number" && total[key] > 0 && key !== "ii" ? value / total[key] : null;
      return [h("td", { class: "number" }, shown(value === undefined ? null : value)),
        h("td", {}, share !== null && h("span", { class: "meter" }, h("i", { style: `width:${100 * share}%` }), h("span", {}, percent(share))))];
    }))))))];
}

function verdict(point) {
  if (point.front) return h("span", { class: "pill good" }, "on the front");
  if (point.status !== "ok") return h("span", { class: "pill poor" }, point.status);
  const better = beatenBy(point);
  return [h("span", { class: "pill fair" }, "beaten"), better && h("button", { class: "toggle", id: "better", onclick: () => showPoint(points.indexOf(better)) }, `by ${better.id.slice(0, 8)}`)];
}

export function showPoint(index, scroll = true) {
  const point = points[index];
  if (!point) return;
  history.replaceState(null, "", `#${point.id}`);
  panel.replaceChildren();
  fill(panel, {}, [h("div", { class: "panel-head" }, h("h3", {}, `Point ${point.id}`), h("span", { class: "dim" }, `#${point.sequence}`), verdict(point)),
    point.reason ? h("p", { class: "poor", id: "reason" }, point.reason) : null,
    facts("Axes", axes.map((axis) => [axis.name, axis.of(point)])),
    point.objectives.length ? facts("Objectives", objectives.map((each) => [each.name, each.of(point), each.entry.maximize ? "(large is good)" : "(small is good)"])) : null,
    point.metrics.length ? facts("Metrics", metrics.map((each) => [each.name, each.of(point), `(${each.entry.fidelity})`])) : null,
    point.kernels && Object.keys(point.kernels).length ? kernelTable(point.kernels) : null,
    point.log ? [h("h3", {}, "End of its log"), h("pre", {}, point.log)] : null]);
  if (scroll && panel.scrollIntoView) panel.scrollIntoView({ block: "nearest" });
}

export function pointPanel() {
  const wanted = location.hash.slice(1);
  const named = wanted ? points.findIndex((point) => point.id.startsWith(wanted)) : -1;
  const first = points.findIndex((point) => point.front);
  panel.append(h("p", { class: "empty" }, `No point of ${sweep.sweep} is on the front. Click a row of the table.`));
  showPoint(named >= 0 ? named : first, false);
  return panel;
}
