// Plots are drawn when they are unfolded; BokehJS itself is unpacked before the first of them.
let loading;
const bokeh = () =>
  (loading ??= unpacked(document.getElementById("bokeh").textContent).then((code) => {
    document.head.append(made("script", { textContent: code })); // the policy of the page knows its digest
  }));

const draw = async (part) => {
  const data = document.getElementById(part.dataset.pack) ?? part.querySelector("script");
  if (!data || part.dataset.drawn) return;
  part.dataset.drawn = "yes";
  await bokeh();
  data.items ??= unpacked(data.textContent).then(JSON.parse);
  for (const item of await data.items) {
    if (part.querySelector(`#${item.target_id}`)) await Bokeh.embed.embed_item(item);
  }
};

// An open one is drawn when it comes into view: there may be one in every finding.
const seen = new IntersectionObserver((met) => met.forEach(({ isIntersecting, target }) => isIntersecting && draw(target)));
const watch = (root) => root.querySelectorAll("details.plots[open]").forEach((part) => seen.observe(part));

document.addEventListener(
  "toggle",
  ({ target }) => target.open && (target.matches("details.plots") ? draw(target) : watch(target)),
  true,
);
watch(document);
follow(); // the last of the scripts: all that follows the address is there
