"""A recipe: how a gate is trained.

After `gatewright.learn`, before `train`. A recipe is complete in itself: with rows to learn and a seed it
decides every weight. `recipe_text` reads and writes recipes as TOML.

Example:
    >>> from gatewright.logic.truth_table import TruthTable
    >>> xor = TruthTable.from_integers([0b0110], inputs=("a", "b"), outputs=("y",))
    >>> default_recipe(xor).layers
    (2, 4)
    >>> Recipe.from_dict(default_recipe(xor).to_dict()) == default_recipe(xor)
    True
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gatewright.certify.discipline import DEFAULT
from gatewright.certify.grid import FEWEST_BITS, MOST_BITS
from gatewright.certify.prover import MOST_INPUTS
from gatewright.errors import RecipeError
from gatewright.learn import losses
from gatewright.learn.network import Architecture
from gatewright.learn.optimisers import OPTIMISERS, LevenbergMarquardt, Optimiser
from gatewright.learn.starts import STARTS, Restoring, Start
from gatewright.logic.truth_table import TruthTable

MOST_RESTARTS = 100_000
MOST_PARAMETERS = 20_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a gate is trained.

    Attributes:
        layers: units of each hidden layer; none for a network without one.
        activations: one activation for all layers, or one a layer, the output layer included.
        loss: what a gradient method minimises; Levenberg-Marquardt minimises squares.
        optimiser: the record of an optimiser's settings.
        start: the record of where restarts begin.
        spread: every row is learned at all corners of a box of this half-width around it too, so
            that the gate tolerates sloppy inputs. A gate that cannot be learned so is tried with half,
            a quarter and none of it.
        tolerance: how near every output must come to its target.
        early: whether a restart stops as soon as it is within the tolerance.
        epochs: the most epochs a restart may run.
        restarts: starting points tried at once.
        harden: whether a gate of logistic units, once learned with its boxes, becomes one of clipped units
            and few-bit weights that is proved to tolerate all of every box.
        weight_bits: of a hardened gate, sign included; 0 for the fewest that can be proved.
        slip: for a lesson only: teach the first layer's weights with the targets in place of the
            inputs, a mistake that ``circuits explain`` catches.

    Raises:
        RecipeError: a value that cannot be used.
    """

    layers: tuple[int, ...]
    activations: tuple[str, ...] = ("logistic",)
    loss: str = "mse"
    optimiser: Optimiser = field(default_factory=LevenbergMarquardt)
    start: Start = field(default_factory=Restoring)
    spread: float = 0.0
    tolerance: float = 0.02
    early: bool = True
    epochs: int = LevenbergMarquardt.epochs
    restarts: int = 16
    harden: bool = False
    weight_bits: int = 8
    slip: bool = False

    def __post_init__(self) -> None:
        losses.loss(self.loss)
        if isinstance(self.optimiser, LevenbergMarquardt) and self.loss == "cross-entropy":
            raise RecipeError(
                "Levenberg-Marquardt minimises squares, not cross-entropy",
                hint="choose the loss mse, or another optimiser",
            )
        if not 0 <= self.spread < 0.5:
            raise RecipeError(
                f"a spread of {self.spread} cannot be used",
                hint="give a number from 0 to below 0.5",
            )
        if not 0 < self.tolerance < 0.5:
            raise RecipeError(
                f"a tolerance of {self.tolerance} tells no 0 from a 1",
                hint="give a number between 0 and 0.5",
            )
        if self.epochs < 1:
            raise RecipeError(
                f"{self.epochs} epochs cannot teach anything",
                hint="give at least 1, as in --epochs 200",
            )
        if not 1 <= self.restarts <= MOST_RESTARTS:
            raise RecipeError(
                f"{self.restarts} restarts cannot be run",
                hint=f"give 1 to {MOST_RESTARTS}, as in --restarts 16",
            )

        if self.weight_bits and not FEWEST_BITS <= self.weight_bits < MOST_BITS:
            raise RecipeError(
                f"weights of {self.weight_bits} bits cannot be used",
                hint=f"give {FEWEST_BITS} to {MOST_BITS - 1}, or min for the fewest that can be proved",
            )

    @property
    def hardens(self) -> bool:
        """Whether it can: the units are logistic, and boxes are learned."""
        return self.harden and set(self.activations) == {"logistic"} and self.spread > 0

    def architecture(self, inputs: int, outputs: int) -> Architecture:
        """The network this recipe gives rows of so many inputs and outputs.

        Raises:
            RecipeError: the layers or activations do not make one.
        """
        sizes = (inputs, *self.layers, outputs)
        repeated = len(self.activations) == 1
        shape = Architecture(sizes, self.activations * (len(sizes) - 1 if repeated else 1))
        if shape.parameters > MOST_PARAMETERS:
            raise RecipeError(
                f"a network of {shape.parameters} parameters is no small one",
                hint=f"choose --layers with at most {MOST_PARAMETERS} parameters in all",
            )
        return shape

    def using(self, optimiser: Optimiser) -> Recipe:
        """The same recipe with another optimiser, and the epochs that one is usually given."""
        return dataclasses.replace(self, optimiser=optimiser, epochs=optimiser.epochs)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain values, for JSON and TOML."""
        plain = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        plain["optimiser"] = _settings(self.optimiser, OPTIMISERS.name_of(self.optimiser))
        plain["start"] = _settings(self.start, _start_name(self.start))
        plain["layers"], plain["activations"] = list(self.layers), list(self.activations)
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Recipe:
        """The recipe of plain values, as `to_dict` gives them.

        ``layers`` and ``optimiser`` must be there, the rest has defaults; optimiser and start are a
        name, or a mapping with a name and settings.

        Raises:
            RecipeKeyError: a missing or unknown key, which it names.
            RecipeError: a value that cannot be used.
        """
        values = dict(plain)
        known = [each.name for each in dataclasses.fields(cls)]
        _check_keys(values, known, required=("layers", "optimiser"), where="")
        values["optimiser"] = _record(values["optimiser"], OPTIMISERS, "optimiser")
        values.setdefault("epochs", values["optimiser"].epochs)
        if "start" in values:
            values["start"] = _record(values["start"], STARTS, "start")
        for key, kind in (("layers", int), ("activations", str)):
            if key in values:
                values[key] = _tuple_of(kind, key, values[key])
        for key, kinds in _KINDS.items():
            if key in values and (
                not isinstance(values[key], kinds)
                or (bool not in kinds and isinstance(values[key], bool))
            ):
                raise RecipeKeyError(key, f"'{key}' cannot be {values[key]!r}")
        return cls(**values)


class RecipeKeyError(RecipeError):
    """A key of a recipe that is missing, unknown or of the wrong kind; ``key`` names it."""

    def __init__(self, key: str, message: str, *, hint: str = "", table: str = "") -> None:
        self.key, self.table = key, table
        super().__init__(message, hint=hint)


_KINDS: Mapping[str, tuple[type, ...]] = {
    "loss": (str,),
    "spread": (int, float),
    "tolerance": (int, float),
    "early": (bool,),
    "epochs": (int,),
    "restarts": (int,),
    "harden": (bool,),
    "weight_bits": (int,),
    "slip": (bool,),
}


def default_recipe(table: TruthTable) -> Recipe:
    """The recipe that ``circuits train`` uses when nothing is chosen.

    Two hidden layers: one unit an input that restores it, and one wide enough for the outputs. Up to 6
    inputs boxes are learned (2**k rows of 2**k corners) and the gate is hardened and proved; the widest
    tables use a method whose memory grows with the rows alone.
    """
    inputs, outputs = len(table.inputs), len(table.outputs)
    layers = (inputs, max(4, 2 * inputs - 2, outputs + 2))
    if inputs <= MOST_INPUTS:
        return Recipe(layers, spread=DEFAULT.noise_margin, harden=True)
    if inputs <= 12:
        return Recipe(layers, restarts=16 if inputs <= 10 else 4)
    from gatewright.learn.optimisers import Adam

    return Recipe(
        layers, loss="cross-entropy", optimiser=Adam(), tolerance=0.05, epochs=4000, restarts=2
    )


def narrowing(spread: float) -> tuple[float, ...]:
    """The spreads a training tries in turn: the recipe's, half, a quarter, none."""
    return (spread, spread / 2, spread / 4, 0.0) if spread else (0.0,)


def setting_names(record: Any) -> list[str]:
    """The names of the settings an optimiser or a start has."""
    return [each.name for each in dataclasses.fields(record)]


def _start_name(start: Start) -> str:
    return next(name for name, kind in STARTS.items() if type(start) is kind)


def _settings(record: Any, name: str) -> dict[str, Any]:
    settings = {each: getattr(record, each) for each in setting_names(record)}
    return {
        "name": name,
        **{key: list(each) if isinstance(each, tuple) else each for key, each in settings.items()},
    }


def _record(plain: Any, registry: Mapping[str, Any], key: str) -> Any:
    settings = {"name": plain} if isinstance(plain, str) else plain
    if not isinstance(settings, Mapping):
        raise RecipeKeyError(
            key, f"'{key}' cannot be {plain!r}", hint=f"give one of {', '.join(registry)}"
        )
    settings = dict(settings)
    _check_keys(settings, [*settings], required=("name",), where=key, table=key)
    name = settings.pop("name")
    if not isinstance(name, str) or name not in registry:
        raise RecipeKeyError(
            key, f"unknown {key} '{name}'", hint=f"choose one of {', '.join(registry)}"
        )
    kind = registry[name]
    _check_keys(settings, setting_names(kind), required=(), where=f"{key} '{name}'", table=key)
    for each in dataclasses.fields(kind):
        if each.name in settings and not _fits(str(each.type), settings[each.name]):
            given = settings[each.name]
            raise RecipeKeyError(
                each.name, f"'{each.name}' of {key} '{name}' cannot be {given!r}", table=key
            )
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()})
    except (TypeError, ValueError) as error:
        raise RecipeKeyError(key, f"{key} '{name}' cannot be made: {error}") from error


def _fits(kind: str, value: Any) -> bool:
    """Whether a value is of the kind a setting's annotation names."""
    if isinstance(value, bool) or kind == "bool":
        return kind == "bool" and isinstance(value, bool)
    if kind.startswith("tuple"):
        return isinstance(value, list | tuple) and all(_fits("float", each) for each in value)
    kinds: Mapping[str, tuple[type, ...]] = {"float": (int, float), "int": (int,), "str": (str,)}
    return isinstance(value, kinds[kind])


def _check_keys(
    values: Mapping[str, Any],
    known: list[str],
    required: tuple[str, ...],
    where: str,
    table: str = "",
) -> None:
    of = f" of {where}" if where else ""
    for key in values:
        if key not in known:
            import difflib

            near = difflib.get_close_matches(str(key), known, n=1)
            hint = (
                f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known) or 'none'}"
            )
            raise RecipeKeyError(key, f"unknown key '{key}'{of}", hint=hint, table=table)
    for key in required:
        if key not in values:
            raise RecipeKeyError(key, f"missing key '{key}'{of}", table=table)


def _tuple_of(kind: type, key: str, value: Any) -> tuple[Any, ...]:
    entries = (value,) if isinstance(value, kind) else value
    if not isinstance(entries, (list, tuple)) or not all(
        isinstance(each, kind) and not isinstance(each, bool) for each in entries
    ):
        raise RecipeKeyError(
            key, f"'{key}' cannot be {value!r}", hint=f"give a list of {kind.__name__}"
        )
    return tuple(entries)
