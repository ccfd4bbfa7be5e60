// How is a question answered with one key? Digits answer, s asks again later, Escape leaves it.

const question = () => document.querySelector("[data-key=question]");
const press = (selector) => question()?.querySelector(selector)?.click();

document.addEventListener("keydown", (event) => {
  if (!question() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.getElementById("keys").open || event.target.closest("input, textarea, select, .strip")) return;
  const selector = /^[1-9]$/.test(event.key) ? `button[value="${event.key}"]`
    : { s: "[data-key=later]", Escape: "[data-key=dismiss]" }[event.key];
  if (!selector) return;
  event.preventDefault();
  press(selector);
});
