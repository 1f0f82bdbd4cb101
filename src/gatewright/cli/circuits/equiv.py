"""``circuits equiv``: whether two circuits compute the same, whatever they are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gatewright.cli import circuit_words, output, session
from gatewright.cli.circuits import claims
from gatewright.cli.options import JsonOption, TimeLimitOption
from gatewright.errors import UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.circuits.verify.verdict import Claim
    from gatewright.plugins.manager import Plugins


def equiv(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="CIRCUIT CIRCUIT [--PARAMETER VALUE]... [PORT=PORT|VALUE]...",
            help="Two circuits or files, and parameters for every circuit that has them; one's own follow "
            "its name, as in ripple-adder:from=half-adders,bits=8. f=sum pairs a port of the first with "
            "one of the second, cin=0 holds an input at a value.",
            show_default=False,
        ),
    ],
    time_limit: TimeLimitOption = 60.0,
    json: JsonOption = False,
) -> None:
    """Prove that two circuits are equal, or find where they differ."""
    from gatewright.circuits.clocked.equivalence import equivalence_in_time

    plugins = session.load("gates", "circuits")
    left, right, fitting = _two(plugins, words)
    with output.Progress("comparing") as progress, session.prints_elsewhere():

        def watch(method: str, done: int, total: int) -> None:
            progress.label(method)
            progress.update(done, total)

        claim = equivalence_in_time(left, right, time_limit=time_limit, watch=watch)
    if json:
        output.emit_json("equiv", **_as_json(left, right, fitting, claim))
    else:
        _show(left, right, fitting, claim)
    if claim.outcome == "undecided":
        if claim.method == "sat" and not json:
            longer = max(600, 10 * time_limit)
            output.next_step(
                f"circuits equiv {' '.join(map(shell_word, words))} --time-limit {longer:g}"
            )
        raise typer.Exit(4)
    if claim.outcome == "refuted":
        raise typer.Exit(1)
    if not json:
        output.next_step(f"circuits show {left.title}")


def _two(plugins: Plugins, words: Sequence[str]) -> tuple[Circuit, Circuit, dict[str, str]]:
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
    asked = [_own(plugins, word) for word in named]
    takes = [_takes(plugins, one.circuit) for one in asked]
    kinds = _formats(plugins, [one.circuit for one in asked], shared, takes)
    for name in shared:
        if not any(name in own for own in takes):
            both = ", ".join(f"--{each}" for each in sorted(takes[0] | takes[1]))
            raise UsageError(
                f"neither circuit has a parameter --{name}", hint=f"they take {both or 'none'}"
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
    have parameters of this name, too: what is no format is theirs.

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

    Raises:
        UsageError: a word pairs no ports and holds no input.
    """
    from gatewright.circuits.interface import with_inputs_held, with_ports_named
    from gatewright.logic.numerals import as_text, cut, whole_number

    mine, theirs = _ports(left), _ports(right)
    paired = {
        theirs_: name for name, theirs_ in values.items() if name in mine and theirs_ in theirs
    }
    right = with_ports_named(right, paired)
    fitting = {name: other for other, name in paired.items()}
    held: dict[str, int] = {}
    inputs = [{bus.name: bus for bus in each.netlist.inputs} for each in (left, right)]
    for name, value in values.items():
        if name in fitting:
            continue
        number = whole_number(value, name)
        if number is None:
            raise UsageError(
                f"{name}={cut(value)} pairs no port of '{left.title}' with one of '{right.title}'",
                hint=f"the first has {_listed(mine)}; the second has {_listed(theirs)}",
            )
        held[name] = number
        if not any(name in side for side in inputs):
            raise UsageError(
                f"{name}={cut(value)}: neither circuit has an input '{name}'",
                hint=f"the first has {_listed(mine)}; the second has {_listed(theirs)}",
            )
    for side, other in (inputs, inputs[::-1]):
        for name, bus in side.items():
            if name not in other and name not in held and bus.default is not None:
                held[name] = bus.default
    fitted = []
    for each, side in zip((left, right), inputs, strict=True):
        own = {name: value for name, value in held.items() if name in side}
        fitted.append(with_inputs_held(each, own) if own else each)
    return fitted[0], fitted[1], fitting | {name: as_text(value) for name, value in held.items()}


def _ports(circuit: Circuit) -> list[str]:
    return [bus.name for bus in circuit.netlist.inputs + circuit.netlist.outputs]


def _by_number(left: Circuit, right: Circuit) -> list[str]:
    """The buses whose bits belong together by their numbers, and not by what they weigh, with their ranges."""
    from gatewright.circuits.numbering import by_number, span

    mine, theirs = left.netlist, right.netlist
    found = by_number((*mine.inputs, *mine.outputs), (*theirs.inputs, *theirs.outputs))
    return [f"{bus.name}{span(bus)}" for bus in found]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")


def _own(plugins: Plugins, word: str) -> circuit_words.Words:
    """A circuit and the parameters after its name, as in ``ripple-adder:bits=8`` or ``m.kiss2:encoding=one-hot``.

    Raises:
        UsageError: a parameter without a value, or given twice.
    """
    circuit, colon, rest = word.partition(":")
    if circuit_words.is_file(plugins, word):
        circuit, colon, rest = word.rpartition(":")  # a file's name may have some of its own
        if "=" not in rest or Path(word).exists():
            return circuit_words.Words(word, {}, {})
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
    return circuit_words.Words(circuit, parameters, {})


def _show(left: Circuit, right: Circuit, fitting: Mapping[str, str], claim: Claim) -> None:
    for circuit in (left, right):
        gates = output.counted(len(circuit.netlist.instances), "gate")
        output.say(f"{output.bold(circuit.title)}: {gates}")
    if fitting:
        output.say(f"with {', '.join(f'{name} = {what}' for name, what in fitting.items())}")
    named = _by_number(left, right)
    if named:
        output.say(
            f"bit by bit of the same number, whatever it weighs: {_listed(named)} "
            "(a list of bits does not say which is the least significant)"
        )
    colour = {"proved": output.good, "refuted": output.bad}.get(claim.outcome, str)
    output.say("", f"equal: {colour(claim.extent)}")
    found = claim.counterexample
    if found is None:
        return
    from gatewright.logic.numerals import as_text

    output.say("", f"they differ at {output.assignments(found.inputs)}")
    names = (left.spec.name, right.spec.name)
    if names[0] == names[1]:
        names = ("the first", "the second")
    for each in found.outputs:
        got, wanted = (
            "no number" if value is None else as_text(value) for value in (each.got, each.wanted)
        )
        output.say(f"  {each.bus}: {names[0]} gives {got}, {names[1]} gives {wanted}")


def _as_json(
    left: Circuit, right: Circuit, fitting: Mapping[str, str], claim: Claim
) -> dict[str, Any]:
    return {
        "circuits": [
            {"circuit": each.spec.name, "parameters": dict(each.parameters)}
            for each in (left, right)
        ],
        "fitting": dict(fitting),
        "paired_by_number": _by_number(left, right),
        "outcome": claim.outcome,
        "claims": [claims.as_json(claim)],
    }
