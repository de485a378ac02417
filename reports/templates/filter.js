// What is kept of the page beside the table: details, subjects, plots, regimes; the bar that says so; and the
// cells and headings of the matrix, each of which keeps what it stands for.
const FACETS = columns.map(({ name }) => name);
const FILTERS = [...FACETS, "q"];

const facets = (text) => new Map(new URLSearchParams(text));
const differs = (own, choices) => [...own].some(([name, value]) => choices.get(name) && choices.get(name) !== value);

const keepOnly = (filter, place) =>
  choose({ ...Object.fromEntries(FILTERS.map((name) => [name, ""])), ...Object.fromEntries(facets(filter)), [PLACE]: place });

const ofRow = (headings, row) => new Map(headings.map((name, number) => [name, row.cells[number].textContent]));
const subjectTable = document.querySelector("table.subjects");
const subjectColumns = [...subjectTable.tHead.rows[0].cells].map((cell) => cell.dataset.column).filter(Boolean);
const subjects = [...subjectTable.tBodies[0].rows].map((row) => ({ row, own: ofRow(subjectColumns, row) }));
const folded = [...document.querySelectorAll("details[data-filter]")].map((part) => ({
  part,
  own: facets(part.dataset.filter),
}));
const figures = [...document.querySelectorAll("[data-dtype]")];

// A row of the regimes says only what tells it from the others of its specification.
const cellsOf = (matrix) => {
  const common = matrix.closest("details[data-filter]")?.dataset.filter;
  const columnsOf = [...matrix.tHead.rows].at(-1).querySelectorAll("th[data-filter]");
  return [...matrix.querySelectorAll("tbody tr[data-filter]")].flatMap((row) =>
    [...row.querySelectorAll("td")].map((cell, number) => {
      const own = columnsOf[number]?.dataset.filter;
      return { cell, filter: [common, row.dataset.filter, own].filter(Boolean).join("&") };
    }),
  );
};
const cells = [...document.querySelectorAll("#matrix table.matrix")].flatMap(cellsOf);
const filterOf = new Map(cells.map(({ cell, filter }) => [cell, filter]));
for (const each of cells) each.own = facets(each.filter);

const hide = (element, away) => {
  if (element.hidden !== away) element.hidden = away;
};

const filterRest = (choices) => {
  const shown = rows.filter((each) => each.shown);
  const told = new Set(shown.map((each) => (shown.length > FEW ? each.own ?? each.told : cardOf(each))));
  for (const card of place.children) hide(card, !told.has(card));
  const others = FILTERS.some((name) => choices.get(name) && !subjectColumns.includes(name));
  const found = new Set(shown.map((each) => each.subject));
  subjects.forEach(({ row, own }, number) => hide(row, differs(own, choices) || (others && !found.has(number))));
  for (const { part, own } of folded) hide(part, differs(own, choices));
  const [only, ...more] = folded.filter(({ part }) => part.matches(".plots:not([hidden])"));
  if (only && !more.length) only.part.open = true;
  for (const figure of figures) hide(figure, Boolean(choices.get("dtype")) && figure.dataset.dtype !== choices.get("dtype"));
  for (const { cell, own } of cells) cell.classList.toggle("aside", differs(own, choices));
};

const bar = document.getElementById("filtered");
const tell = (choices) => {
  const active = FILTERS.filter((name) => choices.get(name));
  hide(bar, !active.length);
  if (!active.length) return;
  const kept = active.map((name) => {
    const said = breakable(`${name === "q" ? "search" : name}: ${choices.get(name)} ✕`);
    return made("button", { type: "button", title: "take this away", onclick: () => choose({ [name]: "" }) }, ...said);
  });
  const shown = `${rows.filter((each) => each.shown).length.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
  const judged = `${subjects.filter(({ row }) => !row.hidden).length.toLocaleString("en")} of ${subjects.length.toLocaleString("en")}`;
  const clear = made("button", { type: "button", className: "clear", onclick: () => keepOnly("", "") }, "clear");
  const counts = made("span", {}, made("a", { href: "#findings" }, `${shown} findings`), ", ", made("a", { href: "#subjects" }, `${judged} subjects`));
  bar.replaceChildren("filtered by ", ...kept, counts, clear);
  document.documentElement.style.scrollPaddingTop = `${bar.offsetHeight}px`;
};

for (const heading of document.querySelectorAll("#matrix th[data-filter]")) {
  const label = made("button", { type: "button" }, ...heading.childNodes);
  heading.replaceChildren(label);
}
document.getElementById("matrix").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const cell = event.target.closest("td");
  const filter = event.target.closest("button")?.parentElement.dataset.filter ?? filterOf.get(cell);
  if (!filter) return;
  event.preventDefault();
  keepOnly(filter, "findings");
});
followers.push(filterRest, tell);
