// The head of the page and its tables.

const STATUS = {
  optimal: ["optimal", "good", "II equals a proven lower bound"],
  feasible: ["above the bound", "fair", "the best mapping found; the bound may or may not be reachable"],
  not_found: ["not found", "poor", "the mapper gave up: nothing is proven"],
  infeasible: ["infeasible", "poor", "proven: there is no mapping"],
};

function fact(key, value) {
  return value === undefined || value === null || value === "" ? null : h("div", { class: "fact" }, h("dt", {}, key), h("dd", {}, value));
}

function header() {
  const report = DATA.report;
  const tools = Object.entries(report.tools || {}).map(([name, version]) => `${name} ${version}`).join(", ");
  return h("header", {},
    h("div", { class: "brand" }, "heddle"),
    h("h1", {}, baseName(report.source), h("span", { class: "on" }, " on "), ARCH.name),
    ARCH.description ? h("p", { class: "lead" }, ARCH.description) : null,
    h("dl", { class: "facts" },
      fact("array", `${ARCH.rows} × ${ARCH.columns} PEs, ${ARCH.word_bits}-bit`),
      fact("links", `${grouped(ARCH.links.length)}${ARCH.hop_limit > 1 ? `, up to ${ARCH.hop_limit} hops a cycle` : ""}`),
      fact("scratchpad", ARCH.scratchpad),
      fact("solver", report.solver),
      fact("seed", report.seed),
      fact("heddle", report.version),
      fact("tools", tools),
      verdict()));
}

function verdict() {
  const result = DATA.verification;
  if (!result || typeof result.equal !== "boolean") return null;
  return fact("verified", h("span", { class: result.equal ? "pill good" : "pill poor" }, result.equal ? "all models equal" : "MISMATCH"));
}

function bounds(facts) {
  const mii = facts.mii || {};
  const witness = facts.witness || {};
  return ["rec", "res", "mem", "route", "reg"].filter((kind) => kind in mii).map((kind) => explains(
    h("span", { class: `bound${mii[kind] === mii.total ? " binding" : ""}`, tabindex: 0 }, `${kind} ${mii[kind]}`),
    () => [h("b", {}, { rec: "Recurrences", res: "Resources", mem: "Memory", route: "Links", reg: "Storage" }[kind], `: II ≥ ${mii[kind]}`), h("div", {}, witness[kind] || "no witness recorded")]));
}

function statusPill(facts) {
  const [text, mood, meaning] = STATUS[facts.status] || [facts.status, "fair", ""];
  return explains(h("span", { class: `pill ${mood}`, tabindex: 0 }, text), () => [meaning, facts.reason ? h("div", {}, facts.reason) : ""]);
}

function bar(share) {
  return h("span", { class: "meter" }, h("i", { style: `width:${Math.min(100, 100 * share)}%` }), h("span", {}, percent(share)));
}

const COLUMNS = [
  ["region", (facts) => h("a", { href: `#region=${facts.name}` }, facts.name)],
  ["source", (facts) => `${baseName(facts.file)}:${facts.line}`],
  ["nodes", (facts) => facts.dfg.nodes, "number"],
  ["lower bounds", bounds],
  ["II", (facts) => (facts.ii ? h("b", {}, facts.ii) : "–"), "number"],
  ["status", statusPill],
  ["stages", (facts) => facts.stages ?? (facts.ii ? Math.ceil(facts.schedule_length / facts.ii) : "–"), "number"],
  ["length", (facts) => facts.schedule_length || "–", "number"],
  ["trip count", (facts) => (facts.trip_count === null ? "at run time" : grouped(facts.trip_count)), "number"],
  ["cycles", (facts) => (facts.cycles === null ? "–" : grouped(facts.cycles)), "number"],
  ["utilisation", (facts) => bar(facts.utilization || 0)],
  ["map time", (facts) => `${facts.map_seconds.toFixed(facts.map_seconds < 1 ? 3 : 1)} s`, "number"],
];

function regionTable() {
  const rows = DATA.report.regions.map((facts) => {
    const number = REGIONS.findIndex((each) => each.name === facts.name);
    const show = (event) => {
      event.preventDefault();
      update({ region: number });
      document.getElementById("region").scrollIntoView({ block: "start" });
    };
    const row = h("tr", { "data-region": number }, COLUMNS.map(([, cell, kind]) => h("td", { class: kind }, cell(facts))));
    row.querySelector("a").addEventListener("click", show);
    return row;
  });
  return h("section", { "aria-labelledby": "regions-title" },
    h("h2", { id: "regions-title" }, "Regions"),
    rows.length === 0 ? h("p", { class: "empty" }, "No loop of this program reached the array.") :
      h("div", { class: "scroll" }, h("table", { class: "facts-table", id: "regions" },
        h("thead", {}, h("tr", {}, COLUMNS.map(([name, , kind]) => h("th", { scope: "col", class: kind }, name)))),
        h("tbody", {}, rows))));
}

function hostTable() {
  const loops = DATA.report.host || [];
  if (loops.length === 0) return h("section", {}, h("h2", {}, "Host loops"), h("p", { class: "empty" }, "Every loop runs on the array."));
  return h("section", {}, h("h2", {}, "Loops that stay on the host"),
    h("table", { class: "facts-table", id: "host" },
      h("thead", {}, h("tr", {}, ["source", "function", "why"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, loops.map((loop) => h("tr", {}, h("td", {}, `${baseName(loop.file || DATA.report.source)}:${loop.line}`), h("td", {}, loop.function), h("td", { class: "prose" }, loop.reason))))));
}

const PHASES = [
  ["configuration", "configuration", (c) => c.configuration],
  ["live_in", "live-ins, start", (c) => c.live_in],
  ["dma_in", "DMA in", (c) => c.dma_in],
  ["run", "run", (c) => c.run - c.stall],
  ["stall", "stalls", (c) => c.stall],
  ["dma_out", "DMA out", (c) => c.dma_out],
  ["live_out", "live-outs", (c) => c.live_out],
];

/// One row a region: all its launches together.
function launchRows(simulation) {
  const rows = new Map();
  for (const launch of simulation.launches) {
    if (!launch.cycles) continue;
    const row = rows.get(launch.region) || { name: launch.region, launches: 0, phases: PHASES.map(() => 0), total: 0 };
    row.launches += launch.count;
    PHASES.forEach(([, , cycles], i) => (row.phases[i] += launch.count * cycles(launch.cycles)));
    row.total = row.phases.reduce((a, b) => a + b, 0);
    rows.set(launch.region, row);
  }
  return [...rows.values()];
}

function launches() {
  const simulation = DATA.simulation;
  if (!simulation) return h("section", {}, h("h2", {}, "Launch cycles"), h("p", { class: "empty" }, "Not simulated yet: run ", h("code", {}, "heddle simulate DIR"), ", then ", h("code", {}, "heddle report DIR"), "."));
  const rows = launchRows(simulation);
  const most = Math.max(1, ...rows.map((row) => row.total));
  return h("section", { id: "launches" }, h("h2", {}, "Launch cycles"),
    h("p", { class: "lead" }, `One run of ${simulation.kernel || "main"} on the ${simulation.backend} backend; all launches of a region together.`),
    h("ul", { class: "legend" }, PHASES.map(([key, title]) => h("li", {}, h("i", { class: `phase-${key}` }), title))),
    rows.map((row) => h("div", { class: "launch" },
      h("div", { class: "launch-name" }, row.name, h("span", { class: "dim" }, ` × ${grouped(row.launches)}`)),
      h("div", { class: "bar", style: `width:${(72 * row.total) / most}%` }, PHASES.map(([key, title], i) => (row.phases[i] === 0 ? null :
        explains(h("span", { class: `phase-${key}`, tabindex: 0, style: `flex-grow:${row.phases[i]}` }, row.phases[i] / most > 0.07 ? grouped(row.phases[i]) : ""),
          () => [h("b", {}, title), h("div", {}, `${plural(row.phases[i], "cycle")}, ${percent(row.phases[i] / row.total)} of this region`)])))),
      h("div", { class: "bar-total" }, plural(row.total, "cycle")))));
}
