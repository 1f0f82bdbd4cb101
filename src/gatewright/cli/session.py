"""What commands share: plugins with their problems said, the store, gates that are trained."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright import asking
from gatewright.cli import output
from gatewright.errors import NotLearnedError, StoreError

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store
    from gatewright.gates.trained import TrainedGate
    from gatewright.kinds import Provided
    from gatewright.plugins.manager import Plugins
    from gatewright.plugins.plugin import Plugin


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
        os.dup2(2 if output.kept_to_itself() else kept, 1)
        os.close(kept)


@contextlib.contextmanager
def told_apart(plugin: Plugin) -> Iterator[None]:
    """While code of one plugin runs: what it writes past `print` is kept, and its new problems are told."""
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
    tell(plugin)


def tell(plugin: Plugin) -> None:
    """Say what is wrong with a plugin, each problem once, on standard error."""
    for problem in plugin.problems:
        told = f"plugin {plugin}: {plugin.told(problem)}"
        if told not in TOLD:
            TOLD.add(told)
            output.warn(told)


TOLD: set[str] = set()
"""The problems of plugins that this command has said: each is said once."""

GIVEN: set[str] = set()
"""The options that this command was given, without hyphens."""


def given_seed(seed: int) -> int | None:
    """The seed, where a user gave it."""
    return seed if "seed" in GIVEN else None


def load(*kinds: str, store: Path | None = None) -> Plugins:
    """What plugins give of some kinds, or of all; what is wrong with one is said once, on standard error.

    Args:
        kinds: such as ``gates``.
        store: the folder of trained gates that the user names; those that no plugin gives are known by it.
    """
    from gatewright.plugins import guard
    from gatewright.plugins.hooks import KINDS
    from gatewright.plugins.manager import load_plugins

    with prints_elsewhere() as real:
        plugins = load_plugins(kinds=kinds or tuple(KINDS), around=told_apart, store=store)
        if guard.left_running():
            output.keep_to_itself(real)
    for plugin in plugins.plugins:
        tell(plugin)
    return plugins


def giver(provided: Provided[Any], name: str) -> str:
    """What gives a gate or a circuit, in words: a plugin, or the store."""
    from gatewright.plugins.plugin import Plugin

    found = provided.provider(name)
    return f"plugin {found}" if isinstance(found, Plugin) else str(found)


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
