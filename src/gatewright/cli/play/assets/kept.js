// A page that was kept: its training is replayed by the slider, its circuit is alive.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("play-data").textContent);
  const seen = stage(document);
  seen.begin(data.result);
  data.steps.forEach((step) => seen.add(step));
  seen.finish(data.result);
  seen.certify(data.result);
  document.querySelector('[data-part="phase"]').textContent =
    "This is what was learned; the slider leads back to where it began.";
  const circuit = document.querySelector('[data-part="built"]');
  if (circuit) live(circuit);
})();
