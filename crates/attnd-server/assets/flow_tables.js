// Which hour is this? One stop in the table of the week, the arrow keys from hour to hour, and the
// hour under pointer or cursor in words below.

const table = document.querySelector("table.week");
if (table) {
  const readout = table.parentElement.querySelector(".readout");
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1));
  const hours = [...table.tHead.rows[0].cells].slice(1).map((cell) => Number(cell.textContent));
  const place = (cell) => [rows.findIndex((row) => row.includes(cell)), cell.cellIndex - 1];
  const show = (cell) => {
    readout.classList.toggle("hint", !cell?.dataset.active);
    if (!cell?.dataset.active) {
      readout.textContent = readout.dataset.hint;
      return;
    }
    const [row, column] = place(cell);
    const values = {
      weekday: cell.parentElement.cells[0].textContent, from: hours[column], to: hours[column] + 1,
      share: cell.textContent.trim(), active: cell.dataset.active, days: cell.dataset.days,
    };
    readout.textContent = table.dataset.words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    stop(row, column);
  };
  let present;
  const stop = (row, column) => {
    present?.removeAttribute("tabindex");
    present = rows[row][column];
    present.tabIndex = 0;
  };
  const first = rows.flat().find((cell) => cell.dataset.active) ?? rows[0][0];
  stop(...place(first));
  table.addEventListener("pointerover", (event) => show(event.target.closest("td")));
  table.addEventListener("pointerleave", () => show(table.contains(document.activeElement) ? document.activeElement : undefined));
  table.addEventListener("focusin", (event) => show(event.target.closest("td")));
  table.addEventListener("focusout", () => show());
  table.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [row, column] = place(present);
    const next = rows[row + step[0]]?.[column + step[1]];
    if (!next) return;
    stop(row + step[0], column + step[1]);
    next.focus();
  });
}
