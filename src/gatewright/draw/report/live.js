// The live circuit of a report: raw activations run through the trained gates, here, in the page.
//
// The page holds the circuit as `gatewright.draw.live` writes it (the weights of every gate, and the nets
// that every step reads and drives) and the elements that show it. A click on an input bit, the noise or
// new draws change the state below, and all is computed again: in float64, as `TrainedGate.flow` does it.
"use strict";

// Brings the circuit to life whose data and elements are in `page`.
function live(page) {
  const block = page.querySelector("#gw-data");
  if (!block) return; // a circuit too large to be run here
  const data = JSON.parse(block.textContent);
  const find = (name) => page.querySelector(`[data-part="${name}"]`);
  const clocked = data.clocked; // what registers drive, take and hold first; null of circuits without
  const state = { bits: data.start.slice(), noise: 0, whole: false, rolls: 0, tries: 0 };
  const PAST = 32; // cycles that are shown as waves

  function reset() {
    state.cycle = 0;
    state.before = 0;
    state.past = [];
    if (!clocked) return;
    state.held = clocked.first.slice();
    state.raw = clocked.first.slice();
  }
  reset();

  // Gates

  const ACTIVATIONS = {}; // filled by `gatewright.draw.report.live` with those of this circuit

  // Layer after layer the weights, row by row (one row an input), then the biases; of a layer that restores the
  // inputs a weight a unit, which reads the input of its own number alone.
  function layersOf(gate) {
    let start = 0;
    return gate.activations.map((name, depth) => {
      const before = gate.sizes[depth];
      const after = gate.sizes[depth + 1];
      const own = gate.restoring && depth === 0;
      const count = own ? after : before * after;
      const weights = gate.theta.slice(start, start + count);
      start += count;
      const biases = gate.theta.slice(start, start + after);
      start += after;
      return { weights, biases, after, own, f: ACTIVATIONS[name] };
    });
  }

  function flow(layers, signals) {
    for (const { weights, biases, after, own, f } of layers) {
      const next = new Array(after);
      for (let unit = 0; unit < after; unit++) {
        let sum = own ? weights[unit] * signals[unit] : 0;
        for (let each = 0; !own && each < signals.length; each++) {
          sum += weights[each * after + unit] * signals[each];
        }
        next[unit] = f(sum + biases[unit]);
      }
      signals = next;
    }
    return signals;
  }

  const layers = data.gates.map(layersOf);

  // Noise: a draw from [-1, 1) for every net, the same until they are drawn anew (mulberry32).

  function drawn(seed, count) {
    let word = seed >>> 0;
    return Array.from({ length: count }, () => {
      word = (word + 0x6d2b79f5) | 0;
      let mixed = Math.imul(word ^ (word >>> 15), 1 | word);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
    });
  }

  const seed = Math.imul(data.seed + 1, 0x9e3779b1);
  let draws = [];
  function roll() {
    draws = drawn(seed + state.rolls + Math.imul(state.cycle, 0x85ebca6b), data.nets.length);
  }

  // The circuit: what exact gates give, what drives each net, and what it carries with its noise.

  function run() {
    const count = data.nets.length;
    const exact = new Uint8Array(count);
    const driven = new Float64Array(count);
    const carried = new Float64Array(count);
    const carry = (net, value) => {
      const off = state.whole ? (draws[net] < 0 ? -1 : 1) : draws[net];
      driven[net] = value;
      carried[net] = state.noise ? value + state.noise * off : value;
    };
    state.bits.forEach((bit, net) => {
      exact[net] = bit;
      carry(net, bit);
    });
    if (clocked) {
      clocked.held.forEach((net, register) => {
        exact[net] = state.held[register];
        carry(net, state.raw[register]);
      });
    }
    for (const [kind, reads, drives] of data.steps) {
      const row = reads.reduce((number, net) => 2 * number + exact[net], 0);
      const values = flow(layers[kind], reads.map((net) => carried[net]));
      drives.forEach((net, output) => {
        exact[net] = data.gates[kind].rows[output].charCodeAt(row) - 48;
        carry(net, values[output]);
      });
    }
    return { exact, driven, carried };
  }

  // The clock: registers take what drives their buffers' wires, raw, and the next cycle begins.

  function clock() {
    const { exact, driven, carried } = run();
    state.past.push({ exact, carried });
    if (state.past.length >= PAST) state.past.shift();
    carried.forEach((raw, net) => {
      state.before += decide(raw) !== exact[net];
    });
    state.held = clocked.taken.map((net) => exact[net]);
    state.raw = clocked.taken.map((net) => driven[net]);
    state.cycle += 1;
    roll();
  }

  function drawInputs() {
    state.tries += 1;
    state.bits = drawn(seed - state.tries, state.bits.length).map((draw) => (draw < 0 ? 0 : 1));
  }

  const decide = (raw) => (Number.isNaN(raw) ? 2 : raw > 0.5 ? 1 : 0);

  // What is shown

  const number = (raw) =>
    Number.isNaN(raw) ? "no number" : (raw === 0 ? 0 : raw).toFixed(4).replace("-", "−");

  function value(nets, bits) {
    if (nets.some((net) => bits[net] > 1)) return "?";
    const whole = nets.reduceRight((sum, net) => 2n * sum + BigInt(bits[net]), 0n);
    return nets.length > 64 ? `0x${whole.toString(16)}`.slice(0, 10) + "…" : whole.toString();
  }

  const wires = Array.from(page.querySelectorAll("[data-net]"), (element) => ({
    element,
    net: Number(element.dataset.net),
    bit: element.querySelector(".bit"),
    raw: element.querySelector(".raw"),
    mark: element.querySelector(".mark"),
    dot: element.querySelector(".dot"),
  }));
  const numbers = new Map(data.nets.map((name, net) => [name, net]));
  const lines = Array.from(page.querySelectorAll(".gw-net"), (group) => ({
    net: numbers.get(group.dataset.nets),
    parts: group.querySelectorAll(".gw-wire, .gw-dot"),
  })).filter((line) => line.net !== undefined);
  const bars = Array.from(page.querySelectorAll("[data-bar]"));

  function show() {
    const { exact, driven, carried } = run();
    const bits = Uint8Array.from(carried, decide);
    for (const { element, net, bit, raw, mark, dot } of wires) {
      const right = bits[net] === exact[net];
      element.dataset.driven = driven[net];
      element.dataset.carried = carried[net];
      element.dataset.right = right;
      bit.textContent = bits[net] > 1 ? "?" : bits[net];
      raw.textContent = number(carried[net]);
      mark.textContent = right ? "✓ right" : "✗ wrong";
      dot.style.left = `${Math.min(Math.max((carried[net] + 0.5) * 50, 0), 100) || 0}%`;
    }
    for (const { net, parts } of lines) {
      for (const part of parts) {
        part.classList.toggle("gw-one", bits[net] === 1);
        part.classList.toggle("gw-zero", bits[net] === 0);
        part.classList.toggle("gw-none", bits[net] > 1);
      }
    }
    for (const button of page.querySelectorAll("button[data-input]")) {
      const bit = state.bits[Number(button.dataset.input)];
      button.setAttribute("aria-pressed", bit === 1);
      button.querySelector(".bit").textContent = bit;
    }
    const told = (bus, of) => `${bus.name}\u00a0=\u00a0${value(bus.nets, of)}`;
    for (const bus of [...data.inputs, ...data.outputs, ...(clocked ? clocked.registers : [])]) {
      find(bus.part).textContent = value(bus.nets, bus.part.startsWith("input") ? exact : bits);
    }
    summarise(exact, bits, carried, told);
    if (clocked) {
      find("cycle").textContent = state.cycle;
      find("before").textContent = state.before;
      drawWaves([...state.past, { exact, carried }]);
    }
  }

  function summarise(exact, bits, carried, told) {
    let wrong = 0;
    let farthest = 0;
    const away = Array.from(carried, (raw, net) => {
      wrong += bits[net] !== exact[net];
      const off = Math.abs(raw - exact[net]);
      return Number.isNaN(off) ? Infinity : off;
    });
    away.forEach((off, net) => {
      if (off > away[farthest]) farthest = net;
    });
    const failed = data.outputs.filter((bus) => bus.nets.some((net) => bits[net] !== exact[net]));
    const sides = [data.inputs, data.outputs].map((side, of) =>
      side.map((bus) => told(bus, of ? bits : exact)).join(", "),
    );
    find("answer").textContent = sides.filter(Boolean).join(" → ");
    find("verdict").textContent = failed.length
      ? `✗ wrong: should be ${failed.map((bus) => told(bus, exact)).join(", ")}`
      : "✓ right";
    find("verdict").dataset.right = !failed.length;
    find("wrong").textContent = `${wrong} of ${away.length}`;
    find("farthest").textContent = away[farthest]
      ? `${number(away[farthest])}, on ${data.nets[farthest]}`
      : "none: all wires lie on their bits";
    find("level").textContent = `±${state.noise.toFixed(3)}`;
    find("promise").textContent = promise();
    if (bars.length) {
      const counts = new Array(bars.length).fill(0);
      for (const off of away) counts[Math.min(Math.floor(off * 20 + 1e-9), bars.length - 1)]++;
      bars.forEach((bar, place) => {
        bar.querySelector(".raw").textContent = counts[place];
        bar.querySelector(".fill").style.width = `${(100 * counts[place]) / (away.length || 1)}%`;
      });
    }
  }

  function promise() {
    if (data.margin === null) return "Nothing is proved of it under noise.";
    if (state.noise <= data.margin) return "Within the margin: proved right, whatever is drawn.";
    return "Beyond the margin: nothing is proved, and wires may go wrong.";
  }

  // Waves: buses as values, single wires as what they carry; shaded where exact gates give 1.

  const CELL = 34;
  const ROW = 44;
  const HIGH = 22;
  const MOST_WAVES = 24;

  function tracks() {
    const found = new Map();
    for (const bus of [...data.inputs, ...clocked.registers, ...data.outputs]) {
      const nets = bus.nets.join(" ");
      if (!found.has(nets)) found.set(nets, bus);
    }
    return [...found.values()].slice(0, MOST_WAVES);
  }

  const tracked = clocked ? tracks() : [];

  function drawWaves(cycles) {
    const picture = find("waves");
    const short = (name) => (name.length > 20 ? `${name.slice(0, 19)}…` : name);
    const left = 24 + 8.5 * Math.max(5, ...tracked.map((bus) => short(bus.name).length));
    const first = state.cycle - cycles.length + 1;
    const width = left + CELL * PAST + 8;
    const height = 34 + ROW * tracked.length;
    picture.replaceChildren();
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("width", width);
    picture.setAttribute("height", height);
    picture.setAttribute("aria-label", `Waves of cycles ${first} to ${state.cycle}`);
    const add = (tag, kind, attributes, words = "") => {
      const made = document.createElementNS(picture.namespaceURI, tag);
      made.setAttribute("class", kind);
      for (const [name, each] of Object.entries(attributes)) made.setAttribute(name, each);
      made.textContent = words;
      picture.append(made);
      return made;
    };
    add("text", "soft", { x: left - 10, y: 20, "text-anchor": "end" }, "cycle");
    cycles.forEach((_, place) => {
      const x = left + CELL * place;
      add("path", "grid", { d: `M${x} 28V${height}` });
      add("text", "number", { x: x + CELL / 2, y: 20, "text-anchor": "middle" }, first + place);
    });
    tracked.forEach((bus, row) => {
      const base = 34 + ROW * row + ROW / 2 + HIGH / 2;
      add("text", "", { x: left - 10, y: base - HIGH / 2 + 5, "text-anchor": "end" }, short(bus.name));
      if (bus.nets.length === 1) drawWire(add, bus.nets[0], cycles, left, base);
      else drawBus(add, bus.nets, cycles, left, base);
    });
  }

  function drawWire(add, net, cycles, left, base) {
    let path = "";
    cycles.forEach(({ exact, carried }, place) => {
      const x = left + CELL * place;
      if (exact[net]) add("rect", "one", { x, y: base - HIGH, width: CELL, height: HIGH });
      const raw = Math.min(Math.max(carried[net], -0.45), 1.45);
      if (Number.isNaN(raw)) path += `M${x + CELL} ${base}`;
      else path += `${path ? "L" : "M"}${x} ${base - HIGH * raw}H${x + CELL}`;
    });
    add("path", "line", { d: path, "data-wave": net });
  }

  function drawBus(add, nets, cycles, left, base) {
    const words = cycles.map(({ carried }) => value(nets, nets.reduce((bits, net) => {
      bits[net] = decide(carried[net]);
      return bits;
    }, {})));
    for (let start = 0, stop; start < words.length; start = stop) {
      for (stop = start + 1; words[stop] === words[start]; ) stop++;
      const x = left + CELL * start;
      const end = left + CELL * stop;
      const middle = base - HIGH / 2;
      const sides = `H${end - 4}L${end} ${middle}L${end - 4} ${base}H${x + 4}Z`;
      add("path", "value", { d: `M${x} ${middle}L${x + 4} ${base - HIGH}${sides}` });
      const fits = 8.5 * words[start].length + 8 <= end - x;
      if (fits) add("text", "", { x: (x + end) / 2, y: middle + 5, "text-anchor": "middle" }, words[start]);
    }
  }

  // What changes it

  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.input !== undefined) {
      state.bits[Number(button.dataset.input)] ^= 1;
    } else if (button.dataset.part === "roll") {
      state.rolls += 1;
      roll();
    } else if (button.dataset.part === "random") {
      drawInputs();
    } else if (button.dataset.part === "clock") {
      clock();
    } else if (button.dataset.part === "ahead") {
      for (let times = parseInt(button.dataset.times, 10); times > 0; times--) {
        drawInputs();
        clock();
      }
    } else if (button.dataset.part === "reset") {
      reset();
      roll();
    }
    show();
  });
  find("noise").addEventListener("input", (event) => {
    state.noise = Number(event.target.value);
    show();
  });
  find("whole").addEventListener("change", (event) => {
    state.whole = event.target.checked;
    show();
  });
  // A browser may keep what was set before a page is loaded again; the state begins with what is seen.
  state.noise = Number(find("noise").value);
  state.whole = find("whole").checked;
  roll();
  show();
  for (const part of page.querySelectorAll("[hidden]")) part.hidden = false;
  find("without").hidden = true;
}
