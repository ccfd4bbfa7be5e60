// Where is one looking? Follows flow_draw.js in the same module: drag, pinch, wheel-free keys, the
// key's lanes, and an address for every view.

const chart = () => new uPlot({
  width: frame.clientWidth,
  height: HEIGHT,
  padding: [0, 0, 0, 0],
  legend: { show: false },
  tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
  scales: { x: { time: true, range: () => range }, y: { range: () => [0, 1] } },
  series: [{}, { paths: () => null, points: { show: false } }],
  axes: [
    { stroke: () => ink.color, grid: { stroke: () => ink.line, width: 1 }, ticks: { show: false }, size: 24, space: 76,
      values: labels, font: `13px ${getComputedStyle(frame).fontFamily}` },
    { show: false },
  ],
  cursor: {
    points: { show: false }, y: false, drag: { x: true, y: false, setScale: false, dist: 6 },
    bind: { dblclick: () => () => go(whole.from, whole.to) },
  },
  hooks: {
    draw: [draw],
    setCursor: [(u) => {
      cursor = u.cursor.idx ?? -1;
      if (u.cursor.left < 0) cursor = -1;
      tell();
    }],
    setSelect: [(u) => {
      const { left, width } = u.select;
      u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      if (width > 6) go(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
    }],
  },
}, middles(), frame);
const middles = () => {
  const all = Array.from({ length: count() }, (_, bin) => view.from + (bin + 0.5) * step());
  return [all, all.map(() => 0)];
};

const render = () => {
  const scale = plot.querySelector(".scale");
  const unit = step() > DAY - 600 ? words.a_day : length(Math.round(step()));
  const top = Math.round(upperEdge());
  scale.textContent = fill(top === Math.round(step()) ? words.scale_full : words.scale, { top: length(top), length: unit });
  out.hidden = view === whole;
  picture.setData(middles());
  tell();
};

const utc = (at) => new Date(at * 1000).toISOString();
const ask = async (path) => {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(path);
  return answer.json();
};
const closer = async (from, to, bins) => {
  const period = `from=${utc(from)}&to=${utc(to)}${zone ? `&tz=${encodeURIComponent(zone)}` : ""}`;
  // Of longer periods there would be too many to draw, and too many to fetch.
  const isDay = to - from <= DAY + 3600;
  const [line, measures] = await Promise.all([
    ask(`/api/v1/timeline?${period}&bins=${bins}`),
    isDay ? ask(`/api/v1/measures?${period}`) : { interruptions: [] },
  ]);
  const since = (moment) => Date.parse(moment) / 1000 - from;
  const names = [];
  const name = (text) => (names.includes(text) ? names.indexOf(text) : names.push(text) - 1);
  const spans = [];
  for (const span of line.spans) {
    const [at, end, named] = [since(span.from), since(span.to), name(span.application)];
    const last = spans.at(-1);
    // The lane shows applications: windows of the same one need no border.
    if (last?.[2] === named && at - last[0] - last[1] <= 2) last[1] = end - last[0];
    else spans.push([at, end - at, named]);
  }
  const interruptions = measures.interruptions.map((one) =>
    [since(one.left), one.handling_s, one.resume_lag_s, name(one.application)]);
  const codes = states.map((state) => `${state.dataset.state}_s`);
  return { from, to, start: from, names, spans, interruptions,
    bins: line.bins.flatMap((bin) => codes.map((code) => bin[code])) };
};

let asked = 0;
// Shows from..to, moved to whole bins; the answer of an earlier, slower question is dropped.
const look = async (from, to) => {
  const most = Math.max(60, Math.min(400, frame.clientWidth / 3));
  const grain = LENGTHS.find((length) => (to - from) / length <= most) ?? DAY;
  const start = Math.max(whole.from, whole.from + Math.floor((from - whole.from) / grain) * grain);
  const end = Math.min(whole.to, Math.max(start + 6 * grain, whole.from + Math.ceil((to - whole.from) / grain) * grain));
  const turn = asked += 1;
  const isWhole = start <= whole.from && end >= whole.to;
  try {
    const next = isWhole ? whole : await closer(start, end, Math.max(1, Math.round((end - start) / grain)));
    if (turn !== asked) return false;
    const stood = cursor < 0 ? -1 : view.from + (cursor + 0.5) * step();
    view = next;
    range = [view.from, view.to];
    render();
    // uPlot takes the new range over in a microtask; only then has a moment its new place.
    await Promise.resolve();
    // The cursor stays at its moment, whatever bin that is now.
    stand(stood > view.from && stood < view.to ? Math.floor((stood - view.from) / step()) : -1);
    readout.textContent = fill(words.zoomed, { from: dated(view.from), to: dated(view.to) });
    return true;
  } catch {
    range = [view.from, view.to];
    picture.setData(middles());
    readout.textContent = words.failed;
    return false;
  }
};
const go = async (from, to) => {
  if (!(await look(from, to))) return;
  const address = new URL(location.href);
  address.searchParams.delete("zoom");
  if (view !== whole) address.searchParams.set("zoom", `${utc(view.from)}~${utc(view.to)}`);
  if (address.href !== location.href) history.pushState(null, "", address);
};
const addressed = () => {
  const [from, to] = (new URL(location.href).searchParams.get("zoom") ?? "").split("~").map((at) => Date.parse(at) / 1000);
  return from < to ? look(from, to) : look(whole.from, whole.to);
};
const zoom = (factor) => {
  const at = cursor < 0 ? (view.from + view.to) / 2 : view.from + (cursor + 0.5) * step();
  const half = Math.max(300, (view.to - view.from) * factor);
  go(Math.max(whole.from, at - half / 2), Math.min(whole.to, at + half / 2));
};
const stand = (bin) => picture.setCursor({ left: bin < 0 ? -10 : picture.valToPos(middles()[0][bin], "x"), top: 10 });
const move = (by) => {
  const next = cursor < 0 ? (by > 0 ? 0 : count() - 1) : cursor + by;
  if (next >= 0 && next < count()) return stand(next);
  const quarter = Math.sign(by) * (view.to - view.from) / 4;
  const [from, to] = [view.from + quarter, view.to + quarter];
  return from >= whole.from - 1 && to <= whole.to + 1 ? go(from, to) : undefined;
};
