// How much of an objective's variance an axis explains alone: the variance of the means of its values, over the whole
// variance (the correlation ratio). 1: the axis decides; 0: its values do not differ on average.
import { axes, isOk, objectives, onSelection, placeOf, points, selected, shown } from "./data.js";

/** What is computed once for a key. */
function once(compute) {
  const known = new Map();
  return (column) => {
    if (!known.has(column.key)) known.set(column.key, compute(column));
    return known.get(column.key);
  };
}
const placesOf = once((axis) => points.map((point) => placeOf(axis, point)));
const valuesOf = once((objective) => points.map(objective.of));

/** Means by value of the axis, and the share of the variance; null where there is no variance. */
export function effectOf(axis, objective, indices) {
  const groups = axis.values.map((value) => ({ value, count: 0, sum: 0 }));
  let sum = 0, squares = 0;
  const place = placesOf(axis), values = valuesOf(objective);
  for (const k of indices) {
    const y = values[k];
    const group = groups[place[k]];
    ++group.count;
    group.sum += y;
    sum += y;
  }
  const mean = sum / indices.length;
  for (const k of indices) squares += (values[k] - mean) ** 2;
  const between = groups.reduce((total, group) => (group.count ? total + group.count * (group.sum / group.count - mean) ** 2 : total), 0);
  return { share: squares > 1e-18 * indices.length * mean * mean ? between / squares : null, means: groups.filter((group) => group.count).map((group) => ({ ...group, mean: group.sum / group.count })) };
}

export function sensitivityPanel() {
  const body = h("tbody", {});
  const detail = h("div", { id: "effect" });
  const some = axes.filter((axis) => axis.values.length > 1);
  let open = [some[0], objectives[0]];

  const showEffect = (axis, objective, effect) => {
    const most = Math.max(...effect.means.map((group) => Math.abs(group.mean)), 1e-300);
    detail.replaceChildren(h("p", { class: "note dim" }, `Mean of ${objective.name} by ${axis.name}`),
      h("table", { class: "means" }, effect.means.map((group) => h("tr", {},
        h("td", {}, shown(group.value)),
        h("td", {}, h("span", { class: "meter" }, h("i", { style: `width:${(100 * Math.abs(group.mean)) / most}%` }))),
        h("td", { class: "number" }, shown(Number(group.mean.toPrecision(4)))),
        h("td", { class: "dim" }, plural(group.count, "point"))))));
  };
  const update = () => {
    const indices = [];
    for (let k = 0; k < points.length; ++k) if (isOk[k] && selected[k]) indices.push(k);
    detail.replaceChildren();
    body.replaceChildren(...some.map((axis) => h("tr", { "data-axis": axis.name }, h("td", {}, axis.name),
      objectives.map((objective) => {
        const effect = effectOf(axis, objective, indices);
        if (axis === open[0] && objective === open[1]) showEffect(axis, objective, effect);
        const text = effect.share === null ? "-" : effect.share.toFixed(2);
        return h("td", {}, h("button", { class: "meter", "data-objective": objective.name, onclick: () => {
          open = [axis, objective];
          update();
        } }, h("i", { style: `width:${100 * (effect.share || 0)}%` }), h("span", {}, text)));
      }))));
  };
  update();
  onSelection(update);
  return h("section", { class: "panel", id: "sensitivity" }, h("div", { class: "panel-head" }, h("h3", {}, "What each axis decides"),
    h("span", { class: "dim" }, "Share of the variance of an objective, over the ok points that are selected, that the axis explains alone.")),
    h("div", { class: "scroll" }, h("table", { class: "facts-table" }, h("thead", {}, h("tr", {}, h("th", {}, "axis"), objectives.map((each) => h("th", {}, each.name)))), body)), detail);
}
