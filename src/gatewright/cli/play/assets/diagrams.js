// The network as a diagram, and its loss as curves.
"use strict";

function drawNetwork(host, about, moment) {
  const { sizes } = moment;
  const most = Math.max(...sizes);
  host.replaceChildren();
  if (most > 16) {
    element(host, "p", { class: "soft" }, `A layer of ${most} units is too wide to be drawn.`);
    return;
  }
  const apart = most > 6 ? 34 : most > 3 ? 52 : 84;
  const wide = most > 3 ? 118 : 150;
  const width = wide * (sizes.length - 1) + 140;
  const height = apart * most + 8;
  const svg = element(host, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `a ${sizes.join("-")} network` });
  svg.style.maxWidth = `${width}px`;
  const x = (layer) => 62 + wide * layer;
  const y = (layer, unit) => height / 2 + apart * (unit - (sizes[layer] - 1) / 2);
  const largest = Math.max(...moment.theta.map((each) => Math.abs(each || 0)), 1e-9);
  const look = (value) => ({
    class: value < 0 ? "weight minus" : "weight",
    "stroke-width": (0.5 + 5 * Math.sqrt(Math.abs(value) / largest)).toFixed(2),
  });
  let start = 0;
  const biases = [];
  moment.activations.forEach((_, depth) => {
    const own = moment.restoring && depth === 0;
    const [before, after] = sizes.slice(depth, depth + 2);
    for (let unit = 0; unit < after; unit++) {
      for (let each = 0; each < before; each++) {
        if (own && each !== unit) continue;
        const value = moment.theta[start + (own ? unit : each * after + unit)] || 0;
        const d = `M${x(depth)} ${y(depth, each)}L${x(depth + 1)} ${y(depth + 1, unit)}`;
        const line = element(svg, "path", { d, ...look(value) });
        if (most > 3) continue;
        const share = before > 1 && !own ? 0.22 : 0.5; // lines cross in the middle
        const words = moment.weights[depth].rows[unit][1 + each];
        element(svg, "text", {
          x: x(depth) + share * wide, y: y(depth, each) + share * (y(depth + 1, unit) - y(depth, each)) - 5, class: "on" }, shortened(words));
        line.dataset.value = value;
      }
    }
    start += own ? after : before * after;
    biases.push(moment.theta.slice(start, start + after));
    start += after;
  });
  sizes.forEach((size, layer) => {
    for (let unit = 0; unit < size; unit++) {
      const bias = layer ? biases[layer - 1][unit] || 0 : 0;
      const ring = layer ? look(bias) : { class: "port-dot" };
      element(svg, "circle", { cx: x(layer), cy: y(layer, unit), r: layer ? 10 : 5, ...ring });
      const port = layer === 0 ? about.inputs[unit] : layer === sizes.length - 1 ? about.outputs[unit] : "";
      const anchor = layer ? "start" : "end";
      if (port) element(svg, "text", { x: x(layer) + (layer ? 18 : -12), y: y(layer, unit) + 5, "text-anchor": anchor }, port);
    }
  });
}

const shortened = (words) => (words.length > 6 && !words.includes("e") ? Number(words).toFixed(2) : words);

// The loss

// The thick line is the restart that was ahead; once a gate was chosen, the restart that it was made of.
function drawCurve(host, steps, place, chosen) {
  const [width, height, left, low] = [360, 210, 52, 26];
  host.replaceChildren();
  const svg = element(host, "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "loss by steps" });
  const all = steps.flatMap((step) => step.losses).filter((each) => each > 0);
  if (!all.length) return;
  const bottom = Math.floor(Math.log10(Math.min(...all)) + 1e-9);
  const top = Math.max(Math.ceil(Math.log10(Math.max(...all)) - 1e-9), bottom + 1);
  const last = Math.max(steps[steps.length - 1].step, 2);
  const x = (step) => left + (width - left - 10) * (step - 1) / (last - 1);
  const y = (loss) => 10 + (height - 10 - low) * (top - Math.min(Math.max(Math.log10(loss), bottom), top)) / (top - bottom);
  const every = Math.ceil((top - bottom) / 5);
  for (let power = bottom; power <= top; power += every) {
    element(svg, "path", { d: `M${left} ${y(10 ** power)}H${width - 10}`, class: "grid" });
    const tick = power < -3 || power > 3 ? `1e${power}` : String(Number((10 ** power).toPrecision(1)));
    element(svg, "text", { x: left - 6, y: y(10 ** power) + 4, "text-anchor": "end" }, tick);
  }
  const line = (values, kind) => {
    let d = "";
    values.forEach(([step, loss, anew], number) => {
      if (loss > 0) d += `${number && !anew && d ? "L" : "M"}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`;
    });
    return element(svg, "path", { d, class: kind });
  };
  const anew = (number) => number > 0 && steps[number].turn !== steps[number - 1].turn;
  const most = Math.max(...steps.map((step) => step.losses.length));
  for (let restart = 0; restart < Math.min(most, 32); restart++) {
    line(steps.map((step, number) => [step.step, step.losses[restart], anew(number)]), "each");
  }
  steps.forEach((step, number) => {
    if (anew(number)) element(svg, "path", { d: `M${x(step.step)} 10V${height - low}`, class: "anew" });
  });
  let points = steps.map((step, number) => [step.step, step.loss, anew(number)]);
  let here = points[place];
  if (chosen) {
    points = steps.filter((step) => step.turn === chosen.turn && step.epoch <= chosen.epoch)
      .map((step) => [step.step, step.losses[chosen.restart]]);
    here = points[points.length - 1];
    if (here) here[1] = chosen.loss; // not every step is kept
  }
  line(points, "ahead").dataset.losses = points.map(([, loss]) => loss).join(" ");
  if (here && here[1] > 0) element(svg, "circle", { cx: x(here[0]), cy: y(here[1]), r: 4.5, class: "here" });
  element(svg, "text", { x: width - 10, y: height - 6, "text-anchor": "end" }, `${last} steps`);
}
