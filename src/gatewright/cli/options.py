"""Options and arguments that mean the same in every command, and that one value is given once."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand

from gatewright.cli import complete, output, session
from gatewright.errors import UsageError

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object instead of text.", show_default=False)
]
StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="DIR",
        envvar="CIRCUITS_STORE",
        help="Folder of trained gates; by default the user's data folder.",
        show_default=False,
    ),
]
SeedOption = Annotated[
    int,
    typer.Option("--seed", min=0, max=2**64 - 1, metavar="N", help="Seed of everything random."),
]


def finite_seconds(param: typer.CallbackParam, value: float | None) -> float | None:
    """Refuse a time that is not a finite number, for an option that takes one."""
    if value is not None and not math.isfinite(value):
        option = param.opts[0]
        raise UsageError(
            f"{option} {value:g} is not a time", hint=f"give seconds, as in {option} 600"
        )
    return value


TimeLimitOption = Annotated[
    float,
    typer.Option(
        "--time-limit",
        min=0,
        metavar="SECONDS",
        help="How long a proof by SAT may take.",
        callback=finite_seconds,
    ),
]
SpecOption = Annotated[
    list[str] | None,
    typer.Option(
        "--spec",
        metavar="TEXT",
        help="What outputs are, in Python's words: 'a + b + cin', 'y = a if s else b'; 'where a < 10' may "
        "follow. Once for each line.",
        show_default=False,
    ),
]
SignalOption = Annotated[
    Literal["raw", "restored"],
    typer.Option(
        "--signal",
        help="Let raw activations flow between gates, or round at every gate.",
    ),
]
NoiseOption = Annotated[
    float,
    typer.Option(
        "--noise",
        metavar="LEVEL",
        help="Every wire is off by a draw of its own, up to this much either way.",
    ),
]
SamplesOption = Annotated[
    int,
    typer.Option(
        "--samples",
        min=1,
        max=2**24,
        metavar="N",
        help="Random patterns, where not all of them are compared; 2^24 at most.",
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write to this file, not to standard output.",
        show_default=False,
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the file if it exists.", show_default=False)
]
ThemeOption = Annotated[
    Literal["light", "dark"] | None,
    typer.Option(
        "--theme",
        help="Colours of the picture. By default an SVG has those of the reader's screen; PNG and PDF are light.",
        show_default=False,
    ),
]
FirstOption = Annotated[
    int, typer.Option("--first", min=0, metavar="A", help="First cycle of the waveforms.")
]
LastOption = Annotated[
    int | None,
    typer.Option(
        "--last", min=0, metavar="B", help="Last cycle of the waveforms.", show_default=False
    ),
]
RecipeOption = Annotated[
    str | None,
    typer.Option(
        "--recipe",
        metavar="FILE|NAME",
        help="A recipe: a TOML file, or one of 'circuits recipes'.",
        show_default=False,
    ),
]
LayersOption = Annotated[
    str | None,
    typer.Option(
        "--layers", metavar="N,N", help="Units of each hidden layer, or 'none'.", show_default=False
    ),
]
ActivationsOption = Annotated[
    str | None,
    typer.Option(
        "--activations",
        metavar="F,F",
        help="One activation for all layers, or one a layer.",
        show_default=False,
    ),
]
LossOption = Annotated[
    str | None,
    typer.Option(
        "--loss", metavar="NAME", help="What a gradient method minimises.", show_default=False
    ),
]
OptimiserOption = Annotated[
    str | None,
    typer.Option(
        "--optimiser",
        metavar="NAME",
        help="gd, momentum, online, adam, lbfgs or lm.",
        show_default=False,
    ),
]
LrOption = Annotated[
    float | None,
    typer.Option(
        "--lr",
        metavar="RATE",
        help="Learning rate: the part of each step taken.",
        show_default=False,
    ),
]
InitOption = Annotated[
    str | None,
    typer.Option(
        "--init",
        "--start",
        metavar="NAME",
        help="restoring, glorot, he, normal, uniform or legacy.",
        show_default=False,
    ),
]
EpochsOption = Annotated[
    int | None,
    typer.Option(
        "--epochs", metavar="N", help="Most epochs a restart may run.", show_default=False
    ),
]
RestartsOption = Annotated[
    int | None,
    typer.Option("--restarts", metavar="N", help="Starting points tried.", show_default=False),
]
MarginOption = Annotated[
    float | None,
    typer.Option(
        "--margin",
        metavar="NM",
        help="Noise margin to be proved, above 0 and below 0.5.",
        show_default=False,
    ),
]
SmoothOption = Annotated[
    bool,
    typer.Option(
        "--no-harden",
        help="Keep the smooth units that were trained; outputs are then near 0 and 1, not on them.",
        show_default=False,
    ),
]
WeightBitsOption = Annotated[
    str | None,
    typer.Option(
        "--weight-bits",
        metavar="N|min",
        help="Bits of a hardened gate's weights, or the fewest a restart can be rounded to.",
        show_default=False,
    ),
]
SmallestOption = Annotated[
    bool,
    typer.Option(
        "--smallest",
        help="Look harder for a gate of few units and weights.",
        show_default=False,
    ),
]
LibraryOption = Annotated[
    Literal["npn2", "npn3", "npn4"] | None,
    typer.Option(
        "--library",
        help="Make the circuit of this library's gates alone; wider functions are decomposed.",
        show_default=False,
    ),
]
CircuitAndValues = Annotated[
    list[str],
    typer.Argument(
        metavar="CIRCUIT|FILE [--PARAMETER VALUE]... [BUS=N]...",
        autocompletion=complete.circuits,
        help="A circuit and its parameters, as 'circuits list' names them, or a file of any format of "
        "'circuits formats'; and a value for each of its input buses, as in a=23, a=0x17 or a=0b10111. "
        "'circuits list NAME' names the buses.",
        show_default=False,
    ),
]
CircuitWords = Annotated[
    list[str],
    typer.Argument(
        metavar="CIRCUIT|FILE [--PARAMETER VALUE]...",
        autocompletion=complete.circuits,
        help="A circuit and its parameters, as 'circuits list' names them, or a file of any format "
        "of 'circuits formats', '-' for standard input. --from FORMAT says the format of a file, where "
        "neither its ending nor its content does. Verilog may include files of its own folder and of "
        "--include DIR; --liberty FILE names the library of the cells that a mapped netlist places; "
        "--top NAME chooses one of several modules or models; --encoding one-hot keeps the states of a "
        "state table as a bit each; --memories gates makes registers and gates of memories.",
        show_default=False,
    ),
]


class Once(TyperCommand):
    """A command that refuses an option given twice; flags, and options that take several values, may be."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words.

        Raises:
            UsageError: an option that takes one value is given twice.
        """
        if not ctx.resilient_parsing:  # which is how a shell completes
            given, _, order = self.make_parser(ctx).parse_args(args=list(args))
            output.use_store(str(given.get("store") or ""))
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
            session.GIVEN.update(
                name.lstrip("-") for each in order for name in getattr(each, "opts", ())
            )
        return list(super().parse_args(ctx, args))


def _how(option: Any) -> str:
    """How to give it; of a list, which sign is between."""
    parts = (option.metavar or "").strip("'")
    for sign in ";,":
        if sign in parts:
            several = parts if sign == "," else f"'{parts}'"
            return f"give it once, with '{sign}' between, as in {option.opts[0]} {several}"
    return "give it once"
