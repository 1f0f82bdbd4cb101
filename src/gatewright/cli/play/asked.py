"""What the page asks to be trained, read by the same code that reads the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from gatewright.cli.gates.training.choices import Choices
from gatewright.cli.gates.training.to_train import of_word, own
from gatewright.errors import Hint, UsageError
from gatewright.logic.numerals import cut
from gatewright.records import dataclass

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.training.recipe import Recipe
    from gatewright.plugins.manager import Plugins

MOST_INPUTS, MOST_OUTPUTS = 4, 4
"""Of a gate: sixteen rows fit a page, and so do its slices."""

MOST_RESTARTS, MOST_PARAMETERS = 256, 2_000
"""What a page draws many times a second."""

TEXTS = ("layers", "activations", "loss", "optimiser", "init", "weight_bits")
NUMBERS = ("lr", "margin")
WHOLES = ("epochs", "restarts")
"""The fields of `Choices` that a page may set. A recipe is not among them: it may be the name of a file."""

_OTHERS = ("gate", "table", "name", "seed", "smooth", "speed")


@dataclass(frozen=True, slots=True)
class Asked:
    """A training: the gate, how, from which seed; and the word that names the gate, if one does."""

    spec: GateSpec
    recipe: Recipe
    choices: Choices
    seed: int = 0
    word: str = ""


def read_asked(plugins: Plugins, fields: Mapping[str, Any]) -> Asked:
    """The training that a page asks for.

    Args:
        plugins: with their gates.
        fields: ``gate``, a name or an expression; or ``table``, a truth table as CSV has it, and its ``name``;
            the texts and numbers of `Choices`, each missing, null or empty where it was not chosen.

    Raises:
        GatewrightError: a field is unknown or cannot be used; the gate or its network is too large for a page.
    """
    known = {*TEXTS, *NUMBERS, *WHOLES, *_OTHERS}
    for field in fields:
        if field not in known:
            raise UsageError(f"'{cut(field)}' is nothing that can be chosen")
    seed = whole(fields, "seed")
    given: dict[str, Any] = {field: text(fields, field) or None for field in TEXTS}
    given |= {field: number(fields, field) for field in NUMBERS}
    given |= {field: whole(fields, field) for field in WHOLES}
    choices = Choices(**given, smooth=bool(fields.get("smooth")))
    word = "" if text(fields, "table", 20_000) else text(fields, "gate")
    return asked(plugins, _spec(plugins, fields), choices, seed or 0, word)


def asked(plugins: Plugins, spec: GateSpec, choices: Choices, seed: int, word: str = "") -> Asked:
    """The training of a gate, checked against what a page can show.

    Args:
        plugins: as in `read_asked`.
        spec: the gate.
        choices: how.
        seed: of everything random.
        word: names the gate, if one does.

    Raises:
        GatewrightError: it cannot be trained so, or is too large for a page.
    """
    choices.check()
    table = spec.table
    if len(table.inputs) > MOST_INPUTS or len(table.outputs) > MOST_OUTPUTS:
        raise UsageError(
            f"gate '{spec.name}' has {len(table.inputs)} inputs and {len(table.outputs)} outputs, and a page "
            f"shows up to {MOST_INPUTS} and {MOST_OUTPUTS}",
            hint="'circuits train' trains larger ones",
        )
    if not 0 <= seed < 1 << 64:
        raise UsageError(f"a seed of {cut(str(seed))} cannot be used", hint="give 0 to 2**64 - 1")
    recipe = choices.for_table(choices.named(plugins), table)
    if recipe.restarts > MOST_RESTARTS:
        raise UsageError(
            f"{recipe.restarts} restarts are more than a page shows",
            hint=Hint(f"give 1 to {MOST_RESTARTS}", "restarts"),
        )
    size = recipe.architecture(len(table.inputs), len(table.outputs)).parameters
    if size > MOST_PARAMETERS:
        raise UsageError(
            f"a network of {size} parameters is more than a page shows",
            hint=f"choose layers with at most {MOST_PARAMETERS} in all",
        )
    return Asked(spec, recipe, choices, seed, word)


def _spec(plugins: Plugins, fields: Mapping[str, Any]) -> GateSpec:
    rows, name = text(fields, "table", 20_000), text(fields, "name")
    if rows:
        from gatewright.formats.model.source import Source
        from gatewright.formats.pla.reader import read_csv_gate

        spec = read_csv_gate(Source("the truth table", rows.encode()), name or "mine")
        return own(plugins, spec, "the one on the page")
    word = text(fields, "gate")
    if not word:
        raise UsageError("no gate is chosen", hint="choose one, or write its truth table")
    return of_word(plugins, word)


def text(fields: Mapping[str, Any], field: str, most: int = 500) -> str:
    """A text of the page, without spaces around it; empty where it was not given.

    Raises:
        UsageError: it is none, or too long.
    """
    value = fields.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UsageError(f"'{field}' is not a text")
    if len(value) > most:
        raise UsageError(f"'{field}' is longer than {most} letters", hint="shorten it")
    return value.strip()


def number(fields: Mapping[str, Any], field: str) -> float | None:
    """A number of the page, which may come as a text; none where it was not given.

    Raises:
        UsageError: it is none.
    """
    return _read(fields, field, float, "number", "as in 0.05")


def whole(fields: Mapping[str, Any], field: str) -> int | None:
    """A whole number of the page, as `number`.

    Raises:
        UsageError: it is none.
    """
    return _read(fields, field, int, "whole number", "as in 16")


N = TypeVar("N", int, float)


def _read(fields: Mapping[str, Any], field: str, kind: type[N], called: str, hint: str) -> N | None:
    value = fields.get(field)
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | kind):
            raise ValueError
        return kind(value)
    except (ValueError, OverflowError):
        raise UsageError(
            f"'{field}' is {cut(str(value))}, which is not a {called}", hint=hint
        ) from None
