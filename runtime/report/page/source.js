// The source listing; lines and operations light each other up.

const WORDS = /(\/\/.*|\/\*.*?(?:\*\/|$))|("(?:[^"\\]|\\.)*")|\b(\d[\w.]*)\b|\b(if|else|for|while|do|return|const|restrict|static|inline|void|int|char|short|long|unsigned|signed|u?int\d+_t|size_t|struct|switch|case|break|continue|HEDDLE_\w+)\b/g;

/// `open`: the line starts inside a block comment.
function coloured(text, open) {
  const parts = [];
  let last = 0;
  if (open) {
    const end = text.indexOf("*/");
    if (end < 0) return [h("span", { class: "c-comment" }, text)];
    parts.push(h("span", { class: "c-comment" }, text.slice(0, end + 2)));
    return parts.concat(coloured(text.slice(end + 2), false));
  }
  for (const match of text.matchAll(WORDS)) {
    parts.push(text.slice(last, match.index));
    const kind = match[1] ? "comment" : match[2] ? "string" : match[3] ? "number" : "keyword";
    parts.push(h("span", { class: `c-${kind}` }, match[0]));
    last = match.index + match[0].length;
  }
  parts.push(text.slice(last));
  return parts;
}

/// For each line, whether it starts inside a block comment.
function openComments(lines) {
  let open = false;
  return lines.map((text) => {
    const before = open;
    const rest = open ? text : text.replace(/\/\/.*/, "");
    if (rest.lastIndexOf("*/") > rest.lastIndexOf("/*")) open = false;
    else if (rest.includes("/*")) open = true;
    return before;
  });
}

function sourceLine(region, file, text, number, open) {
  const nodes = region.nodes.filter((node) => node.line === number && node.file === file);
  const row = h("div", { class: `line${nodes.length ? " has-nodes" : ""}${number === region.facts.line ? " loop-line" : ""}`, "data-line": number, "data-file": file },
    h("span", { class: "number" }, number), h("code", {}, coloured(text, open)), nodes.length ? h("span", { class: "count", title: plural(nodes.length, "operation") }, nodes.length) : null);
  if (nodes.length === 0) return row;
  const light = (on) => {
    const ids = new Set(nodes.map((node) => String(node.id)));
    for (const element of document.querySelectorAll("#region [data-n]")) element.classList.toggle("hot", on && ids.has(element.dataset.n));
  };
  row.addEventListener("pointerenter", () => light(true));
  row.addEventListener("pointerleave", () => light(false));
  return row;
}

function sourcePanel(region) {
  const files = new Set([region.facts.file, ...region.nodes.map((node) => node.file)]);
  const shown = DATA.sources.filter((source) => files.has(source.file));
  const frame = h("div", { class: "scroll tall source-frame" }, shown.map((source) => {
    const lines = source.text.replace(/\n$/, "").split("\n");
    const open = openComments(lines);
    return h("div", { class: "file" }, lines.map((text, i) => sourceLine(region, source.file, text, i + 1, open[i])));
  }));
  const first = region.facts.line || 1;
  requestAnimationFrame(() => {
    const line = frame.querySelector(`[data-line="${Math.max(1, first - 2)}"]`);
    if (line) frame.scrollTop = line.offsetTop - frame.offsetTop;
  });
  return h("section", { class: `panel${wideGraph(region) && ARCH.columns <= 8 && region.mapped ? " wide" : ""}`, id: "source" },
    h("div", { class: "panel-head" }, h("h3", {}, baseName(region.facts.file) || "Source"), h("span", { class: "dim" }, "right: operations made from the line")),
    shown.length ? frame : h("p", { class: "empty" }, "The source text is not part of this report."));
}
