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
    if (!part.querySelector(`#${item.target_id}`)) continue;
    const [view] = await Bokeh.embed.embed_item(item);
    const found = view.model.renderers?.filter(({ data_source }) => data_source?.data.who) ?? [];
    failures.push(...found);
    for (const marks of found) sift(marks, chosen());
  }
};

// Of the failures in a plot those stay that the filter keeps. Passes are counted over all, and stay.
const failures = [];
const sift = (marks, choices) => {
  const { who, regime } = marks.data_source.data;
  const booleans = Array.from(who, (each, number) => {
    const [framework, mode] = each.split(" ").slice(-3);
    const implementation = each.split(" ").slice(0, -3).join(" ");
    const own = { implementation, framework, mode, verdict: marks.name, regime: regime[number] };
    return !differs(Object.entries(own), choices);
  });
  marks.view.filter = new (Bokeh.Models.get("BooleanFilter"))({ booleans });
};
followers.push((choices) => failures.forEach((marks) => sift(marks, choices)));

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
