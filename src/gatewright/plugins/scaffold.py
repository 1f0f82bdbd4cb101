"""A new plugin as files: a package with one gate, one circuit and tests of both.

Example:
    >>> sorted(scaffold("vote"))[:3]
    ['README.md', 'pyproject.toml', 'src/gatewright_vote/__init__.py']
"""

from __future__ import annotations

import re

from gatewright.errors import UsageError
from gatewright.logic.numerals import cut
from gatewright.plugins.manager import BUILT_IN

LONGEST = 50
"""Letters of a plugin's name."""

_PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.26"]
build-backend = "hatchling.build"

[project]
name = "gatewright-{name}"
version = "0.1.0"
description = "A Gatewright plugin."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["gatewright>=0.2"]

[project.optional-dependencies]
test = ["pytest>=8.2"]

# This is all that makes it a plugin: a name, and the module that has the hooks.
[project.entry-points.gatewright]
{name} = "gatewright_{module}"

[tool.hatch.build.targets.wheel]
packages = ["src/gatewright_{module}"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""

_README = """\
# gatewright-{name}

A plugin for [Gatewright](https://pypi.org/project/gatewright/).

```sh
pip install -e '.[test]'
pytest
circuits train {name}
circuits compose {name}-all --bits 4
```

Both live in `src/gatewright_{module}/__init__.py`: change the truth table, the circuit and its reference. Other
hooks give activations, losses, optimisers, inits, recipes, formats, pictures and commands;
`gatewright.plugins.hookspecs` has an example of each, and `gatewright.testing` a check for each.
"""

_MODULE = '''\
"""One gate, and a circuit of any width made of it."""

from __future__ import annotations

from collections.abc import Iterator

from gatewright import Buses, CircuitBuilder, CircuitSpec, GateSpec, Parameter, hookimpl


@hookimpl
def gatewright_gates() -> Iterator[GateSpec]:
    """The gate: 1 unless a is 1 and b is 0."""
    yield GateSpec.from_function(
        "{name}",
        lambda a, b: int(not a or b),
        inputs=("a", "b"),
        outputs=("y",),
        summary="1 unless a is 1 and b is 0",
    )


@hookimpl
def gatewright_circuits() -> Iterator[CircuitSpec]:
    """The circuit: the gate on every bit of two words."""
    yield CircuitSpec(
        "{name}-all",
        "y = the {name} gate on each bit of a and b",
        (Parameter("bits", 4, "width of a and b", maximum=1024),),
        build,
        reference,
    )


def build(circuit: CircuitBuilder, *, bits: int) -> None:
    """Place the gates."""
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    circuit.output_bus("y", [circuit.gate("{name}", *pair) for pair in zip(a, b, strict=True)])


def reference(buses: Buses, *, bits: int) -> Buses:
    """What it computes, on integers: every circuit is compared with it."""
    return {{"y": (2**bits - 1 - buses["a"]) | buses["b"]}}
'''

_TESTS = '''\
"""The gate and the circuit, by the checks that Gatewright has for plugins."""

from __future__ import annotations

import pytest
from gatewright import load_plugins
from gatewright.testing import check_circuit, check_gate, check_plugin


def test_the_plugin_is_healthy() -> None:
    plugin = check_plugin("{name}")
    assert plugin.gives == {{"gates": ["{name}"], "circuits": ["{name}-all"]}}


def test_the_gate_is_learned_and_certified() -> None:
    check_gate(load_plugins().gate("{name}"))


@pytest.mark.parametrize("bits", [1, 2, 5])
def test_the_circuit_is_what_its_reference_says(bits: int) -> None:
    check_circuit(load_plugins().circuit("{name}-all"), bits=bits)
'''


def scaffold(name: str) -> dict[str, str]:
    """The files of a new plugin, by their path below its folder.

    Raises:
        UsageError: the name is not one of a plugin.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise UsageError(
            f"'{cut(name)}' is not a name for a plugin",
            hint="use small letters, digits and single hyphens, as in majority-vote",
        )
    if len(name) > LONGEST:
        raise UsageError(
            f"a plugin's name of {len(name)} letters is too long", hint=f"use {LONGEST} at most"
        )
    if name in BUILT_IN:
        raise UsageError(
            f"'{name}' is the name of a plugin that comes with the project", hint="use another"
        )
    module = name.replace("-", "_")
    texts = {
        "pyproject.toml": _PYPROJECT,
        "README.md": _README,
        f"src/gatewright_{module}/__init__.py": _MODULE,
        f"src/gatewright_{module}/py.typed": "",
        f"tests/test_{module}.py": _TESTS,
    }
    return {path: text.format(name=name, module=module) for path, text in texts.items()}
