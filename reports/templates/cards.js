// The parts of the details that came packed: each is made when it is first asked for, and put in its place.
const FEW = 30; // so many are made at once where a filter leaves no more
const place = document.getElementById("cards");
const packed = document.getElementById("rest");
const inOrder = [...rows];
let markup = packed ? null : {}; // number -> markup, once it is unpacked
let unpacking;

// What is done to the page as it came is done to a part that comes later too.
const arrivals = [];
const arrive = (welcome) => {
  arrivals.push(welcome);
  welcome(document);
};

const unpackCards = () =>
  (unpacking ??= unpacked(packed.textContent).then((text) => {
    markup = JSON.parse(text);
    follow();
  }));

const insert = (each) => {
  const template = made("template", { innerHTML: markup[each.number + 1] });
  each.own = template.content.firstElementChild;
  each.row.removeAttribute("id"); // it is the card's now
  const next = inOrder.slice(each.number + 1).find(({ own }) => own);
  place.insertBefore(each.own, next?.own ?? null);
  for (const welcome of arrivals) welcome(each.own);
};

// The card of a row; until it is unpacked, that of the worst like it.
const cardOf = (each) => {
  if (!each.own && !markup) unpackCards();
  if (!each.own && markup) insert(each);
  return each.own ?? each.told;
};

for (const each of rows) {
  const id = `finding-${each.number + 1}`;
  if (each.told?.id === id) each.own = each.told;
  else each.link.setAttribute("href", `#${id}`);
}
arrive((part) => {
  for (const each of part.querySelectorAll(".scripted, button.copy")) each.hidden = false;
});
