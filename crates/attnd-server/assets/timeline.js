// What is this stretch? Reads the timeline aloud and below it, under the pointer or the cursor.
// Listeners sit on the document: the figure is replaced when the day goes on.

const readoutOf = (strip) => strip.closest("figure").querySelector(".readout");

const show = (strip, words) => {
  const readout = readoutOf(strip);
  readout.classList.toggle("hint", !words);
  readout.textContent = words ?? readout.dataset.hint;
};

const wordsOf = (stop) => stop.querySelector("title").textContent;

const stand = (strip, stop) => {
  strip.querySelector(".here")?.classList.remove("here");
  stop?.classList.add("here");
  show(strip, stop && wordsOf(stop));
};

document.addEventListener("pointerover", (event) => {
  const stop = event.target.closest?.(".stop");
  if (stop) show(stop.closest(".strip"), wordsOf(stop));
});

document.addEventListener("pointerout", (event) => {
  const strip = event.target.closest?.(".strip");
  if (!strip || strip.contains(event.relatedTarget)) return;
  // Back to where the cursor stands, if it stands anywhere.
  const here = strip.querySelector(".here");
  show(strip, here && wordsOf(here));
});

document.addEventListener("keydown", (event) => {
  const strip = event.target.closest?.(".strip");
  if (!strip || event.ctrlKey || event.metaKey || event.altKey) return;
  const stops = [...strip.querySelectorAll(".stop")];
  const present = stops.findIndex((stop) => stop.classList.contains("here"));
  const last = stops.length - 1;
  const next = {
    ArrowRight: Math.min(present + 1, last),
    ArrowLeft: present < 0 ? last : Math.max(present - 1, 0),
    Home: 0,
    End: last,
    Escape: -1,
  }[event.key];
  if (next === undefined) return;
  // Captured before the page's own keys: here the arrows move the cursor, not the day.
  event.preventDefault();
  stand(strip, stops[next]);
}, { capture: true });

document.addEventListener("focusout", (event) => {
  const strip = event.target.closest?.(".strip");
  if (strip) stand(strip, undefined);
});

const begin = () => { for (const strip of document.querySelectorAll(".strip")) show(strip, undefined); };
document.addEventListener("attnd:filled", begin);
begin();
