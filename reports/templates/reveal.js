// Links within the page keep what else is chosen; what they lead to is unfolded, and unhidden if need be.
const placeOf = (id) => {
  const each = inOrder[Number(id.replace("finding-", "")) - 1];
  return each ? cardOf(each) : document.getElementById(id);
};
const reveal = (choices) => {
  const target = placeOf(choices.get(PLACE) ?? "");
  if (!target) return;
  if (target.closest("[hidden]")) return keepOnly("", target.id);
  for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  target.scrollIntoView();
  (target.querySelector(":scope > summary, a") ?? target).focus({ preventScroll: true });
};
followers.push(reveal);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const place = link.hash.slice(1);
  if (link.dataset.filter) keepOnly(link.dataset.filter, place);
  else choose({ [PLACE]: place });
});

document.getElementById("details").addEventListener("click", (event) => {
  const card = event.target.closest("details.card > summary")?.parentElement;
  if (!card) return;
  if (!card.open) choose({ [PLACE]: card.id }, { replace: true, quietly: true });
  else if (chosen().get(PLACE) === card.id) choose({ [PLACE]: "" }, { replace: true, quietly: true });
});
