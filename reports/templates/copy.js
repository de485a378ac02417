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
document.addEventListener("click", async ({ target }) => {
  if (!target.matches("button.copy")) return;
  target.textContent = await copied(target.nextElementSibling);
  setTimeout(() => (target.textContent = "copy"), 2000);
});
