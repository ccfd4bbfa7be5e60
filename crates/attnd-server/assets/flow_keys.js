// What does the hand do? The last part of the timeline's module: puts the picture in the place of
// the still one, and binds keys, fingers, the key's lanes and the theme.

const still = frame.querySelector("svg");
const picture = chart();
for (const [name, value] of [["role", "img"], ["aria-label", still.getAttribute("aria-label")]]) {
  picture.root.querySelector("canvas").setAttribute(name, value);
}
still.remove();
frame.tabIndex = 0;
frame.setAttribute("role", "group");
frame.setAttribute("aria-label", plot.dataset.keys);
tell();
if (new URL(location.href).searchParams.has("zoom")) addressed();

const keys = {
  ArrowLeft: () => move(-1),
  ArrowRight: () => move(1),
  Home: () => stand(0),
  End: () => stand(count() - 1),
  "+": () => zoom(0.5),
  "=": () => zoom(0.5),
  "-": () => zoom(2),
  Escape: () => (view === whole ? stand(-1) : go(whole.from, whole.to)),
};
// Before the page's own keys: here the arrows move through the timeline, not from period to period.
frame.addEventListener("keydown", (event) => {
  const action = keys[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  action();
});
frame.addEventListener("focusout", () => stand(-1));
out.addEventListener("click", () => go(whole.from, whole.to));
addEventListener("popstate", addressed);

// Two fingers hold two moments; what lies between them is stretched until they are lifted.
const fingers = new Map();
const held = () => [...fingers.values()].map(({ x }) => x).sort((a, b) => a - b);
let grip;
const place = (event) => event.clientX - picture.over.getBoundingClientRect().left;
picture.over.addEventListener("pointerdown", (event) => {
  if (event.pointerType !== "touch") return;
  fingers.set(event.pointerId, { x: place(event) });
  if (fingers.size === 2) grip = held().map((x) => picture.posToVal(x, "x"));
});
picture.over.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, { x: place(event) });
  if (fingers.size !== 2) return;
  const [left, right] = held();
  const scale = (grip[1] - grip[0]) / Math.max(right - left, 10);
  const from = Math.max(whole.from, grip[0] - left * scale);
  range = [from, Math.min(whole.to, from + picture.over.clientWidth * scale)];
  picture.setData(middles());
});
for (const name of ["pointerup", "pointercancel"]) {
  picture.over.addEventListener(name, (event) => {
    if (fingers.delete(event.pointerId) && fingers.size === 1) go(...range);
  });
}

// The key turns states off and on: a lane by itself is easier to compare.
states.forEach((entry, state) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...entry.childNodes);
  button.setAttribute("aria-pressed", "true");
  button.addEventListener("click", () => {
    if (!hidden.delete(state)) hidden.add(state);
    button.setAttribute("aria-pressed", String(!hidden.has(state)));
    render();
  });
  entry.append(button);
});

new ResizeObserver(() => {
  if (frame.clientWidth !== picture.width) picture.setSize({ width: frame.clientWidth, height: HEIGHT });
}).observe(frame);
const recolour = () => {
  ink = inks();
  picture.redraw(false, true);
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
new MutationObserver(recolour).observe(document.documentElement, { attributeFilter: ["data-theme"] });
