// The form: what can be chosen, and what of it is sent.
"use strict";

function choices(form) {
  const find = (name) => form.querySelector(`[data-part="${name}"]`);

  const value = (name) => form.elements[name].value;
  const shows = (part, shown) => { find(part).hidden = !shown; };

  function arrange() {
    const gate = value("gate");
    shows("own-table", gate === "");
    shows("own-words", gate === ":");
    shows("layers", value("how") === "layers");
    if (gate === "") makeTable();
    if (!chose) layers.value = suggestion();
  }

  // As many layers as a gate needs, until one has chosen oneself.
  const layers = form.elements.layers;
  let chose = false;
  const own = () => { chose = layers.value !== suggestion(); };
  const suggestion = () => form.elements[value("gate") === "" ? "inputs" : "gate"].selectedOptions[0].dataset.layers;
  layers.addEventListener("input", own);

  let bits = [];
  function makeTable() {
    const [inputs, outputs] = ["inputs", "outputs"].map((name) => Number(value(name)));
    const host = find("table");
    if (host.dataset.size === `${inputs} ${outputs}`) return;
    host.dataset.size = `${inputs} ${outputs}`;
    const before = bits;
    bits = Array.from({ length: 2 ** inputs }, (_, row) =>
      Array.from({ length: outputs }, (_, output) => before[row]?.[output] ?? "0"));
    host.replaceChildren();
    const table = element(host, "table", { class: "own" });
    const head = element(element(table, "thead"), "tr");
    for (const name of [...names("in"), ...names("out")]) element(head, "th", { scope: "col" }, name);
    const body = element(table, "tbody");
    bits.forEach((row, number) => {
      const line = element(body, "tr");
      const pattern = pattern_of(number, inputs);
      for (const bit of pattern) element(line, "td", {}, bit);
      row.forEach((bit, output) => {
        const cell = element(line, "td");
        const button = element(cell, "button", {
          type: "button", "aria-label": `${names("out")[output]} where ${pattern.join(" ")}: ${bit}` }, bit);
        button.addEventListener("click", () => {
          const next = { 0: "1", 1: "-", "-": "0" }[bits[number][output]];
          bits[number][output] = next;
          button.textContent = next === "-" ? "–" : next;
          button.setAttribute("aria-label", `${names("out")[output]} where ${pattern.join(" ")}: ${next}`);
        });
      });
    });
  }

  const pattern_of = (row, inputs) => Array.from({ length: inputs }, (_, place) => (row >> (inputs - 1 - place)) & 1);

  function names(side) {
    if (side === "in") return ["a", "b", "c", "d"].slice(0, Number(value("inputs")));
    const outputs = Number(value("outputs"));
    return outputs === 1 ? ["y"] : ["w", "x", "y", "z"].slice(0, outputs);
  }

  function chosen() {
    const fields = { speed: value("speed") };
    for (const name of ["restarts", "seed", "margin"]) fields[name] = value(name);
    if (value("gate") === "") {
      const lines = bits.map((row, number) => [...pattern_of(number, names("in").length), "->", ...row].join(","));
      fields.table = [[...names("in"), "->", ...names("out")].join(","), ...lines].join("\n") + "\n";
      fields.name = value("name");
    } else {
      fields.gate = value("gate") === ":" ? value("words") : value("gate");
    }
    if (value("how") === "layers") {
      for (const name of ["layers", "activations", "optimiser", "lr", "loss", "init", "epochs"]) fields[name] = value(name);
      fields.smooth = form.elements.smooth.checked;
    }
    return fields;
  }

  return { arrange, chosen, own };
}
