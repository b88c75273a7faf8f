// The selected points, with a filter under each title: a value, a part of a text, or <, <=, >, >=, != and a value.
import { clearFilters, columns, hasFilters, onClear, onSelection, points, selected, selectedCount, setFilter, shown } from "./data.js";
import { showPoint } from "./point.js";

const ROWS = 100;  // that are shown at once
const compare = {
  "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b, "=": (a, b) => a === b, "!=": (a, b) => a !== b,
};

/** A test of a value, or null if the text says nothing. */
export function testOf(text) {
  const wanted = text.trim();
  if (!wanted) return null;
  const [, operator, operand] = /^(<=|>=|!=|<|>|=)?\s*(.*)$/.exec(wanted);
  const number = Number(operand);
  if (operand !== "" && Number.isFinite(number)) return (value) => value !== null && compare[operator || "="](Number(value), number);
  if (operator === "!=") return (value) => String(value) !== operand;
  return (value) => String(value).includes(operand);
}

const titles = [
  { key: "id", name: "point", of: (point) => point.id, text: (point) => point.id.slice(0, 8) },
  { key: "status", name: "status", of: (point) => point.status },
  { key: "front", name: "front", of: (point) => (point.front ? "yes" : "no") },
  ...columns,
];
/** What is absent comes last, whatever the direction. */
const compareValues = (a, b, sign) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -sign : sign);

export function tablePanel() {
  const body = h("tbody", {});
  const count = h("span", { class: "dim", id: "selected" });
  const more = h("button", { class: "toggle", onclick: () => {
    rows += 10 * ROWS;
    update();
  } }, "show more");
  let rows = ROWS;
  let order = { column: null, down: false };

  const update = () => {
    const indices = [];
    for (let k = 0; k < points.length; ++k) if (selected[k]) indices.push(k);
    if (order.column) {
      const sign = order.down ? -1 : 1;
      indices.sort((a, b) => compareValues(order.column.of(points[a]), order.column.of(points[b]), sign) || a - b);
    }
    count.textContent = `${plural(selectedCount, "point")} of ${grouped(points.length)} selected`;
    more.hidden = indices.length <= rows;
    clear.disabled = !hasFilters();
    body.replaceChildren(...indices.slice(0, rows).map((k) => h("tr", { "data-point": points[k].id, class: points[k].front ? "front" : null, onclick: () => showPoint(k) },
      titles.map((title) => h("td", { class: typeof title.of(points[k]) === "number" ? "number" : null }, title.text ? title.text(points[k]) : shown(title.of(points[k])))))));
  };
  const inputs = titles.map((title) => h("input", { type: "text", "aria-label": `filter ${title.name}`, "data-filter": title.name, placeholder: "filter", oninput: (event) => {
    const test = testOf(event.target.value);
    setFilter(`table ${title.key}`, test && ((k) => test(title.of(points[k]))));
  } }));
  const clear = h("button", { class: "toggle", id: "clear", onclick: clearFilters }, "clear the selection");
  onClear(() => inputs.forEach((input) => (input.value = "")));
  onSelection(update);
  const heads = titles.map((title) => h("th", {}, h("button", { "data-sort": title.name, onclick: () => {
    order = { column: title, down: order.column === title && !order.down };
    update();
  } }, title.name)));
  update();
  return h("section", { class: "panel wide" }, h("div", { class: "panel-head" }, h("h3", {}, "Table"), count, clear),
    h("div", { class: "scroll tall" }, h("table", { class: "facts-table", id: "points" },
      h("thead", {}, h("tr", {}, heads), h("tr", {}, inputs.map((input) => h("th", {}, input)))), body)), more);
}
