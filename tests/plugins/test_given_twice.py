"""A name that two plugins give: wherever it is used, both are named, and how one is switched off."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol

import pytest

import gatewright as gw
from gatewright.plugins.hookspecs import hookimpl
from gatewright.plugins.manager import load_plugins

TWIN = """
from dataclasses import dataclass, replace
from typing import ClassVar
import numpy as np
import gatewright as gw

@gw.hookimpl
def gatewright_activations():
    yield gw.Activation("twin-unit", lambda z: z + 0.0, lambda z, a: np.ones_like(z))

@gw.hookimpl
def gatewright_losses():
    yield gw.Loss(
        "twin-loss",
        lambda a, y, care: (care * (a - y) ** 2).sum((-2, -1)),
        lambda a, y, care: 2 * care * (a - y),
    )

@dataclass(frozen=True)
class Signs(gw.GradientDescent):
    name: ClassVar[str] = "twin-optimiser"

@gw.hookimpl
def gatewright_optimisers():
    return [Signs]

@dataclass(frozen=True)
class Signed:
    name: ClassVar[str] = "twin-init"
    def draw(self, architecture, generator, restarts):
        return generator.choice([-1.0, 1.0], (restarts, architecture.parameters))

@gw.hookimpl
def gatewright_inits():
    return [Signed]

@gw.hookimpl
def gatewright_recipes():
    yield gw.NamedRecipe("twin-recipe", "", gw.Recipe((2,)), "and")

@gw.hookimpl
def gatewright_formats():
    yield gw.Format("twin-format", (".twin",), "", writer=lambda netlist, *, comment: "text")

@gw.hookimpl
def gatewright_learners():
    yield gw.Learner("twin-learner", "", "nobody", lambda task: None)

@gw.hookimpl
def gatewright_pictures():
    yield gw.PictureKind("twin-picture", "", lambda gate: gw.Picture("<svg/>"))

@gw.hookimpl
def gatewright_gates():
    yield gw.GateSpec.from_function("twin-gate", lambda a: a, inputs="a", outputs="y")
"""

ASKED = {
    "gate": "train twin-gate",
    "activation": "train and --activations twin-unit",
    "loss": "train and --loss twin-loss",
    "optimiser": "train and --optimiser twin-optimiser",
    "init": "train and --init twin-init",
    "recipe": "train and --recipe twin-recipe",
    "format": "export ripple-adder --bits 2 --format twin-format",
    "learner": "learn rows.csv --learner twin-learner",
    "picture": "plot not --picture twin-picture",
}
NAMES = {one: words.split()[-1] for one, words in ASKED.items()}


class Run(Protocol):
    def __call__(self, *words: object) -> Any: ...


@pytest.fixture
def twins(install: Callable[..., Path]) -> None:
    install("left", TWIN, distribution="left-gates")
    install("right", TWIN, distribution="right-gates")


@pytest.mark.usefixtures("twins")
@pytest.mark.parametrize(
    ("one", "words"),
    [
        *ASKED.items(),
        ("format", "show c.twin"),
        ("format", "show rows.csv --from twin-format"),
        ("format", "export ripple-adder --bits 2 --out c.twin"),
    ],
)
def test_both_are_named_where_it_is_used(
    circuits: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{a},{b},{a & b}" for a, b in itertools.product((0, 1), repeat=2)]
    Path("rows.csv").write_text("\n".join(["a,b,y", *rows * 10]))
    code, out, err = circuits(*words.split())
    assert code in (2, 3)
    assert out == ""
    assert err.splitlines()[-1] == (
        f"circuits: {one} '{NAMES[one]}' is given by 'left' (left-gates 1.0) and 'right' (right-gates 1.0); "
        "switch one off, as in GATEWRIGHT_DISABLE_PLUGINS=right"
    )


@pytest.mark.usefixtures("twins")
def test_both_are_shown_with_it(circuits: Run) -> None:
    _, out, err = circuits("plugins")
    for one, name in NAMES.items():
        problem = (
            f"{one} '{name}' is given by 'left' (left-gates 1.0) and by 'right' (right-gates 1.0): "
            "neither of them counts"
        )
        for each in ("left", "right"):
            assert f"{each}: {problem}" in out.splitlines()
            assert f"circuits: plugin '{each}' ({each}-gates 1.0): {problem}" in err.splitlines()
    rows = [line.split() for line in out.splitlines() if line.startswith(("left ", "right "))]
    assert rows == [["left", "1.0", "faulty"], ["right", "1.0", "faulty"]]


def test_both_are_named_in_python() -> None:
    @dataclass(frozen=True)
    class Signs(gw.GradientDescent):
        name: ClassVar[str] = "both"

    def plugin() -> SimpleNamespace:
        unit = gw.Activation("both", lambda z: z + 0.0, lambda z, _: 0 * z + 1)
        return SimpleNamespace(
            gatewright_activations=hookimpl(lambda: [unit], specname="gatewright_activations"),
            gatewright_optimisers=hookimpl(lambda: [Signs], specname="gatewright_optimisers"),
        )

    load_plugins({"one": plugin(), "two": plugin()})
    with pytest.raises(
        gw.GatewrightError, match=r"^activation 'both' is given by 'one' .* and 'two'"
    ):
        gw.Recipe((2,), ("both",))
    with pytest.raises(
        gw.GatewrightError, match=r"^optimiser 'both' is given by 'one' .* and 'two'"
    ):
        gw.Recipe.from_dict({**gw.Recipe((2,)).to_dict(), "optimiser": "both"})


def test_what_was_refused_is_not_counted() -> None:
    """Names of ours, one of each kind that is kept for the whole process."""
    from gatewright.formats.registry import FORMATS
    from gatewright.learn.activations import ACTIVATIONS

    unit = gw.Activation("tanh", lambda z: z + 0.0, lambda z, _: 0 * z + 1)
    form = gw.Format("blif", (".fine",), "", writer=lambda netlist, *, comment: "")
    given = SimpleNamespace(
        gatewright_activations=hookimpl(lambda: [unit], specname="gatewright_activations"),
        gatewright_formats=hookimpl(lambda: [form], specname="gatewright_formats"),
    )
    *_, plugin = load_plugins({"mine": given}).plugins
    assert plugin.gives == {}
    assert len(plugin.problems) == 2
    assert ACTIVATIONS["tanh"] is not unit
    assert FORMATS["blif"] is not form


ENDING = """
import gatewright as gw

@gw.hookimpl
def gatewright_formats():
    yield gw.Format("{name}", (".nets", ".{name}"), "", "x:read", writer=lambda netlist, *, comment: "{name}")
"""


@pytest.fixture
def one_ending(install: Callable[..., Path]) -> None:
    install("left", ENDING.format(name="west"), distribution="left-gates")
    install("right", ENDING.format(name="east"), distribution="right-gates")


BOTH = (
    "files ending in .nets are 'west' of plugin 'left' (left-gates 1.0) and 'east' of plugin 'right' "
    "(right-gates 1.0)"
)


@pytest.mark.usefixtures("one_ending")
@pytest.mark.parametrize("words", ["show c.nets", "export equality --bits 2 --out c.nets"])
def test_formats_of_one_ending_are_named_where_it_is_used(
    circuits: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if words.startswith("show"):
        Path("c.nets").write_text("something")
    code, out, err = circuits(*words.split())
    assert (code, out) == (2, "")
    hint = "switch one off, as in GATEWRIGHT_DISABLE_PLUGINS=right"
    assert err.splitlines()[-1] == f"circuits: {BOTH}; {hint}"
    assert Path("c.nets").exists() == words.startswith("show")


@pytest.mark.usefixtures("one_ending")
def test_formats_of_one_ending_are_shown_with_it(circuits: Run, tmp_path: Path) -> None:
    _, out, _ = circuits("plugins")
    for each in ("left", "right"):
        assert f"{each}: {BOTH}: neither is taken for them" in out.splitlines()
    file = tmp_path / "c.west"  # an ending of its own is taken
    assert circuits("export", "equality", "--bits", "2", "--out", file).code == 0
    assert file.read_text() == "west"


def test_what_a_plugin_gave_before_does_not_clash_with_what_it_gives_now() -> None:
    """In a notebook a plugin is loaded again and again while it is written."""
    from gatewright.formats.registry import FORMATS, format_of

    for name in ("first", "second"):
        form = gw.Format(name, (".again",), "", writer=lambda netlist, *, comment: "")
        hook = hookimpl(lambda form=form: [form], specname="gatewright_formats")
        *_, plugin = load_plugins({"mine": SimpleNamespace(gatewright_formats=hook)}).plugins
        assert plugin.problems == []
    assert format_of("c.again").name == "second"
    assert "first" not in FORMATS
