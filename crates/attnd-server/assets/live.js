// What is new? Listens to the daemon and renews parts of the page without moving what is read.
//
// A happening says only that something changed: the page itself is fetched again and its parts
// compared, so what is shown live and what is shown at first come from one place. A part whose
// height would change, or that is pointed at, focused, selected or unfolded, stays as it is; a
// quiet link then offers the newest figures.

const LEAST_PAUSE_MS = 5_000;
const MOST_PAUSE_MS = 60_000;
// A burst of happenings is one piece of news.
const SETTLE_MS = 500;
let last = 0;
let timer;

const isBeingRead = (part) => {
  const selection = getSelection();
  return part.matches(":hover") || part.contains(document.activeElement)
    || part.querySelector("details[open]") !== null
    || (!selection.isCollapsed && selection.intersectsNode?.(part)) || false;
};

// Titles and relative times make parts differ although they read alike; only then is it work.
const renew = (part, fresh) => {
  if (part.isEqualNode(fresh)) return true;
  if (part.dataset.live !== "now" && isBeingRead(part)) return false;
  if (part.contains(document.activeElement)) return true;
  const height = part.offsetHeight;
  const copy = document.importNode(fresh, true);
  const readout = part.querySelector(".readout");
  if (readout) copy.querySelector(".readout")?.replaceWith(readout.cloneNode(true));
  part.replaceWith(copy);
  // Nothing is painted between the two: what would move is put back before anybody sees it.
  if (copy.offsetHeight === height) return true;
  copy.replaceWith(part);
  return false;
};

const refresh = async () => {
  timer = undefined;
  last = Date.now();
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => undefined);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = document.querySelector("main");
  if (main.hasAttribute("data-empty")) {
    // There was nothing to read: all of it may change.
    const filled = fresh.querySelector("main");
    if (!filled.hasAttribute("data-empty")) {
      main.replaceWith(document.importNode(filled, true));
      document.dispatchEvent(new Event("attnd:filled"));
      return;
    }
  }
  const parts = [...document.querySelectorAll("[data-live]")];
  const named = (name) => fresh.querySelector(`[data-live="${name}"]`);
  const renewed = parts.filter((part) => {
    const counterpart = named(part.dataset.live);
    return counterpart !== null && renew(part, counterpart);
  });
  const behind = renewed.length < parts.length || fresh.querySelectorAll("[data-live]").length > parts.length;
  const newer = document.querySelector(".newer");
  if (newer) newer.hidden = !behind;
};

const soon = () => {
  if (timer === undefined) timer = setTimeout(refresh, Math.max(SETTLE_MS, last + LEAST_PAUSE_MS - Date.now()));
};

const happenings = new EventSource("/api/v1/live");
for (const name of ["message", "events", "buckets", "settings", "pairings", "pause", "erased"]) {
  happenings.addEventListener(name, soon);
}
// "For 12 min" becomes wrong by itself.
setInterval(soon, MOST_PAUSE_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
