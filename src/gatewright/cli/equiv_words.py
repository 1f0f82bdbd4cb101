"""The two circuits that the words after ``circuits equiv`` name, with their ports fitted to each other."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gatewright.cli import circuit_words
from gatewright.errors import UsageError
from gatewright.text import listed

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.netlist import Bus
    from gatewright.plugins.manager import Plugins


def two(plugins: Plugins, words: Sequence[str]) -> tuple[Circuit, Circuit, dict[str, str]]:
    """The two circuits that words name, their ports fitted to each other, and how.

    Raises:
        UsageError: there are more or fewer, neither has a parameter, or as in `session`.
    """
    named, shared, values = circuit_words.sort_words(words)
    if len(named) != 2:
        raise UsageError(
            f"name two circuits, not {len(named)}{': ' if named else ''}{' '.join(named)}",
            hint="as in kogge-stone ripple-adder --bits 64; 'circuits list' names them all",
        )
    if named[0] == named[1] == "-":
        raise UsageError("both circuits are standard input", hint="name a file for one of them")
    asked = [own(plugins, word) for word in named]
    takes = [_takes(plugins, one.circuit) for one in asked]
    kinds = _formats(plugins, [one.circuit for one in asked], shared, takes)
    circuit_words.refuse_unknown(
        shared, sorted(takes[0] | takes[1]), " or ".join(one.circuit for one in asked)
    )
    left, right = (
        circuit_words.elaborate(
            plugins,
            dataclasses.replace(
                one,
                parameters={
                    **{name: value for name, value in shared.items() if name in own},
                    **kind,
                    **one.parameters,
                },
            ),
            clocked=True,
        )
        for one, own, kind in zip(asked, takes, kinds, strict=True)
    )
    return _fitted(left, right, values)


def _takes(plugins: Plugins, circuit: str) -> set[str]:
    """The parameters of a circuit, or what a file takes besides its name."""
    if circuit_words.is_file(plugins, circuit):
        return circuit_words.takes(circuit)
    return {each.name for each in plugins.circuit(circuit).parameters}


def _formats(
    plugins: Plugins, circuits: Sequence[str], shared: dict[str, str], takes: Sequence[set[str]]
) -> list[dict[str, str]]:
    """For each circuit, the format that ``--from`` says of it, which is taken out of what both share.

    Given once, it is for the files whose endings say none, or else for all; given twice, for one each. Builders
    have parameters of this name, too: what is not a format is theirs.

    Raises:
        UsageError: it is given more often than there are files.
    """
    from gatewright.formats.registry import FORMATS, format_told

    files = [place for place, each in enumerate(circuits) if circuit_words.is_file(plugins, each)]
    given = circuit_words.given(shared, circuit_words.FROM)
    theirs = any(circuit_words.FROM in own for place, own in enumerate(takes) if place not in files)
    kinds = [each for each in given if each in FORMATS or not theirs]
    rest = [each for each in given if each not in kinds]
    found: list[dict[str, str]] = [{} for _ in circuits]
    if not files or not kinds:
        for place in files:
            takes[place].discard(circuit_words.FROM)
        return found
    if len(kinds) > len(files):
        raise UsageError(
            f"--{circuit_words.FROM} is given {len(kinds)} times for {len(files)} "
            f"file{'' if len(files) == 1 else 's'}",
            hint="give it once for each",
        )
    if len(kinds) == 1:
        files = [place for place in files if format_told(circuits[place]) is None] or files
        kinds *= len(files)
    for place, kind in zip(files, kinds, strict=True):
        found[place] = {circuit_words.FROM: kind}
    shared.pop(circuit_words.FROM)
    if rest:
        shared[circuit_words.FROM] = circuit_words.together(rest)
    return found


def _fitted(
    left: Circuit, right: Circuit, values: Mapping[str, str]
) -> tuple[Circuit, Circuit, dict[str, str]]:
    """Both circuits with ports paired and inputs held as words say, or at defaults that only one has.

    An input that only one has and nothing reads is held, too, as a clock is that registers do not name.

    Raises:
        UsageError: a word pairs no ports and holds no input.
    """
    from gatewright.circuits.verify.interface import (
        with_inputs_held,
        with_ports_named,
        with_ports_regrouped,
    )
    from gatewright.logic.numerals import as_text, cut, whole_number

    mine, theirs = _ports(left), _ports(right)
    names: dict[str, str] = {}
    fitting: dict[str, str] = {}
    for name, value in values.items():
        here, there = _paired(left, right, name, value)
        if not here:
            continue
        fitting[name] = value
        if len(here) == len(there) == 1:
            names[there[0].name] = here[0].name
        else:
            bits = [sum(bus.width for bus in side) for side in (here, there)]
            if bits[0] != bits[1]:
                raise UsageError(
                    f"{name}={value} pairs {bits[0]} bits of '{left.title}' with {bits[1]} of '{right.title}'",
                    hint="pair as many",
                )
            right = with_ports_regrouped(right, [bus.name for bus in there], here)
    right = with_ports_named(right, names)
    held: dict[str, int] = {}
    inputs = [{bus.name: bus for bus in each.netlist.inputs} for each in (left, right)]
    for name, value in values.items():
        if name in fitting:
            continue
        number = whole_number(value, name)
        if number is None:
            raise UsageError(
                f"{name}={cut(value)} pairs no port of '{left.title}' with one of '{right.title}'",
                hint=f"the first has {listed(mine)}; the second has {listed(theirs)}",
            )
        held[name] = number
        if not any(name in side for side in inputs):
            raise UsageError(
                f"{name}={cut(value)}: neither circuit has an input '{name}'",
                hint=f"the first has {listed(mine)}; the second has {listed(theirs)}",
            )
    idle = {bus.name for each in (left, right) for bus in each.netlist.idle_inputs}
    for side, other in (inputs, inputs[::-1]):
        for name, bus in side.items():
            if name in other or name in held:
                continue
            if bus.default is not None or name in idle:
                held[name] = bus.default or 0
    fitted = []
    for each, side in zip((left, right), inputs, strict=True):
        own = {name: value for name, value in held.items() if name in side}
        fitted.append(with_inputs_held(each, own) if own else each)
    return fitted[0], fitted[1], fitting | {name: as_text(value) for name, value in held.items()}


def _paired(left: Circuit, right: Circuit, one: str, other: str) -> tuple[list[Bus], list[Bus]]:
    """The ports of both that a word pairs; nothing if it pairs none."""
    ours, theirs = left.netlist, right.netlist
    for mine, others in ((ours.inputs, theirs.inputs), (ours.outputs, theirs.outputs)):
        here, there = _row(mine, one), _row(others, other)
        if here and there:
            return here, there
    return [], []


def _row(buses: Sequence[Bus], word: str) -> list[Bus]:
    """The ports that a word names, as in ``a`` or ``x0..x7,sign``; nothing unless it names such ports alone."""
    names = [bus.name for bus in buses]
    found: list[Bus] = []
    for part in [word] if word in names else word.split(","):
        first, _, last = (part, "", part) if part in names else part.partition("..")
        if first not in names or last not in names:
            return []
        start, stop = names.index(first), names.index(last)
        step = 1 if start <= stop else -1
        found += [buses[place] for place in range(start, stop + step, step)]
    return found if len({bus.name for bus in found}) == len(found) else []


def own(plugins: Plugins, word: str) -> circuit_words.Words:
    """A circuit and the parameters after its name, as in ``ripple-adder:bits=8`` or ``m.kiss2:encoding=one-hot``.

    Raises:
        UsageError: a parameter without a value, or given twice.
    """
    if not circuit_words.is_file(plugins, word):
        return circuit_words.Words(*circuit_words.own_parameters(word), {})
    file, _, rest = word.rpartition(":")  # a file's name may have some of its own
    if "=" not in rest or os.path.exists(word):
        return circuit_words.Words(word, {}, {})
    _, parameters = circuit_words.own_parameters(f":{rest}")
    return circuit_words.Words(file, parameters, {})


def _ports(circuit: Circuit) -> list[str]:
    return [bus.name for bus in circuit.netlist.inputs + circuit.netlist.outputs]
