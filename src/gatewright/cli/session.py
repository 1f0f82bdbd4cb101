"""What commands share: plugins with their problems said, the store, a circuit from its words."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.cli import output
from gatewright.errors import StoreError, UsageError

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.netlists.spec import Circuit
    from gatewright.plugins.manager import Kind, Plugins


def prints_elsewhere() -> contextlib.AbstractContextManager[object]:
    """While a plugin's code runs: what it prints goes to standard error; ours is the result."""
    return contextlib.redirect_stdout(sys.stderr)


def load(*kinds: Kind) -> Plugins:
    """What plugins give of some kinds, or of all; what is wrong with one is said on standard error."""
    from gatewright.plugins.manager import KINDS, load_plugins

    with prints_elsewhere():
        plugins = load_plugins(kinds=kinds or KINDS)
    for plugin in plugins.plugins:
        for problem in plugin.problems:
            output.warn(f"plugin {plugin}: {problem}")
    return plugins


def open_store(folder: Path | None) -> Store:
    """The store in ``folder``, or in the user's data folder.

    Raises:
        StoreError: it is a file.
    """
    from gatewright.gates.store import Store

    if folder is None:
        from platformdirs import user_data_path

        folder = user_data_path("gatewright", appauthor=False) / "gates"
    if folder.is_file():
        raise StoreError(
            f"the store {folder} is not a folder",
            hint="name another folder with --store DIR or CIRCUITS_STORE",
        )
    return Store(folder)


def ready_gates(specs: Sequence[GateSpec], store: Store, seed: int) -> dict[str, TrainedGate]:
    """A trained gate for each; those missing from the store are trained, which is said."""
    from gatewright.gates.library import trained_gates

    with output.Progress("training") as progress:

        def announce(spec: GateSpec) -> None:
            progress.say(f"training {spec.name}: not yet in {store.folder}")

        return trained_gates(specs, store, seed=seed, announce=announce, watch=progress.training)


@dataclass(frozen=True, slots=True)
class Words:
    """The words after a command: a circuit, its parameters, and values for its buses."""

    circuit: str
    parameters: Mapping[str, str]
    values: Mapping[str, str]


def read_words(words: Sequence[str]) -> Words:
    """Sort ``ripple-adder --bits 8 a=23`` into its parts, in any order.

    Raises:
        UsageError: no circuit or two, an option without a value, something given twice.
    """
    circuits, parameters, values = sort_words(words)
    if len(circuits) != 1:
        many = (
            f"name one circuit, not {len(circuits)}: {' '.join(circuits)}"
            if circuits
            else "no circuit named"
        )
        raise UsageError(many, hint="as in ripple-adder --bits 4; 'circuits list' names them all")
    return Words(circuits[0], parameters, values)


def sort_words(words: Sequence[str]) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """The circuits, parameters and bus values among words; ``name:parameter=value`` is a circuit.

    Raises:
        UsageError: an option without a value, something given twice.
    """
    circuits: list[str] = []
    parameters: dict[str, str] = {}
    values: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if word.startswith("--") and len(word) > 2:
            name, given, value = word[2:].partition("=")
            if not given:
                value = next(rest, "")
            if not value or value.startswith("--"):
                raise UsageError(f"--{name} needs a value", hint=f"as in --{name} 4")
            _put(parameters, name, value, f"--{name}")
        elif "=" in word and ":" not in word.partition("=")[0]:
            name, _, value = word.partition("=")
            _put(values, name, value, name)
        else:
            circuits.append(word)
    return circuits, parameters, values


def _put(into: dict[str, str], name: str, value: str, shown: str) -> None:
    if name in into:
        raise UsageError(f"{shown} is given twice", hint="give it once")
    into[name] = value


def elaborate(plugins: Plugins, words: Words) -> Circuit:
    """The circuit these words name, with its parameters chosen."""
    with prints_elsewhere():
        return plugins.circuit(words.circuit).elaborate(words.parameters, plugins.gates)


def refuse_values(words: Words) -> None:
    """Refuse bus values where a command takes none.

    Raises:
        UsageError: there are some.
    """
    for name, value in words.values.items():
        raise UsageError(
            f"'{name}={value}' is not a parameter",
            hint=f"parameters are given as --{name} {value}; 'circuits run' takes bus values",
        )


def check_new(path: Path, *, force: bool) -> None:
    """Refuse to replace a file that exists.

    Raises:
        UsageError: it is a folder; or it exists, and ``force`` was not given.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder", hint="name a file")
    if path.exists() and not force:
        raise UsageError(f"{path} exists", hint="name another file, or give --force to replace it")


def write_new(path: Path, text: str, *, force: bool) -> None:
    """Write a text file in one step.

    Raises:
        UsageError: it exists, and ``force`` was not given; or it cannot be written.
    """
    from gatewright.files import write_atomically

    check_new(path, force=force)
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}", hint="name another file"
        ) from error
