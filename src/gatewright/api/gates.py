"""Gates by whatever says what one is: a name, a record, a truth table, an expression.

Example:
    >>> train("a & ~b")(1, 0)
    1
    >>> gate("xro")
    Traceback (most recent call last):
        ...
    gatewright.errors.UnknownGateError: no gate 'xro'; did you mean 'xor'?
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.checks import a_path, check_count, check_watch
from gatewright.errors import Hint, RecipeError, StoreError, UsageError
from gatewright.gates.spec import GateSpec, is_word
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import Recipe, check_hardens
from gatewright.gates.training.train import train as trained
from gatewright.learn.fit import Progress
from gatewright.logic.truth_table import TruthTable
from gatewright.text import a_kind

if TYPE_CHECKING:
    from gatewright.draw.picture import Picture
    from gatewright.gates.store.store import Store


class NothingProvedWarning(UserWarning):
    """A gate was trained by a recipe that learns bare rows, so nothing is proved of it.

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings(action="error"):
        ...     train("xor", Recipe((2, 4)))
        Traceback (most recent call last):
            ...
        gatewright.api.gates.NothingProvedWarning: nothing is proved of 'xor': its recipe learns bare rows. ...
    """


def gate(what: str | GateSpec | TruthTable) -> GateSpec:
    """The gate that a name, a record, a truth table or an expression stands for.

    Args:
        what: the name of a gate, registered or in the store; a `GateSpec`; a `TruthTable`; or
            an expression, as in ``"a ^ b"`` or, with a name, ``"odd: a ^ b ^ c"``.

    Raises:
        UnknownGateError: no plugin gives a gate of this name.
        TableError: the expression cannot be read.
        UsageError: it is none of these.

    Example:
        >>> gate("half-adder").table.outputs
        ('carry', 'sum')
    """
    if isinstance(what, GateSpec):
        return what
    if isinstance(what, TruthTable):
        return GateSpec(f"table-{what.digest[:8]}", what)
    if not isinstance(what, str):
        raise UsageError(
            f"{a_kind(what)} is not a gate",
            hint="give a name, a GateSpec, a TruthTable, or an expression such as 'a ^ b'",
        )
    if is_word(what):
        from gatewright.plugins.manager import load_plugins

        return load_plugins(kinds=("gates",)).gate(what)
    return GateSpec.from_expression(what)


def train(
    what: str | GateSpec | TruthTable,
    recipe: Recipe | None = None,
    *,
    seed: int = 0,
    watch: Callable[[Progress], None] | None = None,
) -> TrainedGate:
    """Train a gate and prove what can be proved of it.

    Args:
        what: as in `gate`.
        recipe: how to train it; by default a recipe that proves the gate.
        seed: the same gate, recipe and seed give the same weights.
        watch: called after every epoch.

    Returns:
        The gate, with its ``history``. If the recipe learns bare rows, its ``datasheet`` is None, and a
        `NothingProvedWarning` says so.

    Raises:
        UnknownGateError: no plugin gives a gate of this name.
        NotLearnedError: no restart learned it.
        RecipeError: the recipe does not fit the gate, or is to harden what learns no boxes.

    Example:
        >>> xor = train("xor")
        >>> xor(0, 1), xor.datasheet.noise_margin, len(xor.weights)
        (1, 0.45, 3)
    """
    if recipe is not None and not isinstance(recipe, Recipe):
        raise RecipeError(
            f"{recipe!r} is not a Recipe", hint="give one, as in Recipe((2,), box_radius=0.45)"
        )
    if recipe is not None:
        check_hardens(recipe)
    check_count("seed", seed, 0)
    check_watch(watch)
    spec = gate(what)
    made = trained(spec, recipe, seed=seed, watch=watch)
    if recipe is not None and made.datasheet is None:
        warnings.warn(
            f"nothing is proved of '{spec.name}': its recipe learns bare rows. "
            "Recipe(layers, box_radius=0.45, harden=True) learns boxes around them and proves them.",
            NothingProvedWarning,
            stacklevel=2,
        )
    return made


def load(
    what: str | Path | GateSpec | TruthTable, *, store: str | Path | Store | None = None
) -> TrainedGate:
    """A trained gate that was saved: in a file by its ``save``, or in a store by its name.

    Args:
        what: a file that ends in ``.safetensors``; or a gate of the store, as in `gate`.
        store: its folder, or a `Store`; by default the one that the command line uses.

    Returns:
        The gate, with its datasheet; files do not keep its ``history``.

    Raises:
        UnknownGateError: no gate has this name.
        StoreError: it has not been trained; or its file is damaged, or of another gate or version.
        UsageError: there is no such file, or it cannot be read.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> path = train("xor").save(f"{folder}/mine.safetensors")
        >>> load(path)(0, 1)
        1
        >>> from gatewright import Store
        >>> _ = Store(folder).save(train("a & ~b"))
        >>> load("a & ~b", store=folder).datasheet.noise_margin
        0.45
    """
    from gatewright.gates.store.store import Store

    # No name and no expression has a dot.
    if isinstance(what, Path) or (isinstance(what, str) and "." in what):
        return _of_file(Path(what))
    shelf = store if isinstance(store, Store) else Store(store)
    spec = _of_store(what, shelf)
    found = shelf.load(spec)
    if found is None:
        raise StoreError(
            f"the gate '{spec.name}' is not in the store {shelf.folder}",
            hint=Hint(
                "train it, and save it there with Store().save(gate)", "train it", gate=spec.name
            ),
        )
    return found


def _of_store(what: str | GateSpec | TruthTable, shelf: Store) -> GateSpec:
    """The gate that is asked for, which may be known by its file alone."""
    if isinstance(what, str) and is_word(what):
        from gatewright.plugins.manager import load_plugins

        return load_plugins(kinds=("gates",), store=shelf.folder).gate(what)
    return gate(what)


def _of_file(path: Path) -> TrainedGate:
    """The trained gate in a file of its own.

    Raises:
        StoreError: it is damaged, or of another version.
        UsageError: it is not there, or cannot be read.
    """
    from gatewright.gates.store.saved import SUFFIX, from_file, spec_in

    if path.suffix != SUFFIX:
        raise UsageError(
            f"{path} is not a file of a trained gate", hint=f"name one that ends in {SUFFIX}"
        )
    try:
        return from_file(path, spec_in(path))
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}",
            hint="name a file that the save of a trained gate wrote",
        ) from error


def draw(made: TrainedGate, kind: str) -> Picture:
    """A picture of a trained gate; `TrainedGate.draw` is the usual way here."""
    from gatewright.draw.kinds import PICTURES

    kinds = [each.name for each in PICTURES.values() if each.of == "gate"]
    if kind not in kinds:
        PICTURES.check_given_once(kind)
        raise UsageError(
            f"there is no picture '{kind}' of a gate", hint=f"its kinds are {', '.join(kinds)}"
        )
    return PICTURES[kind].drawn(made)


def damaged(made: TrainedGate, damage: str) -> TrainedGate:
    """A gate with one weight damaged; `TrainedGate.damaged` is the usual way here."""
    from gatewright.gates.damage.damage import damage_named
    from gatewright.gates.damage.judge import damaged as with_damage

    return with_damage(made, damage_named(made, damage))


def save(made: TrainedGate, path: str | Path) -> Path:
    """Write a trained gate to a file: ``.safetensors`` as the store keeps it, ``.c`` or ``.h`` as C99.

    Raises:
        UsageError: another ending, or it cannot be written.
    """
    from gatewright.formats.c99 import write_c99
    from gatewright.gates.store.saved import to_bytes

    path = a_path(path)
    if path.suffix == ".safetensors":
        return written(path, to_bytes(made))
    if path.suffix in (".c", ".h"):
        return written(path, write_c99(made).encode())
    raise UsageError(
        f"a gate is not saved as '{path.suffix}'",
        hint="name a file that ends in .safetensors or .c",
    )


def written(path: Path, data: bytes) -> Path:
    """Write a file whole or not at all, and give back its path.

    Raises:
        UsageError: it cannot be written.
    """
    from gatewright.files import write_named

    try:
        write_named(path, data)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror or error}", hint="name another file"
        ) from error
    return path
