"""Devices with one random fault, and the place that it lies at: for tests and benchmarks of the diagnosis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.faults.diagnosis.suspect import Diagnosis, Showed
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.gates.spec import GateSpec
from gatewright.logic.truth_table import TruthTable


@dataclass(frozen=True)
class Device:
    """What a faulty device shows, and the instance or input that is at fault."""

    place: str
    showed: Showed


def outputs(netlist: Netlist, patterns: Bits) -> Bits:
    """Of a netlist as it is."""
    return ExactEngine(compile_netlist(netlist)).outputs(patterns)


def stuck_devices(netlist: Netlist, patterns: Bits, seed: int) -> Iterator[Device]:
    """Devices in which the output of a gate, a pin of one or an input is stuck, each as likely.

    Made as netlists in which a constant drives what is stuck, which knows nothing of fault simulation.
    """
    generator = np.random.default_rng(seed)
    pins = [(each, pin) for each in netlist.instances for pin in range(len(each.inputs))]
    stems = [(each, net) for each in netlist.instances for net in each.outputs]
    total = len(pins) + len(stems) + len(netlist.input_nets)
    while True:
        number, value = int(generator.integers(total)), int(generator.integers(2))
        if number < len(pins):
            chosen, pin = pins[number]
            nets = list(chosen.inputs)
            nets[pin] = "stuck"
            place = chosen.name
            changed = replace(
                netlist,
                instances=tuple(
                    replace(each, inputs=tuple(nets)) if each is chosen else each
                    for each in netlist.instances
                ),
            )
        elif number < len(pins) + len(stems):
            chosen, net = stems[number - len(pins)]
            place, changed = chosen.name, _moved(netlist, net)
        else:
            place = netlist.input_nets[number - len(pins) - len(stems)]
            changed = _moved(netlist, place)
        yield Device(place, Showed(patterns, outputs(_with_constant(changed, value), patterns)))


def _moved(netlist: Netlist, net: str) -> Netlist:
    """What reads a net reads the constant in its stead."""

    def of(nets: tuple[str, ...]) -> tuple[str, ...]:
        return tuple("stuck" if each == net else each for each in nets)

    return replace(
        netlist,
        instances=tuple(replace(each, inputs=of(each.inputs)) for each in netlist.instances),
        outputs=tuple(replace(bus, nets=of(bus.nets)) for bus in netlist.outputs),
    )


def _with_constant(netlist: Netlist, value: int) -> Netlist:
    first = netlist.input_nets[0]
    table = TruthTable(("a",), ("y",), (3 * value,), (3,))
    constant = replace(
        netlist.instances[0], name="stuck", gate="constant", inputs=(first,), outputs=("stuck",)
    )
    return replace(
        netlist,
        gates={**netlist.gates, "constant": GateSpec("constant", table)},
        instances=(*netlist.instances, constant),
    )


def changed_devices(netlist: Netlist, patterns: Bits, seed: int) -> Iterator[Device]:
    """Devices in which one gate computes another function: a random one, or one row of its table turned."""
    generator = np.random.default_rng(seed)
    while True:
        chosen = netlist.instances[int(generator.integers(len(netlist.instances)))]
        table = netlist.gates[chosen.gate].table
        values = table.values.copy()
        if generator.integers(2):
            values ^= generator.integers(0, 2, values.shape, dtype=np.uint8)
        row, place = (int(generator.integers(size)) for size in values.shape)
        values[row, place] ^= 1
        yield Device(
            chosen.name,
            Showed(patterns, outputs(with_table(netlist, chosen.name, values), patterns)),
        )


def with_table(netlist: Netlist, name: str, values: Bits) -> Netlist:
    """The netlist with other values in the table of one instance's gate."""
    chosen = next(each for each in netlist.instances if each.name == name)
    table = netlist.gates[chosen.gate].table
    ones = tuple(
        sum(int(bit) << row for row, bit in enumerate(column)) for column in values.T.tolist()
    )
    every = (1 << len(values)) - 1
    spec = GateSpec("changed", TruthTable(table.inputs, table.outputs, ones, (every,) * len(ones)))
    return replace(
        netlist,
        gates={**netlist.gates, "changed": spec},
        instances=tuple(
            replace(each, gate="changed") if each is chosen else each for each in netlist.instances
        ),
    )


def first_three(found: Diagnosis) -> list[str]:
    """Every place that the first three suspects name."""
    return [place for each in found.suspects[:3] for place in each.places]
