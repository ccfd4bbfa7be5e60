// What happened then? Redraws the timeline so that one can look closer. What is shown closer is
// fetched at a resolution the screen can show; the address says what is shown, and back goes back.

const figure = document.querySelector(".flow-time");
const plot = figure.querySelector(".plot");
const frame = plot.querySelector(".canvas");
const readout = figure.querySelector(".readout");
const out = figure.querySelector(".out");
const whole = JSON.parse(figure.querySelector(".flow-data").textContent);
whole.start = whole.from;
const { words } = whole;
const swatches = [...figure.querySelectorAll(".key rect")];
const states = [...figure.querySelectorAll(".key li")];
const zone = document.documentElement.dataset.zone || undefined;
const [DAY, HEIGHT, LANES] = [86_400, 240, 48];
const LENGTHS = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY];

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
// The server writes English dates with the day first.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const format = (options) => {
  const formatter = new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
  return (at) => formatter.format(at * 1000);
};
const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const date = format({ day: "numeric", month: "short" });
const day = format({ weekday: "short", day: "numeric" });
const month = format({ month: "short" });
const dated = (at) => `${date(at)} ${clock(at)}`;
const time = (at) => (step() < 60 ? exact(at) : clock(at));
const moment = (at) => (whole.to - whole.from <= DAY + 3600 ? time(at) : `${date(at)} ${time(at)}`);
const length = (seconds) => {
  const [minutes, s] = [Math.floor(seconds / 60), Math.round(seconds % 60)];
  if (minutes < 1) return fill(words.seconds, { s });
  if (minutes < 10 && s > 0) return fill(words.minutes_seconds, { m: minutes, s });
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (h === 0) return fill(words.minutes, { m });
  return m === 0 ? fill(words.hours, { h }) : fill(words.hours_minutes, { h, m: String(m).padStart(2, "0") });
};

if (matchMedia("(pointer: coarse)").matches) readout.dataset.hint = readout.dataset.touch;
let view = whole;
let range = [whole.from, whole.to];
let cursor = -1;
const hidden = new Set();

const count = () => view.bins.length / states.length;
const step = () => (view.to - view.from) / count();
const times = (bin) => states.map((_, state) => (hidden.has(state) ? 0 : view.bins[bin * states.length + state]));
const upperEdge = () => {
  if (step() <= 10_800 + 600) return step();
  const tallest = Math.max(...Array.from({ length: count() }, (_, bin) => times(bin).reduce((a, b) => a + b)));
  return Math.max(7200, Math.ceil(tallest / 7200) * 7200);
};

// The style sheet alone knows colours; elements that have them tell.
const inks = () => {
  const { color, borderTopColor: line, backgroundColor: ground } = getComputedStyle(frame);
  return { color, line, ground, states: swatches.map((swatch) => getComputedStyle(swatch).fill) };
};
let ink = inks();

const draw = (u) => {
  const { ctx, bbox } = u;
  const px = devicePixelRatio;
  const x = (at) => Math.round(u.valToPos(at, "x", true));
  const height = bbox.height - (view.spans.length > 0 ? LANES * px : 0);
  const [floor, scale] = [bbox.top + height, height / upperEdge()];
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (let bin = 0; bin < count(); bin += 1) {
    const [left, right] = [x(view.from + bin * step()), x(view.from + (bin + 1) * step())];
    // Columns that stand for hours are apart; moments are not.
    const gap = step() > 300 && right - left > 5 * px ? px : 0;
    let below = 0;
    times(bin).forEach((time, state) => {
      if (time === 0) return;
      const [low, high] = [Math.round(below * scale), Math.round((below + time) * scale)];
      ctx.fillStyle = ink.states[state];
      ctx.fillRect(left, floor - high, Math.max(right - left - gap, 1), high - low);
      below += time;
    });
  }
  ctx.fillStyle = ink.line;
  ctx.fillRect(bbox.left, floor, bbox.width, px);
  if (view.spans.length > 0) drawLanes(ctx, x, floor, px);
  ctx.restore();
};

// Below the areas of a day: applications by name, and interruptions with the way back as a tail.
const drawLanes = (ctx, x, floor, px) => {
  ctx.font = `${12 * px}px ${getComputedStyle(frame).fontFamily}`;
  ctx.textBaseline = "middle";
  for (const [at, seconds, name] of view.spans) {
    const [left, right] = [x(view.start + at), x(view.start + at + seconds)];
    ctx.fillStyle = ink.line;
    ctx.fillRect(left, floor + 8 * px, Math.max(right - left - px, 1), 20 * px);
    const label = view.names[name];
    if (right - left > ctx.measureText(label).width + 8 * px) {
      ctx.fillStyle = ink.color;
      ctx.fillText(label, left + 4 * px, floor + 18.5 * px);
    }
  }
  ctx.fillStyle = ink.states[3];
  for (const [at, handling, lag] of view.interruptions) {
    const [left, back, end] = [at, at + handling, at + handling + lag].map((moment) => x(view.start + moment));
    ctx.fillRect(left, floor + 34 * px, Math.max(back - left, 2 * px), 10 * px);
    ctx.fillRect(back, floor + 38.5 * px, end - back, px);
  }
};

const tell = () => {
  readout.classList.toggle("hint", cursor < 0);
  readout.textContent = cursor < 0 ? readout.dataset.hint : said();
};
const said = () => {
  const [from, to] = [view.from + cursor * step(), view.from + (cursor + 1) * step()];
  const within = ([at, seconds]) => Math.min(view.start + at + seconds, to) - Math.max(view.start + at, from);
  const span = view.spans.filter((one) => within(one) > 0).sort((a, b) => within(b) - within(a))[0];
  const parts = times(cursor).map((spent, state) => (spent === 0 ? "" : fill(words.part, {
    name: states[state].querySelector("span").textContent, time: length(spent),
  }))).filter(Boolean);
  if (span) parts.unshift(view.names[span[2]]);
  const text = fill(words.readout, {
    from: moment(from), to: time(to), parts: parts.join(words.comma) || words.nothing,
  });
  const interrupted = view.interruptions.filter(([at, handling, lag]) =>
    view.start + at < to && view.start + at + handling + lag > from);
  return [text, ...interrupted.slice(0, 1).map(([at, handling, lag, name]) => fill(words.interruption, {
    at: clock(view.start + at), name: view.names[name], handling: length(handling), lag: length(lag),
  }))].join("\n");
};

const labels = (u, splits, axis, space, increment) => splits.map((at) => {
  // A label that the edge would cut is left out; its line stays.
  const across = u.valToPos(at, "x");
  if (across < 20 || across > u.width - 20) return "";
  if (increment >= 28 * DAY) return month(at);
  if (increment >= DAY) return range[1] - range[0] <= 10 * DAY ? day(at) : date(at);
  return clock(at) === "00:00" && range[1] - range[0] > DAY * 1.1 ? day(at) : clock(at);
});
