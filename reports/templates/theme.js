// The system's colours, or the other ones where the address says so.
const button = document.getElementById("theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const OTHER = { dark: "light", light: "dark" };
const preferred = () => (system.matches ? "dark" : "light");

const colour = (choices) => {
  const wanted = choices.get("theme") in OTHER ? choices.get("theme") : preferred();
  document.documentElement.dataset.theme = wanted;
  button.textContent = `${OTHER[wanted]} colours`;
};
button.addEventListener("click", () => {
  const next = OTHER[document.documentElement.dataset.theme];
  choose({ theme: next === preferred() ? "" : next, [PLACE]: "" }, { replace: true });
});
button.hidden = false;
system.addEventListener("change", () => colour(chosen()));
followers.push(colour);
