"""The processor as circuits: the gates and registers that Yosys made of ``core/riscv.v``, alone and with RAM.

Example:
    >>> core = netlist_of_core()
    >>> len(core.registers), core.lint()
    (1011, ())
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby

from gatewright import CircuitBuilder, CircuitSpec, Netlist
from gatewright.circuits.builder import Wire

RAM = "ram"
WORDS = 2**18
"""Of 32 bits: 1 MiB."""

XLEN = 32

_PLAIN = str.maketrans("", "", "[]")


@cache
def netlist_of_core() -> Netlist:
    """The netlist that the plugin ships."""
    from gatewright.formats.reading import read_netlist

    with as_file(files(__package__) / "core.blif.gz") as path:
        return read_netlist(path, {})


def build_core(circuit: CircuitBuilder) -> None:
    """The core, its memory outside: what it asks for are outputs, what it is given are inputs."""
    given = {name: circuit.input_bus(name, XLEN) for name in ("instr", "word")}
    for name, wires in _placed(circuit, given).items():
        if len(wires) == 1:
            circuit.output(name, wires[0])
        else:
            circuit.output_bus(name, wires)


def build_with_ram(circuit: CircuitBuilder) -> None:
    """The core and its RAM, which is read at the program counter and at the address of a load."""
    given = {name: tuple(circuit.wire() for _ in range(XLEN)) for name in ("instr", "word")}
    found = _placed(circuit, given)
    ram = circuit.memory(WORDS, XLEN, name=RAM)
    at = found["address"][2:20]
    for name, address in (("instr", found["fetch"]), ("word", at)):
        for wire, bit in zip(given[name], ram.read(address), strict=True):
            circuit.drive(wire, bit)
    ram.write(at, found["data"], [found["enable"][bit // 8] for bit in range(XLEN)])
    for name in ("call", "io"):
        circuit.output(name, found[name][0])
    for name in ("address", "data"):
        circuit.output_bus(name, found[name])


def _placed(
    circuit: CircuitBuilder, given: Mapping[str, tuple[Wire, ...]]
) -> dict[str, tuple[Wire, ...]]:
    """Place the core's gates and registers, and give the wires of its outputs."""
    core = netlist_of_core()
    wires: dict[str, Wire] = {}
    for bus in core.inputs:
        wires |= dict(zip(bus.nets, given[bus.name], strict=True))
    taken: list[tuple[Wire, str]] = []
    for name, group in groupby(
        core.registers, lambda each: each.name.rpartition("[")[0] or each.name
    ):
        registers = list(group)
        following = [circuit.wire() for _ in registers]
        held = circuit.register_bus(following, name=name.translate(_PLAIN))
        wires |= {each.q: wire for each, wire in zip(registers, held, strict=True)}
        taken += zip(following, (each.d for each in registers), strict=True)
    for each in core.instances:
        pins = [wires[net] for net in each.inputs]
        found = circuit.instance(each.gate, *pins, name=each.name.translate(_PLAIN))
        wires |= dict(zip(each.outputs, found, strict=True))
    for wire, net in taken:
        circuit.drive(wire, wires[net])
    return {bus.name: tuple(wires[net] for net in bus.nets) for bus in core.outputs}


CORE = CircuitSpec(
    "riscv-core",
    "a processor for RV32I without its memory: instr is the word at fetch, word that at address",
    (),
    build_core,
    None,
)

WITH_RAM = CircuitSpec("riscv", "a processor for RV32I with 1 MiB of RAM", (), build_with_ram, None)
