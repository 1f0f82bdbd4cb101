"""Altered proofs: a gate, wire, weight, line or byte changed is refused or refuted wherever that means anything.

    python -m tests.campaign.altered --count 10000

Whether it does is decided here, by code that owes nothing to what is tried: netlists are simulated on every
pattern, straight from the integers of their truth tables; what a file says is compared with what it said; and a
certificate that was altered and still holds is attacked by points. To be told apart are:

- a netlist with one gate or one wire another, proved against its integers by whatever proves most, by diagrams
  alone and range by range, and against the netlist that it was by `equivalence`;
- a trained gate with one weight another, in a circuit that is certified by datasheets, with the old one or a new;
- a record with one line or byte another, and an honest record for a netlist that is not;
- a certificate with one byte another, or one value another and its seals made anew.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from tests.campaign import harness, mutate
from tests.campaign.attack import Attack
from tests.campaign.harness import Budget, Tally

from gatewright.certify.checker import CertificateRefused, Checked, check
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.shards import Plan, verify_exhaustively
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.verify.composition import certify_circuit, prove_netlist
from gatewright.circuits.verify.diagrams.prove import prove
from gatewright.circuits.verify.miter import equivalence
from gatewright.errors import GatewrightError, NetlistError
from gatewright.gates import datasheet
from gatewright.gates.spec import GateSpec
from gatewright.gates.store import saved
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.train import train
from gatewright.plugins.manager import Plugins, load_plugins

CIRCUITS: tuple[tuple[str, dict[str, int]], ...] = (
    ("ripple-adder", {"bits": 3}), ("kogge-stone", {"bits": 3}), ("array-multiplier", {"bits": 3}),
    ("parity-tree", {"bits": 7}), ("multiplexer", {"bits": 2}), ("hamming-corrector", {}),
    ("comparator", {"bits": 3}), ("alu", {"bits": 2}),
)  # fmt: skip


@cache
def _plugins() -> Plugins:
    return load_plugins()


@cache
def circuits() -> tuple[Circuit, ...]:
    """Some of few inputs, each promising something on every pattern."""
    found = []
    for name, parameters in CIRCUITS:
        if name in _plugins().circuits:
            circuit = _plugins().circuit(name).elaborate(parameters, _plugins().gates)
            if len(circuit.netlist.input_nets) <= 12 and circuit.spec.domain is None:
                found.append(circuit)
    return tuple(found)


def simulated(netlist: Netlist) -> tuple[int, ...] | None:
    """Every output bit on all patterns, an integer each; none where the netlist is a loop or has holes."""
    count = 1 << len(netlist.input_nets)
    everywhere = (1 << count) - 1
    known: dict[str, int] = {}
    for place, net in enumerate(netlist.input_nets):
        width = 2 << place  # bit n of the integer is bit `place` of n
        known[net] = ((1 << (1 << place)) - 1) << (1 << place)
        while width < count:
            known[net] |= known[net] << width
            width *= 2
    waiting = list(netlist.instances)
    while waiting:
        ready = [each for each in waiting if all(net in known for net in each.inputs)]
        if not ready:
            return None
        for each in ready:
            table = netlist.gates[each.gate].table
            pins = [known[net] for net in each.inputs]
            for net, ones in zip(each.outputs, table.ones, strict=True):
                known[net] = 0
                for row in range(1 << len(pins)):
                    if ones >> row & 1:
                        some = everywhere
                        for pin, value in enumerate(pins):
                            one = row >> (len(pins) - 1 - pin) & 1
                            some &= value if one else everywhere ^ value
                        known[net] |= some
        waiting = [each for each in waiting if each not in ready]
    return tuple(known[net] for net in netlist.output_nets)


def alter(netlist: Netlist, draw: np.random.Generator) -> tuple[str, Netlist]:
    """One gate or one wire another; what was done."""
    at = int(draw.integers(len(netlist.instances)))
    each = netlist.instances[at]
    nets = [*netlist.input_nets, *(net for other in netlist.instances for net in other.outputs)]
    kind = int(draw.integers(4))
    if kind == 0:
        ports = netlist.gates[each.gate].table
        size = len(ports.inputs), len(ports.outputs)
        fitting = [
            spec
            for spec in _plugins().gates.values()
            if (len(spec.table.inputs), len(spec.table.outputs)) == size and spec.name != each.gate
        ]
        if fitting:
            spec = fitting[int(draw.integers(len(fitting)))]
            return f"gate {at} is {spec.name}", _with(netlist, at, gate=spec)
    if kind == 1:
        outputs = [net for bus in netlist.outputs for net in bus.nets]
        place, net = int(draw.integers(len(outputs))), nets[int(draw.integers(len(nets)))]
        outputs[place] = net
        buses, first = [], 0
        for bus in netlist.outputs:
            buses.append(dataclasses.replace(bus, nets=tuple(outputs[first : first + bus.width])))
            first += bus.width
        return f"output {place} is {net}", dataclasses.replace(netlist, outputs=tuple(buses))
    pins = list(each.inputs)
    pin, net = int(draw.integers(len(pins))), nets[int(draw.integers(len(nets)))]
    pins[pin] = net
    if kind == 2 and len(pins) > 1:  # two swapped
        pins = list(each.inputs)
        other = (pin + 1) % len(pins)
        pins[pin], pins[other] = pins[other], pins[pin]
    return f"gate {at} reads {pins}", _with(netlist, at, inputs=tuple(pins))


def _with(netlist: Netlist, at: int, *, gate: GateSpec | None = None, **changes: Any) -> Netlist:
    gates: Mapping[str, GateSpec] = netlist.gates
    if gate is not None:
        gates, changes = {**gates, gate.name: gate}, {"gate": gate.name}
    instances = list(netlist.instances)
    instances[at] = dataclasses.replace(instances[at], **changes)
    return dataclasses.replace(netlist, instances=tuple(instances), gates=gates)


Prover = Callable[[Circuit, Circuit], str]
"""The outcome for an altered circuit, given it and the one that it was."""


def _range_by_range(altered: Circuit, _: Circuit) -> str:
    return verify_exhaustively(altered, lambda *_: altered, Plan()).outcome


PROVERS: dict[str, Prover] = {
    "best": lambda altered, _: prove_netlist(altered).outcome,
    "diagrams": lambda altered, _: prove(altered).outcome,
    "exhaustive": _range_by_range,
    "equivalence": lambda altered, honest: equivalence(honest, altered).outcome,
}


def netlists(budget: Budget, seed: int) -> Tally:
    """Gates and wires, each alteration told by one prover, in turn."""
    tally, draw = Tally(), harness.generator(seed, 1)
    right = {circuit.title: simulated(circuit.netlist) for circuit in circuits()}
    for number in budget:
        honest = circuits()[int(draw.integers(len(circuits())))]
        what, netlist = alter(honest.netlist, draw)
        altered = dataclasses.replace(honest, netlist=netlist)
        meant = simulated(netlist)
        name = list(PROVERS)[number % len(PROVERS)]
        try:
            outcome = PROVERS[name](altered, honest)
        except NetlistError:
            outcome = "refused"
        wanted = (
            "refused" if meant is None else "proved" if meant == right[honest.title] else "refuted"
        )
        tally.add(f"{outcome}{' (means the same)' if outcome == 'proved' else ''}")
        # Nothing may be proved that is not so; nor refuted that is.
        if outcome != wanted and not (outcome == "undecided" and wanted == "proved"):
            tally.findings.append(f"{honest.title}, {what}: {name} says {outcome}, it is {wanted}")
    return tally


@cache
def trained() -> dict[str, TrainedGate]:
    return {name: train(spec) for name, spec in _plugins().gates.items()}


@cache
def dense() -> dict[str, TrainedGate]:
    """Some gates whose proofs have boxes."""
    names = ("xor", "full-adder", "mux", "not")
    specs = (_plugins().gates[name] for name in names)
    return {spec.name: train(spec, dense_recipe(spec.table)) for spec in specs}


def reweighted(gate: TrainedGate, draw: np.random.Generator) -> TrainedGate:
    """One weight another: a bit of it flipped, nudged, or another size."""
    theta = gate.theta.copy()
    at, kind = int(draw.integers(len(theta))), int(draw.integers(3))
    if kind == 0:
        theta.view(np.uint64)[at] ^= np.uint64(1) << np.uint64(draw.integers(64))
    elif kind == 1:
        theta[at] = np.nextafter(theta[at], draw.choice([-np.inf, np.inf]))
    else:
        theta[at] *= float(draw.choice([0.0, -1.0, 0.5, 0.99, 2.0]))
    return dataclasses.replace(gate, theta=theta)


def weights(budget: Budget, seed: int) -> Tally:
    """A circuit certified with one gate's weight another, and its datasheet the old one or made anew."""
    tally, draw = Tally(), harness.generator(seed, 2)
    for number in budget:
        circuit = circuits()[int(draw.integers(len(circuits())))]
        names = sorted({each.gate for each in circuit.netlist.instances})
        name = names[int(draw.integers(len(names)))]
        gate = reweighted(trained()[name], draw)
        same = gate.theta.tobytes() == trained()[name].theta.tobytes()
        anew = bool(number % 2) and bool(np.isfinite(gate.theta).all())
        if anew:
            assert gate.datasheet is not None
            with np.errstate(all="ignore"):
                sheet = datasheet.measure(
                    gate.spec, gate.architecture, gate.theta, gate.datasheet.discipline
                )
            gate = dataclasses.replace(gate, datasheet=sheet)
        gates = {each: trained()[each] for each in names} | {name: gate}
        with np.errstate(all="ignore"):
            composed = certify_circuit(circuit, gates).claims[0].outcome
        tally.add(f"{composed}, {'with a new datasheet' if anew else 'with the old datasheet'}")
        if composed == "proved" and not same and (not anew or refutes(gate, seed)):
            tally.findings.append(
                f"{circuit.title}: certified with '{name}' of weights {gate.theta.tolist()}"
            )
    return tally


def refutes(gate: TrainedGate, seed: int) -> bool:
    """Whether points are found at which a gate does not meet its datasheet's discipline."""
    one = Attack(gate, seed, victim=gate)
    batches = one.batches()
    return any(one.wrong(*next(batches)) for _ in range(4))


def _adder(bits: int = 8) -> Circuit:
    return _plugins().circuit("ripple-adder").elaborate({"bits": bits}, _plugins().gates)


@cache
def _record() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record"
        verify_exhaustively(_adder(), lambda *_: _adder(), Plan(checkpoint=path))
        return path.read_bytes()


def records(budget: Budget, seed: int) -> Tally:
    """An altered record of a right adder, and the honest record with an adder that is wrong."""
    tally, draw = Tally(), harness.generator(seed, 3)
    right = simulated(_adder().netlist)
    damages = (mutate.flip, mutate.lines, mutate.lines_said, mutate.words, mutate.cut)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record"
        for number in budget:
            circuit, data, what = _adder(), _record(), ""
            if number % 2:
                data = damages[int(draw.integers(len(damages)))](data, draw)
                what = f"{data!r}"
            else:
                what, netlist = alter(circuit.netlist, draw)
                circuit = dataclasses.replace(circuit, netlist=netlist)
            path.write_bytes(data)
            meant = simulated(circuit.netlist)
            wanted = "proved" if meant == right else "refuted"
            try:
                claim = verify_exhaustively(
                    circuit, lambda *_, it=circuit: it, Plan(checkpoint=path)
                )
            except GatewrightError:
                tally.add("refused")
                continue
            except Exception as error:  # noqa: BLE001 - which is a finding
                tally.add("wrong")
                tally.findings.append(f"{error!r} of {what}")
                continue
            tally.add(claim.outcome)
            whole = claim.outcome == "refuted" or (claim.checked, claim.excluded) == (2**17, 0)
            if claim.outcome != wanted or not whole:
                tally.findings.append(f"{claim.outcome} ({claim.extent}), is {wanted}: {what}")
    return tally


def bytes_(budget: Budget, seed: int) -> Tally:
    """One byte of a gate's file another: the checker and the store say what was said before, or refuse it."""
    tally, draw = Tally(), harness.generator(seed, 4)
    gates = [trained()[name] for name in ("xor", "full-adder", "mux")]
    with tempfile.TemporaryDirectory() as folder:
        shelf = Store(Path(folder))
        for _ in budget:
            gate = gates[int(draw.integers(len(gates)))]
            good = saved.to_bytes(gate)
            at = int(draw.integers(len(good)))
            data = good[:at] + bytes([good[at] ^ int(draw.integers(1, 256))]) + good[at + 1 :]
            shelf.path(gate.spec.name).write_bytes(data)
            try:
                loaded = shelf.load(gate.spec)
                same = loaded is not None and saved.to_bytes(loaded) == good
                tally.add("loaded (says the same)" if same else "loaded")
                if not same:
                    tally.findings.append(f"{gate.spec.name}, byte {at}: another gate was loaded")
            except GatewrightError:
                tally.add("refused by the store")
            try:
                (found,) = check(data)
            except CertificateRefused:
                tally.outcomes["refused by the checker"] += 1
                continue
            tally.outcomes["held by the checker"] += 1
            tally.findings += _false(found, gate, data, f"{gate.spec.name}, byte {at}")
    return tally


def sealed(budget: Budget, seed: int) -> Tally:
    """One value of a gate's file another, of its description or tensors, and every digest made anew."""
    tally, draw = Tally(), harness.generator(seed, 5)
    gates = [each[name] for name in dense() for each in (trained(), dense())]
    for _ in budget:
        gate = gates[int(draw.integers(len(gates)))]
        data = _redone(gate, draw)
        try:
            (found,) = check(data)
        except CertificateRefused:
            tally.add("refused")
            continue
        tally.add("held")
        tally.findings += _false(
            found, gate, data, f"{gate.spec.name} sealed anew, {data!r}"[:1500]
        )
    return tally


def _redone(gate: TrainedGate, draw: np.random.Generator) -> bytes:
    """A gate's file with another weight, box, table or discipline, and digests that fit."""
    sheet = gate.datasheet
    assert sheet is not None
    kind = int(draw.integers(5))
    if kind == 0 or (kind in (1, 2) and not len(sheet.rows)):
        kind = 0
        gate = reweighted(gate, draw)
    elif kind == 1:  # an end of a box
        ends = [sheet.low.copy(), sheet.high.copy()]
        some = ends[int(draw.integers(2))]
        some.flat[int(draw.integers(some.size))] += float(draw.choice([-0.3, -1e-9, 1e-9, 0.3]))
        sheet = dataclasses.replace(sheet, low=ends[0], high=ends[1])
    elif kind == 2:  # a box is missing
        rest = np.delete(np.arange(len(sheet.rows)), int(draw.integers(len(sheet.rows))))
        sheet = dataclasses.replace(
            sheet, rows=sheet.rows[rest], low=sheet.low[rest], high=sheet.high[rest]
        )
    elif kind == 3:
        sheet = dataclasses.replace(sheet, vil=float(draw.choice([0.2, 0.4, 0.46, 0.49, 0.4999])))
    sheet = dataclasses.replace(sheet, digest=gate.digest)
    data = saved.to_bytes(dataclasses.replace(gate, datasheet=sheet))
    if kind < 4:
        return data
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    about = json.loads(header["__metadata__"][mutate.KEY])
    key = ("ones", "cares")[int(draw.integers(2))]
    column, row = int(draw.integers(len(about[key]))), int(draw.integers(2 ** len(about["inputs"])))
    about[key][column] ^= 1 << row
    if key == "cares":
        about["ones"][column] &= about["cares"][column]
    about["about"] = mutate.seal(about)
    header["__metadata__"][mutate.KEY] = json.dumps(about, sort_keys=True)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + size :]


def _false(found: Checked, gate: TrainedGate, data: bytes, what: str) -> list[str]:
    """What is not so of what the checker says: a table, VIL and VOL, of the weights in the file."""
    from safetensors.numpy import load

    tensors = load(data)
    parts = []
    for number in range(len(gate.architecture.sizes) - 1):
        parts += [tensors[f"layer{number}.weight"].ravel(), tensors[f"layer{number}.bias"]]
    theta = np.concatenate(parts)
    table = gate.spec.table
    outputs = len(table.outputs)
    rows = 2 ** len(table.inputs)
    x = table.patterns.astype(float)
    y = np.array([[one >> row & 1 for one in found.ones] for row in range(rows)], dtype=float)
    care = np.array([[one >> row & 1 for one in found.cares] for row in range(rows)], dtype=bool)
    draw = harness.generator(1)
    vil, vol = float(found.vil), float(found.vol)
    margin = vil - vol
    share = draw.random((400, rows, x.shape[1]))
    share = np.where(draw.random(share.shape) < 0.6, share.round(), share)
    points = np.where(x == 1, 1 - vil + share * (vil + margin), -margin + share * (vil + margin))
    a = points.reshape(-1, x.shape[1])
    for w, b in gate.architecture.layers(theta[None]):
        a = np.clip(0.5 + 0.25 * (a @ w[0] + b[0]), 0, 1)
    given = a.reshape(400, rows, outputs)
    slack = 1e-9  # the checker is exact, this is not
    fine = np.where(y == 1, given >= 1 - vol - slack, given <= vol + slack) | ~care
    return [] if fine.all() else [f"{what}: the checker holds what is not so"]


PARTS: dict[str, harness.Part] = {
    "gates and wires": netlists,
    "weights": weights,
    "records": records,
    "certificate bytes": bytes_,
    "certificates sealed anew": sealed,
}

if __name__ == "__main__":
    harness.main("Altered proofs", PARTS, count=1000)
