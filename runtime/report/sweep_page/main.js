import { metrics, objectives, okCount, points, statuses, sweep } from "./data.js";
import { failuresPanel } from "./failures.js";
import { parallelPanel } from "./parallel.js";
import { pointPanel } from "./point.js";
import { scatterPanel } from "./scatter.js";
import { sensitivityPanel } from "./sensitivity.js";
import { tablePanel } from "./table.js";

const fact = (name, value) => h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, value));

function header() {
  const count = (status) => points.filter((point) => point.status === status).length;
  const front = points.filter((point) => point.front).length;
  return h("header", {}, h("div", { class: "brand" }, "heddle"), h("h1", {}, `Sweep ${sweep.sweep}`), h("p", { class: "lead" }, sweep.description),
    h("dl", { class: "facts", id: "facts" }, fact("points done", `${grouped(points.length)} of ${grouped(sweep.planned)}`),
      statuses.map((status) => fact(status, grouped(count(status)))), fact("front", grouped(front)), fact("hypervolume", String(Number(sweep.hypervolume.toPrecision(6)))),
      fact("objectives", objectives.map((each) => `${each.entry.maximize ? "maximize" : "minimize"} ${each.name}${each.entry.formula === each.name ? "" : ` = ${each.entry.formula}`}`).join(", ")),
      fact("fidelity", metrics.map((each) => `${each.name}: ${each.entry.fidelity}`).join(", ")),
      sweep.constraints.length ? fact("constraints", sweep.constraints.join(", ")) : null));
}

const page = document.getElementById("page");
page.append(header());
if (okCount) page.append(h("div", { class: "panels" }, scatterPanel(), pointPanel(), sensitivityPanel(), parallelPanel(), tablePanel(), failuresPanel() || ""));
else page.append(h("p", { class: "empty" }, "No point is ok."), h("div", { class: "panels" }, pointPanel(), failuresPanel() || ""));
