r"""Mapping a circuit to the cells of a library, by Yosys and ABC.

Any netlist will do: ports and nets get plain names on the way out and their own on the way back, so that no
name means anything to a tool. What comes back is read by our own reader and must be made of the library's
cells; others prove that it computes the same (`gatewright.circuits.verify.miter`), and no step here
relies on it.

ABC (A. Mishchenko et al., https://github.com/berkeley-abc/abc) makes the circuit small first: functions of 3
inputs that are cheap and share much, then a choice of structures for each part, then cells by area. Yosys' own
script aims for speed: circuits of npn4 come out a fifth less deep on average but half as large again, and it
begins with a step that takes more than minutes on a 64-bit multiplier (``tests/benchmarks/mapping.py``).

Example:
    >>> from gatewright.formats.liberty.writer import write_liberty
    >>> from gatewright.formats.liberty.cells import function_areas
    >>> from gatewright.plugins.manager import load_plugins
    >>> plugins, areas = load_plugins(), function_areas(3, {})
    >>> adder = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    >>> len(areas)
    78
    >>> mapped = map_netlist(adder.netlist, write_liberty("npn3", areas), areas)  # doctest: +SKIP
    >>> len(mapped.instances)  # doctest: +SKIP
    4
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from gatewright.circuits.netlist import Bus, Instance, Netlist
from gatewright.circuits.program import refuse_registers
from gatewright.errors import FormatError, UsageError
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.liberty.writer import cell_name
from gatewright.formats.model.names import Names
from gatewright.formats.model.source import Source, shortened
from gatewright.formats.yosys.tool import TIME_LIMIT, run_yosys
from gatewright.gates.spec import GateSpec

_SCRIPT = """
read_blif -sop source.blif
hierarchy -top circuit
flatten
techmap
abc -liberty cells.lib -script abc.script
opt_clean
write_blif mapped.blif
"""

_ABC = """
strash
dc2
dch
if -a -K 3
mfs2 -a
strash
&get -n
&synch2
&nf -p -R 1000
&put
"""

_ANOTHER = "try another library"


def map_netlist(
    netlist: Netlist, liberty: str, gates: Iterable[GateSpec], *, time_limit: float = TIME_LIMIT
) -> Netlist:
    """The circuit made of a library's cells, as small in area as is found.

    Ports keep their names, order and widths. Constants are gates that ignore their input, as everywhere.

    Args:
        netlist: of any gates.
        liberty: the library as text.
        gates: what its cells are, whatever their functions in the text.
        time_limit: of Yosys and ABC, in seconds.

    Raises:
        UsageError: there is no Yosys, it does not finish in time, or what it and ABC make is not a circuit
            of these cells with these ports.
        NetlistError: the netlist is not a circuit.
    """
    netlist.check()
    with tempfile.TemporaryDirectory(prefix="gatewright-") as name:
        folder = Path(name)
        (folder / "source.blif").write_text(write_blif(_anonymous(netlist)), encoding="utf-8")
        (folder / "cells.lib").write_text(liberty, encoding="utf-8")
        (folder / "abc.script").write_text(_ABC, encoding="utf-8")
        try:
            run_yosys(_SCRIPT, folder=folder, time_limit=time_limit)
            made = _read((folder / "mapped.blif").read_bytes(), gates)
            return _named(made, netlist)
        except FileNotFoundError:
            what, hint = "Yosys wrote no circuit", _ANOTHER
        except FormatError as error:
            what, hint = error.message, error.hint or _ANOTHER
            if " ABC" in what:  # whose own words name files that no longer exist
                what = "ABC failed"
                hint = (
                    f"{_ANOTHER} or a smaller circuit; ABC needs a buffer, an inverter and a NAND"
                )
    raise UsageError(f"'{netlist.name}' cannot be mapped: {what}", hint=hint)


def _anonymous(netlist: Netlist) -> Netlist:
    """The same circuit with ports ``i0``, …, ``o0``, … of one bit each, and nets ``n0``, …."""
    names = {net: f"i{place}" for place, net in enumerate(netlist.input_nets)}
    for each in netlist.instances:
        for net in each.outputs:
            names[net] = f"n{len(names)}"
    inputs = tuple(Bus(names[net], (names[net],)) for net in netlist.input_nets)
    outputs = tuple(
        Bus(f"o{place}", (names[net],)) for place, net in enumerate(netlist.output_nets)
    )
    instances = tuple(_renamed(netlist.instances, names))
    return Netlist("circuit", netlist.gates, inputs, outputs, instances)


def _renamed(instances: Iterable[Instance], names: dict[str, str]) -> Iterator[Instance]:
    for each in instances:
        reads = tuple(names[net] for net in each.inputs)
        drives = tuple(names[net] for net in each.outputs)
        yield Instance(drives[0], each.gate, reads, drives)


def _read(data: bytes, gates: Iterable[GateSpec]) -> Netlist:
    """What Yosys wrote, as a circuit of cells.

    Raises:
        FormatError: it is not one.
    """
    known = {cell_name(spec.name): spec for spec in gates}
    cells: dict[str, GateSpec] = {}
    for cell in re.findall(r"^\.(?:subckt|gate) (\S+)", data.decode(), re.MULTILINE):
        if cell not in known:
            raise _alien(cell)
        cells[cell] = known[cell]
    made = _swept(read_blif(Source("what Yosys wrote", data), cells))
    allowed = set(cells.values())
    for spec in made.gates.values():
        if spec not in allowed and not _is_constant(spec):
            raise _alien(spec.name)
    return made


def _swept(netlist: Netlist) -> Netlist:
    """The same circuit without buffers, duplicates, and gates that drive nothing.

    ABC gives every output a cell of its own, and a buffer to one that is an input; Yosys adds constants.
    """
    wires: dict[str, str] = {}
    placed: dict[tuple[str, tuple[str, ...]], Instance] = {}
    for each in netlist.instances:
        reads = tuple(wires.get(net, net) for net in each.inputs)
        if netlist.gates[each.gate].table.ones == (0b10,) and len(reads) == 1:
            wires[each.outputs[0]] = reads[0]
            continue
        first = placed.setdefault((each.gate, reads), replace(each, inputs=reads))
        if first.outputs != each.outputs:
            wires.update(zip(each.outputs, first.outputs, strict=True))
    outputs = tuple(
        replace(bus, nets=tuple(wires.get(net, net) for net in bus.nets)) for bus in netlist.outputs
    )
    live, instances = {net for bus in outputs for net in bus.nets}, []
    for each in reversed(placed.values()):
        if not live.isdisjoint(each.outputs):
            instances.append(each)
            live.update(() if _is_constant(netlist.gates[each.gate]) else each.inputs)
    kinds = {each.gate for each in instances}
    gates = {kind: spec for kind, spec in netlist.gates.items() if kind in kinds}
    return replace(netlist, gates=gates, outputs=outputs, instances=tuple(reversed(instances)))


def _is_constant(spec: GateSpec) -> bool:
    return len(spec.table.inputs) == 1 and spec.table.ones in ((0b00,), (0b11,))


def _alien(name: str) -> FormatError:
    return FormatError(f"Yosys left a '{name}' in it, which is not a cell of the library")


def _named(made: Netlist, netlist: Netlist) -> Netlist:
    """A mapped circuit with the ports of its source, its inner nets called after outputs or numbered.

    Raises:
        FormatError: it has other ports.
    """
    refuse_registers(made)
    bits = [bit for bus in netlist.outputs for bit in bus.bits]
    for what, found, count in (
        ("input", [bus.name for bus in made.inputs], len(netlist.input_nets)),
        ("output", [bus.name for bus in made.outputs], len(bits)),
    ):
        wanted = [f"{what[0]}{place}" for place in range(count)]
        if found != wanted:
            raise FormatError(
                f"its {what}s came back from Yosys as {shortened(found)}, not {shortened(wanted)}",
                hint="try another version of Yosys",
            )
    names = dict(zip(made.input_nets, netlist.input_nets, strict=True))
    given = Names(netlist.input_nets)
    for net, bit in zip(made.output_nets, bits, strict=True):
        if net not in names:
            names[net] = given.new(bit)
    for each in made.instances:
        for net in each.outputs:
            if net not in names:
                names[net] = given.new(f"n{len(names)}")
    nets = iter(made.output_nets)
    outputs = tuple(
        replace(bus, nets=tuple(names[next(nets)] for _ in bus.nets)) for bus in netlist.outputs
    )
    instances = tuple(_renamed(made.instances, names))
    return Netlist(netlist.name, made.gates, netlist.inputs, outputs, instances)
