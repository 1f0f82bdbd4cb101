// The surface of a gate: its raw output over two inputs, a panel for each output and each slice of the others.
"use strict";

const SVG = "http://www.w3.org/2000/svg";

function element(parent, tag, attributes = {}, words = "") {
  const svg = parent.namespaceURI === SVG || tag === "svg";
  const made = svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (words !== "") made.textContent = words;
  parent.append(made);
  return made;
}

const COLD = [33, 78, 140];
const WARM = [240, 180, 60];
const at = (value) => (value + 0.5) * 100; // of an input, in a square of 200
const up = (value) => 150 - value * 100;

function slices(about) {
  const others = about.inputs.slice(2);
  return Array.from({ length: 2 ** others.length }, (_, number) =>
    others.map((_, place) => (number >> (others.length - 1 - place)) & 1));
}

function panels(host, about) {
  if (host.childElementCount) return Array.from(host.children);
  const many = slices(about);
  const count = about.outputs.length * (about.inputs.length > 1 ? many.length : 1);
  host.className = count > 1 ? "panels many" : "panels";
  for (const output of about.outputs) {
    for (const bits of about.inputs.length > 1 ? many : [[]]) {
      const held = bits.map((bit, place) => `${about.inputs[place + 2]} = ${bit}`);
      const panel = element(host, "div", { class: "panel" });
      if (count > 1) element(panel, "h4", {}, [output, ...held].join(", "));
      const square = element(panel, "div", { class: "square" });
      if (about.inputs.length > 1) element(square, "canvas");
      const words = `output ${output} over ${about.inputs.slice(0, 2).join(" and ")} ${held.join(" ")}`;
      element(square, "svg", { viewBox: "-14 -4 222 222", role: "img", "aria-label": words });
    }
  }
  return Array.from(host.children);
}

function drawSurface(host, legend, about, moment, final) {
  const all = panels(host, about);
  const deep = all.length / about.outputs.length;
  all.forEach((panel, place) => {
    const output = Math.floor(place / deep);
    const slice = place % deep;
    const svg = panel.querySelector("svg");
    svg.replaceChildren();
    const values = moment.surface[output][slice];
    const boxes = final ? moment.boxes : [];
    if (about.inputs.length === 1) drawWay(svg, about, values, output, boxes);
    else {
      paint(panel.querySelector("canvas"), values);
      drawOver(svg, about, moment, values, output, slice, boxes);
    }
  });
  legend.parentElement.classList.toggle("plain", about.inputs.length === 1);
  const lines = about.inputs.length === 1
    ? "The line is the raw output; where it crosses the broken one it is ½. "
    : "The black line is where the output is ½; broken white lines are where a unit of the first layer is undecided. ";
  legend.textContent = final && moment.boxes.length
    ? `${lines}What is proved holds at every point of the boxes.` : lines;
}

function paint(canvas, rows) {
  const side = rows.length;
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  rows.forEach((row, y) => row.forEach((value, x) => {
    const start = 4 * ((side - 1 - y) * side + x);
    const share = Math.min(Math.max(value / 1000, 0), 1);
    for (let part = 0; part < 3; part++) {
      image.data[start + part] = value < -8000 ? 128 : COLD[part] + (WARM[part] - COLD[part]) * share;
    }
    image.data[start + 3] = 255;
  }));
  context.putImageData(image, 0, 0);
}

function drawOver(svg, about, moment, values, output, slice, boxes) {
  axes(svg, about);
  for (const [p, q, offsets] of moment.lines) {
    const ends = across(p, q, offsets[slice]);
    if (!ends) continue;
    const d = `M${at(ends[0][0])} ${up(ends[0][1])}L${at(ends[1][0])} ${up(ends[1][1])}`;
    element(svg, "path", { d, class: "unit under" });
    element(svg, "path", { d, class: "unit" });
  }
  element(svg, "path", { d: contour(values), class: "half" });
  const stride = 2 ** Math.max(about.inputs.length - 2, 0);
  for (const row of [0, 1, 2, 3].map((corner) => corner * stride + slice)) {
    const [a, b] = about.patterns[row];
    if (boxes.length && about.wanted[row][output] !== "–") {
      const [left, right] = boxes[a];
      const [low, high] = boxes[b];
      element(svg, "rect", {
        x: at(left), y: up(high), width: at(right) - at(left), height: up(low) - up(high), class: "box" });
    }
    const bright = moment.rows[row][output] > 0.4;
    element(svg, "circle", { cx: at(a), cy: up(b), r: 8, class: "row" });
    element(svg, "text", { x: at(a), y: up(b) + 4, class: "bit" }, about.wanted[row][output]);
    element(svg, "text", { x: at(a), y: up(b) + 21, class: bright ? "raw dark" : "raw" }, moment.told[row][output]);
  }
}

function axes(svg, about) {
  for (const bit of [0, 1]) {
    element(svg, "text", { x: at(bit), y: 211, class: "tick" }, bit);
    element(svg, "text", { x: -7, y: up(bit) + 4, class: "tick" }, bit);
  }
  element(svg, "text", { x: 100, y: 213, class: "port" }, about.inputs[0]);
  if (about.inputs.length > 1) element(svg, "text", { x: -7, y: 104, class: "port" }, about.inputs[1]);
}

// The two points in which p·x + q·y + c = 0 leaves the square.
function across(p, q, c) {
  const found = [];
  const put = (x, y) => {
    const inside = x >= -0.5001 && x <= 1.5001 && y >= -0.5001 && y <= 1.5001;
    if (inside && !found.some(([a, b]) => Math.abs(a - x) + Math.abs(b - y) < 1e-6)) found.push([x, y]);
  };
  for (const edge of [-0.5, 1.5]) {
    if (q) put(edge, -(p * edge + c) / q);
    if (p) put(-(q * edge + c) / p, edge);
  }
  return found.length > 1 ? found : null;
}

// Where the values cross a half: marching squares, straight from side to side of a cell.
function contour(rows) {
  const cell = 200 / (rows.length - 1);
  let path = "";
  for (let y = 0; y + 1 < rows.length; y++) {
    for (let x = 0; x + 1 < rows.length; x++) {
      const [a, b, c, d] = [rows[y][x], rows[y][x + 1], rows[y + 1][x + 1], rows[y + 1][x]].map((each) => each - 500);
      const points = [];
      const cut = (from, to, point) => {
        if ((from > 0) !== (to > 0)) points.push(point(from / (from - to)));
      };
      cut(a, b, (share) => [x + share, y]);
      cut(b, c, (share) => [x + 1, y + share]);
      cut(d, c, (share) => [x + share, y + 1]);
      cut(a, d, (share) => [x, y + share]);
      for (let each = 0; each + 1 < points.length; each += 2) {
        const [[p, q], [r, s]] = points.slice(each, each + 2);
        path += `M${(p * cell).toFixed(1)} ${(200 - q * cell).toFixed(1)}L${(r * cell).toFixed(1)} ${(200 - s * cell).toFixed(1)}`;
      }
    }
  }
  return path;
}

function drawWay(svg, about, values, output, boxes) {
  for (const [left, right] of boxes) {
    element(svg, "rect", { x: at(left), y: 0, width: at(right) - at(left), height: 200, class: "counts" });
  }
  axes(svg, about);
  element(svg, "path", { d: `M0 ${up(0.5)}H200`, class: "unit" });
  const points = values.map((value, place) =>
    `${(200 * place / (values.length - 1)).toFixed(1)} ${up(Math.min(Math.max(value / 1000, -0.5), 1.5)).toFixed(1)}`);
  element(svg, "path", { d: `M${points.join("L")}`, class: "way" });
  about.wanted.forEach((bits, row) => {
    if (bits[output] === "–") return;
    element(svg, "circle", { cx: at(row), cy: up(Number(bits[output])), r: 5, class: "row" });
  });
}
