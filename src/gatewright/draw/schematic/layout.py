"""Where boxes and wires go: the Eclipse Layout Kernel, run in the V8 of mini-racer.

Graphs are those of ELK's JSON format
(https://eclipse.dev/elk/documentation/tooldevelopers/graphdatastructure/jsonformat.html): nodes with ports,
and edges from port to port. The same graph gets the same places.

Example:
    >>> OPTIONS["elk.algorithm"], ENGINE.name
    ('layered', 'elk-worker.min.js')
"""

from __future__ import annotations

import atexit
import functools
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.draw.picture import missing

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

ENGINE = Path(__file__).with_name("elkjs") / "elk-worker.min.js"

OPTIONS = {
    "elk.algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.randomSeed": "1",
    "elk.padding": "[top=0,left=0,bottom=0,right=0]",
    "elk.spacing.nodeNode": "20",
    "elk.spacing.edgeNode": "12",
    "elk.spacing.edgeEdge": "10",
    "elk.spacing.componentComponent": "28",
    "elk.layered.spacing.nodeNodeBetweenLayers": "24",
    "elk.layered.spacing.edgeNodeBetweenLayers": "12",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
    "elk.layered.considerModelOrder.strategy": "PREFER_EDGES",
}
"""Of the layered algorithm (https://eclipse.dev/elk/reference/algorithms/org-eclipse-elk-layered.html)."""

_WORKER = """
var self = globalThis, answer;
self.postMessage = function (message) { answer = message; };
"""
"""ELK is made for a web worker: it takes messages and posts answers, here at once."""

_LAY_OUT = """
function layOut(graph) {
  self.onmessage({data: {id: 1, cmd: 'layout', graph: JSON.parse(graph)}});
  if (answer.error) throw new Error(String(answer.error.message || answer.error));
  return JSON.stringify(answer.data);
}
self.onmessage({data: {id: 0, cmd: 'register', algorithms: ['layered']}});
"""


def lay_out(graph: dict[str, Any]) -> dict[str, Any]:
    """The same graph with places: ``x`` and ``y`` of nodes and ports, ``sections`` of edges.

    Raises:
        UsageError: mini-racer is not installed.
    """
    placed: dict[str, Any] = json.loads(engine().call("layOut", json.dumps(graph)))
    return placed


@functools.cache
def engine() -> MiniRacer:
    """V8 with ELK in it; it takes a third of a second to set up, so each process has one.

    Raises:
        UsageError: mini-racer is not installed.
    """
    try:
        from py_mini_racer import DEFAULT_V8_FLAGS, MiniRacer, init_mini_racer
    except ImportError:
        raise missing("a schematic", "mini-racer") from None
    # V8 guards its code by memory protection keys where the processor has them. A thread that was there
    # before V8 lacks the key, and using V8 from it would end the process.
    init_mini_racer(
        flags=(*DEFAULT_V8_FLAGS, "--no-memory-protection-keys"), ignore_duplicate_init=True
    )
    # Made in a thread of its own: it would bind itself to an event loop that runs here, a notebook's say,
    # and be of no use after that one has ended.
    with ThreadPoolExecutor(1) as aside:
        context = aside.submit(MiniRacer).result()
    atexit.register(context.close)  # otherwise its thread would keep the process from ending
    for script in (_WORKER, ENGINE.read_text(encoding="utf-8"), _LAY_OUT):
        context.eval(script)
    return context
