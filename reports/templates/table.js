// The table of findings: sorted by a heading, filtered by each column, searched, walked through by keys.
// Rows are hidden and moved, never built anew; the columns have fixed widths, so that nothing is measured again.
const numeric = (text) => (text === "∞" || text === "NaN" ? Infinity : Number(text.replaceAll(",", "")));
const words = new Intl.Collator("en", { numeric: true });

const COMPARE = {
  number: () => (a, b) => (numeric(a) > numeric(b)) - (numeric(a) < numeric(b)),
  text: () => words.compare,
  choice: (order) => {
    const rank = (value) => (order.includes(value) ? order.indexOf(value) : order.length);
    return (a, b) => rank(a) - rank(b) || words.compare(a, b);
  },
};
const HOLDS = {
  number: (cell, wanted) => !(numeric(cell) < numeric(wanted)),
  text: (cell, wanted) => cell.toLowerCase().includes(wanted.toLowerCase()),
  choice: (cell, wanted) => cell === wanted,
};

const table = document.querySelector("table.findings");

const columns = [...(table?.tHead.rows[0].cells ?? [])].map((heading, number) => {
  const { column: name, kind, order = "" } = heading.dataset;
  return { name, kind, heading, number, compare: COMPARE[kind](order ? order.split(" ") : []), holds: HOLDS[kind] };
});

// `told`: the finding's part of the details, or that of the worst like it. A verdict has its letter before it.
const rows = [...(table?.tBodies[0].rows ?? [])].map((row, number) => {
  const cells = [...row.cells].map((cell) => cell.textContent);
  const link = row.cells[0].firstElementChild;
  cells[0] = link.lastChild.data.trim();
  const told = document.querySelector(`details${link.hash}`);
  return { row, number, cells, link, told, subject: Number(row.dataset.subject), shown: true };
});

// A search looks at the row, and at why it fails: the sentence, the operation, the line, the advice.
const searched = (each) =>
  (each.words ??= `${each.cells.join(" ")} ${each.told?.querySelector(".why")?.textContent ?? ""}`.toLowerCase());

const show = (choices) => {
  const filters = columns.filter(({ name }) => choices.get(name));
  const sought = (choices.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  for (const each of rows) {
    each.shown =
      filters.every(({ name, number, holds }) => holds(each.cells[number], choices.get(name))) &&
      sought.every((word) => searched(each).includes(word));
    if (each.row.hidden === each.shown) each.row.hidden = !each.shown;
  }
};

let sortedBy = "";
const sort = (choices) => {
  const wanted = choices.get("sort") ?? "";
  if (wanted === sortedBy) return;
  sortedBy = wanted;
  const name = wanted.replace("-", "");
  const sign = wanted.startsWith("-") ? -1 : 1;
  const column = columns.find((each) => each.name === name);
  const order = (a, b) => (column ? sign * column.compare(a.cells[column.number], b.cells[column.number]) : 0);
  rows.sort((a, b) => order(a, b) || a.number - b.number);
  table.tBodies[0].append(...rows.map(({ row }) => row));
  for (const { heading, name: own } of columns) {
    if (own === column?.name) heading.ariaSort = sign < 0 ? "descending" : "ascending";
    else heading.removeAttribute("aria-sort");
  }
};

// A row that is not laid out costs nothing: there are as many as were scrolled to, and all of them in print.
const STEP = 150;
let most = STEP;
const limit = () => {
  let left = most;
  for (const { row, shown } of rows) row.classList.toggle("later", shown && left-- <= 0);
};
const more = () => {
  most += STEP;
  limit();
};

const count = () => {
  const shown = rows.filter((each) => each.shown).length;
  const all = rows.length.toLocaleString("en");
  const text = shown === rows.length ? `${all} findings` : `${shown.toLocaleString("en")} of ${all} findings`;
  document.getElementById("shown").textContent = text;
};

// One after the other, each the tab stop while it is the current one: a table is one step of the Tab key.
let current = 0;
const walk = (step) => {
  const shown = rows.filter((each) => each.shown);
  if (!shown.length) return;
  const at = shown.findIndex(({ link }) => link === document.activeElement);
  const next = shown[Math.min(Math.max(at + step, 0), shown.length - 1)];
  while (next.row.matches(".later")) more();
  stopAt(next);
  next.link.focus();
};
const stopAt = (each) => {
  if (rows[current]) rows[current].link.tabIndex = -1;
  current = rows.indexOf(each);
  if (each) each.link.tabIndex = 0;
};
const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity };

// The first click on a heading sorts as one mostly wants it, the second the other way, the third as it came.
const turned = (column) => {
  const first = column.kind === "number" ? `-${column.name}` : column.name;
  const second = column.kind === "number" ? column.name : `-${column.name}`;
  const now = chosen().get("sort");
  return now === first ? second : now === second ? "" : first;
};

const control = (column) => {
  const label = `filter ${column.heading.textContent}`;
  const change = (replace) => (event) => choose({ [column.name]: event.target.value, [PLACE]: "" }, { replace });
  if (column.kind !== "choice") {
    const placeholder = column.kind === "number" ? "≥" : "has";
    return made("input", { type: "text", ariaLabel: label, placeholder, oninput: change(true) });
  }
  const counts = Map.groupBy(rows, ({ cells }) => cells[column.number]);
  const values = [...counts.keys()].filter(Boolean).sort(column.compare);
  const options = values.map((value) => made("option", { value }, `${value} (${counts.get(value).length})`));
  return made("select", { ariaLabel: label, onchange: change(false) }, made("option", { value: "" }, "all"), ...options);
};

const enhanced = () => {
  const controls = new Map(columns.map((column) => [column.name, control(column)]));
  const filters = [...controls.values()].map((each) => made("td", {}, each));
  table.tHead.append(made("tr", { className: "filters" }, ...filters));
  for (const column of columns) {
    const title = column.heading.textContent;
    column.heading.replaceChildren(
      made("button", { type: "button", onclick: () => choose({ sort: turned(column), [PLACE]: "" }) }, title),
    );
  }
  const search = document.getElementById("search");
  search.oninput = () => choose({ q: search.value, [PLACE]: "" }, { replace: true });
  search.closest("[hidden]").hidden = false;
  controls.set("q", search);
  for (const { link } of rows) link.tabIndex = -1;
  table.tBodies[0].addEventListener("keydown", (event) => {
    if (!(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    walk(STEPS[event.key]);
  });
  table.tBodies[0].addEventListener("focusin", (event) => {
    const each = rows.find(({ link }) => link === event.target);
    if (each) stopAt(each);
  });
  table.tBodies[0].addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row && !event.target.closest("a") && getSelection().isCollapsed) row.querySelector("a").click();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, select, textarea")) return;
    event.preventDefault();
    search.focus();
  });
  const box = table.parentElement;
  box.addEventListener("scroll", () => box.scrollTop + 2 * box.clientHeight > box.scrollHeight && more(), { passive: true });
  followers.push((choices) => {
    show(choices);
    sort(choices);
    limit();
    count();
    for (const [name, each] of controls) if (each.value !== (choices.get(name) ?? "")) each.value = choices.get(name) ?? "";
    if (rows[current]?.link.tabIndex !== 0 || !rows[current].shown) stopAt(rows.find((each) => each.shown));
  });
};
if (table) enhanced();
