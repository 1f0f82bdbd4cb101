"""``circuits recipes``: every named recipe, or one as TOML."""

from __future__ import annotations

from typing import Annotated

import typer

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption
from gatewright.text import shell_word


def recipes(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[RECIPE]", help="Print this recipe as TOML.", show_default=False),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List every named recipe, or print one as TOML."""
    from gatewright.gates.training.recipe_text import write_recipe

    plugins = session.load()
    found = list(plugins.recipes.values()) if name is None else [plugins.recipes[name]]
    if json:
        rows = [
            {
                "name": each.name,
                "summary": each.summary,
                "learns": each.learns if isinstance(each.learns, str) else each.learns.name,
                "plugin": plugins.recipes.provider(each.name).name,
                "recipe": each.recipe.to_dict(),
            }
            for each in found
        ]
        output.emit_json("recipes", recipes=rows)
    elif name is not None:
        output.document(write_recipe(found[0]).encode())
        output.next_step(f"circuits train --recipe {shell_word(name)}")
    else:
        cells = [(each.name, each.summary) for each in found]
        output.say(*output.table(("recipe", "what it is"), cells))
        output.next_step("circuits recipes xor-sigmoid")
