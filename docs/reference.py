"""Make the reference of the public names, from their docstrings.

    python docs/reference.py

Every name that ``gatewright.__all__`` has, with what it takes and an example, in ``docs/reference.md``.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import gatewright
from gatewright import testing
from gatewright.plugins import hookspecs

PAGE = Path(__file__).with_name("reference.md")

GROUPS: dict[str, tuple[str, ...]] = {
    "Gates": (
        *("train", "load", "gate", "TrainedGate", "Figures", "History", "Progress"),
        *("GateSpec", "TruthTable", "Datasheet", "Discipline"),
    ),
    "Circuits": (
        "circuit",
        "read",
        "Circuit",
        "TrainedCircuit",
        "verify",
        "certify_circuit",
        "Clocked",
        "StateTable",
        "fsm",
    ),
    "Learning from examples": ("learn", "CircuitClassifier", "Learned", "Learner"),
    "Verdicts": (
        "Verdict",
        "Claim",
        "Counterexample",
        "Trace",
        "StuckFaults",
        "Fault",
        "Showed",
        "Diagnosis",
        "Suspect",
        *("Survey", "Repaired"),
    ),
    "Training": (
        *("Recipe", "NamedRecipe", "Dataset", "LevenbergMarquardt", "GradientDescent", "Momentum"),
        *("Adam", "LBFGS", "Online", "Architecture", "Objective", "AbsentRecipe"),
    ),
    "Plugins": (
        *("hookimpl", "load_plugins", "CircuitSpec", "Parameter", "CircuitBuilder", "Wire", "Row"),
        *("PlacedMemory",),
        *("whole_numbers", "Buses", "Integers", "Mask", "Activation", "ActivationFamily", "rising"),
        *("bent", "Loss", "Format", "PictureKind", "Command"),
    ),
    "Records and files": (
        *("Netlist", "Bus", "Instance", "Register", "Clock", "Memory", "ReadPort", "WritePort"),
        *("read_netlist", "Store", "Picture"),
    ),
    "Errors": ("GatewrightError", "NothingProvedWarning", "WrongWireError"),
}
"""Every public name, in the order of the page."""

GIVEN = (
    "gatewright.plugins.manager:Plugins",
    "gatewright.plugins.plugin:Plugin",
    "gatewright.formats.model.source:Source",
    "gatewright.examples.learners.task:Task",
    "gatewright.learn.optimisers.state:State",
    "gatewright.learn.objective:Gradient",
    "gatewright.learn.objective:Residuals",
    "gatewright.gates.damage.damage:Damage",
    "gatewright.gates.damage.survey:Tolerance",
    "gatewright.gates.damage.survey:Noise",
    "gatewright.circuits.verify.verdict:BusDifference",
    "gatewright.circuits.verify.verdict:WorstWire",
)
"""Records that public names give and take, which are made nowhere else: where each is defined."""

ALIASES = {
    "Buses": "The buses of a circuit: values, one a pattern, by the name of the bus.",
    "Integers": "A NumPy array of whole numbers.",
    "Mask": "A NumPy array of truth values.",
    "Row": "What a gate's function may give: a bit, or one for each output; `None` for a don't-care.",
    "Wire": "A wire of a circuit that is being built: the name of its net.",
    "hookimpl": "Marks a function of a plugin as a hook, as in `@hookimpl`.",
}
"""Names of types and marks, which have no docstring of their own."""

ERRORS = (
    "Every error of this library is a `GatewrightError`. Its kinds, as `NotLearnedError` or `FormatError`,\n"
    "stand in `gatewright.errors`: `from gatewright.errors import NotLearnedError`."
)

RECORDS = (
    "Records that the names above give or hand over, each with the module where it is defined."
)

HOOKS = (
    "What a module of a plugin may have: functions of these names, marked with `@hookimpl`. The examples take\n"
    "what they use from `gatewright`, as in `from gatewright import GateSpec, hookimpl`."
)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")


def page() -> str:
    """The page."""
    lines = [
        "# Reference",
        "",
        "The public names of `import gatewright`, made from their docstrings by `python docs/reference.py`.",
        "How they go together: [From Python](python.md).",
        "",
    ]
    for group, names in GROUPS.items():
        lines += [f"## {group}", ""]
        if group == "Errors":
            lines += [ERRORS, ""]
        for name in names:
            lines += _entry(name, _function(getattr(gatewright, name)))
    lines += ["## What they give and take", "", RECORDS, ""]
    for place in GIVEN:
        home, _, name = place.partition(":")
        lines += _entry(name, getattr(import_module(home), name), home)
    lines += ["## Hooks", "", HOOKS, ""]
    for name, hook in vars(hookspecs).items():
        if name.startswith("gatewright_"):
            lines += _hook(name, hook)
    lines += ["## Checks for plugins: `gatewright.testing`", ""]
    for name in testing.__all__:
        lines += _entry(name, getattr(testing, name))
    return "\n".join(lines).rstrip() + "\n"


def _entry(name: str, thing: Any, home: str = "") -> Iterator[str]:
    yield f"### `{name}{_signature(thing) if name not in ALIASES else ''}`"
    yield ""
    if home:
        yield from (f"`from {home} import {name}`", "")
    yield from _text(ALIASES.get(name) or inspect.getdoc(thing) or "")
    if name in ALIASES or not isinstance(thing, type):
        return
    for each, member in vars(thing).items():
        if each.startswith("_") and each != "__call__":
            continue
        method = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if inspect.isfunction(method) and inspect.getdoc(method):
            yield f"#### `{each}{_signature(method)}`"
            yield ""
            yield from _text(inspect.getdoc(method) or "")
        elif isinstance(member, property):
            yield f"#### `{each}`"
            yield ""
            yield from _text(inspect.getdoc(member) or "")


def _hook(name: str, hook: Any) -> Iterator[str]:
    """A hook, whose docstring ends with a plugin that implements it."""
    text, _, example = (inspect.getdoc(hook) or "").partition("Example::\n")
    yield from (f"### `{name}{_signature(hook)}`", "", *_text(text.rstrip()))
    yield from ("```python", inspect.cleandoc("\n" + example), "```", "")


def _function(thing: Any) -> Any:
    """Itself; of `gatewright.learn`, which is a package too, the function."""
    return getattr(thing, "__wrapped__", thing) if inspect.ismodule(thing) else thing


def _signature(thing: Any) -> str:
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return ""
    parameters = [
        each.replace(annotation=inspect.Parameter.empty, default=_default(each.default))
        for each in signature.parameters.values()
        if each.name not in ("self", "cls")
    ]
    return str(inspect.Signature(parameters))


class _Shown:
    """A default as it is shown: one that is made anew for each call is left as dots."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _default(value: Any) -> Any:
    if value is inspect.Parameter.empty or value is None:
        return value
    return _Shown(repr(value) if isinstance(value, int | float | str | tuple) else "…")


def _text(doc: str) -> Iterator[str]:
    """A docstring of Google's style as Markdown."""
    for block in re.split(r"\n\n", doc):
        head, _, rest = block.partition("\n")
        if head == "Example:":
            yield from ("```pycon", *inspect.cleandoc(rest).splitlines(), "```", "")
        elif head in ("Args:", "Attributes:", "Returns:", "Raises:"):
            yield f"*{head.rstrip(':')}*"
            yield ""
            yield from _items(rest)
            yield ""
        else:
            yield from (*block.splitlines(), "")


def _items(text: str) -> Iterator[str]:
    lines = inspect.cleandoc(text).splitlines()
    for line in lines:
        named = re.match(r"([*\w]+): (.*)", line)
        yield f"- `{named[1]}`: {named[2]}" if named else f"  {line.strip()}"


if __name__ == "__main__":
    main()
