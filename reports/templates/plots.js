// A plot is drawn when it comes into sight, wherever on the page; BokehJS itself is unpacked before the first of them.
let loading;
const bokeh = () =>
  (loading ??= unpacked(document.getElementById("bokeh").textContent).then((code) => {
    document.head.append(made("script", { textContent: code })); // the policy of the page knows its digest
  }));

// `data-pack`: the plots of several parts come as one.
const draw = async (part) => {
  const data = document.getElementById(part.dataset.pack) ?? part.querySelector("script");
  if (!data) return;
  await bokeh();
  data.items ??= unpacked(data.textContent).then(JSON.parse);
  for (const item of await data.items) {
    if (part.querySelector(`#${item.target_id}`)) await Bokeh.embed.embed_item(item);
  }
};

const sight = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      sight.unobserve(target);
      draw(target.closest("details.plots"));
    }
  },
  { rootMargin: "300px" },
);
arrive((part) => part.querySelectorAll("details.plots .figures").forEach((figures) => sight.observe(figures)));
follow(); // the last of the scripts: all that follows the address is there
