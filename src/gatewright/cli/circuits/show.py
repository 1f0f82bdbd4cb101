"""``circuits show``: what a circuit is made of, in numbers or as a tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.circuits import show_paths
from gatewright.cli.hints import told
from gatewright.cli.options import CircuitWords, JsonOption, LibraryOption, StoreOption
from gatewright.errors import StoreError, UsageError
from gatewright.text import visible

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.netlist import Bus, Netlist
    from gatewright.circuits.statistics import Part, Statistics

BAR = 40
"""Characters in the longest bar of a histogram."""

MOST_BARS = 24
"""Most bars of a histogram; if there are more values, ranges share a bar."""

WIDTH = 80


def show(
    words: CircuitWords,
    tree: Annotated[
        bool,
        typer.Option(
            "--hierarchy", help="Print the tree of instances instead.", show_default=False
        ),
    ] = False,
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth",
            min=1,
            metavar="N",
            help="Levels of the tree that are printed; all by default.",
            show_default=False,
        ),
    ] = None,
    longest: Annotated[
        bool,
        typer.Option("--critical-path", help="Print a longest way instead.", show_default=False),
    ] = False,
    net: Annotated[
        str | None,
        typer.Option(
            "--cone",
            metavar="NET",
            help="Print what drives a net, and what it drives.",
            show_default=False,
        ),
    ] = None,
    meeting: Annotated[
        bool,
        typer.Option(
            "--reconvergence",
            help="Print the nets whose branches meet again.",
            show_default=False,
        ),
    ] = False,
    library: LibraryOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show a circuit's gates, nets, levels and fan-out, or its tree."""
    asked_for = {
        "--hierarchy": tree,
        "--critical-path": longest,
        "--cone": net is not None,
        "--reconvergence": meeting,
    }
    chosen = [option for option, given in asked_for.items() if given]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} are shown one at a time", hint="choose one")
    if depth is not None and not tree:
        raise UsageError("--depth is for the tree of instances", hint="give --hierarchy with it")
    plugins = session.load("gates", "circuits", store=store)
    asked = circuit_words.read_words(words)
    circuit_words.refuse_values(asked)
    circuit = circuit_words.elaborate(plugins, asked, library, clocked=True)
    if tree:
        _show_tree(circuit, depth, json=json)
    elif longest:
        show_paths.critical_path(circuit, json=json)
    elif net is not None:
        show_paths.cone(circuit, net, json=json)
    elif meeting:
        show_paths.reconvergence(circuit, json=json)
    else:
        _show_statistics(circuit, store, json=json)
    if not json:
        next_command = "compose" if circuit.spec.reference is None else "verify"
        if circuit.netlist.clocked:
            next_command = "simulate"
        output.next_step(f"circuits {next_command} {circuit.title}")


def _show_statistics(circuit: Circuit, store: Path | None, *, json: bool) -> None:
    from gatewright.circuits.graphs.stretches import stretches
    from gatewright.circuits.statistics import statistics

    with output.Progress("counting"):
        found = statistics(circuit.netlist)
    parameters = _parameters(circuit, store)
    if json:
        longest = [
            {"from": each.begins, "to": each.ends, "gates": len(each.steps)}
            for each in (stretches(circuit.netlist) if found.registers else ())
        ]
        output.emit_json("show", **_as_json(circuit, found, parameters), longest=longest)
        return
    output.say(output.bold(circuit.title))
    for name, buses in (("inputs", found.inputs), ("outputs", found.outputs)):
        bits = sum(bus.width for bus in buses)
        line = f"{name:<9}{output.counted(bits, 'bit')}: {', '.join(map(_bus, buses)) or 'none'}"
        output.say(*output.wrapped(line, WIDTH, below=" " * 9))
    state = []
    if found.registers:
        state.append(_state(circuit.netlist))
    state += [str(each) for each in found.memories]
    if state:
        output.say(*output.wrapped(f"state    {', '.join(state)}", WIDTH, below=" " * 9))
    output.say(
        f"size     {output.counted(found.instances, 'gate')}, {output.counted(found.nets, 'net')}, "
        f"{output.counted(len(found.levels), 'level')}"
    )
    if found.registers:
        ways = [
            f"{each.begins} → {each.ends} {output.counted(len(each.steps), 'gate')}"
            for each in stretches(circuit.netlist)
        ]
        output.say(*output.wrapped(f"longest  {', '.join(ways)}", WIDTH, below=" " * 9))
    output.say("")
    rows = []
    for kind, count in found.gates.items():
        own = parameters[kind]
        each, whole = ("untrained", "") if own is None else (str(own), output.digits(own * count))
        rows.append((kind, output.digits(count), each, whole))
    known = [own * found.gates[kind] for kind, own in parameters.items() if own is not None]
    if len(rows) > 1:
        total = output.digits(sum(known)) if len(known) == len(rows) else ""
        rows.append(("all", output.digits(found.instances), "", total))
    output.say(*output.table(("gate", "instances", "weights", "in all"), rows, right=(1, 2, 3)))
    output.say(
        "",
        f"fan-out: {found.mean_fan_out:.2f} pins a net; {found.largest_fan_out} at most, "
        f"on {found.most_read}",
    )
    output.say(*_histogram("fan-out", "nets", sorted(found.fan_out.items())))
    if found.levels:
        output.say("", "depth: gates on each level")
        output.say(*_histogram("level", "gates", list(enumerate(found.levels, 1))))


def _state(netlist: Netlist) -> str:
    """How many registers there are, and what they hold first, of a table of states which one."""
    count, table = output.counted(len(netlist.registers), "register"), netlist.states
    if table:
        return f"{count}: {output.counted(len(table.states), 'state')}, '{table.reset}' first"
    first = Counter(each.initial for each in netlist.registers)
    told = [f"{first[bit]} start as {bit}" for bit in (0, 1) if first[bit]]
    told += [f"{first[None]} without an initial value"] * bool(first[None])
    told = [each.replace("start as", "starts as") if each[:2] == "1 " else each for each in told]
    return f"{count}: {', '.join(told)}"


def _parameters(circuit: Circuit, store: Path | None) -> dict[str, int | None]:
    """The parameters of each gate's network, weights and biases; None if it is not trained.

    A gate in the store that cannot be used counts as not trained, with a warning.
    """
    from gatewright.gates.library import in_library, kept_library

    shelf = session.open_store(store)
    library = None
    found: dict[str, int | None] = {}
    for name, spec in circuit.netlist.gates.items():
        try:
            gate = shelf.load(spec)
            if gate is None and in_library(spec):
                library = library or kept_library(shelf)
                gate = library.of_class(spec.table)
        except StoreError as error:
            output.warn(told(error))
            gate = None
        found[name] = None if gate is None else gate.architecture.parameters
    return found


def _histogram(what: str, of: str, counts: list[tuple[int, int]]) -> list[str]:
    """A bar for each value, or for each range of values if there are many."""
    if len(counts) > MOST_BARS:
        size = -(-(counts[-1][0] - counts[0][0] + 1) // MOST_BARS)
        shared: dict[int, int] = {}
        for value, count in counts:
            start = (value - counts[0][0]) // size * size + counts[0][0]
            shared[start] = shared.get(start, 0) + count
        last = counts[-1][0]
        named = []
        for start, count in shared.items():
            stop = min(start + size - 1, last)
            named.append((f"{start}–{stop}" if start < stop else str(start), count))
    else:
        named = [(str(value), count) for value, count in counts]
    most = max(count for _, count in named)
    rows = [(name, output.digits(count), "█" * -(-count * BAR // most)) for name, count in named]
    return output.table((what, of, ""), rows, right=(0, 1))


def _bus(bus: Bus) -> str:
    return f"{bus.name}[{bus.width}]" if bus.vector else bus.name


def _as_json(
    circuit: Circuit, found: Statistics, parameters: dict[str, int | None]
) -> dict[str, Any]:
    def ports(buses: tuple[Bus, ...]) -> list[dict[str, Any]]:
        return [{"name": bus.name, "bits": bus.width} for bus in buses]

    return {
        "circuit": circuit.spec.name,
        "parameters": dict(circuit.parameters),
        "inputs": ports(found.inputs),
        "outputs": ports(found.outputs),
        "instances": found.instances,
        "gates": {
            kind: {"instances": count, "weights": parameters[kind]}
            for kind, count in found.gates.items()
        },
        "nets": found.nets,
        "registers": found.registers,
        "without_initial_value": sum(each.initial is None for each in circuit.netlist.registers),
        "memories": [
            {"name": each.name, "words": each.words, "width": each.width} for each in found.memories
        ],
        "depth": len(found.levels),
        "levels": list(found.levels),
        "fan_out": {
            "largest": found.largest_fan_out,
            "mean": found.mean_fan_out,
            "most_read": found.most_read,
            "nets": {str(readers): nets for readers, nets in found.fan_out.items()},
        },
    }


def _show_tree(circuit: Circuit, depth: int | None, *, json: bool) -> None:
    from gatewright.circuits.statistics import hierarchy

    root = hierarchy(circuit.netlist)
    if json:
        output.emit_json(
            "hierarchy",
            circuit=circuit.spec.name,
            parameters=dict(circuit.parameters),
            instances=root.instances,
            parts=[_part(each, depth) for each in root.parts],
        )
        return
    output.say(f"{output.bold(circuit.title)}  {output.counted(root.instances, 'gate')}")
    for line in map(visible, _tree(root, depth, "")):
        output.say(line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…")


def _part(part: Part, depth: int | None) -> dict[str, Any]:
    if part.gate:
        return {"name": part.name, "gate": part.gate}
    inner = None if depth is None else depth - 1
    shown = [] if inner == 0 else [_part(each, inner) for each in part.parts]
    return {"name": part.name, "instances": part.instances, "parts": shown}


def _tree(part: Part, depth: int | None, lead: str) -> Iterator[str]:
    """A line for each run of parts that are alike, and below it what the first of them holds."""
    if depth == 0:
        return
    runs = list(part.runs())
    for at, run in enumerate(runs):
        first, last = run[0], run[-1]
        name = first.name if first is last else f"{first.name} … {last.name}"
        times = "" if len(run) == 1 else f"{output.digits(len(run))} × "
        what = first.gate or output.counted(first.instances, "gate")
        end = at == len(runs) - 1
        yield f"{lead}{'└─' if end else '├─'} {name}  {times}{what}"
        inner = None if depth is None else depth - 1
        yield from _tree(first, inner, f"{lead}{'  ' if end else '│ '} ")
