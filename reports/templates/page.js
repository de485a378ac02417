"use strict";
// The page is complete without this script. It draws the plots of a specification when they are opened,
// and opens what a link points into.
(() => {
  const draw = (details) => {
    const data = details.querySelector("script[type='application/json']");
    if (!data || details.dataset.drawn) return;
    details.dataset.drawn = "yes";
    for (const item of JSON.parse(data.textContent)) Bokeh.embed.embed_item(item);
  };
  for (const details of document.querySelectorAll("details.plots")) {
    details.addEventListener("toggle", () => details.open && draw(details));
    if (details.open) draw(details);
  }
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.nextElementSibling.textContent);
      button.textContent = "copied";
    });
  }
})();
