// The points as columns, what is selected of them, and who wants to know when that changes.
const raw = JSON.parse(document.getElementById("data").textContent);

export const sweep = raw;
export const points = raw.points;
export const isOk = points.map((point) => point.status === "ok");
export const okCount = isOk.filter(Boolean).length;
export const statuses = ["ok", "screened", "excluded", "infeasible", "failed"].filter((name) => points.some((point) => point.status === name));

/** A value for people: six digits, "-" where there is none. */
export function shown(value) {
  if (value === null || value === undefined) return "-";
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? grouped(value) : String(Number(value.toPrecision(6)));
}

/** Something that a point has: {key, name, kind, index, of(point)}; axes have their `values` in the order of the file. */
function column(kind, entry, index, group) {
  const of = (point) => {
    const value = point[group][index];
    return value === undefined ? null : value;
  };
  return { key: `${kind}:${entry.name}`, name: entry.name, kind, index, of, entry };
}

export const axes = raw.axes.map((entry, k) => {
  const made = column("axis", entry, k, "axes");
  const present = new Set(points.map((point) => JSON.stringify(made.of(point))));
  made.values = [...entry.values, ...(entry.when ? [null] : [])].filter((value) => present.has(JSON.stringify(value)));
  made.places = new Map(made.values.map((value, place) => [JSON.stringify(value), place]));
  return made;
});
export const objectives = raw.objectives.map((entry, k) => column("objective", entry, k, "objectives"));
const isObjective = (metric) => raw.objectives.some((objective) => objective.name === metric.name && objective.formula === metric.name);
export const metrics = raw.metrics.map((entry, k) => column("metric", entry, k, "metrics"));
export const otherMetrics = metrics.filter((metric) => !isObjective(metric));
export const columns = [...axes, ...objectives, ...otherMetrics];

/** The place of an axis's value in the order of the file. */
export const placeOf = (axis, point) => axis.places.get(JSON.stringify(axis.of(point)));

/** Filters by name, each a function of a point's index; a point is selected if all hold. */
const filters = new Map();
const listeners = [];
export const selected = new Uint8Array(points.length).fill(1);
export let selectedCount = points.length;

export const onSelection = (listener) => listeners.push(listener);
export const hasFilters = () => filters.size > 0;
export const hasFilter = (name) => filters.has(name);

function select() {
  const tests = [...filters.values()];
  selectedCount = 0;
  for (let k = 0; k < points.length; ++k) {
    let holds = 1;
    for (const test of tests) {
      if (!test(k)) {
        holds = 0;
        break;
      }
    }
    selected[k] = holds;
    selectedCount += holds;
  }
  for (const listener of listeners) listener();
}

/** Sets a filter, or takes it away (null). */
export function setFilter(name, test) {
  if (test) filters.set(name, test);
  else if (!filters.delete(name)) return;
  select();
}

const clearing = [];
export const onClear = (listener) => clearing.push(listener);
export function clearFilters() {
  filters.clear();
  for (const listener of clearing) listener();
  select();
}
