"""Recipes as TOML, the form in which people write them.

Errors name the file, the line and the key.

Example:
    >>> text = '''
    ... learns = "xor"
    ... layers = [2]
    ... optimiser = { name = "adam", lr = 0.1 }
    ... '''
    >>> read_recipe(text, "classic").recipe.optimiser
    Adam(lr=0.1, beta1=0.9, beta2=0.999)
    >>> print(write_recipe(read_recipe(text, "classic")).splitlines()[1])
    layers = [2]
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from gatewright.errors import RecipeError
from gatewright.gates.schema import MisfitError, Number, Record, Several, Text, check
from gatewright.gates.spec import GateSpec, check_name
from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import OLDER_NAMES, Recipe, check_hardens
from gatewright.gates.training.recipe_values import WORD, RecipeKeyError
from gatewright.records import dataclass
from gatewright.text import a_kind

MOST_BYTES = 1 << 20
"""No longer recipe is read; one that gives all parameters of the largest network is half as long."""

_MOST_PORTS, _MOST_ROWS = 16, 1 << 16
_PORTS = Several(Text(WORD), 1, _MOST_PORTS)
_ROWS = Several(Several(Number(), 1, _MOST_PORTS), 1, _MOST_ROWS)
_NUMBERS = Record({"inputs": _PORTS, "outputs": _PORTS, "x": _ROWS, "y": _ROWS})

# Python's reader takes time that grows with the square of the parts of a key: 100 000 take it hours.
_PART = r"""(?:[^\s.=\[\]{}"',#]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"""(?<![^\s.=\[\]{{}}"',#]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{16}}""")


@dataclass(frozen=True, slots=True, eq=False)
class NamedRecipe:
    """A recipe with a name, as plugins hand it to the hook ``gatewright_recipes``.

    Attributes:
        name: kebab-case, as in ``--recipe NAME``.
        summary: one line.
        recipe: how.
        learns: what it was made for, where no gate is named: a gate's name, or a dataset of numbers.

    Raises:
        SpecError: the name is not kebab-case.
        RecipeError: one of the others is not what it should be.

    Example:
        >>> from gatewright.plugins.manager import load_plugins
        >>> load_plugins(kinds=("recipes",)).recipes["xor-sigmoid"].recipe.layers
        (2,)
    """

    name: str
    summary: str
    recipe: Recipe
    learns: str | Dataset = ""

    def __post_init__(self) -> None:
        check_name("recipe", self.name)
        for what, given, wanted in (
            ("summary", self.summary, str),
            ("recipe", self.recipe, Recipe),
            ("learns", self.learns, (str, Dataset)),
        ):
            if not isinstance(given, wanted):
                raise RecipeError(
                    f"recipe '{self.name}': its {what} is {a_kind(given)}",
                    hint="give name, summary and recipe in this order: "
                    "NamedRecipe('mine', 'one line', Recipe((4,)))",
                )
        check_hardens(self.recipe)

    def dataset(self, gates: Mapping[str, GateSpec]) -> Dataset:
        """The rows it was made for.

        Raises:
            RecipeError: it does not say.
            UnknownGateError: it names a gate that is not there.
        """
        if isinstance(self.learns, Dataset):
            return self.learns
        if not self.learns:
            raise RecipeError(
                f"recipe '{self.name}' does not say what it learns", hint="name a gate"
            )
        return Dataset.of_gate(gates[self.learns])


def read_recipe(text: str, name: str, *, source: str = "recipe") -> NamedRecipe:
    """The recipe in a TOML text.

    Args:
        text: the keys of `Recipe`, and optionally ``summary`` and ``learns``: a gate's name, or a
            table with ``inputs``, ``outputs``, ``x`` and ``y`` for real numbers.
        name: what to call it; as for a file, it need not be kebab-case, and is made so.
        source: the file, for errors.

    Raises:
        RecipeError: no TOML, or no recipe; names the line.
    """
    values = _parsed(text, source)
    summary, learns = values.pop("summary", ""), values.pop("learns", "")
    try:
        if not isinstance(summary, str):
            raise RecipeKeyError("summary", "'summary' is not a text", hint="write it in quotes")
        return NamedRecipe(_kebab(name), summary, Recipe.from_dict(values), _learns(learns, name))
    except RecipeKeyError as error:
        older = {today: key for key, today in OLDER_NAMES.items()}
        key, table = (older.get(each, each) for each in (error.key, error.table))
        place = _line(text, error.key, error.table) or _line(text, key, table)
        raise RecipeError(f"{source}{place}: {error.message}", hint=error.hint) from error
    except RecipeError as error:
        raise RecipeError(f"{source}: {error.message}", hint=error.hint) from error


def _kebab(name: str) -> str:
    """A file's name as one of a recipe: ``My recipe`` is ``my-recipe``."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "recipe"


def _parsed(text: str, source: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        RecipeError: it is none, or one that would take too long to read.
    """
    hint = "write it as TOML, such as layers = [2]"
    if len(text) > MOST_BYTES:
        raise RecipeError(f"{source} has more than {MOST_BYTES} characters", hint=hint)
    if _LONG_KEY.search(text):
        raise RecipeError(f"{source} has a key of more than 16 parts", hint=hint)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise RecipeError(f"{source} is nested too deeply", hint=hint) from None
    except ValueError as error:  # no TOML, or a number of thousands of digits
        what = str(error).partition(";")[0]
        what = what.replace("end of document", f"the end, line {len(text.splitlines())}")
        raise RecipeError(f"{source}: {what}", hint=hint) from error


def write_recipe(named: NamedRecipe) -> str:
    """The TOML text that `read_recipe` reads back."""
    values: dict[str, Any] = {}
    if isinstance(named.learns, Dataset):
        dataset = named.learns
        values["learns"] = {
            "inputs": list(dataset.inputs),
            "outputs": list(dataset.outputs),
            "x": dataset.x.tolist(),
            "y": dataset.y.tolist(),
        }
    elif named.learns:
        values["learns"] = named.learns
    if named.summary:
        values["summary"] = named.summary
    values |= named.recipe.to_dict()
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())


def _learns(value: Any, name: str) -> str | Dataset:
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or set(value) != set(_NUMBERS.fields):
        raise RecipeKeyError(
            "learns", "'learns' is not a gate's name or a table of inputs, outputs, x and y"
        )
    try:
        check(value, _NUMBERS)
        return Dataset.of_numbers(name, value["inputs"], value["outputs"], value["x"], value["y"])
    except (MisfitError, ValueError) as error:
        raise RecipeKeyError("learns", f"'learns' holds no rows of numbers: {error}") from error


def _line(text: str, key: str, table: str) -> str:
    """``, line N``: where a key of a table stands, else the table itself, else nothing."""
    # A pattern of a million characters takes seconds to compile; the first of them will do.
    end = "[\"']?" if len(key) <= WORD else r"[^\s.=]*+"
    name, section, found = rf"[\"']?{re.escape(key[:WORD])}{end}", "", 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.split("#")[0]
        if header := re.fullmatch(r"\[([^\[\]]+)\]", bare.strip()):
            section = header[1].strip()
            if section == (table or key):
                found = found or number
        elif section == table and re.match(rf"\s*{name}\s*[=.]", bare):
            return f", line {number}"
        elif table and not section and re.match(rf"\s*{table}\s*[=.]", bare):
            if re.match(rf"\s*{table}\s*\.\s*{name}\s*=", bare):
                return f", line {number}"
            found = found or number
    return f", line {found}" if found else ""


def _printable(character: str) -> str:
    """A character of a TOML string; half a character is none, and TOML cannot hold it."""
    if character.isprintable():
        return character
    if "\ud800" <= character <= "\udfff":
        character = "\N{REPLACEMENT CHARACTER}"
    return f"\\u{ord(character):04x}" if character <= "\uffff" else f"\\U{ord(character):08x}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "".join(map(_printable, json.dumps(value, ensure_ascii=False)))
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return repr(float(value)) if isinstance(value, float) else repr(value)
