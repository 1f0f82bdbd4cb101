"""A clocked circuit as the tables of numbers that the compiled loop reads.

Signals lie in one array: primary inputs, what registers hold, then what each group of gates drives, in vectors
of 8 or 16, and what is read of memories among them. A place is a signal's number there.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> from gatewright.circuits.clocked.machine import Machine
    >>> counter = circuit("counter", bits=2).train()
    >>> given = Machine(counter.circuit.netlist, counter.gates).given()
    >>> from gatewright.circuits.clocked.loop.choose import cells_of
    >>> from gatewright.circuits.clocked.loop.vectors import SHAPES
    >>> made = tables(given, cells_of(given), SHAPES, 8, near=False)
    >>> made.at.tolist(), len(made.groups), len(made.narrow)  # registers are at 8, behind the inputs
    ([8, 16, 32], 3, 5)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter

import numpy as np

from gatewright.arrays import Indices, Integers, Words
from gatewright.circuits.clocked.loop.cells import (
    CellLayers,
    Placed,
    Shape,
    covers,
    weights_of,
)
from gatewright.circuits.clocked.loop.common import Given
from gatewright.circuits.clocked.loop.compared import compared
from gatewright.circuits.clocked.loop.schedule import Group, schedule
from gatewright.circuits.clocked.loop.vectors import SECOND, VARIANTS
from gatewright.circuits.clocked.staged import PortPins
from gatewright.circuits.simulate.layers import Reals
from gatewright.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What the loop reads; see `gatewright.circuits.clocked.loop.kernel` for the words.

    Attributes:
        lanes: signals of a vector.
        places: of every net of the program.
        size: how many signals there are, those that only fill vectors included.
        at: places of registers, of the first group, of the registers' buffers.
        groups: kind; where its wires, its weights and its outputs begin, in bytes; vectors of outputs. Of a
            memory that is read, the number of the port stands for the wires. Registers' buffers come last.
        wires: for every group, input by input, where the signals of its gates are, in bytes; or, of an input
            whose signals lie in at most two vectors, which of them are read, and where the two are.
        weights: of groups, number by number, those of its gates; of groups of the same gates once.
        reads: of every port to read of a memory, in the order they run: numbers, as the kernel has them.
        writes: of every port to write, in order.
        ports: places of the pins of ports.
        narrow: for every output of a gate of at most three inputs: its place, those of three inputs, where its
            table is.
        checks: for every other gate's output: how many inputs, its place, where its table and its inputs are.
        pins: places of inputs of gates.
        truth: tables, each row a word of zeros or of ones, the first input counting fastest. Of tables of three
            inputs every second row is its difference from the one before it.
    """

    lanes: int
    places: Indices
    size: int
    at: Indices
    groups: Integers
    wires: Integers
    weights: Reals
    reads: Integers
    writes: Integers
    ports: Indices
    narrow: Integers
    checks: Integers
    pins: Indices
    truth: Words


def tables(
    start: Given,
    cells: Mapping[str, CellLayers],
    shapes: Sequence[Shape],
    lanes: int,
    *,
    near: bool,
) -> Tables | None:
    """The tables of a circuit; None if a gate is of a shape that there is no code for.

    Args:
        start: the circuit.
        cells: its gates.
        shapes: of groups; the last one is that of registers' buffers.
        lanes: gates of a group.
        near: whether groups may read vectors whole where their signals lie in at most two.
    """
    program = start.circuit.program
    gates = [
        Placed(step.gate, tuple(inputs), tuple(outputs))
        for step in program.steps
        for inputs, outputs in zip(step.inputs.T.tolist(), step.outputs.T.tolist(), strict=True)
    ]
    reads = [(memory, pins) for memory, ports in enumerate(start.circuit.reads) for pins in ports]
    placed = gates + [
        Placed("", tuple(each.address.tolist()), tuple(each.data.tolist())) for _, each in reads
    ]
    driver = {net: number for number, each in enumerate(gates) for net in each.outputs}
    last = [driver.get(net, -1) for net in start.buffers.tolist()]
    kinds = [cells[each.kind].shape for each in gates]
    if -1 in last or not all(any(covers(shape, kind) for shape in shapes) for kind in kinds):
        return None
    if not all(covers(shapes[-1], kinds[number]) for number in last):
        return None
    kinds += [(-1 - number, 0, 0) for number in range(len(reads))]
    places, held = _given_places(start, lanes)
    order = _order(placed, kinds, {*last}, shapes, lanes, places)
    order += [
        Group(shapes[-1], tuple(last[first : first + lanes]))
        for first in range(0, len(last), lanes)
    ]
    at, starts = _placed_groups(placed, order, -(-len(last) // lanes), lanes, places, held)
    wires, wires_at = _wires(placed, order, lanes, places, near=near)
    weights, weights_at = _weights(placed, order, lanes, cells)
    narrow, checks, pins, truth = compared(program.gates, gates, places)
    return Tables(
        lanes,
        places,
        starts[-1],
        at,
        np.array(
            [
                (*wired, weighted, 4 * first, (stop - first) // lanes)
                for wired, weighted, first, stop in zip(
                    wires_at, weights_at, starts[:-1], starts[1:], strict=True
                )
            ],
            dtype=np.int64,
        ).reshape(-1, 5),
        wires,
        weights,
        *_ports(start, reads, places),
        narrow,
        checks,
        pins,
        truth,
    )


def _order(
    placed: Sequence[Placed],
    kinds: Sequence[Shape],
    last: set[int],
    shapes: Sequence[Shape],
    lanes: int,
    places: Indices,
) -> list[Group]:
    """Groups of all gates but the last ones."""
    driver = {net: number for number, each in enumerate(placed) for net in each.outputs}
    part = {net: at for each in placed for at, net in enumerate(each.outputs)}
    needs: list[list[int]] = [
        [] if number in last else [*{driver[net] for net in each.inputs if net in driver}]
        for number, each in enumerate(placed)
    ]
    order = TopologicalSorter(dict(enumerate(needs))).static_order()
    gates = [number for number in order if number not in last]
    numbers = {gate: number for number, gate in enumerate(gates)}
    found = schedule(
        [
            [
                (-1, int(places[net]) // lanes)
                if net not in driver
                else (
                    numbers[driver[net]],
                    part[net] // lanes if kinds[driver[net]][0] < 0 else part[net],
                )
                for net in placed[gate].inputs
            ]
            for gate in gates
        ],
        [kinds[gate] for gate in gates],
        shapes,
        lanes,
    )
    # Those of one kind together: groups of the same gates share their weights.
    return [
        Group(
            each.shape,
            tuple(sorted((gates[member] for member in each.members), key=lambda n: placed[n].kind)),
        )
        for each in found
    ]


def _given_places(start: Given, lanes: int) -> tuple[Indices, int]:
    """The places of what is there when a cycle begins, inputs and registers; where registers are."""
    inputs, held = len(start.netlist.input_nets), start.registers.tolist()
    places = np.full(len(start.circuit.program.nets), -1, dtype=np.intp)
    places[:inputs] = np.arange(inputs)
    registers = _padded(inputs, lanes)
    places[held] = registers + np.arange(len(held))
    return places, registers


def _placed_groups(
    placed: Sequence[Placed],
    groups: Sequence[Group],
    buffers: int,
    lanes: int,
    places: Indices,
    registers: int,
) -> tuple[Indices, list[int]]:
    """Where registers, groups and buffers begin; where each group begins, and the end; fills *places*."""
    starts = [registers + lanes * buffers]
    for group in groups:
        size = starts[-1]
        if group.shape[0] < 0:
            data = placed[group.members[0]].outputs
            places[[*data]] = size + np.arange(len(data))
            size += _padded(len(data), lanes)
        for output in range(group.shape[2]):
            for lane, member in enumerate(group.members):
                if output < len(placed[member].outputs):
                    places[placed[member].outputs[output]] = size + lane
            size += lanes
        starts.append(size)
    at = (registers, starts[0], starts[len(groups) - buffers])
    return np.array(at, dtype=np.intp), starts


def _padded(count: int, lanes: int) -> int:
    return -(-count // lanes) * lanes


def _wires(
    placed: Sequence[Placed],
    groups: Sequence[Group],
    lanes: int,
    places: Indices,
    *,
    near: bool,
) -> tuple[Integers, list[tuple[int, int]]]:
    """Where the inputs of all groups are; of each group its kind, and where its inputs are said to be."""
    kinds = {variant: kind for kind, variant in enumerate(VARIANTS)}
    found, starts, size = [np.zeros(0, dtype=np.int32)], [], 0
    for group in groups:
        if group.shape[0] < 0:
            starts.append((len(VARIANTS), -1 - group.shape[0]))
            continue
        some = np.zeros((group.shape[0], lanes), dtype=np.int32)
        for lane, member in enumerate(group.members):
            inputs = placed[member].inputs
            for pin in range(group.shape[0]):  # pins that a gate does not have read its last one
                some[pin, lane] = places[inputs[min(pin, len(inputs) - 1)]] if inputs else 0
        some[:, len(group.members) :] = some[:, :1]
        vectors = [np.unique(each // lanes) for each in some]
        close = sum(1 << pin for pin, each in enumerate(vectors) if near and len(each) <= 2)
        if (group.shape, close) not in kinds:
            close = 0
        starts.append((kinds[group.shape, close], size))
        for pin, (each, two) in enumerate(zip(some, vectors, strict=True)):
            if close >> pin & 1:
                second = np.where(each // lanes == two[-1], SECOND * (len(two) > 1), 0)
                each = np.concatenate([each % lanes | second, 4 * lanes * two[[0, -1]]])
            else:
                each = 4 * each
            found.append(each.astype(np.int32))
            size += found[-1].nbytes
    return np.concatenate(found), starts


def _weights(
    placed: Sequence[Placed],
    groups: Sequence[Group],
    lanes: int,
    cells: Mapping[str, CellLayers],
) -> tuple[Reals, list[int]]:
    """The numbers of all groups, and where those of each begin."""
    known: dict[tuple[Shape, tuple[str, ...]], int] = {}
    found, starts, size = [np.zeros(0, dtype=np.float32)], [], 0
    for group in groups:
        key = group.shape, tuple(placed[member].kind for member in group.members)
        if group.shape[0] >= 0 and key not in known:
            columns = [weights_of(cells[kind], group.shape) for kind in key[1]]
            some = np.zeros((len(columns[0]), lanes), dtype=np.float32)
            some[:, : len(columns)] = np.transpose(columns)
            found.append(some.ravel())
            known[key], size = size, size + some.nbytes
        starts.append(known.get(key, 0))
    return np.concatenate(found), starts


def _ports(
    start: Given, reads: Sequence[tuple[int, PortPins]], places: Indices
) -> tuple[Integers, Integers, Indices]:
    """Ports to read and to write, and the places of their pins."""
    starts, size = [], 0
    for each in start.words:
        starts.append(size)
        size += math.prod(each.shape)
    pins: list[int] = [0]

    def port(memory: int, some: PortPins, into: int) -> list[int]:
        held, at = start.netlist.memories[memory], len(pins)
        written = (some.data, some.enables) if len(some.enables) else ()
        for nets in (some.address, *written):
            pins.extend(places[nets].tolist())
        bytes_ = start.words[memory].shape[2]
        where = [starts[memory], held.words, bytes_, held.width, held.first]
        return [*where, into, at, len(some.address)]

    read = [port(memory, some, int(places[some.data[0]])) for memory, some in reads]
    written = [
        port(memory, some, 0) for memory, ports in enumerate(start.circuit.writes) for some in ports
    ]
    return (
        np.array(read, dtype=np.int64).reshape(-1, 8),
        np.array(written, dtype=np.int64).reshape(-1, 8),
        np.array(pins, dtype=np.intp),
    )
