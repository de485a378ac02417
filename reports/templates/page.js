"use strict";
// The page is complete without this script. It draws the plots of a specification when they are opened,
// and opens what a link points into.
(() => {
  const unpacked = async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const draw = async (details) => {
    const data = details.querySelector("script");
    if (!data || details.dataset.drawn) return;
    details.dataset.drawn = "yes";
    for (const item of await unpacked(data.textContent)) Bokeh.embed.embed_item(item);
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
  // What is copied is selected too: where a browser forbids the copying, that much is done.
  const copied = async (script) => {
    getSelection().selectAllChildren(script);
    try {
      await navigator.clipboard.writeText(script.textContent);
      return "copied";
    } catch {
      return "selected";
    }
  };
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.textContent = await copied(button.nextElementSibling);
    });
  }
})();
