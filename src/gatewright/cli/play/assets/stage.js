// What is seen of a training: surface, lines of units, loss, network, rows and weights, at any of its moments.
//
// Every number comes from the library, and is written as the library writes it; here it is only drawn.
"use strict";

function stage(page) {
  const find = (name) => page.querySelector(`[data-part="${name}"]`);
  const MOST = 600; // moments that are kept to look back at
  let about = null;
  let steps = [];
  let result = null;
  let follows = true; // whether the newest moment is shown
  let waiting = false;
  const slider = find("moment");

  function begin(told) {
    about = told;
    steps = [];
    result = null;
    follows = true;
    find("stage").hidden = false;
    makeRows();
    for (const part of ["surface", "curve", "network", "weights"]) find(part).replaceChildren();
    for (const part of ["epoch", "loss", "solved", "shown"]) find(part).textContent = "–";
  }

  function add(step) {
    steps.push(step);
    if (steps.length > MOST) steps = steps.filter((_, place) => place % 2 === 0);
    later();
  }

  function finish(told) {
    result = told;
    later();
  }

  function later() { // one picture a frame of the screen, however fast steps come
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const last = steps.length - (result ? 0 : 1);
      slider.max = Math.max(last, 0);
      if (follows) slider.value = slider.max;
      show();
    });
  }

  function show() {
    const place = Number(slider.value);
    const final = result && place >= steps.length;
    const moment = final ? result : steps[place];
    if (!moment) return;
    const fact = (part, words, value) => {
      find(part).textContent = words;
      if (value !== undefined) find(part).dataset.value = value;
    };
    // In the end all is of the restart that was chosen, which need not be the one that was ahead.
    const most = final ? steps.find((step) => step.turn === result.turn)?.epochs : moment.epochs;
    fact("epoch", moment.epoch <= most ? `${moment.epoch} of ${most}` : String(moment.epoch));
    fact("loss", moment.loss_told, moment.loss);
    fact("solved", `${moment.solved} of ${moment.restarts}`);
    const whose = final ? `restart ${moment.restart}, final` : `restart ${moment.ahead}, ahead`;
    fact("shown", `${moment.sizes.join("-")}, ${whose}`);
    fact("thick", final ? `the thick one is restart ${moment.restart}, which was chosen and is the network shown.`
      : "the thick one is whichever is ahead (has the lowest loss), and that network is shown.");
    slider.setAttribute("aria-valuetext", final ? "the gate" : `step ${place + 1}`);
    drawSurface(find("surface"), find("legend"), about, moment, final);
    drawNetwork(find("network"), about, moment);
    drawCurve(find("curve"), steps, place, final ? result : null);
    showRows(moment);
    showWeights(moment);
  }

  // Numbers

  function makeRows() {
    const host = find("rows");
    host.replaceChildren();
    const table = element(host, "table");
    const head = element(element(table, "thead"), "tr");
    for (const name of [...about.inputs, ...about.outputs, ...about.outputs.map((name) => `learned ${name}`), ""]) {
      element(head, "th", { scope: "col" }, name);
    }
    const body = element(table, "tbody");
    about.patterns.forEach((bits, row) => {
      const line = element(body, "tr", { "data-row": row });
      for (const each of [...bits, ...about.wanted[row]]) element(line, "td", {}, each);
      about.outputs.forEach((_, output) => element(line, "td", { class: "number", "data-output": output }));
      element(line, "td", { class: "mark" });
    });
  }

  function showRows(moment) {
    for (const line of find("rows").querySelectorAll("tbody tr")) {
      const row = Number(line.dataset.row);
      let right = true;
      for (const cell of line.querySelectorAll("[data-output]")) {
        const output = Number(cell.dataset.output);
        const value = moment.rows[row][output];
        const wanted = about.wanted[row][output];
        cell.textContent = moment.told[row][output];
        cell.dataset.value = value;
        right &&= wanted === "–" || (value !== null && (value > 0.5) === (wanted === "1"));
      }
      line.dataset.right = right;
      line.querySelector(".mark").textContent = right ? "✓" : "✗";
    }
  }

  function showWeights(moment) {
    const host = find("weights");
    if (!find("numbers").open) return;
    host.replaceChildren();
    for (const { layer, header, rows } of moment.weights) {
      const frame = element(host, "div", { class: "scroll", role: "group", tabindex: 0, "aria-label": `layer ${layer}` });
      const table = element(frame, "table");
      element(table, "caption", {}, `layer ${layer}, ${moment.activations[layer - 1]}`);
      const head = element(element(table, "thead"), "tr");
      header.forEach((name, place) => element(head, "th", { scope: "col", class: place ? "number" : "" }, name));
      const body = element(table, "tbody");
      for (const [unit, ...values] of rows) {
        const line = element(body, "tr");
        element(line, "th", { scope: "row" }, unit);
        for (const value of values) element(line, "td", { class: "number" }, value);
      }
    }
  }

  find("numbers").addEventListener("toggle", show);
  slider.addEventListener("input", () => {
    follows = slider.value === slider.max;
    show();
  });

  // The certificate

  function certify(told) {
    page.querySelector("#certificate").hidden = false;
    find("headline").textContent = told.headline;
    find("guarantee").textContent = told.guarantee
      ? `✓ Proved: ${told.guarantee}` : "Nothing is proved of it.";
    find("again").hidden = !told.again;
    find("line").textContent = told.again;
    find("guarantee").dataset.digest = told.digest;
    find("datasheet").innerHTML = told.datasheet; // made by the library, every name in it escaped
  }

  return { begin, add, finish, certify };
}
