// What does every page do beyond reading? Time zone, keys, copying. All of it works without, slower.

// The server writes times as this browser's clock shows them. It cannot know the zone before the
// first visit, so the page is fetched once more; never twice, should cookies be refused.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = () => document.cookie.split("; ").includes(`attnd_zone=${zone}`);
if (zone && zone !== document.documentElement.dataset.zone && !known()) {
  document.cookie = `attnd_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Strict`;
  if (known()) location.reload();
}

const keys = document.getElementById("keys");
// Browsers before 2026 need a script to open a dialog from its button.
if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.querySelector("[commandfor=keys]").addEventListener("click", () => keys.showModal());
}

const follow = (selector) => document.querySelector(selector)?.click();

// The link after the present one, around: a switch of two or three states needs one key.
const turn = (name) => {
  const links = [...document.querySelectorAll(`[data-switch="${name}"] a`)];
  const present = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[(present + 1) % links.length]?.click();
};

const actions = {
  "?": () => keys.showModal(),
  "[": () => follow("[rel=prev]"),
  "]": () => follow("[rel=next]"),
  ArrowLeft: () => follow("[rel=prev]"),
  ArrowRight: () => follow("[rel=next]"),
  t: () => location.assign("/today"),
  v: () => turn("lanes"),
  d: () => turn("theme"),
  l: () => turn("language"),
  r: () => location.reload(),
  "/": () => document.querySelector("[aria-keyshortcuts='/']")?.focus(),
  p: () => document.querySelector("[data-key=pause] button")?.focus(),
};

document.addEventListener("keydown", (event) => {
  // With a modifier the key is the browser's; where it was handled or typed it is not ours.
  if (keys.open) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// Copying needs a script, so its buttons appear with the script; their place is reserved.
for (const button of document.querySelectorAll("[data-copied]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
