"""A circuit from its words: a builder's name or a file, parameters, values for its buses.

Example:
    >>> read_words(["ripple-adder", "--bits", "8", "a=23"])
    Words(circuit='ripple-adder', parameters={'bits': '8'}, values={'a': '23'})
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.cli import output, session
from gatewright.cli.hints import NO_OPTION, worded
from gatewright.errors import Hint, UsageError
from gatewright.records import dataclass

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.plugins.manager import Plugins

FROM, INCLUDE, LIBERTY, TOP, ENCODING = "from", "include", "liberty", "top", "encoding"
MEMORIES = "memories"
READING = (FROM, INCLUDE, LIBERTY, TOP, ENCODING, MEMORIES)
"""What a file takes besides its name: its format; folders that Verilog may include files from, and libraries of
the cells that it places, one or several; of several models the one that is the circuit; how states are kept, and
what becomes of memories."""

_AND = "\0"
"""Between several, as no word can have it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words after a command: a circuit or a file, parameters, and values for its buses."""

    circuit: str
    parameters: Mapping[str, str]
    values: Mapping[str, str]


def read_words(words: Sequence[str]) -> Words:
    """Sort ``ripple-adder --bits 8 a=23`` into its parts, in any order.

    Raises:
        UsageError: no circuit or two, something given twice.
    """
    circuits, parameters, values = sort_words(words)
    if len(circuits) != 1:
        many = (
            f"name one circuit, not {len(circuits)}: {' '.join(circuits)}"
            if circuits
            else "no circuit named"
        )
        raise UsageError(
            many, hint="as in ripple-adder --bits 4, or c17.bench; 'circuits list' names them all"
        )
    if _looks_like_file(circuits[0]) or os.path.isfile(circuits[0]):
        return Words(circuits[0], parameters, values)
    circuit, own = own_parameters(circuits[0])
    for name, value in own.items():
        _put(parameters, name, value, name)
    return Words(circuit, parameters, values)


def own_parameters(word: str) -> tuple[str, dict[str, str]]:
    """A circuit and the parameters after its name, as in ``ripple-adder:bits=8``.

    So each of two circuits has its own, and a parameter can have the name of a command's option.

    Raises:
        UsageError: a parameter without a value, or given twice.
    """
    circuit, colon, rest = word.partition(":")
    parameters: dict[str, str] = {}
    for each in rest.split(",") if colon else ():
        name, given, value = each.partition("=")
        if not name or not given or not value:
            raise UsageError(
                f"'{word}' has a parameter without a value", hint=f"as in {circuit}:bits=8"
            )
        if name in parameters:
            raise UsageError(f"'{word}' gives {name} twice", hint="give it once")
        parameters[name] = value
    return circuit, parameters


def sort_words(words: Sequence[str]) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """The circuits, parameters and bus values among words; ``name:parameter=value`` is a circuit.

    A parameter without a value has the empty one, which `refuse_unknown` refuses.

    Raises:
        UsageError: something is given twice.
    """
    circuits: list[str] = []
    parameters: dict[str, str] = {}
    values: dict[str, str] = {}
    rest = list(reversed(words))
    while rest:
        word = rest.pop()
        if word.startswith("--") and len(word) > 2:
            name, given, value = word[2:].partition("=")
            if not given and rest and not rest[-1].startswith("--"):
                value = rest.pop()
            if name in READING and name in parameters:
                parameters[name] += _AND + value
            else:
                _put(parameters, name, value, f"--{name}")
        elif "=" in word and ":" not in word.partition("=")[0] and not _is_file_with_equals(word):
            name, _, value = word.rpartition("=")  # a port's name may have one, a value has none
            _put(values, name, value, name)
        else:
            circuits.append(word)
    return circuits, parameters, values


def refuse_unknown(parameters: Mapping[str, str], known: Collection[str], whose: str) -> None:
    """Refuse options that neither the command nor what it is given has, and those without a value.

    Raises:
        UsageError: there is one.
    """
    for name, value in parameters.items():
        if name not in known:
            raise UsageError(
                f"there is no option --{name}: neither this command nor {whose} has one",
                hint=Hint("", NO_OPTION, name=name, known=tuple(known), whose=whose),
            )
        if not value:
            raise UsageError(f"--{name} needs a value", hint=f"as in --{name} {_example(name)}")


def _example(name: str) -> str:
    examples = {FROM: "blif", INCLUDE: "lib", LIBERTY: "cells.lib", TOP: "main"}
    return examples.get(name, "4")


def _put(into: dict[str, str], name: str, value: str, shown: str) -> None:
    if name in into:
        raise UsageError(f"{shown} is given twice", hint="give it once")
    into[name] = value


def elaborate(
    plugins: Plugins,
    words: Words,
    library: str | None = None,
    *,
    clocked: bool = False,
    written: bool = False,
) -> Circuit:
    """The circuit these words name: a builder's with its parameters chosen, or a file's.

    Args:
        plugins: with their gates and circuits.
        words: as the user gave them.
        library: the one whose functions it is to be made of; none for whatever gates it has.
        clocked: whether the command knows what to do with registers.
        written: whether a file's gates are to be those that it has, as in `read_netlist`.

    Raises:
        UsageError: a file is given parameters, or as in building and reading.
        NetlistError: the circuit has registers, and the command has no use for them.
    """
    file = is_file(plugins, words.circuit)
    with output.Progress(f"{'reading' if file else 'building'} {words.circuit}"):
        circuit = _read(plugins, words, written=written) if file else _build(plugins, words)
    if not clocked:
        from gatewright.circuits.program import refuse_registers

        refuse_registers(circuit.netlist)
    if library is None:
        return circuit
    from gatewright.formats.model.assembler import of_functions
    from gatewright.gates.npn.classes import LIBRARIES

    with output.Progress(f"making it of {library}"):
        netlist = of_functions(circuit.netlist, LIBRARIES[library])
    return dataclasses.replace(circuit, netlist=netlist)


def _build(plugins: Plugins, words: Words) -> Circuit:
    for parameter in READING:
        _once(words, parameter)
    spec = plugins.circuit(words.circuit)
    known = [each.name for each in spec.parameters]
    refuse_unknown(words.parameters, known, words.circuit)
    for name in known:
        if name in session.GIVEN and name not in words.parameters:
            whose = session.giver(plugins.circuits, words.circuit)
            output.warn(
                f"--{name} is taken as the option of this command; the parameter '{name}' that "
                f"'{words.circuit}' of {whose} has is given as {words.circuit}:{name}=VALUE"
            )
    return spec.elaborate(words.parameters, plugins.gates)


def _read(plugins: Plugins, words: Words, *, written: bool) -> Circuit:
    from gatewright.circuits.spec import file_circuit
    from gatewright.formats.reading import read_netlist

    refuse_unknown(words.parameters, READING, f"the file {words.circuit}")
    said = [(name, each) for name in READING for each in given(words.parameters, name)]
    once = {name: _once(words, name) for name in (FROM, TOP, ENCODING, MEMORIES)}
    netlist = read_netlist(
        words.circuit,
        plugins.gates,
        include=[_folder(each) for each in given(words.parameters, INCLUDE)],
        from_format=once[FROM],
        liberty=given(words.parameters, LIBERTY),
        top=once[TOP],
        encoding=once[ENCODING],
        memories=once[MEMORIES],
        written=written,
    )
    for remark in netlist.remarks:
        output.warn(worded(remark) if isinstance(remark, Hint) else remark)
    return file_circuit(netlist, words.circuit, said)


def _once(words: Words, name: str) -> str:
    """The value of one word of `READING`; empty if it has none.

    Raises:
        UsageError: it has several.
    """
    values = given(words.parameters, name)
    if len(values) > 1:
        raise UsageError(f"--{name} is given twice for {words.circuit}", hint="give it once")
    return "".join(values)


def given(parameters: Mapping[str, str], name: str) -> list[str]:
    """What was given for a word of `READING`, each time."""
    return parameters[name].split(_AND) if name in parameters else []


def together(values: Sequence[str]) -> str:
    """Several values of a word of `READING` as one; the opposite of `given`."""
    return _AND.join(values)


def _folder(word: str) -> Path:
    """A folder of ``--include``.

    Raises:
        UsageError: it is none.
    """
    path = Path(word)
    if not path.is_dir():
        raise UsageError(f"--{INCLUDE} {word} is not a folder", hint="name one that there is")
    return path


def takes(word: str) -> set[str]:
    """What the file of this name takes besides it."""
    from gatewright.formats.registry import format_told

    found = format_told(word)
    includes, places = (found is None or found.includes), (found is None or found.places)
    states, models = (found is None or found.states), (found is None or found.models)
    memories = found is None or found.memories
    known = {INCLUDE: includes, LIBERTY: places, TOP: models, ENCODING: states, MEMORIES: memories}
    return {FROM, *(name for name, there in known.items() if there)}


def is_file(plugins: Plugins, word: str) -> bool:
    """Whether a circuit is named as a file, or is one that exists and no builder has the name of."""
    return _looks_like_file(word) or (word not in plugins.circuits and os.path.isfile(word))


def _looks_like_file(word: str) -> bool:
    """Whether a word does; asked without importing any format where it plainly does not."""
    if word != "-" and not any(each in word for each in "./\\"):
        return False
    from gatewright.formats import registry

    return registry.is_file(word)


def _is_file_with_equals(word: str) -> bool:
    """Whether a word with = in it is a file: it exists, or ends as one; ports' names have slashes, too."""
    return os.path.isfile(word) or _looks_like_file(word.replace("\\", "/").rpartition("/")[2])


def refuse_values(words: Words) -> None:
    """Refuse bus values where a command takes none.

    Raises:
        UsageError: there are some.
    """
    from gatewright.logic.numerals import cut

    for name, value in words.values.items():
        raise UsageError(
            f"'{name}={cut(value)}' is not a parameter",
            hint=f"parameters are given as --{name} {cut(value)}; 'circuits run' takes bus values",
        )
