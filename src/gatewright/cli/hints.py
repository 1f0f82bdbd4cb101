"""What the command line says in place of the library's hints: the same in its commands and options."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from gatewright.cli import output
from gatewright.errors import (
    GatewrightError,
    Hint,
    UnknownCircuitError,
    UnknownGateError,
    UnknownRecipeError,
)
from gatewright.text import nearest, shell_word

HINTS = {
    # Gates and where they are kept.
    "list gates": "{hint}; 'circuits gates' lists the gates",
    "other store": "name another folder with --store DIR or CIRCUITS_STORE",
    "other seed and store": "try another --seed and --store",
    # Training.
    "epochs": "{hint}, as in --epochs 200",
    "restarts": "{hint}, as in --restarts 16",
    "smallest restores": "leave out --layers and what else makes a gate without a restoring layer",
    "many parameters": "choose --layers with at most {most} parameters in all",
    "rate": "{hint}, as in --lr 0.05",
    "step": "{hint}, as in --step 1",
    "diverged before step": "try an earlier --step or a smaller --lr",
    "diverged": "nothing was saved; try a smaller --lr",
    "not on bits": "nothing was saved; try more --weight-bits, or write its table to a file: 'circuits compose "
    "FILE.pla --verify certificate' makes a circuit of smaller gates of it",
    "not separable": "nothing was saved; give it a hidden layer, as in --layers {units}",
    "not learned": "nothing was saved; try more --epochs, more --restarts or wider --layers",
    "train it": "train it: circuits train {gate}",
    "train clipped": "'circuits train {gate}' makes it of clipped ones",
    "train anew": "train it anew with 'circuits train {gate}'",
    "replace gate": "train it anew from its truth table, or remove it: circuits forget {gate}",
    "train and harden": "run 'circuits train {gate}', which hardens it",
    "train with few bits": "'circuits train {gate}' makes it of 8-bit weights, which do not",
    "train and prove": "run 'circuits train {gate}', which proves it",
    # Libraries.
    "build": "run 'circuits library build {library}'",
    "build anew": "build it anew with 'circuits library build {library} --force'",
    "build with seed": "build the library anew with another --seed",
    "go on building": "'circuits library build {library}' goes on where it stopped",
    "seed of library": "give --seed {seed} to go on with it, or --force to begin anew",
    # Circuits.
    "compose file": "{hint}: circuits compose {file}",
    "learn rows": "{hint}: circuits learn {file}",
    "cells or examples": "{hint}; of other values, a circuit can be learned: circuits learn {file}",
    "name library": "{hint}, or name the library of its cells: --liberty FILE; 'circuits gates' lists the gates",
    "name format": "{hint}, as in --from blif",
    "read as": "{hint}: try --from {name}",
    "no file": "look at its path; 'circuits list' names the circuits that need no file",
    "near parameter": "did you mean --{name}?",
    "parameters": "it takes {names}",
    "value of parameter": "for example --{name} {value}",
    "name plugin": "{circuit} needs mending{place}",
    "other top": "{hint}; --top NAME chooses",
    "choose top": "choose it, as in --top {name}",
    "format of registers": "formats that do: {able}; 'circuits cut' cuts them out",
    "clocked": "'circuits simulate' runs it cycle by cycle; 'circuits cut' makes a circuit of one cycle",
    "no cycles": "'circuits run' runs it on values, --stimulus FILE on patterns",
    "memories": "'circuits cut' makes a circuit of one cycle, --memories gates makes gates of those of a file",
    "compare": "{hint}: circuits equiv {circuit} CIRCUIT",
    "not exhaustive": "leave out --exhaustive: {hint}",
    # Pictures.
    "plot surface": "{hint}: circuits plot {gate}",
    "plot network": "{hint}: circuits plot {gate} --network",
    "plot training": "{hint}: circuits plot {gate} --training",
}
"""By what a `Hint` is about; ``{hint}`` is its own text, other braces are its facts."""


SEE = {
    UnknownGateError: "run 'circuits gates' to see them all",
    UnknownCircuitError: "run 'circuits list' to see them all",
    UnknownRecipeError: "run 'circuits recipes' to see them all",
}
"""Where a user finds what there is, where no name is near the one given."""


OTHER = {"no gate": ("circuit", "circuits"), "no circuit": ("gate", "gates")}
"""What a name may be where it is not what was asked for: in words, and among what plugins give."""


NETWORKS = ("mlp", "nn", "dnn", "dense", "feedforward", "perceptron")
"""What people call a network that is not a recipe."""

_A_WORD = 4  # letters of an option's name that is part of a longer one's

NO_OPTION = "no option"
"""What a hint is about that has to know the options of the command."""


def worded(hint: Hint) -> str:
    """A hint in the words of the command line, as far as it has any."""
    if hint.about not in HINTS:
        return hint
    facts = {name: _told(name, fact) for name, fact in hint.facts.items()}
    text = HINTS[hint.about].format(hint=hint, **facts)
    if "gate" in facts:  # a command on a gate of the store that was told
        text = re.sub(
            rf"circuits \w+ {re.escape(str(facts['gate']))}(?: --\w+)?", _same_store, text
        )
    return text


def _same_store(command: re.Match[str]) -> str:
    return output.same_store(command[0])


def told(error: GatewrightError, options: Collection[str] = ()) -> str:
    """An error as the command line says it.

    Args:
        error: any of ours.
        options: of the command, as in ``--seed``.
    """
    hint = error.hint
    if isinstance(hint, Hint) and hint.about == NO_OPTION:
        option = f"--{hint.facts['name']}"
        if option in options:  # it is one, and came as a word
            where = "stands after --, where words are files and parameters"
            return f"{option} {where}; give it before the --"
        hint = _of_options(hint.facts, options)
    if isinstance(hint, Hint) and hint.about == "no recipe" and hint.facts["name"] in NETWORKS:
        hint = "a network is chosen by its layers, as in --layers 4,4"
    if isinstance(hint, Hint) and hint.about in OTHER:
        return _of_other_kind(error, hint.about, str(hint.facts["name"]))
    if isinstance(hint, Hint):
        hint = worded(_blaming(hint) if hint.about == "name plugin" else hint)
    hint = hint or SEE.get(type(error), "")
    return f"{error.message}; {hint}" if hint else error.message


def _of_other_kind(error: GatewrightError, about: str, name: str) -> str:
    """An unknown name of a gate or a circuit: the other kind has it, or the nearest of both kinds is named."""
    from gatewright.cli import session

    kind, kinds = OTHER[about]
    plugins = session.load("gates", "circuits")
    asked: Iterable[str] = plugins.gates if kind == "circuit" else plugins.circuits
    others: Iterable[str] = getattr(plugins, kinds)
    if kind == "circuit" and name in plugins.circuits:
        return (
            f"{error.message}: it is a circuit; 'circuits train {name}' trains its gates, "
            f"'circuits show {name}' lists them"
        )
    cell = re.fullmatch(r"lut(\d)-([0-9a-f]+)", name)
    if kind == "circuit" and cell is not None:
        see = f"'circuits library gate npn4 0x{cell[2]} --inputs {cell[1]}'"
        return f"{error.message}: it is a function of a library; {see} tells of it"
    near = nearest(name.lower(), [*asked, *others])
    if not near:
        return f"{error.message}; {SEE[type(error)]}"
    said = f"'{near}'" if near in asked else f"the {kind} '{near}'"
    return f"{error.message}; did you mean {said}?"


def _blaming(hint: Hint) -> Hint:
    """The same hint with the plugin in words in place of its circuit, and where in its code it failed."""
    from gatewright.cli import session
    from gatewright.kinds import Provided

    circuits: Provided[Any] = session.load("gates", "circuits").circuits
    name, place = str(hint.facts["circuit"]), str(hint.facts["place"])
    whose = session.giver(circuits, name) if name in circuits else "its plugin"
    return Hint(hint, hint.about, circuit=whose, place=f": see {place}" if place else "")


def _of_options(facts: Mapping[str, Any], options: Collection[str]) -> str:
    """What an option may have been meant to be that does not exist."""
    name, known = facts["name"], [*facts["known"], *(each[2:] for each in options)]
    longer = [each for each in known if each.endswith(name)]  # --starts is --restarts, not --stats
    near = longer[0] if len(name) >= _A_WORD and len(longer) == 1 else nearest(name, known)
    return (
        f"did you mean --{near}?"
        if near
        else f"{facts['whose']} takes {_told('known', facts['known'])}"
    )


def _told(name: str, fact: object) -> object:
    """A fact as it is; names of parameters as options, files as words of a shell."""
    if name == "file":
        from gatewright.formats.model.source import STANDARD_INPUT

        return "-" if fact == STANDARD_INPUT else shell_word(str(fact))
    if isinstance(fact, tuple):
        return ", ".join(f"--{each}" for each in fact) or "no parameters"
    return fact
