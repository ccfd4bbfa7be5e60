// Where does attention go next? Draws the table of moves: left from what, right to what. d3-sankey
// lays it out; the figures are the table's own.

const holder = document.querySelector(".sankey");
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 320;
const WIDE = 640;
const LABEL = 176;

const element = (name, attributes, ...children) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const moves = () => [...document.querySelectorAll(".moves-table tbody tr")].map((row) => ({
  from: Number(row.dataset.from), to: Number(row.dataset.to), value: Number(row.dataset.count),
  names: [row.cells[0].textContent, row.cells[1].textContent], times: row.cells[2].textContent,
  kinds: [row.cells[0].dataset.kind, row.cells[1].dataset.kind],
}));

const layout = (links, width) => {
  const nodes = new Map();
  for (const link of links) {
    [["from", link.from, 0], ["to", link.to, 1]].forEach(([side, index, at]) => {
      const id = side + index;
      if (!nodes.has(id)) nodes.set(id, { id, rank: index, side, kind: link.kinds[at], name: link.names[at] });
    });
  }
  const margin = width >= WIDE ? LABEL : 1;
  return d3.sankey().nodeId((node) => node.id).nodeWidth(6).nodePadding(12)
    .nodeSort((a, b) => a.rank - b.rank)
    .extent([[margin, 8], [width - margin, HEIGHT - 8]])({
      nodes: [...nodes.values()],
      links: links.map((link) => ({ ...link, source: `from${link.from}`, target: `to${link.to}` })),
    });
};

const draw = () => {
  const readout = holder.parentElement.querySelector(".readout");
  const words = (link) => {
    const values = { from: link.names[0], to: link.names[1], count: link.times };
    return holder.dataset.words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
  const width = holder.clientWidth;
  const { nodes, links } = layout(moves(), width);
  const path = d3.sankeyLinkHorizontal();
  const svg = element("svg", { role: "img", "aria-label": holder.dataset.label, width, height: HEIGHT });
  const light = (lit) => {
    svg.classList.toggle("lighting", lit.length > 0);
    for (const link of links) link.drawn.classList.toggle("lit", lit.includes(link));
    readout.classList.toggle("hint", lit.length === 0);
    readout.textContent = lit.length === 0 ? readout.dataset.hint : words(lit[0]);
  };
  for (const link of links) {
    link.drawn = element("path", { class: `link to-${link.kinds[1]}`, d: path(link), "stroke-width": Math.max(1, link.width) });
    link.drawn.addEventListener("pointerenter", () => light([link]));
    svg.append(link.drawn);
  }
  for (const node of nodes) {
    const isLeft = node.side === "from";
    const outside = width >= WIDE;
    const x = isLeft === outside ? node.x0 - 8 : node.x1 + 8;
    const most = outside ? 24 : Math.floor(width / 19);
    const label = element("text", {
      x, y: (node.y0 + node.y1) / 2, dy: "0.35em", "text-anchor": isLeft === outside ? "end" : "start",
    }, shortened(outside ? node.name : node.name.split(" › ").at(-1), most), element("title", {}, node.name));
    const box = element("rect", { class: node.kind, x: node.x0, y: node.y0, width: 6, height: Math.max(1, node.y1 - node.y0) });
    const own = [...(isLeft ? node.sourceLinks : node.targetLinks)].sort((a, b) => b.value - a.value);
    const group = element("g", { class: "node" }, box, label);
    group.addEventListener("pointerenter", () => light(own));
    svg.append(group);
  }
  svg.addEventListener("pointerleave", () => light([]));
  holder.replaceChildren(svg);
  const order = [...links].sort((a, b) => b.value - a.value);
  const stand = (index) => light(index < 0 ? [] : [order[index]]);
  light([]);
  return { stand, count: order.length };
};

if (holder && window.d3) {
  let drawn = draw();
  let width = holder.clientWidth;
  let present = -1;
  holder.tabIndex = 0;
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-label", holder.dataset.label);
  holder.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    present = Math.min(Math.max(present + by, 0), drawn.count - 1);
    drawn.stand(present);
  });
  holder.addEventListener("focusout", () => {
    present = -1;
    drawn.stand(-1);
  });
  new ResizeObserver(() => {
    if (holder.clientWidth === width) return;
    width = holder.clientWidth;
    drawn = draw();
  }).observe(holder);
}
