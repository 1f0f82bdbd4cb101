"""What the page can ask for: trainings, circuits of trained gates, gates to be kept, and a copy of the page.

Nothing here knows of the network. The store is read; it is written only by `Desk.keep`.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gatewright.cli.play.asked import Asked, number, read_asked, text
from gatewright.cli.play.frames import frame
from gatewright.cli.play.training import Pace, Tell, Trainings, learn, loss_of
from gatewright.cli.play.wiring import alone, preset, read_wiring
from gatewright.errors import UsageError
from gatewright.records import dataclass

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.gates.training.attempt import Attempt
    from gatewright.plugins.manager import Plugins

MOST_TRAININGS = 4
"""That run at once, in all tabs."""

MOST_TRAINED = 6
"""Inputs of a gate that is trained because a circuit needs it: more take longer than one waits for an answer."""

MOST_KEPT, MOST_FRAMES = 24, 160
"""Trainings that can still be used and copied, and moments of each."""


@dataclass(frozen=True, slots=True)
class Record:
    """A training as it was shown, and what came of it.

    Attributes:
        asked: what was trained.
        steps: moments that were shown, thinned evenly, each as JSON, which takes less room.
        result: what was told of the gate.
        gate: what was learned.
    """

    asked: Asked
    steps: Sequence[str]
    result: Mapping[str, Any]
    gate: TrainedGate


class Moments:
    """Moments of a training to look back at, the last among them: never many more than are replayed."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._last: list[str] = []
        self._stride, self._seen = 1, 0

    @property
    def kept(self) -> list[str]:
        """Each as JSON, in their order."""
        return self._kept + self._last

    def note(self, moment: Mapping[str, Any]) -> None:
        """Keep a moment, or not."""
        written = json.dumps(moment, separators=(",", ":"))
        self._last = [written]
        if self._seen % self._stride == 0:
            if len(self._kept) >= MOST_FRAMES:
                self._kept, self._stride = self._kept[::2], self._stride * 2
            self._kept.append(written)
            self._last = []
        self._seen += 1


class Desk:
    """What all tabs of the page share.

    Args:
        plugins: all of them, loaded.
        store: where trained gates are looked up.
    """

    def __init__(self, plugins: Plugins, store: Store) -> None:
        self.plugins, self.store = plugins, store
        self.trainings = Trainings(MOST_TRAININGS)
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._usual: dict[str, TrainedGate] = {}
        self._lock = threading.RLock()

    def train(self, fields: Mapping[str, Any], tell: Tell) -> str:
        """Train what a page asks for, and tell of it; its name is told first.

        Raises:
            GatewrightError: it cannot be trained so, or was not learned.
            StoppedError: it was stopped.
        """
        with self._lock:
            asked = read_asked(self.plugins, fields)
        return self.run(asked, tell, _speed(fields))

    def run(self, asked: Asked, tell: Tell, speed: float = 0.0) -> str:
        """The same of a training that was read."""
        name, pace, moments = secrets.token_hex(8), Pace(speed), Moments()
        with self.trainings.running(name, pace):
            tell({"kind": "begun", "id": name, **_about(asked.spec)})

            def noted(moment: Mapping[str, Any]) -> None:
                if moment["kind"] == "step":
                    moments.note(moment)
                tell(moment)

            made, gate, turn = learn(asked, pace, noted)
            result = {"kind": "gate", "id": name, "turn": turn, **_told(made, gate, asked)}
        with self._lock:
            self._records[name] = Record(asked, moments.kept, result, gate)
            while len(self._records) > MOST_KEPT:
                self._records.popitem(last=False)
        tell(result)
        return name

    def control(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Change how a training goes: let it wait, make one step, go on, stop; or its speed."""
        action = text(fields, "action")
        if action not in ("", "pause", "step", "go", "stop"):
            raise UsageError("a training can pause, step, go and stop")
        pace = self.trainings.pace(text(fields, "id"))
        if pace is not None:
            pace.set(action, _speed(fields) if "speed" in fields else None)
        return {"running": pace is not None}

    def circuit(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A small circuit, checked, as a part of the page in which it is alive.

        Raises:
            GatewrightError: it is none, or a gate of it cannot be trained.
        """
        from gatewright.cli.play.page import circuit_part

        with self._lock:
            circuit, gates, whose = self._wired(fields)
            return {"html": circuit_part(circuit, gates, whose)}

    def keep(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Save a gate in the store, under its own name or another.

        Raises:
            GatewrightError: there is no such gate, or it cannot be saved.
        """
        from dataclasses import replace

        from gatewright.cli.gates.training.to_train import variant
        from gatewright.cli.gates.training.train import replaced

        with self._lock:
            gate, called = self._record(fields).gate, text(fields, "name")
            if called and called != gate.spec.name:
                gate = replace(gate, spec=variant(self.plugins, [gate.spec], called))
            self.store.prepare()
            _, warnings = replaced(self.store, gate)
            return {"path": str(self.store.save(gate)), "warnings": warnings}

    def export(self, fields: Mapping[str, Any]) -> str:
        """The page as it is, as a file that opens without this server.

        Raises:
            GatewrightError: there is nothing on it, or not a circuit.
        """
        from gatewright.cli.play.page import copy

        with self._lock:
            record = self._record(fields)
            wired = self._wired(fields) if text(fields, "wiring", 8_000) else None
            steps = [json.loads(step) for step in record.steps]
            return copy(record.asked, steps, record.result, wired)

    def shown(self, name: str) -> str:
        """The circuit that a gate is shown in first."""
        return str(self._records[name].result["wiring"])

    def _record(self, fields: Mapping[str, Any]) -> Record:
        record = self._records.get(text(fields, "id"))
        if record is None:
            raise UsageError("this training is no longer here", hint="train the gate again")
        return record

    def _wired(
        self, fields: Mapping[str, Any]
    ) -> tuple[Circuit, dict[str, TrainedGate], dict[str, str]]:
        """The circuit that a page has written, its gates, and where each of them comes from."""
        named = fields.get("trained")
        listed: Sequence[Any] = named if isinstance(named, list) else []
        ours = {
            record.gate.spec.name: record.gate
            for name in listed[:MOST_KEPT]
            if (record := self._records.get(str(name))) is not None
        }
        known = _Known(self.plugins, ours)
        circuit = read_wiring(text(fields, "wiring", 8_000), known)  # type: ignore[arg-type] # it is read by name
        gates, whose = {}, {}
        for name, spec in circuit.netlist.gates.items():
            gates[name], whose[name] = (
                (ours[name], "trained on this page") if name in ours else self._other(spec)
            )
        return circuit, gates, whose

    def _other(self, spec: GateSpec) -> tuple[TrainedGate, str]:
        """A gate that the page has not trained: of the store, or trained as usual and not saved."""
        from gatewright.gates.training.train import train

        stored = self.store.load(spec)
        if stored is not None:
            return stored, "from the store"
        if len(spec.table.inputs) > MOST_TRAINED:
            raise UsageError(
                f"'{spec.name}' has {len(spec.table.inputs)} inputs, and learning it takes long",
                hint=f"train it first: circuits train {spec.name}",
            )
        if spec.name not in self._usual:
            self._usual[spec.name] = train(spec)
        return self._usual[spec.name], "trained now, not saved"


class _Known:
    """Gates by name: those that the page has trained, then all others."""

    def __init__(self, plugins: Plugins, ours: Mapping[str, TrainedGate]) -> None:
        self._plugins, self._ours = plugins, ours

    def __contains__(self, name: str) -> bool:
        return name in self._ours or name in self._plugins.gates

    def __getitem__(self, name: str) -> GateSpec:
        return self._ours[name].spec if name in self._ours else self._plugins.gate(name)


def _boxes(gate: TrainedGate) -> list[list[float]]:
    """Where an input counts as 0, and where as 1: least and greatest; nowhere if nothing is proved."""
    import numpy as np

    if gate.datasheet is None:
        return []
    low, high = gate.datasheet.discipline.regions(np.array([[0.0], [1.0]]))
    found: list[list[float]] = np.hstack([low, high]).tolist()
    return found


def _speed(fields: Mapping[str, Any]) -> float:
    speed = number(fields, "speed") or 0.0
    if not 0 <= speed < float("inf"):
        raise UsageError("a speed is a number of steps a second, or 0 for as many as there are")
    return speed


def _about(spec: GateSpec) -> dict[str, Any]:
    """What the page says of a gate: its ports, and its rows with what each should give."""
    table = spec.table
    wanted = [
        [str(bit) if known else "–" for bit, known in zip(bits, care, strict=True)]
        for bits, care in zip(table.values.tolist(), table.care.tolist(), strict=True)
    ]
    return {
        "name": spec.name,
        "inputs": list(table.inputs),
        "outputs": list(table.outputs),
        "patterns": table.patterns.tolist(),
        "wanted": wanted,
    }


def _told(made: Attempt, gate: TrainedGate, asked: Asked) -> dict[str, Any]:
    """What the page says of a gate that was learned, and of what is proved of it."""
    from gatewright.cli.gates.training.shown import by_restarts, guarantee
    from gatewright.cli.play.again import again
    from gatewright.draw.report.gates import datasheet_part
    from gatewright.gates.datasheet import rests_on
    from gatewright.gates.training.recipe import default_recipe

    loss = loss_of(gate)
    sheet, stated = gate.datasheet, rests_on(gate.architecture)
    circuit_name, lines = preset(gate.spec)
    resting = f"; it rests on {stated}" if stated else ""
    return {
        **_about(gate.spec),
        **frame(gate.spec, gate.architecture, gate.theta, fine=True),
        "restart": gate.figures.restart,
        "epoch": gate.figures.epochs,
        "solved": gate.figures.solved,
        "restarts": len(made.fit.solved),
        "loss": loss,
        "loss_told": f"{loss:.3g}",
        "headline": f"{gate.spec.name}: learned {by_restarts(made, gate)}",
        "guarantee": "" if sheet is None else f"{guarantee(sheet)}{resting}",
        "boxes": _boxes(gate),
        "datasheet": datasheet_part(gate, caption=f"Proved of {gate.spec.name}"),
        "digest": gate.digest,
        "again": again(asked),
        "usual": asked.recipe == default_recipe(gate.spec.table) and asked.seed == 0,
        "wiring": lines,
        "wired": circuit_name,
        "alone": alone(gate.spec),
    }
