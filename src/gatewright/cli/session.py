"""What commands share: plugins with their problems said, the store, a circuit from its words."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright import asking
from gatewright.cli import output
from gatewright.errors import NotLearnedError, StoreError, UsageError

if TYPE_CHECKING:
    from gatewright.circuits.circuit import Circuit
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.plugins.manager import Plugins
    from gatewright.plugins.plugin import Plugin


INCLUDE = "include"
"""What files of Verilog take besides their name: folders of files that they may include, one or several."""

_AND = "\0"
"""Between several, as no word can have it."""


@contextlib.contextmanager
def prints_elsewhere(into: int | None = None) -> Iterator[int]:
    """While a plugin's code runs: what it prints goes to standard error; ours is the result.

    Args:
        into: the file descriptor that takes what is written to that of standard output, as C code does; by
            default that of standard error.

    Yields:
        The descriptor that standard output has meanwhile.
    """
    sys.stdout.flush()
    try:
        kept = os.dup(1)
        os.dup2(2 if into is None else into, 1)
    except OSError:  # one of the two is closed
        with contextlib.redirect_stdout(sys.stderr):
            yield 1
        return
    try:
        with contextlib.redirect_stdout(output.ELSEWHERE):
            yield kept
    finally:
        if not output.kept_to_itself():
            os.dup2(kept, 1)
        os.close(kept)


@contextlib.contextmanager
def told_apart(plugin: Plugin) -> Iterator[None]:
    """While one plugin is loaded: what it writes past `print` is kept, and told of it."""
    if plugin.distribution == "gatewright":  # ours do not
        yield
        return
    import tempfile

    with tempfile.TemporaryFile() as file:
        with prints_elsewhere(file.fileno()):
            yield
        file.seek(0)
        written = file.read(200).decode("utf-8", "replace").strip()
    if written:
        plugin.note(f"it writes to standard output by itself, which is left out: {written!r}")


TOLD: set[str] = set()
"""The problems of plugins that this command has said: each is said once."""


def load(*kinds: str) -> Plugins:
    """What plugins give of some kinds, or of all; what is wrong with one is said once, on standard error."""
    from gatewright.plugins import guard
    from gatewright.plugins.hooks import KINDS
    from gatewright.plugins.manager import load_plugins

    with prints_elsewhere() as real:
        plugins = load_plugins(kinds=kinds or tuple(KINDS), around=told_apart)
        if guard.left_running():
            output.keep_to_itself(real)
    for plugin in plugins.plugins:
        for problem in plugin.problems:
            told = f"plugin {plugin}: {problem}"
            if told not in TOLD:
                TOLD.add(told)
                output.warn(told)
    return plugins


def provide(kind: str) -> None:
    """Load what plugins give of one kind, asked for by its name somewhere below."""
    from gatewright.plugins.manager import being_asked

    if not being_asked():
        load(kind)


asking.how.append(provide)


def open_store(folder: Path | None) -> Store:
    """The store in ``folder``, or the usual one.

    Raises:
        StoreError: it is a file.
    """
    from gatewright.gates.store.store import Store

    store = Store(folder)
    if store.folder.is_file():
        raise StoreError(
            f"the store {store.folder} is not a folder",
            hint="name another folder with --store DIR or CIRCUITS_STORE",
        )
    return store


def ready_gates(specs: Sequence[GateSpec], store: Store, seed: int) -> dict[str, TrainedGate]:
    """A trained gate for each; those missing from the store are trained, which is said."""
    from gatewright.gates.library import LIBRARY, trained_gates

    with output.Progress("training") as progress:
        classes: set[str] = set()

        def announce(spec: GateSpec) -> None:
            kind, _, _ = spec.name.partition("-")
            if not kind.startswith("npn"):
                progress.say(f"training {spec.name}: not yet in {store.folder}")
            elif not classes:  # of a library there may be hundreds
                progress.say(f"training classes of {LIBRARY}: not yet in {store.folder}")
            classes.add(spec.name)

        try:
            return trained_gates(
                specs, store, seed=seed, announce=announce, watch=progress.training
            )
        except NotLearnedError as error:
            raise NotLearnedError(
                error.message,
                hint="try another --seed, or --library npn4, which makes the circuit of smaller gates",
            ) from error


@dataclass(frozen=True, slots=True)
class Words:
    """The words after a command: a circuit or a file, parameters, and values for its buses."""

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
        raise UsageError(
            many, hint="as in ripple-adder --bits 4, or c17.bench; 'circuits list' names them all"
        )
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
            if name == INCLUDE and name in parameters:
                parameters[name] += _AND + value
            else:
                _put(parameters, name, value, f"--{name}")
        elif "=" in word and ":" not in word.partition("=")[0] and not is_file(word):
            name, _, value = word.rpartition("=")  # a port's name may have one, a value has none
            _put(values, name, value, name)
        else:
            circuits.append(word)
    return circuits, parameters, values


def _put(into: dict[str, str], name: str, value: str, shown: str) -> None:
    if name in into:
        raise UsageError(f"{shown} is given twice", hint="give it once")
    into[name] = value


def elaborate(plugins: Plugins, words: Words, library: str | None = None) -> Circuit:
    """The circuit these words name: a builder's with its parameters chosen, or a file's.

    Args:
        plugins: with their gates and circuits.
        words: as the user gave them.
        library: the one whose functions it is to be made of; none for whatever gates it has.

    Raises:
        UsageError: a file is given parameters, or as in building and reading.
    """
    circuit = _read(plugins, words) if is_file(words.circuit) else _build(plugins, words)
    if library is None:
        return circuit
    from gatewright.formats.model.assembler import of_functions
    from gatewright.gates.npn.classes import LIBRARIES

    return dataclasses.replace(circuit, netlist=of_functions(circuit.netlist, LIBRARIES[library]))


def _build(plugins: Plugins, words: Words) -> Circuit:
    with prints_elsewhere():
        return plugins.circuit(words.circuit).elaborate(words.parameters, plugins.gates)


def _read(plugins: Plugins, words: Words) -> Circuit:
    from gatewright.circuits.spec import file_circuit
    from gatewright.formats.registry import read_netlist

    include = [each for each in words.parameters.get(INCLUDE, "").split(_AND) if each]
    for parameter in words.parameters.keys() - {INCLUDE}:
        raise UsageError(
            f"{words.circuit} is a file and has no parameter --{parameter}",
            hint="only circuits of 'circuits list' have any",
        )
    netlist = read_netlist(words.circuit, plugins.gates, include=list(map(_folder, include)))
    return file_circuit(netlist, words.circuit, include)


def _folder(word: str) -> Path:
    """A folder of ``--include``.

    Raises:
        UsageError: it is none.
    """
    path = Path(word)
    if not path.is_dir():
        raise UsageError(f"--{INCLUDE} {word} is no folder", hint="name one that there is")
    return path


def takes_include(word: str) -> bool:
    """Whether the circuit that a word names is a file that may include others."""
    from gatewright.formats import registry

    return is_file(word) and registry.includes(word)


def is_file(word: str) -> bool:
    """Whether a circuit is named as a file; asked without importing any format where it plainly is none."""
    if not any(each in word for each in "./\\"):
        return False
    from gatewright.formats import registry

    return registry.is_file(word)


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


def check_new(path: Path, *, force: bool) -> None:
    """Refuse to replace a file that exists.

    Raises:
        UsageError: it is a folder; or it exists, and ``force`` was not given.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder", hint="name a file")
    if path.exists() and not force:
        raise UsageError(f"{path} exists", hint="name another file, or give --force to replace it")


def write_new(path: Path, data: str | bytes, *, force: bool) -> None:
    """Write a file in one step, packed if its ending says so.

    Raises:
        UsageError: it exists, and ``force`` was not given; or it cannot be written.
    """
    from gatewright.files import write_atomically

    check_new(path, force=force)
    try:
        write_atomically(path, _packed(path, data.encode() if isinstance(data, str) else data))
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}", hint="name another file"
        ) from error


def _packed(path: Path, data: bytes) -> bytes:
    if path.suffix == ".gz":
        import gzip

        return gzip.compress(data, mtime=0)  # the same bytes at any time
    if path.suffix == ".xz":
        import lzma

        return lzma.compress(data)
    return data
