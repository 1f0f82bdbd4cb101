"""A command of ours: an option that takes one value is given once; the last one would count in silence."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

from gatewright.errors import UsageError


class Once(TyperCommand):
    """A command that refuses an option given twice; flags, and options that take several values, may be."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words.

        Raises:
            UsageError: an option that takes one value is given twice.
        """
        if not ctx.resilient_parsing:  # which is how a shell completes
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            seen = set()
            for option in order:
                one = option.param_type_name == "option" and not (
                    getattr(option, "multiple", False)
                    or getattr(option, "is_flag", False)
                    or getattr(option, "count", False)
                )
                if one and option.name in seen:
                    raise UsageError(f"{option.opts[0]} is given twice", hint=_how(option))
                seen.add(option.name)
        return list(super().parse_args(ctx, args))


def _how(option: Any) -> str:
    """How to give it; of a list, which sign is between."""
    parts = (option.metavar or "").strip("'")
    for sign in ";,":
        if sign in parts:
            several = parts if sign == "," else f"'{parts}'"
            return f"give it once, with '{sign}' between, as in {option.opts[0]} {several}"
    return "give it once"
