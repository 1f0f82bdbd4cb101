// The page of `circuits play`: asks the server for a training, follows it, and builds circuits of what was learned.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("play-data").textContent);
  const find = (name) => document.querySelector(`[data-part="${name}"]`);
  const form = find("form");
  const { arrange, chosen, own } = choices(form);
  const seen = stage(document);
  const trained = new Map(); // the newest training of each gate, by the gate's name
  let now = null; // the training that runs: its name, whether it waits, and what ends it
  let latest = null; // the newest gate

  const ENDED = "the server has ended; start 'circuits play' again";

  const post = (what, fields, signal) => fetch(what, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fields),
    signal,
  });

  async function ask(what, fields) {
    try {
      const answer = await post(what, fields);
      return answer.ok ? await answer.json() : { error: `the server refuses this (${answer.status})` };
    } catch {
      return { error: ENDED };
    }
  }

  // The training

  const phase = (words) => { find("phase").textContent = words; };
  const problem = (words) => { find("problem").textContent = words; };

  function running(on) {
    find("train").disabled = on;
    for (const part of ["pause", "one", "stop"]) find(part).disabled = !on;
    find("pause").textContent = "Pause";
  }

  async function train() {
    const ends = new AbortController();
    now = { ends, waits: false };
    problem("");
    phase("Training …");
    running(true);
    const watch = document.getElementById("watch");
    if (watch.getBoundingClientRect().top > innerHeight / 2) watch.scrollIntoView();
    find("pause").focus({ preventScroll: true }); // what had the focus can no longer be pressed
    let ended = false;
    for await (const moment of told(chosen(), ends.signal)) ended = take(moment) || ended;
    const focused = ["pause", "one", "stop"].some((part) => document.activeElement === find(part));
    running(false);
    if (focused) find("train").focus({ preventScroll: true });
    if (!ended) phase("Stopped.");
    now = null;
  }

  // What the server tells of a training, line after line.
  async function* told(fields, signal) {
    let rest = "";
    try {
      const answer = await post("train", fields, signal);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value: part, done } = await reader.read();
        if (done) return;
        const all = (rest + part).split("\n");
        rest = all.pop();
        for (const line of all) yield JSON.parse(line);
      }
    } catch (error) {
      if (!signal.aborted) yield { kind: "error", error: ENDED };
    }
  }

  // Takes what was told; says whether the training has come to an end.
  function take(moment) {
    if (moment.kind === "begun") {
      now.id = moment.id;
      document.getElementById("certificate").hidden = true;
      find("kept").textContent = "";
      seen.begin(moment);
      phase(`Learning ${moment.name} …`);
    } else if (moment.kind === "step") {
      seen.add(moment);
    } else if (moment.kind === "proving") {
      phase("Learned. Now it is hardened and proved …");
    } else if (moment.kind === "gate") {
      seen.finish(moment);
      seen.certify(moment);
      latest = moment;
      trained.set(moment.name, moment.id);
      phase(moment.guarantee ? `✓ ${moment.name} is learned and proved.` : `${moment.name} is learned; nothing is proved of it.`);
      offerToKeep(moment);
      offerCircuit(moment);
    } else if (moment.kind === "error") {
      problem(moment.error);
      phase("Not learned.");
    }
    return ["gate", "error"].includes(moment.kind);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!now) train();
  });
  form.addEventListener("change", (event) => {
    arrange();
    if (now && event.target.name === "speed") ask("control", { id: now.id, speed: form.elements.speed.value });
  });
  find("pause").addEventListener("click", () => {
    now.waits = !now.waits;
    find("pause").textContent = now.waits ? "Go on" : "Pause";
    ask("control", { id: now.id, action: now.waits ? "pause" : "go" });
  });
  find("one").addEventListener("click", () => {
    now.waits = true;
    find("pause").textContent = "Go on";
    ask("control", { id: now.id, action: "step" });
  });
  find("stop").addEventListener("click", () => {
    ask("control", { id: now.id, action: "stop" });
    now.ends.abort();
  });

  // What is kept

  function offerToKeep(moment) {
    find("keeping").hidden = false;
    find("keep-name").value = moment.usual ? moment.name : `${moment.name}-2`;
  }

  find("keep").addEventListener("click", async () => {
    const told = await ask("keep", { id: latest.id, name: find("keep-name").value });
    find("kept").textContent = told.error || [...told.warnings, `Saved as ${told.path}`].join("; ");
  });
  find("export").addEventListener("click", async () => {
    const wiring = find("built").childElementCount ? find("built").dataset.wiring : "";
    const told = await ask("export", { id: latest.id, wiring, trained: [...trained.values()] });
    if (told.error) {
      find("kept").textContent = told.error;
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([told.page], { type: "text/html" }));
    link.download = `${latest.name}.html`;
    link.click();
    URL.revokeObjectURL(link.href);
    find("kept").textContent = `Kept as ${link.download}: it opens in any browser, without this server.`;
  });

  // The circuit

  function offerCircuit(moment) {
    const first = document.getElementById("circuit").hidden;
    document.getElementById("circuit").hidden = false;
    const presets = find("preset");
    const before = presets.value;
    presets.replaceChildren();
    const alone = `${moment.name} alone`;
    const all = { ...data.presets, [alone]: moment.alone };
    for (const [name, lines] of Object.entries(all)) {
      element(presets, "option", { value: name, "data-lines": lines }, name);
    }
    presets.value = !first && before in all ? before : moment.wired;
    if (first) find("wiring").value = moment.wiring;
    else if (find("built").childElementCount) build(); // of the new gate
  }

  async function build() {
    const wiring = find("wiring").value;
    find("wrong-wiring").textContent = "";
    find("build").disabled = true;
    const told = await ask("circuit", { wiring, trained: [...trained.values()] });
    find("build").disabled = false;
    if (told.error) {
      find("wrong-wiring").textContent = told.error;
      return;
    }
    const host = find("built");
    const part = document.createElement("div");
    part.innerHTML = told.html; // made by the library, every name in it escaped
    host.replaceChildren(part);
    host.dataset.wiring = wiring;
    live(part);
  }

  find("preset").addEventListener("change", () => {
    find("wiring").value = find("preset").selectedOptions[0].dataset.lines;
    build();
  });
  find("build").addEventListener("click", async () => {
    await build();
    find("build").focus({ preventScroll: true });
  });

  // What the command line has chosen

  for (const [name, chosen_value] of Object.entries(data.chosen)) {
    const field = form.elements[name];
    if (field.type === "checkbox") {
      field.checked = chosen_value;
      continue;
    }
    field.value = chosen_value;
    if (field.value !== chosen_value) { // a choice that is not listed, such as an activation for each layer
      element(field, "option", { value: chosen_value }, chosen_value);
      field.value = chosen_value;
    }
  }
  own();
  arrange();
})();
