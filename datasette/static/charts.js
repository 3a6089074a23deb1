// Draws each figure.chart from the table inside it, so that what is drawn and what is written cannot differ.
// A square without data-value has no number: it is a gap, never a zero. Without this script the table stands alone.
"use strict";

const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const INK = "#1f2429";
const NONE = "#e4e0d6";
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#a0468c", "#7a5c00", "#444444"]; // after Okabe and Ito
const SYMBOLS = ["circle", "square", "triangle", "diamond", "star", "wye"];
const NARROW = 560;

const text = (node) => node.textContent.trim().replace(/\s+/g, " ");
const number = (value) => (value === undefined || value === "" ? NaN : Number(value));

function read(table) {
  const heads = [...table.tHead.rows[0].cells].slice(1).map(text);
  const rows = [...table.tBodies[0].rows].map((row) => ({
    label: text(row.cells[0].querySelector("[data-label]") ?? row.cells[0]),
    data: row.dataset,
    link: row.querySelector("th a")?.href,
    cells: [...row.cells].slice(1),
  }));
  return { heads, rows };
}

// About how many pixels a text takes.
const long = (words, size) => d3.sum([...words], (sign) => size * (sign > "\u2e7f" ? 1 : 0.58));

function frame(figure, width, more) {
  return { width, style: { fontFamily: FONT, fontSize: "12px", color: INK, background: "transparent" }, ...more };
}

// Two sums may be joined if they are of nearly the same number of reports: others are of other organs.
const ALIKE = 0.9;
const alike = (a, b) => a.counted === b.counted || Math.min(a.counted, b.counted) >= ALIKE * Math.max(a.counted, b.counted);

// From each year to the next: joined by a line, by a dashed one where another form was filled in, or not at all.
function joints(points) {
  return d3.pairs(points).filter(([a, b]) => b.x === a.x + 1 && !Number.isNaN(a.y) && !Number.isNaN(b.y) && alike(a, b))
    .map(([a, b]) => ({ a, b, name: a.name, same: a.form === b.form }));
}

// Years from left to right, a line for each column that is marked to be drawn; of one year there is nothing to draw.
function lines(figure, { heads, rows }, width) {
  const series = heads.filter((_, place) => rows.some((row) => row.cells[place].dataset.value !== undefined));
  const points = rows.flatMap((row) =>
    heads.map((name, place) => {
      const { value, counted } = row.cells[place].dataset;
      return { x: Number(row.label), y: number(value), counted: Number(counted ?? 1), form: row.data.form, name };
    }),
  ).filter((point) => series.includes(point.name)).sort((a, b) => a.x - b.x);
  if (new Set(points.filter((point) => !Number.isNaN(point.y)).map((point) => point.x)).size < 2) return null;
  const years = d3.range(points[0].x, points.at(-1).x + 1); // one that has no row leaves a gap as well
  const joined = d3.groups(points, (point) => point.name).flatMap(([, own]) => joints(own));
  const link = { x1: ({ a }) => a.x, y1: ({ a }) => a.y, x2: ({ b }) => b.x, y2: ({ b }) => b.y, stroke: "name", strokeWidth: 2 };
  const colour = { domain: series, range: COLOURS };
  const [low, high] = d3.nice(Math.min(0, d3.min(points, (p) => p.y)), d3.max(points, (p) => p.y) || 1, 5);
  const ticks = d3.ticks(low, high, 5).filter(Number.isInteger); // there is no half a request
  const chart = Plot.plot(frame(figure, width, {
    height: 320, marginLeft: 58, marginRight: 18, marginTop: 26,
    x: { type: "point", domain: years, tickFormat: String, label: null },
    y: { grid: true, domain: [low, high], ticks, label: figure.dataset.unit, labelArrow: "none", tickFormat: (n) => n.toLocaleString("en") },
    color: colour,
    symbol: { domain: series, range: SYMBOLS },
    marks: [
      Plot.ruleY([0]),
      Plot.link(joined.filter(({ same }) => same), link),
      Plot.link(joined.filter(({ same }) => !same), { ...link, strokeDasharray: "2 5" }),
      Plot.dot(points, { x: "x", y: "y", fill: "name", symbol: "name", r: 4, title: (p) => `${p.name} ${p.x}: ${p.y}` }),
    ],
  }));
  return legend(chart, series, width);
}

// Under the drawing and part of it, so that a saved picture has it too.
function legend(chart, series, width) {
  const svg = d3.select(chart);
  const height = Number(svg.attr("height"));
  let [x, y] = [10, height + 14];
  const key = svg.append("g").attr("font-family", FONT).attr("font-size", 13).attr("text-anchor", "start");
  series.forEach((name, place) => {
    const room = long(name, 13) + 34;
    if (x + room > width && x > 10) [x, y] = [10, y + 22];
    const one = key.append("g").attr("transform", `translate(${x},${y})`);
    const symbol = d3[`symbol${SYMBOLS[place][0].toUpperCase()}${SYMBOLS[place].slice(1)}`];
    one.append("path").attr("d", d3.symbol(symbol, 70)()).attr("fill", COLOURS[place]);
    one.append("text").attr("x", 12).attr("dy", "0.35em").attr("fill", INK).text(name);
    x += room;
  });
  return svg.attr("height", y + 14).attr("viewBox", `0 0 ${width} ${y + 14}`).node();
}

// Rows by years, once for each of several shares of one whole; numbers stand in the squares of the table.
function heat(figure, { heads, rows }, width) {
  const narrow = width < NARROW;
  const named = (row) => (narrow && row.data.short) || row.label;
  const panels = [...figure.querySelectorAll("[data-panel]")].map((one) => [one.dataset.panel, text(one)]);
  const points = rows.flatMap((row) => heads.flatMap((year, place) => panels.map(([name, label]) => {
    const { [name]: part, owed } = row.cells[place].dataset;
    return { row: named(row), year, label, share: Number(owed) ? Number(part) / Number(owed) : NaN, part, owed };
  })));
  const labels = Math.min(d3.max(rows, (row) => long(named(row), 12)) + 16, 130);
  const room = (width - labels) / panels.length / heads.length;
  const [first, last] = [heads[0], heads[heads.length - 1]];
  const whole = room * heads.length <= 60; // too little room for two years: one label says from when to when
  const ticks = room > 18 ? heads : whole ? [heads[heads.length >> 1]] : [first, last];
  const tickFormat = (year) => (whole && room <= 18 ? `${first.slice(2)}–${last.slice(2)}` : room > 36 ? year : year.slice(2));
  return Plot.plot(frame(figure, width, {
    height: rows.length * (narrow ? 15 : 19) + 76,
    marginLeft: labels, marginTop: 40, marginBottom: 36, marginRight: 8, padding: narrow ? 0.02 : 0.04,
    fx: { domain: panels.map(([, label]) => label), label: null, padding: 0.06, axis: null },
    x: { domain: heads, label: null, tickSize: 0, ticks, tickFormat },
    y: { domain: rows.map(named), label: null, tickSize: 0 },
    color: { scheme: "YlGnBu", domain: [0, 1], unknown: NONE },
    marks: [
      Plot.cell(points, { x: "year", y: "row", fx: "label", fill: "share", title: (p) => `${p.row} ${p.year} ${p.label}: ${p.part}/${p.owed}` }),
      Plot.text(panels, { text: "1", fx: "1", frameAnchor: "top", lineAnchor: "bottom", dy: -8, lineWidth: narrow ? 5 : 20, fontSize: narrow ? 10 : 13, fontWeight: 700 }),
    ],
  }));
}

// One square a province, near to where it lies.
function tiles(figure, { rows }, width) {
  const size = Math.min(width / 8.1, 84);
  const points = rows.map((row) => ({ ...row.data, label: row.label, share: number(row.data.value), href: row.link }));
  const values = points.map((point) => point.share).filter((value) => !Number.isNaN(value));
  const scale = d3.scaleSequential([0, d3.max(values)], d3.interpolateYlGnBu);
  const fill = (point) => (Number.isNaN(point.share) ? NONE : scale(point.share));
  const ink = (point) => (d3.lab(fill(point)).l < 55 ? "#ffffff" : INK);
  const place = { x: "column", y: "row" };
  const letters = size > 60 ? 13 : 11;
  const name = (point) => (long(point.label, letters) < size ? point.label : point.short);
  const title = (point) => `${point.label}: ${point.said}`;
  return Plot.plot(frame(figure, Math.round(size * 8.1), {
    height: Math.round(size * 8), margin: 2, padding: 0.06,
    x: { domain: d3.range(8).map(String), axis: null },
    y: { domain: d3.range(8).map(String), axis: null },
    marks: [
      Plot.cell(points, { ...place, fill, rx: 3, href: "href", title }),
      Plot.text(points, { ...place, text: name, fill: ink, dy: -Math.max(size / 8, 8), fontSize: letters, pointerEvents: "none" }),
      Plot.text(points, { ...place, text: "said", fill: ink, dy: Math.max(size / 7, 8), fontSize: size > 60 ? 12 : 10, pointerEvents: "none" }),
    ],
  }));
}

const KINDS = { lines, heat, tiles };

function draw(figure) {
  const space = figure.querySelector(".drawing");
  const table = figure.querySelector("table");
  const chart = KINDS[figure.dataset.kind](figure, read(table), Math.max(280, Math.floor(space.clientWidth)));
  if (!chart) return false;
  // Its style stands in charts.css: a style inside a page is what our policy forbids.
  chart.querySelectorAll("style").forEach((style) => style.remove());
  chart.setAttribute("class", "plot");
  chart.setAttribute("role", chart.querySelector("a") ? "group" : "img"); // what is in a picture cannot be followed
  chart.setAttribute("aria-label", text(figure.querySelector("figcaption")));
  chart.querySelectorAll("[aria-label]").forEach((part) => part.removeAttribute("aria-label")); // Plot's, in English
  space.replaceChildren(chart);
  return true;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function picture(figure) {
  const copy = figure.querySelector(".drawing svg").cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("font-family", FONT);
  copy.setAttribute("font-size", "12");
  const [width, height] = ["width", "height"].map((name) => Number(copy.getAttribute(name)));
  const title = document.createElementNS("http://www.w3.org/2000/svg", "text");
  title.textContent = `${text(figure.querySelector("figcaption"))} · ${location.origin}${location.pathname}${location.search}#${figure.id}`;
  Object.entries({ x: 4, y: height + 16, fill: INK, "font-size": 10, "text-anchor": "start" }).forEach(([name, value]) => title.setAttribute(name, value));
  copy.append(title);
  copy.setAttribute("height", height + 26);
  copy.setAttribute("viewBox", `0 0 ${width} ${height + 26}`);
  return { width, height: height + 26, blob: new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }) };
}

function svg(figure) {
  save(picture(figure).blob, `${figure.id}.svg`);
}

async function png(figure) {
  const { width, height, blob } = picture(figure);
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width * 2, height * 2];
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  canvas.toBlob((whole) => save(whole, `${figure.id}.png`), "image/png");
}

// Plain numbers, where the table has them: a column for each thing that its squares say.
function csv(figure) {
  const table = figure.querySelector("table");
  const said = figure.querySelector(".saving").dataset;
  const heads = [...table.tHead.rows[0].cells].map(text);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const columns = heads.flatMap((head, place) => {
    const keys = new Set(rows.flatMap((cells) => Object.keys(cells[place]?.dataset ?? {})));
    const columns = [...keys].map((key) => [["value", "undrawn"].includes(key) ? head : `${head} ${said[key] ?? key}`, (cell) => cell?.dataset[key] ?? ""]);
    return (columns.length ? columns : [[head, (cell) => (cell ? text(cell) : "")]]).map((column) => [place, ...column]);
  });
  // a square that begins like a formula is run by spreadsheets
  const quoted = (value) => `"${value.replace(/^(?=[=+@\t\r]|-\D)/, "'").replaceAll('"', '""')}"`;
  const lines = [columns.map(([, head]) => head), ...rows.map((cells) => columns.map(([place, , say]) => say(cells[place])))];
  const whole = lines.map((line) => `${line.map(quoted).join(",")}\r\n`);
  save(new Blob(["\ufeff", ...whole], { type: "text/csv" }), `${figure.id}.csv`);
}

const SAVERS = { svg, png, csv };

for (const figure of document.querySelectorAll("figure.chart")) {
  let width = figure.querySelector(".drawing").clientWidth;
  const drawn = draw(figure);
  const redraw = () => {
    const now = figure.querySelector(".drawing").clientWidth;
    if (now && now !== width) draw(figure);
    width = now;
  };
  if (drawn) {
    figure.classList.add("drawn");
    new ResizeObserver(redraw).observe(figure);
    figure.querySelector("details").open = false;
  }
  const actions = figure.querySelector(".saving");
  for (const [kind, saver] of Object.entries(drawn ? SAVERS : { csv })) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind.toUpperCase();
    button.dataset.save = kind;
    button.setAttribute("aria-label", `${actions.dataset.label} ${kind.toUpperCase()}`);
    button.addEventListener("click", () => saver(figure));
    actions.append(button);
  }
}
