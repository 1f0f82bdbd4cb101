"""What ``circuits train`` trains: gates by name, expressions, truth tables in files, gates of circuits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.cli import circuit_words, session
from gatewright.errors import StoreError, UnknownGateError, UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.training.recipe_text import NamedRecipe
    from gatewright.plugins.manager import Plugins

_OPERATORS = "&|^~=:; "
"""What names and files have not, and expressions have."""


def to_train(
    plugins: Plugins,
    words: Sequence[str],
    pla: Path | None,
    table: Path | None,
    named: NamedRecipe | None,
    *,
    every: bool,
) -> list[GateSpec]:
    """The gates to train.

    Args:
        plugins: with their gates.
        words: names and expressions, circuits with their parameters; for a truth table, at most the name of
            its gate.
        pla: a truth table of espresso.
        table: a truth table with a heading.
        named: a recipe, which may say what it was made for.
        every: all registered gates.

    Raises:
        UsageError: nothing is named, or too much.
        UnknownGateError: a name is not that of a gate.
        TableError: an expression cannot be read.
        FormatError: a file cannot.
    """
    words, options = _apart(words)
    given = [option for option, file in (("--pla", pla), ("--table", table)) if file is not None]
    if every:
        given.append("--all")
    if options and (every or pla or table):
        circuit_words.refuse_unknown(options, (), "a gate")
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are both given", hint="give one or the other")
    if pla is not None or table is not None:
        return [_of_file(plugins, pla, table, words)]
    learns = named.learns if named is not None else ""
    if not words and not every and isinstance(learns, str) and learns:
        return [plugins.gate(learns)]
    if every and words:
        raise UsageError("gates are named and --all is given", hint="give one or the other")
    if not every and not words:
        raise UsageError(
            "name the gates to train, or give --all",
            hint="as in 'circuits train xor' or 'circuits train \"a & b | ~c\"'",
        )
    specs = list(plugins.gates.values()) if every else _of_words(plugins, words, options)
    if not specs:
        raise UnknownGateError("no plugin gives any gate", hint="run 'circuits plugins'")
    return specs


def variant(plugins: Plugins, specs: Sequence[GateSpec], name: str) -> GateSpec:
    """A gate under another name, by which it is kept beside the one that circuits use.

    Raises:
        UsageError: there are several gates, or it is the name of a registered one.
        SpecError: it is not a name for a gate.
    """
    if len(specs) != 1:
        raise UsageError(
            f"--as {name} names one gate, and there are {len(specs)}",
            hint="train them one at a time",
        )
    made = replace(specs[0], name=name, summary=f"{specs[0].name}, trained as {name}")
    if name in plugins.gates and not plugins.keeps(name):
        raise UsageError(
            f"'{name}' is a registered gate", hint="give the variant a name of its own"
        )
    return made


def _apart(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """What is named, and parameters of circuits with their values."""
    named: list[str] = []
    options: list[str] = []
    for word in words:
        awaited = options[-1:] and options[-1].startswith("--") and "=" not in options[-1]
        (options if word.startswith("--") or awaited else named).append(word)
    return named, circuit_words.sort_words(options)[1]


def _of_words(plugins: Plugins, words: Sequence[str], options: Mapping[str, str]) -> list[GateSpec]:
    """Gates by their names and expressions, and those that circuits are made of, each once."""
    found: dict[str, GateSpec] = {}
    circuits = [word for word in dict.fromkeys(words) if is_circuit(plugins, word)]
    if len(circuits) != 1:
        circuit_words.refuse_unknown(options, (), " or ".join(words))
    for word in dict.fromkeys(words):
        specs = _of_circuit(word, options) if word in circuits else [of_word(plugins, word)]
        for spec in specs:
            if spec.name in found and not spec.table.same(found[spec.name].table):
                raise UsageError(
                    f"two gates are called '{spec.name}'", hint="give each a name of its own"
                )
            found.setdefault(spec.name, spec)
    return list(found.values())


def of_word(plugins: Plugins, word: str) -> GateSpec:
    """The gate of a name or an expression.

    Raises:
        UnknownGateError: it is the name of no gate.
        TableError: it is an expression that cannot be read.
        UsageError: there is another gate of this name.
    """
    from gatewright.gates.spec import GateSpec, is_word

    if is_word(word):
        return plugins.gate(word)
    return own(plugins, GateSpec.from_expression(word), "this expression")


def is_circuit(plugins: Plugins, word: str) -> bool:
    """Whether a circuit is named, by a builder's name or as a file, and no gate."""
    if any(sign in word for sign in _OPERATORS) or word in plugins.gates:
        return False
    known = session.load("gates", "circuits")
    return circuit_words.is_file(known, word) or word in known.circuits


def _of_circuit(word: str, options: Mapping[str, str]) -> list[GateSpec]:
    """The gates of a circuit.

    Raises:
        UsageError: it is made of wires alone, or has no such parameter.
    """
    from gatewright.circuits.clocked.cut import gates_of

    plugins = session.load("gates", "circuits")
    asked = circuit_words.Words(word, options, {})
    circuit = circuit_words.elaborate(plugins, asked, clocked=True)
    if not circuit.netlist.instances:
        raise UsageError(f"circuit '{word}' is made of wires alone", hint="it has no gate to train")
    return gates_of(circuit.netlist)


def _of_file(
    plugins: Plugins, pla: Path | None, table: Path | None, words: Sequence[str]
) -> GateSpec:
    """The gate of a file, called as the file or as it was named."""
    from gatewright.formats.model.source import read_source
    from gatewright.formats.pla.reader import read_csv_gate, read_pla_gate

    option, path, read = (
        ("--pla", pla, read_pla_gate) if pla is not None else ("--table", table, read_csv_gate)
    )
    file = shell_word(str(path))
    if len(words) > 1:
        raise UsageError(
            f"a truth table is one gate, and {len(words)} names are given",
            hint=f"as in 'circuits train my-gate {option} {file}'",
        )
    assert path is not None  # noqa: S101 - one of the two is
    spec = read(read_source(path), words[0] if words else "")
    return own(plugins, spec, str(path), f"my-gate {option} {file}")


def own(plugins: Plugins, spec: GateSpec, where: str, otherwise: str = "") -> GateSpec:
    """A gate that the user defines; the registered one of its name, where that is the same function.

    Raises:
        UsageError: there is a registered gate of this name that is another function.
    """
    try:
        if spec.name not in plugins.gates or plugins.keeps(spec.name):
            return spec
    except StoreError:  # a damaged file of this name, which the new gate replaces
        return spec
    from gatewright.logic.comparison import difference

    known = plugins.gate(spec.name)
    if known.table.same(spec.table):
        return known
    hint = f", as in 'circuits train {otherwise}'" if otherwise else ", as in 'my-gate: a & b'"
    raise UsageError(
        f"'{spec.name}' is a registered gate of another truth table than {where}: "
        f"{difference(known.table, spec.table)}",
        hint=f"name this one otherwise{hint}",
    )
