// What a reader chooses lives in the address alone, so that a link shows the same page:
// "#framework=torch&sort=-ulps&at=finding-12", where "#finding-12" is short for "#at=finding-12".
// The page is complete without any of these scripts.
const PLACE = "at";
const followers = []; // called with what is chosen, whenever it changes

const chosen = () => {
  const hash = location.hash.slice(1);
  return new URLSearchParams(hash.includes("=") || !hash ? hash : `${PLACE}=${hash}`);
};

const addressOf = (choices) => {
  const names = [...choices.keys()];
  return `#${names.length === 1 && names[0] === PLACE ? encodeURIComponent(choices.get(PLACE)) : choices}`;
};

const follow = () => followers.forEach((each) => each(chosen()));

// An empty value takes a choice back. `replace`: no step for the Back button; `quietly`: the page is so already.
const choose = (changes, { replace = false, quietly = false } = {}) => {
  const next = chosen();
  for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
  if (addressOf(next) !== addressOf(chosen())) {
    if (!replace) history.replaceState({ top: scrollY }, ""); // where Back leads to
    history[replace ? "replaceState" : "pushState"](null, "", addressOf(next));
  }
  if (!quietly) follow();
};

addEventListener("popstate", (event) => {
  follow();
  if (event.state) scrollTo({ top: event.state.top, behavior: "instant" });
});

const made = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// A name, that may break after dots and underscores; as texts and breaks, so that none of it is markup.
const breakable = (name) => name.split(/(?<=[._])(?=[^._])/).flatMap((part, number) => (number ? [made("wbr"), part] : [part]));
