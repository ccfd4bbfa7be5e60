// What was wrong? One key says it of the stretch under the cursor, else of the last one.
// The form works by itself; the script only moves it to where the cursor stands.

const form = document.querySelector("[data-key=wrong]");
const strip = document.querySelector(".estimate .strip");

const aim = (stop) => {
  if (!form || !stop) return;
  form.elements.from.value = stop.dataset.from;
  form.elements.to.value = stop.dataset.to;
  form.querySelector("[data-words]").textContent = stop.querySelector("title").textContent;
};

strip?.addEventListener("click", (event) => aim(event.target.closest(".stop")));
strip?.addEventListener("keyup", () => aim(strip.querySelector(".here")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "w" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.getElementById("keys").open || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  form?.requestSubmit();
});
